//! Administrative divisions: province, city, county. GB/T 2260 style codes as published by the National Bureau of
//! Statistics, including development zones, with later changes as announced.
//!
//! A closed division is no longer selectable ([`Division::parse_selectable`]), but data stored with it stays readable,
//! and the reviewers of its successor decide its remaining cases ([`Division::answers_for`]).
//!
//! Finance bureaus are defined elsewhere: they mostly follow the divisions, with exceptions.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{LazyLock, Mutex, PoisonError};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::reasons::reasons;

/// The file's content, for web pages.
pub const JSON: &str = include_str!("../../../infra/reference/divisions.json");

reasons! {
    /// Why a code is not an accepted division.
    DivisionError in "division" {
        /// The code does not exist.
        Unknown = "UNKNOWN",
        /// A province or city where a county is required.
        NotCounty = "NOT_COUNTY",
        /// The division is closed; its successor can be chosen instead.
        Closed = "CLOSED",
    }
}

/// The level of a division.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// 省级.
    Province,
    /// 地级, and the groups such as 市辖区 in its place.
    City,
    /// 县级: the level whose finance bureaus review.
    County,
}

impl Level {
    fn below(self) -> Option<Self> {
        match self {
            Self::Province => Some(Self::City),
            Self::City => Some(Self::County),
            Self::County => None,
        }
    }
}

struct Node {
    code: String,
    zh: String,
    en: String,
    level: Level,
    /// Whether it is only a heading such as 市辖区.
    is_heading: bool,
    parent: Option<usize>,
    closed: Option<Closed>,
}

/// 已撤销: the closing of a division.
struct Closed {
    since: Date,
    /// Code of the division that took over most of it.
    successor: Option<String>,
}

/// A division as in the file.
#[derive(Deserialize)]
struct Item {
    code: String,
    zh: String,
    en: String,
    #[serde(default)]
    grouping_only: bool,
    #[serde(default)]
    closed: Option<Date>,
    #[serde(default)]
    successor: Option<String>,
    #[serde(default)]
    children: Vec<Item>,
}

fn flatten(items: Vec<Item>, level: Level, parent: Option<usize>, nodes: &mut Vec<Node>) {
    for Item { code, zh, en, grouping_only, closed, successor, children } in items {
        let at = nodes.len();
        let closed = closed.map(|since| Closed { since, successor });
        nodes.push(Node { code, zh, en, level, is_heading: grouping_only, parent, closed });
        if let Some(below) = level.below() {
            flatten(children, below, Some(at), nodes);
        }
    }
}

/// All divisions, parents before their children.
static NODES: LazyLock<Vec<Node>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct File {
        items: Vec<Item>,
    }
    #[expect(clippy::expect_used, reason = "the file is embedded at build time and parsed by a test")]
    let file: File = serde_json::from_str(JSON).expect("the embedded divisions");
    let mut nodes = Vec::new();
    flatten(file.items, Level::Province, None, &mut nodes);
    nodes
});

/// The lowest division of each code.
///
/// why: cities without counties, such as 东莞, also appear as their own county with the same code. Applicants choose the
/// county; since divisions are compared by code, it represents the city as well.
static BY_CODE: LazyLock<HashMap<&'static str, Division>> =
    LazyLock::new(|| NODES.iter().map(|node| (node.code.as_str(), Division(node))).collect());

/// Stored divisions that are missing in the tree, by code: see [`Division::stored`].
static STRANGERS: Mutex<BTreeMap<String, &'static Node>> = Mutex::new(BTreeMap::new());

/// A division of the tree. Divisions with the same code are equal.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct Division(&'static Node);

impl Division {
    /// The division with this code, of any level, open or closed.
    pub fn parse(code: &str) -> Result<Self, DivisionError> {
        BY_CODE.get(code).copied().ok_or(DivisionError::Unknown)
    }

    /// The division with this code, of any level, if it is selectable.
    pub fn parse_selectable(code: &str) -> Result<Self, DivisionError> {
        let division = Self::parse(code)?;
        if division.is_selectable() { Ok(division) } else { Err(DivisionError::Closed) }
    }

    /// The county with this code, if it is selectable.
    pub fn parse_county(code: &str) -> Result<Self, DivisionError> {
        let division = Self::parse_selectable(code)?;
        if division.level() == Level::County { Ok(division) } else { Err(DivisionError::NotCounty) }
    }

