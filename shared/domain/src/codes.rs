//! The code tables of `infra/reference`: the selectable values of the forms, with their names.
//!
//! Tables are embedded at build time and parsed at first use. Divisions and messages have separate modules.

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::reasons::reasons;
use crate::uscc::Uscc;

/// One row of a table.
#[derive(Debug, Deserialize)]
pub struct Entry {
    /// The code, unique in its table.
    pub code: String,
    /// The Chinese name.
    pub zh: String,
    /// The English name.
    pub en: String,
    /// Whether applicants and reviewers may choose it. The rows of `education_levels` and `degrees` have a member
    /// `selectable`, those of `id_types` a member `enabled`; all others are selectable.
    #[serde(default = "yes", alias = "enabled")]
    pub selectable: bool,
    /// The row's other members.
    #[serde(flatten)]
    details: Map<String, Value>,
}

fn yes() -> bool {
    true
}

impl Entry {
    /// A text member, such as `group`, or the code.
    pub fn text(&self, member: &str) -> Option<&str> {
        if member == "code" { Some(&self.code) } else { self.details.get(member)?.as_str() }
    }

    /// Whether a member is true.
    pub fn is(&self, member: &str) -> bool {
        self.details.get(member).and_then(Value::as_bool).unwrap_or(false)
    }
}

/// A table of codes.
#[derive(Debug)]
pub struct Table {
    /// Name of the table, such as `education_levels`.
    pub name: &'static str,
    /// The file's content, for web pages.
    pub json: &'static str,
    entries: LazyLock<Vec<Entry>>,
}

impl Table {
    /// The rows in file order.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The row with this code.
    pub fn get(&self, code: &str) -> Option<&Entry> {
        self.iter().find(|entry| entry.code == code)
    }
}

/// Parses the rows of a file.
#[expect(clippy::expect_used, reason = "the files are embedded at build time and all parsed by a test")]
fn read(json: &str) -> Vec<Entry> {
    #[derive(Deserialize)]
    struct File {
        items: Vec<Entry>,
    }
    serde_json::from_str::<File>(json).expect("an embedded code table").items
}

macro_rules! tables {
    ($($name:literal),+ $(,)?) => {
        /// All tables, sorted by name.
        static TABLES: [Table; [$($name),+].len()] = [$( {
            const JSON: &str = include_str!(concat!("../../../infra/reference/", $name, ".json"));
            Table { name: $name, json: JSON, entries: LazyLock::new(|| read(JSON)) }
        } ),+];
    };
}

tables! {
    "accounting_posts", "accounting_titles", "application_states", "collection_scopes", "countries",
    "degrees", "education_levels", "exam_conditions", "id_types", "industries", "realname_states",
    "review_reasons", "sexes", "study_modes", "unit_types",
}

/// The table with this name, such as `industries`.
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

/// All tables.
pub fn tables() -> impl Iterator<Item = &'static Table> {
    TABLES.iter()
}

/// A row of a table that this crate uses.
fn entry(name: &str, code: &str) -> Option<&'static Entry> {
    table(name)?.get(code)
}

/// The countries of ISO 3166-1, with `alpha2` and `alpha3`.
pub(crate) fn countries() -> impl Iterator<Item = &'static Entry> {
    table("countries").into_iter().flat_map(Table::iter)
}

reasons! {
    /// Why a code is invalid.
    CodeError in "code" {
        /// Not in the table, or not selectable.
        Unknown = "UNKNOWN",
    }
}

/// Declares a type for the codes of one table.
macro_rules! codes {
    ($($(#[$about:meta])* $name:ident in $table:literal;)+) => { $(
        $(#[$about])*
        #[derive(Clone, Copy, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "&'static str")]
        pub struct $name(&'static Entry);

        impl $name {
            /// Parses a selectable code.
            pub fn parse(code: &str) -> Result<Self, CodeError> {
                let entry = entry($table, code).filter(|entry| entry.selectable);
                entry.map(Self).ok_or(CodeError::Unknown)
            }

            /// The code.
            pub fn code(self) -> &'static str {
                &self.0.code
            }

            /// The Chinese name.
            pub fn zh(self) -> &'static str {
                &self.0.zh
            }

            /// The English name.
            pub fn en(self) -> &'static str {
                &self.0.en
            }
        }

        impl TryFrom<String> for $name {
            type Error = CodeError;

            /// Stored codes stay readable while the table contains them, even if they are no longer selectable.
            fn try_from(code: String) -> Result<Self, Self::Error> {
                entry($table, &code).map(Self).ok_or(CodeError::Unknown)
            }
        }

        impl From<$name> for &'static str {
            fn from(value: $name) -> Self {
                value.code()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.code())
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.code() == other.code()
            }
        }

        impl Eq for $name {}

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.code().hash(state);
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.code().cmp(other.code())
            }
        }
    )+ };
}

