//! Queues: what the table's stream tells is passed on to whoever has something to do with it.

use std::time::Duration;

use domain::case::AuditEntry;

use crate::{
    Outcome, evidence::CardsToRead, exports::Export, materials::MaterialsToIndex, numbers::Settlement,
    rosters::Roster,
};

/// An entry of a history that an applicant may be told of.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// The entry.
    pub entry: AuditEntry,
    /// How long it is held back; a quarter of an hour at most (SQS).
    pub delay: Duration,
}

/// Passes on to whoever tells applicants. Each of these ports may deliver twice what it was given once, and after an
/// error may have delivered some of it.
pub trait PassToNotices: Sync {
    /// All of them, or an error.
    fn pass_to_notices(&self, notices: &[Notice]) -> impl Future<Output = Outcome<()>> + Send;
}

/// Passes on to whoever counts.
pub trait PassToFigures: Sync {
    /// All of them, or an error.
    fn pass_to_figures(&self, entries: &[AuditEntry]) -> impl Future<Output = Outcome<()>> + Send;
}

/// Passes on to whoever makes exports.
pub trait PassToExports: Sync {
    /// All of them, or an error.
    fn pass_to_exports(&self, exports: &[Export]) -> impl Future<Output = Outcome<()>> + Send;
}

/// Passes on to whoever makes lists into files.
pub trait PassToRosters: Sync {
    /// All of them, or an error.
    fn pass_to_rosters(&self, rosters: &[Roster]) -> impl Future<Output = Outcome<()>> + Send;
}

/// Passes on to whoever reads cards.
pub trait PassToCards: Sync {
    /// All of them, or an error.
    fn pass_to_cards(&self, cards: &[CardsToRead]) -> impl Future<Output = Outcome<()>> + Send;
}

/// Passes on to whoever indexes what cases show.
pub trait PassToMaterials: Sync {
    /// All of them, or an error.
    fn pass_to_materials(&self, cases: &[MaterialsToIndex]) -> impl Future<Output = Outcome<()>> + Send;
}

/// An account that came to hold its number.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldNumber {
    /// What is to be settled.
    pub settlement: Settlement,
    /// How long it is held back; a quarter of an hour at most (SQS).
    pub delay: Duration,
}

/// Passes on to whoever closes the accounts that lost a number.
pub trait PassToNumbers: Sync {
    /// All of them, or an error.
    fn pass_to_numbers(&self, numbers: &[HeldNumber]) -> impl Future<Output = Outcome<()>> + Send;
}
