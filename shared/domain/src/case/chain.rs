//! The hash chain of a case's audit entries: each entry contains the hash of the previous one, so that manual changes,
//! deletions and insertions are detected (domain specification, section 19: audit that shows tampering).
//!
//! An entry's hash is the SHA-256 of a JSON array without white space, in this order: `"baoming-audit-2"`, `case`,
//! `version`, `at`, `by`, `event`, `from`, `to`, `round`, `division`, `left`, `lasted`, `decision`, `assignee` and
//! `reason` (each of the last six may be `null`), its number, and the hash of the previous entry or `null`; objects and
//! texts as stored in the table. The first element changes whenever the format changes.
//!
//! A writer with access to the table can forge a whole chain, but not an [`Anchor`] whose log line is stored elsewhere.

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

/// A SHA-256 hash, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AuditHash([u8; 32]);

/// The text is not a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not 64 lower-case hexadecimal digits")]
pub struct AuditHashError;

impl AuditHash {
    /// Parses the hash from 64 lower-case hexadecimal digits.
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
        // why: serializing these values to memory cannot fail; the hash of an empty text would match no entry and be
        // detected.
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

/// The position of an entry in its case's chain. Entries older than the chain have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainEntry {
    /// Counts the case's chain entries from 1; version numbers have gaps because drafts are saved in between.
    pub number: u32,
    /// Hash of the previous entry; `None` for the first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<AuditHash>,
    /// The hash of this entry.
    pub hash: AuditHash,
}

/// The end of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHead {
    /// Number of entries in the chain.
    pub number: u32,
    /// Hash of the last entry.
    pub hash: AuditHash,
}

impl From<ChainEntry> for ChainHead {
    fn from(link: ChainEntry) -> Self {
        Self { number: link.number, hash: link.hash }
    }
}

impl AuditEntry {
    /// Appends the entry to the chain after `head`.
    pub(super) fn chained(self, head: Option<ChainHead>) -> (Self, ChainHead) {
        let number = head.map_or(1, |head| head.number.saturating_add(1));
        let previous = head.map(|head| head.hash);
        let link = ChainEntry { number, previous, hash: self.hash(number, previous) };
        (Self { link: Some(link), ..self }, link.into())
    }

    /// The hash of the entry's content at this position.
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

/// The hashed content of an entry, in this order.
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

/// An audit entry as stored in the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Version in its key, by which entries are sorted.
    pub version: u64,
    /// The entry, if it is readable.
    pub entry: Option<AuditEntry>,
}

/// The stored history of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Trail {
    /// The entries, sorted by version.
    pub entries: Vec<Stored>,
    /// The chain head that the case itself contains.
    pub head: StoredHead,
    /// When the entries of a closed account expire.
    pub retain_until: Option<Moment>,
}

/// The chain head according to the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredHead {
    /// Last chain entry that the case knows of; `None` if nothing has happened to it since chains were introduced.
    Case(Option<ChainHead>),
    /// The case does not exist: the account is closed and only the history remains. The end of the chain cannot be
    /// checked.
    Gone,
    /// The case exists but is unreadable.
    Unreadable,
}

/// Why a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Reason {
    /// The item is not a complete audit entry.
    #[error("the entry cannot be read")]
    Unreadable,
    /// The entry belongs to another case or version.
    #[error("the entry belongs to another place")]
    Misplaced,
    /// The content does not match its hash.
    #[error("the entry's content was changed")]
    Content,
    /// Entries before it are missing.
    #[error("entries before it are missing")]
    Gap,
    /// It does not continue the previous entry.
    #[error("it does not continue the entry before it")]
    ChainEntry,
    /// It has no hash, although earlier entries have one.
    #[error("it has no hash, though entries before it have one")]
    Unlinked,
    /// The case knows of later entries that are missing.
    #[error("entries after it are missing")]
    Cut,
    /// The case names another last entry or none, or is unreadable.
    #[error("the case names another last entry")]
    ChainHead,
}

/// The first break in a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// Version of the entry; 0 if there is no entry at all.
    pub version: u64,
    /// What is wrong with it.
    pub reason: Reason,
}

/// The result of checking a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Number of entries older than the chain; they are unprotected.
    pub unlinked: usize,
    /// Number of valid chain entries.
    pub linked: usize,
    /// Whether the end of the chain was compared with the case.
    pub is_end_checked: bool,
    /// The first break, if the chain is broken.
    pub broken: Option<Break>,
}

impl Trail {
    /// Checks the chain from its first entry to the head that the case names.
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

    /// The chain's last entry before `at`, as an anchor of that moment includes it. `None` if the history expires
    /// within [`LEAVES_WITHIN`]: a regular deletion must not break an anchor.
    pub fn head_before(&self, at: Moment) -> Option<ChainHead> {
        if self.retain_until.is_some_and(|until| until < at.after(LEAVES_WITHIN)) {
            return None;
        }
        let entries = self.entries.iter().filter_map(|stored| stored.entry.as_ref());
        entries.filter(|entry| entry.at < at).filter_map(|entry| entry.link).next_back().map(ChainHead::from)
    }
}

/// The head after an entry that continues the chain; `None` for an entry older than the chain.
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

/// Remaining retention below which a history is left out of an anchor (ours: longer than an anchor is the latest).
pub const LEAVES_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The heads of all chains at the start of a day, in one hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// Day at whose start the heads were read.
    pub date: Date,
    /// Number of cases that had a chain.
    pub count: u64,
    /// The SHA-256 of one line per case (id, number and hash of its head), sorted by case id.
    pub heads: AuditHash,
    /// Hash of the previous anchor; `None` for the first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<AuditHash>,
    /// The SHA-256 of the JSON array `"baoming-anchor-1"`, `date`, `count`, `heads`, `previous` or `null`.
    pub hash: AuditHash,
}

/// Chain heads by case: the input of an anchor.
pub type Heads = BTreeMap<CaseId, ChainHead>;

impl Anchor {
    /// Builds the anchor of these heads, after `previous`.
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

    /// The moment at which the heads were read: the start of the day.
    pub fn at(&self) -> Moment {
        Moment::start_of(self.date)
    }

    /// Whether the anchor is unchanged and follows `previous`.
    pub fn follows(&self, previous: Option<&Self>) -> bool {
        let is_whole = self.hash == Self::hash(self.date, self.count, self.heads, self.previous);
        is_whole && self.previous == previous.map(|anchor| anchor.hash)
    }

    /// Whether the anchor was built from these heads.
    pub fn holds(&self, heads: &Heads) -> bool {
        let now = Self::new(self.date, heads, None);
        (now.count, now.heads) == (self.count, self.heads)
    }
}
