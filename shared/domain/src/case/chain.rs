//! The chain of a case's audit entries: each names the one before it by its hash, so that a history that was changed,
//! shortened or added to by hand is found (domain specification, section 19: audit that shows tampering).
//!
//! An entry's hash is the SHA-256 of a JSON array without white space, in this order: `"baoming-audit-2"`, `case`,
//! `version`, `at`, `by`, `event`, `from`, `to`, `round`, `division`, `left`, `lasted`, `decision`, `assignee` and
//! `reason` (each of the last six may be `null`), its number, and the hash of the entry before it or `null`; objects and texts as they are in the table. The first text changes when anything else does.
//!
//! Whoever may write to the table can forge a whole chain. What they cannot change is an [`Anchor`] whose line is kept
//! elsewhere.

use std::{collections::BTreeMap, fmt};

use jiff::{SignedDuration, civil::Date};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Actor, AuditEntry, Decision, Event, ReviewNote, State};
use crate::{
    divisions::Division,
    ids::{CaseId, ReviewerId},
    moment::Moment,
};

/// A SHA-256, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AuditHash([u8; 32]);

/// A text is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not 64 lower-case hexadecimal digits")]
pub struct AuditHashError;

impl AuditHash {
    /// The hash that `text` spells.
    pub fn parse(text: &str) -> Result<Self, AuditHashError> {
        let digit = |c: u8| match c {
            b'0'..=b'9' => Ok(c - b'0'),
            b'a'..=b'f' => Ok(c - b'a' + 10),
            _ => Err(AuditHashError),
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let mut bytes = [0; 32];
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return Err(AuditHashError);
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Self(bytes))
    }

    fn of(canonical: &impl Serialize) -> Self {
        // why: serialising such values to memory cannot fail; an empty text would fit no entry and be found.
        Self(Sha256::digest(serde_json::to_vec(canonical).unwrap_or_default()).into())
    }
}

impl fmt::Display for AuditHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for AuditHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for AuditHash {
    type Error = AuditHashError;
    fn try_from(text: String) -> Result<Self, AuditHashError> {
        Self::parse(&text)
    }
}

impl From<AuditHash> for String {
    fn from(hash: AuditHash) -> Self {
        hash.to_string()
    }
}

/// What makes an entry a link of the chain. Entries from before there was one have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainEntry {
    /// Counts the links of the case, from 1: versions do not, since drafts are saved in between.
    pub number: u32,
    /// The hash of the link before; the first has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<AuditHash>,
    /// The hash of this entry.
    pub hash: AuditHash,
}

/// The last link of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHead {
    /// How many links there are.
    pub number: u32,
    /// The hash of the last.
    pub hash: AuditHash,
}

impl From<ChainEntry> for ChainHead {
    fn from(link: ChainEntry) -> Self {
        Self { number: link.number, hash: link.hash }
    }
}

impl AuditEntry {
    /// The entry as the link after `head`.
    pub(super) fn chained(self, head: Option<ChainHead>) -> (Self, ChainHead) {
        let number = head.map_or(1, |head| head.number.saturating_add(1));
        let previous = head.map(|head| head.hash);
        let link = ChainEntry { number, previous, hash: self.hash(number, previous) };
        (Self { link: Some(link), ..self }, link.into())
    }

    /// The hash of its content in that place.
    fn hash(&self, number: u32, previous: Option<AuditHash>) -> AuditHash {
        AuditHash::of(&Canonical(
            "baoming-audit-2",
            &self.case,
            self.version,
            self.at,
            &self.by,
            self.event,
            self.from,
            self.to,
            self.round,
            self.division,
            self.left,
            self.lasted,
            self.decision.as_ref(),
            self.assignee,
            self.reason.as_ref(),
            number,
            previous,
        ))
    }
}

/// What is hashed of an entry, in this order.
#[derive(Serialize)]
struct Canonical<'e>(
    &'static str,
    &'e CaseId,
    u64,
    Moment,
    &'e Actor,
    Event,
    State,
    State,
    u32,
    Option<Division>,
    Option<Division>,
    Option<u64>,
    Option<&'e Decision>,
    Option<ReviewerId>,
    Option<&'e ReviewNote>,
    u32,
    Option<AuditHash>,
);

/// An entry as it lies in the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// The version in its key, after which entries are sorted.
    pub version: u64,
    /// The entry, if it can be read.
    pub entry: Option<AuditEntry>,
}

/// What the table has of a case's history.
#[derive(Clone, Debug, PartialEq)]
pub struct Trail {
    /// The entries, by their versions.
    pub entries: Vec<Stored>,
    /// What the case itself says.
    pub head: StoredHead,
    /// Until when entries are kept, once the account was closed.
    pub retain_until: Option<Moment>,
}

/// What a case says of its history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredHead {
    /// The last link that it knows of; none where nothing happened to it since there are chains.
    Case(Option<ChainHead>),
    /// There is no case: the account was closed, and only the history is kept. Its end cannot be checked.
    Gone,
    /// There is one that cannot be read.
    Unreadable,
}

/// Why a chain does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Reason {
    /// The item is no audit entry, or not all of one.
    #[error("the entry cannot be read")]
    Unreadable,
    /// It is another case's or another version's entry.
    #[error("the entry belongs to another place")]
    Misplaced,
    /// What it says is not what was hashed.
    #[error("the entry's content was changed")]
    Content,
    /// Entries before it are missing.
    #[error("entries before it are missing")]
    Gap,
    /// It does not continue the entry before it.
    #[error("it does not continue the entry before it")]
    ChainEntry,
    /// It is no link, though the chain had begun.
    #[error("it has no hash, though entries before it have one")]
    Unlinked,
    /// The case knows of more entries.
    #[error("entries after it are missing")]
    Cut,
    /// The case names another last entry, or none, or cannot be read.
    #[error("the case names another last entry")]
    ChainHead,
}

