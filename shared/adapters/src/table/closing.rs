//! Closing accounts: the item `ACCOUNT` gets a `state`, `closing` and then `closed`, and in between the rest of the
//! partition is cleared.

use aws_sdk_dynamodb::{
    error::SdkError,
    types::{AttributeValue, TransactWriteItem},
};
use domain::{
    case::Case,
    ids::{AccountId, CaseId, CaseKind, UploadId},
    moment::Moment,
};
use futures_util::future::try_join_all;
use ports::{
    PortResult,
    closing::{BeginClosing, Closing, EndClosing},
    people::{Account, Person},
};
use serde::{Deserialize, Serialize};

use super::{Item, Key, Table, accounts, cases, numbers, person, queue, read, uploads, value};
use crate::failure::{failed, unbuilt};

/// Items that are cleared at once.
const AT_ONCE: usize = 25;

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Closing,
    Closed,
}

/// What a closing is read from.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClosingItem {
    state: State,
    closed_at: Moment,
    retain_until: Moment,
    #[serde(default)]
    approved: Option<u64>,
    #[serde(default)]
    lost_to: Option<AccountId>,
}

/// The key of an item, and whether it is kept already.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyOnly {
    pk: String,
    sk: String,
    /// Until when it is kept, where that was settled before.
    #[serde(default)]
    retain_until: Option<Moment>,
}

impl BeginClosing for Table {
    async fn begin_closing(&self, account: &Account, person: &Person, closing: &Closing) -> PortResult<()> {
        let (id, at) = (account.id, closing.closed_at);
        let condition = format!("{} AND mobile = :mobile", accounts::OPEN);
        let lost = if closing.lost_to.is_some() { " lostTo = :to," } else { "" };
        let mark = self
            .update(accounts::key(id))
            .update_expression(format!(
                "SET #state = :state, closedAt = :at, retainUntil = :until, approved = :approved,{lost} \
                 updatedAt = :at REMOVE #identity, mobile",
            ))
            .condition_expression(condition)
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#identity", "identity")
            .expression_attribute_values(":state", value(&State::Closing)?)
            .expression_attribute_values(":at", value(&at)?)
            .expression_attribute_values(":until", value(&closing.retain_until)?)
            .expression_attribute_values(":approved", value(&closing.approved)?)
            .expression_attribute_values(":mobile", value(&account.mobile)?);
        let mark = match closing.lost_to {
            Some(to) => mark.expression_attribute_values(":to", value(&to)?),
            None => mark,
        };
        let mark = mark.build().map_err(unbuilt)?;
        let mut writes = vec![TransactWriteItem::builder().update(mark).build()];
        writes.extend(self.release_number(&account.identity, closing).await?);
        let phone = self.delete(accounts::mobile(&account.mobile)).build().map_err(unbuilt)?;
        writes.push(TransactWriteItem::builder().delete(phone).build());
        let real_name = person.real_name.as_ref().map(|filed| &filed.case);
        writes.push(self.empty_case(real_name, CaseId { kind: CaseKind::RealName, owner: id }, at)?);
        let collection = person.collection.as_ref().map(|filed| &filed.case);
        let case = CaseId { kind: CaseKind::Collection, owner: id };
        writes.push(match closing.approved {
            Some(_) => self.leave_case(collection.map_or(0, |case| case.version), case)?,
            None => self.empty_case(collection, case, at)?,
        });
        // Nobody's list shows who is gone.
        let places = real_name.into_iter().chain(collection).flat_map(Case::places);
        for place in places {
            let delete = self.delete(queue::key(&place)).build().map_err(unbuilt)?;
            writes.push(TransactWriteItem::builder().delete(delete).build());
        }
        self.transact(writes).await
    }

    async fn load_closing(&self, id: AccountId) -> PortResult<Option<Closing>> {
        let item = self.get_item(accounts::key(id)).await?;
        item.map(|item| read_closing(id, item)).transpose().map(Option::flatten)
    }
}

