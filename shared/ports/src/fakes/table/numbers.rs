//! Identity numbers, their holders, and accounts that are closed because they lost theirs.

use std::collections::BTreeSet;

use domain::{
    case::{Case, Change, Event, State},
    ids::{AccountId, CaseId, CaseKind, UploadId},
    moment::Moment,
    number::{MAX_REGISTRANTS, RegisteredNumber},
    real_name::Way,
};
use serde_json::Value;

use super::{MemoryTable, Stored, StoredCase, cases::queue_key};
use crate::{
    PortError, PortResult,
    closing::{BeginClosing, Closing, EndClosing},
    numbers::{LoadNumber, LostNumber, NotifyLoss, Settle, Settlement},
    people::{Account, Person},
    secrets::Tag,
};

/// An identity number.
#[derive(Clone, Debug, Default)]
pub struct StoredNumber {
    /// The accounts that were registered with it.
    pub registrants: BTreeSet<AccountId>,
    /// The account that was verified last.
    pub holder: Option<AccountId>,
    /// How it was verified; empty if the verification was undone.
    pub ways: Vec<Way>,
}

/// An account that is being closed.
#[derive(Clone, Debug)]
pub struct StoredClosing {
    /// The closing.
    pub closing: Closing,
    /// The account before the closing.
    pub account: Account,
    /// When the SMS about the lost number was started.
    pub sms_at: Option<Moment>,
    /// Whether everything else was deleted.
    pub is_cleared: bool,
}

impl StoredNumber {
    fn is_held(&self) -> bool {
        self.holder.is_some() && !self.ways.is_empty()
    }

    pub(super) fn registered(&self) -> RegisteredNumber {
        let registrants = self.registrants.iter().copied().collect();
        RegisteredNumber { registrants, holder: self.holder.filter(|_| self.is_held()) }
    }
}

impl Stored {
    /// Whether another account may be registered with the number.
    pub(super) fn takes_registrant(&self, tag: &Tag) -> bool {
        self.numbers
            .get(tag)
            .is_none_or(|number| !number.is_held() && number.registrants.len() < MAX_REGISTRANTS)
    }

    fn number_of(&self, owner: AccountId) -> Option<(Tag, RegisteredNumber)> {
        let tag = self.accounts.get(&owner)?.identity.clone();
        let number = self.numbers.get(&tag).map(StoredNumber::registered);
        let alone = RegisteredNumber { registrants: vec![owner], holder: None };
        Some((tag, number.unwrap_or(alone)))
    }

    /// Whether the account may hold its number: no other account does.
    pub(super) fn may_hold(&self, owner: AccountId) -> bool {
        self.number_of(owner).is_none_or(|(_, number)| !number.is_held_by_another(owner))
    }

    /// Makes the account the holder of its number.
    pub(super) fn hold(&mut self, owner: AccountId, way: Way, at: Moment) {
        let Some((tag, _)) = self.number_of(owner) else { return };
        let number = self.numbers.entry(tag).or_default();
        number.registrants.insert(owner);
        if number.holder.replace(owner) != Some(owner) {
            number.ways.clear();
        }
        number.ways.retain(|known| *known != way);
        number.ways.push(way);
        let settlement = Settlement { account: owner, way, at, lost: Vec::new(), settled_at: None };
        self.settlements.insert((owner, at), settlement);
    }

    /// `Conflict` if a change would verify an account whose number has another holder.
    pub(super) fn expect_number(&self, change: &Change) -> PortResult<()> {
        let verifies = change.after.id.kind == CaseKind::RealName && change.entry.event == Event::Approved;
        if verifies && !self.may_hold(change.after.id.owner) { Err(PortError::Conflict) } else { Ok(()) }
    }

    /// Applies the effects of a change on the number.
    pub(super) fn number_after(&mut self, change: &Change) {
        let Change { before, after, entry } = change;
        if after.id.kind != CaseKind::RealName {
            return;
        }
        let owner = after.id.owner;
        match entry.event {
            Event::Approved => self.hold(owner, Way::Online, entry.at),
            Event::Undone | Event::Reopened if before.state == State::Approved => {
                let collection = CaseId { kind: CaseKind::Collection, owner };
                let has_approved =
                    self.cases.get(&collection).is_some_and(|stored| stored.case.in_force.is_some());
                let tag = self.number_of(owner).map(|(tag, _)| tag);
                let number = tag.and_then(|tag| self.numbers.get_mut(&tag));
                if let Some(number) = number.filter(|number| !has_approved && number.holder == Some(owner)) {
                    number.ways.retain(|way| *way != Way::Online);
                }
            }
            _ => {}
        }
    }
}

impl LoadNumber for MemoryTable {
    async fn load_number(&self, owner: AccountId) -> PortResult<Option<RegisteredNumber>> {
        self.call("load_number", |stored| Ok(stored.number_of(owner).map(|(_, number)| number))).await
    }
}

impl Settle for MemoryTable {
    async fn load_settlement(&self, account: AccountId, at: Moment) -> PortResult<Option<Settlement>> {
        self.call("load_settlement", |stored| Ok(stored.settlements.get(&(account, at)).cloned())).await
    }

    async fn record_losses(
        &self,
        settlement: &Settlement,
        lost: &[AccountId],
        _until: Moment,
    ) -> PortResult<()> {
        self.call("record_losses", |stored| {
            let key = (settlement.account, settlement.at);
            let kept = stored.settlements.get_mut(&key).ok_or(PortError::Conflict)?;
            kept.lost.extend_from_slice(lost);
            kept.lost.sort_unstable();
            kept.lost.dedup();
            Ok(())
        })
        .await
    }