/// Where a chain does not hold, first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// The version of the entry; 0 where there is no entry at all.
    pub version: u64,
    /// Why.
    pub reason: Reason,
}

/// What there is to say about a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Entries from before the chain began; nothing protects them.
    pub unlinked: usize,
    /// Links that hold.
    pub linked: usize,
    /// Whether the end was held against the case.
    pub is_end_checked: bool,
    /// Where it does not hold.
    pub broken: Option<Break>,
}

impl Trail {
    /// Follows the chain from its first link to what the case says.
    pub fn verify(&self, case: CaseId) -> Report {
        let is_end_checked = self.head != StoredHead::Gone;
        let mut report = Report { unlinked: 0, linked: 0, is_end_checked, broken: None };
        let mut head = None;
        for stored in &self.entries {
            match follow(case, stored, head) {
                Ok(Some(next)) => {
                    head = Some(next);
                    report.linked += 1;
                }
                Ok(None) => report.unlinked += 1,
                Err(reason) => {
                    report.broken = Some(Break { version: stored.version, reason });
                    return report;
                }
            }
        }
        let reason = match self.head {
            StoredHead::Gone => None,
            StoredHead::Case(named) if named == head => None,
            StoredHead::Case(Some(named)) if named.number > head.map_or(0, |head| head.number) => {
                Some(Reason::Cut)
            }
            StoredHead::Case(_) | StoredHead::Unreadable => Some(Reason::ChainHead),
        };
        let version = self.entries.last().map_or(0, |stored| stored.version);
        report.broken = reason.map(|reason| Break { version, reason });
        report
    }

    /// The chain's last link before `at`: what an anchor of that moment holds of the case. Nothing where the history ends
    /// within [`LEAVES_WITHIN`]: an anchor must not break because a history was rightly deleted.
    pub fn head_before(&self, at: Moment) -> Option<ChainHead> {
        if self.retain_until.is_some_and(|until| until < at.after(LEAVES_WITHIN)) {
            return None;
        }
        let entries = self.entries.iter().filter_map(|stored| stored.entry.as_ref());
        entries.filter(|entry| entry.at < at).filter_map(|entry| entry.link).next_back().map(ChainHead::from)
    }
}

/// The head after an entry that continues the chain; none for an entry from before it.
fn follow(case: CaseId, stored: &Stored, head: Option<ChainHead>) -> Result<Option<ChainHead>, Reason> {
    let entry = stored.entry.as_ref().ok_or(Reason::Unreadable)?;
    if entry.case != case || entry.version != stored.version {
        return Err(Reason::Misplaced);
    }
    let Some(link) = entry.link else {
        return if head.is_none() { Ok(None) } else { Err(Reason::Unlinked) };
    };
    if entry.hash(link.number, link.previous) != link.hash {
        return Err(Reason::Content);
    }
    let (expected, previous) =
        head.map_or((1, None), |head| (head.number.saturating_add(1), Some(head.hash)));
    if link.number > expected {
        Err(Reason::Gap)
    } else if link.number < expected || link.previous != previous {
        Err(Reason::ChainEntry)
    } else {
        Ok(Some(link.into()))
    }
}

/// How long a history must still be kept to be part of an anchor (ours: longer than an anchor is the latest).
pub const LEAVES_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The heads of all chains as they were at the start of a day, in one hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The day.
    pub date: Date,
    /// How many cases had a chain.
    pub count: u64,
    /// The SHA-256 of one line for each, sorted by the case's id: id, number and hash of its head.
    pub heads: AuditHash,
    /// The hash of the anchor before; the first has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<AuditHash>,
    /// The SHA-256 of the JSON array `"baoming-anchor-1"`, `date`, `count`, `heads`, `previous` or `null`.
    pub hash: AuditHash,
}

/// Heads by their cases: what an anchor is made of.
pub type Heads = BTreeMap<CaseId, ChainHead>;

impl Anchor {
    /// The anchor of those heads, after `previous`.
    pub fn new(date: Date, heads: &Heads, previous: Option<&Self>) -> Self {
        let mut lines = Sha256::new();
        let mut sorted: Vec<_> = heads.iter().map(|(case, head)| (case.to_string(), head)).collect();
        sorted.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        for (case, ChainHead { number, hash }) in sorted {
            lines.update(format!("{case} {number} {hash}\n"));
        }
        let count = u64::try_from(heads.len()).unwrap_or(u64::MAX);
        let (heads, previous) = (AuditHash(lines.finalize().into()), previous.map(|anchor| anchor.hash));
        Self { date, count, heads, previous, hash: Self::hash(date, count, heads, previous) }
    }

    fn hash(date: Date, count: u64, heads: AuditHash, previous: Option<AuditHash>) -> AuditHash {
        AuditHash::of(&("baoming-anchor-1", date, count, heads, previous))
    }

    /// The moment whose heads it has.
    pub fn at(&self) -> Moment {
        Moment::start_of(self.date)
    }

    /// Whether it is what was written, after the anchor before.
    pub fn follows(&self, previous: Option<&Self>) -> bool {
        let is_whole = self.hash == Self::hash(self.date, self.count, self.heads, self.previous);
        is_whole && self.previous == previous.map(|anchor| anchor.hash)
    }

    /// Whether these are the heads it was made of.
    pub fn holds(&self, heads: &Heads) -> bool {
        let now = Self::new(self.date, heads, None);
        (now.count, now.heads) == (self.count, self.heads)
    }
}