codes! {
    /// 培养方式, the mode of study (our values).
    StudyMode in "study_modes";
    /// 学历, the level of education: GB/T 4658-2006, the levels that end with a certificate.
    EducationLevel in "education_levels";
    /// 学位, the degree: GB/T 6864-2003, with 无学位 and 第二学士学位 added.
    Degree in "degrees";
    /// 单位类型, the kind of employer (财会〔2018〕33号, article 2, refined by us).
    UnitType in "unit_types";
    /// 所属行业, the employer's industry: the sections of GB/T 4754-2017.
    Industry in "industries";
    /// 会计工作岗位, the accounting post: 财会〔2018〕33号, article 2.
    AccountingPost in "accounting_posts";
    /// 会计专业职务, the professional title: 人社部发〔2019〕8号.
    AccountingTitle in "accounting_titles";
    /// 采集范围, the group of persons that the applicant belongs to.
    CollectionScope in "collection_scopes";
    /// 审核不通过原因, the reviewer's reason for returning a case (our values).
    ReviewReason in "review_reasons";
}

impl StudyMode {
    /// 境外教育: recognized by the Ministry's 留学服务中心 instead of having a numbered certificate.
    pub fn is_overseas(self) -> bool {
        self.code() == "8"
    }

    /// Whether the study was full-time, if the mode says so.
    pub fn is_full_time(self) -> bool {
        self.0.is("full_time")
    }
}

impl EducationLevel {
    /// 研究生教育: GB/T 4658 group 1.
    pub fn is_postgraduate(self) -> bool {
        self.code().starts_with('1')
    }

    /// 本科及以上: GB/T 4658 groups 1 (postgraduate) and 2 (undergraduate).
    pub fn is_bachelor_or_above(self) -> bool {
        self.code().starts_with(['1', '2'])
    }

    /// 大专及以上: these and group 3 (junior college).
    pub fn is_college_or_above(self) -> bool {
        self.code().starts_with(['1', '2', '3'])
    }
}

impl Degree {
    /// `2` doctor, `3` master, `4` bachelor, `0` none: the level digit of certificate numbers.
    pub fn group(self) -> &'static str {
        self.0.text("group").unwrap_or("0")
    }

    /// 无学位.
    pub fn is_none(self) -> bool {
        self.group() == "0"
    }
}

impl UnitType {
    /// Whether employers of this kind have no unified social credit code.
    pub fn is_uscc_exempt(self) -> bool {
        self.0.is("uscc_exempt")
    }
}

impl UnitType {
    /// Whether employers of this kind usually have such a code, by its first two characters (GB 32100-2015, 5.2).
    pub fn goes_with(self, uscc: &Uscc) -> bool {
        let prefixes = self.0.details.get("uscc_prefix").and_then(Value::as_array);
        let known = prefixes.is_some_and(|prefixes| !prefixes.is_empty());
        let matches =
            |prefix: &Value| prefix.as_str().is_some_and(|prefix| uscc.as_str().starts_with(prefix));
        !known || prefixes.is_some_and(|prefixes| prefixes.iter().any(matches))
    }
}

impl AccountingTitle {
    /// 经济、统计、审计专业技术中级资格, a separate condition for the examination.
    pub fn is_other_intermediate(self) -> bool {
        self.code() == "5"
    }
}

impl CollectionScope {
    /// Whether applicants of this scope need accounting experience: scope 1, 会计人员.
    pub fn requires_accounting(self) -> bool {
        self.code() == "1"
    }

    /// Whether applicants of this scope may have employments: all except scope 3, 暂未工作.
    pub fn allows_employment(self) -> bool {
        self.code() != "3"
    }
}

impl ReviewReason {
    /// Page of the collection that the reason is about, such as `photo`.
    pub fn section(self) -> &'static str {
        self.0.text("section").unwrap_or("other")
    }

    /// Whether the reviewer has to add a text.
    pub fn requires_comment(self) -> bool {
        self.0.is("comment_required")
    }
}