    async fn end_settlement(&self, settlement: &Settlement, now: Moment) -> PortResult<()> {
        self.call("end_settlement", |stored| {
            let key = (settlement.account, settlement.at);
            if settlement.lost.is_empty() {
                stored.settlements.remove(&key);
                return Ok(());
            }
            let kept = stored.settlements.get_mut(&key).ok_or(PortError::Conflict)?;
            kept.settled_at = kept.settled_at.or(Some(now));
            Ok(())
        })
        .await
    }
}

impl NotifyLoss for MemoryTable {
    async fn load_lost(&self, id: AccountId) -> PortResult<Option<LostNumber>> {
        self.call("load_lost", |stored| {
            let Some(kept) = stored.closings.get(&id) else { return Ok(None) };
            let (closing, account) = (kept.closing.clone(), &kept.account);
            let lost =
                |to| LostNumber { closing, to, id_type: account.id_type, sealed: account.sealed.clone() };
            Ok(kept.closing.lost_to.map(lost))
        })
        .await
    }

    async fn begin_loss_sms(&self, id: AccountId, now: Moment) -> PortResult<bool> {
        self.call("begin_loss_sms", |stored| {
            let Some(kept) = stored.closings.get_mut(&id) else { return Ok(false) };
            let is_first = kept.sms_at.is_none();
            kept.sms_at = kept.sms_at.or(Some(now));
            Ok(is_first)
        })
        .await
    }

    async fn retry_loss_sms(&self, id: AccountId) -> PortResult<()> {
        self.call("retry_loss_sms", |stored| {
            stored.closings.get_mut(&id).ok_or(PortError::Conflict)?.sms_at = None;
            Ok(())
        })
        .await
    }
}

impl BeginClosing for MemoryTable {
    async fn begin_closing(&self, account: &Account, person: &Person, closing: &Closing) -> PortResult<()> {
        self.call("begin_closing", |stored| {
            let id = account.id;
            let is_same = stored.accounts.get(&id).is_some_and(|stored| stored.mobile == account.mobile);
            let read = |kind| person.case(kind).map_or(0, |case| case.version);
            let is_read = CaseKind::ALL.into_iter().all(|kind| {
                let case = stored.cases.get(&CaseId { kind, owner: id });
                case.map_or(0, |stored| stored.case.version) == read(kind)
            });
            let holder = stored.numbers.get(&account.identity).and_then(|number| number.registered().holder);
            let is_lost = closing.lost_to.is_none() || closing.lost_to == holder;
            if !(is_same && is_read && is_lost) {
                return Err(PortError::Conflict);
            }
            if let Some(number) = stored.numbers.get_mut(&account.identity) {
                number.registrants.remove(&id);
                if number.holder == Some(id) {
                    (number.holder, number.ways) = (None, Vec::new());
                }
            }
            stored.numbers.retain(|_, number| !number.registrants.is_empty());
            stored.mobiles.remove(&account.mobile);
            stored.accounts.remove(&id);
            for kind in CaseKind::ALL {
                let case = CaseId { kind, owner: id };
                let before = person.case(kind);
                for place in before.into_iter().flat_map(Case::places) {
                    stored.queues.remove(&queue_key(&place));
                }
                if kind == CaseKind::Collection && closing.approved.is_some() {
                    // It stays as it was approved and can no longer be written.
                    let kept = stored.cases.remove(&case);
                    stored.retained.extend(kept.map(|kept| (case, kept)));
                    continue;
                }
                let last_audit = before.and_then(|case| case.last_audit);
                let emptied = Case {
                    version: before.map_or(0, |case| case.version) + 1,
                    last_audit,
                    ..Case::draft(case, closing.closed_at)
                };
                stored.cases.insert(case, StoredCase { case: emptied, pages: Value::Null });
            }
            let kept = StoredClosing {
                closing: closing.clone(),
                account: account.clone(),
                sms_at: None,
                is_cleared: false,
            };
            stored.closings.insert(id, kept);
            Ok(())
        })
        .await
    }

    async fn load_closing(&self, id: AccountId) -> PortResult<Option<Closing>> {
        self.call("load_closing", |stored| Ok(stored.closings.get(&id).map(|kept| kept.closing.clone())))
            .await
    }
}

impl EndClosing for MemoryTable {
    async fn clear_person(&self, closing: &Closing, kept: &[UploadId]) -> PortResult<()> {
        self.call("clear_person", |stored| {
            let id = closing.account;
            stored.uploads.retain(|(owner, upload), _| *owner != id || kept.contains(upload));
            stored.standings.remove(&id);
            stored.notifications.retain(|(owner, _), _| *owner != id);
            stored.exports.retain(|(owner, _), _| *owner != id);
            let is_kept = |case: &CaseId| closing.approved.is_some() && case.kind == CaseKind::Collection;
            stored.submissions.retain(|(case, _), _| case.owner != id || is_kept(case));
            if let Some(kept) = stored.closings.get_mut(&id) {
                kept.is_cleared = true;
            }
            Ok(())
        })
        .await
    }

    async fn end_closing(&self, closing: &Closing) -> PortResult<()> {
        self.call("end_closing", |stored| {
            stored.closings.remove(&closing.account);
            Ok(())
        })
        .await
    }
}