/// The closing that an account's item says has begun and not ended.
pub(super) fn read_closing(id: AccountId, item: Item) -> PortResult<Option<Closing>> {
    if accounts::is_open(&item) {
        return Ok(None);
    }
    let item: ClosingItem = read(item)?;
    Ok((item.state == State::Closing).then_some(Closing {
        account: id,
        closed_at: item.closed_at,
        retain_until: item.retain_until,
        approved: item.approved,
        lost_to: item.lost_to,
    }))
}

impl EndClosing for Table {
    async fn clear_person(&self, closing: &Closing, kept: &[UploadId]) -> PortResult<()> {
        let owner = closing.account;
        self.clear_match_keys(owner).await?;
        let kept = kept_keys(closing, kept);
        let query = self.client.query().table_name(&self.name).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk").projection_expression("pk, sk, retainUntil");
        let query = query.expression_attribute_values(":pk", value(&person(owner))?);
        let mut items = query.into_paginator().items().send();
        let mut keys = Vec::new();
        while let Some(item) = items.next().await {
            let KeyOnly { pk, sk, retain_until } = read(item.map_err(failed)?)?;
            // A settlement by which others lost a number is kept as long as it was to be.
            let is_kept = retain_until.is_some() && sk.starts_with(numbers::SETTLEMENTS);
            if !is_kept {
                keys.push(Key::new(pk, sk));
            }
        }
        for some in keys.chunks(AT_ONCE) {
            try_join_all(some.iter().map(|key| self.clear(key, &kept, closing))).await?;
        }
        Ok(())
    }

    async fn end_closing(&self, closing: &Closing) -> PortResult<()> {
        let forget = if closing.approved.is_some() { "approved" } else { "approved, idType, sealed" };
        self.client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(accounts::key(closing.account).item()))
            .update_expression(format!(
                "SET #state = :closed, #ttl = :until REMOVE consentVersion, biometrics, {forget}"
            ))
            .condition_expression("attribute_exists(#state)")
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":closed", value(&State::Closed)?)
            .expression_attribute_values(":until", seconds(closing.retain_until))
            .send()
            .await
            .map_err(failed)?;
        Ok(())
    }
}

/// The items that stay, the history apart: those of the approved submission.
fn kept_keys(closing: &Closing, kept: &[UploadId]) -> Vec<Key> {
    let Some(version) = closing.approved else { return Vec::new() };
    let case = CaseId { kind: CaseKind::Collection, owner: closing.account };
    let uploads = kept.iter().map(|id| uploads::key(closing.account, *id));
    [cases::key(case), cases::snapshot_key(case, version)].into_iter().chain(uploads).collect()
}

fn seconds(moment: Moment) -> AttributeValue {
    AttributeValue::N(moment.as_second().to_string())
}

impl Table {
    /// Gives an item its last day, or deletes it.
    async fn clear(&self, key: &Key, kept: &[Key], closing: &Closing) -> PortResult<()> {
        if cases::is_history(key) || kept.contains(key) {
            return self.expire(key.clone().item(), closing).await;
        }
        // The account itself comes last; an emptied case holds nothing, and goes by itself.
        if *key == accounts::key(closing.account) || cases::is_case(key) {
            return Ok(());
        }
        let delete = self.client.delete_item().table_name(&self.name).set_key(Some(key.clone().item()));
        delete.send().await.map_err(failed)?;
        Ok(())
    }

    async fn expire(&self, key: Item, closing: &Closing) -> PortResult<()> {
        let update = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key))
            .update_expression("SET #ttl = :seconds, retainUntil = :until")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":seconds", seconds(closing.retain_until))
            .expression_attribute_values(":until", value(&closing.retain_until)?);
        match update.send().await {
            // It went since the partition was read: there is nothing to keep.
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                Ok(())
            }
            result => result.map(drop).map_err(failed),
        }
    }
}