    /// The division that is stored with this code.
    ///
    /// A six-digit code missing in this table becomes a closed county named by its code, so that items written by a
    /// newer version, or with a wrongly deleted code, stay readable. For stored codes only: each such code stays in
    /// memory forever.
    pub fn stored(code: &str) -> Result<Self, DivisionError> {
        if let Ok(known) = Self::parse(code) {
            return Ok(known);
        }
        if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(DivisionError::Unknown);
        }
        let mut strangers = STRANGERS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(node) = strangers.get(code) {
            return Ok(Self(node));
        }
        let above = [format!("{}00", &code[..4]), format!("{}0000", &code[..2])];
        let parent = above.iter().find_map(|code| NODES.iter().position(|node| node.code == *code));
        let node = Box::leak(Box::new(Node {
            code: code.to_owned(),
            zh: code.to_owned(),
            en: code.to_owned(),
            level: Level::County,
            is_heading: false,
            parent,
            closed: Some(Closed { since: Date::MIN, successor: None }),
        }));
        strangers.insert(code.to_owned(), node);
        Ok(Self(node))
    }

    /// Whether it is selectable, that is, open.
    pub fn is_selectable(self) -> bool {
        self.0.closed.is_none()
    }

    /// The day it was closed, as announced; `None` if it is open or the day is unknown.
    pub fn closed_since(self) -> Option<Date> {
        self.0.closed.as_ref().map(|closed| closed.since).filter(|since| *since != Date::MIN)
    }

    /// The division that took over from a closed one.
    pub fn successor(self) -> Option<Self> {
        Self::parse(self.0.closed.as_ref()?.successor.as_deref()?).ok()
    }

    /// This division, its successor if it is closed, that one's successor, and so on.
    fn heirs(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |division| division.successor())
    }

    /// Whether this division is `before` or took over from it.
    pub fn follows(self, before: Self) -> bool {
        before.heirs().any(|division| division == self)
    }

    /// Whether `other` or a successor of it is this division or part of it; reviewers of this division may see its
    /// cases.
    pub fn answers_for(self, other: Self) -> bool {
        other.heirs().any(|division| self.contains(division))
    }

    /// The six digits.
    pub fn code(self) -> &'static str {
        &self.0.code
    }

    /// The Chinese name without the names of the divisions above.
    pub fn zh(self) -> &'static str {
        &self.0.zh
    }

    /// The English name; below province level it is machine-made pinyin.
    pub fn en(self) -> &'static str {
        &self.0.en
    }

    /// The Chinese name from the province down, such as 江苏省苏州市昆山市, without headings such as 市辖区.
    pub fn full_zh(self) -> String {
        let mut path: Vec<_> = self.lineage().filter(|division| !division.0.is_heading).collect();
        path.dedup();
        path.into_iter().rev().map(Self::zh).collect()
    }

    /// Its administrative level.
    pub fn level(self) -> Level {
        self.0.level
    }

    /// The division directly above.
    pub fn parent(self) -> Option<Self> {
        self.0.parent.and_then(|at| NODES.get(at)).map(Self)
    }

    /// The province that it is or belongs to.
    #[must_use]
    pub fn province(self) -> Self {
        self.lineage().last().unwrap_or(self)
    }

    /// The city that it is or belongs to; `None` for a province.
    pub fn city(self) -> Option<Self> {
        self.lineage().find(|division| division.level() == Level::City)
    }

    /// Whether `other` is this division or part of it, ignoring successors.
    pub fn contains(self, other: Self) -> bool {
        other.lineage().any(|division| division == self)
    }

    /// This division and all parts of it, without duplicates.
    pub fn with_those_below(self) -> impl Iterator<Item = Self> {
        let all = NODES.iter().map(|node| BY_CODE.get(node.code.as_str()).copied().unwrap_or(Self(node)));
        let mut last = None;
        // why: a duplicated code is below itself, so its two nodes follow each other.
        all.filter(move |division| self.contains(*division) && last.replace(*division) != Some(*division))
    }

    /// This division and all above it, from the bottom up.
    fn lineage(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |division| division.parent())
    }
}

/// The divisions directly below the one with code `parent`, including closed ones, or the provinces for `None`; `None`
/// if the code does not exist.
pub fn children(parent: Option<&str>) -> Option<impl Iterator<Item = Division>> {
    let parent = match parent {
        // why: the first node of a duplicated code is the city, with the county below it.
        Some(code) => Some(NODES.iter().position(|node| node.code == code)?),
        None => None,
    };
    Some(NODES.iter().filter(move |node| node.parent == parent).map(Division))
}

impl TryFrom<String> for Division {
    type Error = DivisionError;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::stored(&code)
    }
}

impl From<Division> for &'static str {
    fn from(division: Division) -> Self {
        division.code()
    }
}

impl fmt::Debug for Division {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Division({})", self.code())
    }
}

impl PartialEq for Division {
    fn eq(&self, other: &Self) -> bool {
        self.code() == other.code()
    }
}

impl Eq for Division {}

impl Hash for Division {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.code().hash(state);
    }
}
