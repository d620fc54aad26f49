//! Identity numbers: `IDENTITY#<tag>` / `IDENTITY`, one item for all accounts that were registered with the number; and what
//! follows when one of them proves to be the person: `PERSON#<ulid>` / `NUMBER#<moment>`.
//!
//! `registrants` is a set of accounts, so that it grows and shrinks without being read. `holder` is the account that was
//! verified last; it holds the number while `byAlipay` or `byOnline`, the moments at which it was, is there.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::{
    case::{Change, Event, State},
    ids::{AccountId, CaseId, CaseKind},
    moment::Moment,
    number::{MAX_REGISTRANTS, RegisteredNumber},
    real_name::Way,
};
use ports::{
    PortError, PortResult,
    closing::Closing,
    numbers::{LoadNumber, LostNumber, NotifyLoss, Settle, Settlement},
    secrets::Tag,
};
use serde::Deserialize;

use super::{Item, Key, Table, accounts, cases, closing, expiring_item, person, read, value};
use crate::failure::{failed, unbuilt};

/// What begins the keys of settlements.
pub(super) const SETTLEMENTS: &str = "NUMBER#";

/// How long a settlement that nobody lost anything by is kept, in seconds: longer than its message can wait in queues.
const KEPT: i64 = 30 * 86_400;

/// Nobody has proved to be the person of the number.
const UNHELD: &str = "attribute_not_exists(byAlipay) AND attribute_not_exists(byOnline)";

pub(super) fn key(tag: &Tag) -> Key {
    Key::new(format!("IDENTITY#{}", tag.as_str()), "IDENTITY")
}

fn settlement_key(account: AccountId, at: Moment) -> Key {
    Key::new(person(account), format!("{SETTLEMENTS}{at}"))
}

/// A number's item.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NumberItem {
    /// The only registrant of an item of schema 1, which has no set.
    account: Option<AccountId>,
    holder: Option<AccountId>,
    by_alipay: Option<Moment>,
    by_online: Option<Moment>,
}

/// A number as it is stored.
pub(super) struct Number {
    pub(super) registered: RegisteredNumber,
    item: NumberItem,
}

fn read_number(item: Item) -> PortResult<Number> {
    let corrupt = || PortError::Corrupt("an identity number with a registrant that is none".to_owned());
    let texts = item.get("registrants").and_then(|set| set.as_ss().ok()).cloned().unwrap_or_default();
    let mut registrants = Vec::new();
    for text in texts {
        registrants.push(AccountId::parse(&text).map_err(|_| corrupt())?);
    }
    let item: NumberItem = read(item)?;
    registrants.extend(item.account.filter(|account| !registrants.contains(account)));
    registrants.sort_unstable();
    let is_held = item.by_alipay.is_some() || item.by_online.is_some();
    let holder = item.holder.filter(|_| is_held);
    Ok(Number { registered: RegisteredNumber { registrants, holder }, item })
}

fn set_of(accounts: &[AccountId]) -> AttributeValue {
    AttributeValue::Ss(accounts.iter().map(ToString::to_string).collect())
}

/// The attribute that a way of verification sets.
const fn proof(way: Way) -> &'static str {
    match way {
        Way::Alipay => "byAlipay",
        Way::Online => "byOnline",
    }
}

impl Table {
    /// The number of that tag; `None` where nobody was registered with it.
    pub(super) async fn number(&self, tag: &Tag) -> PortResult<Option<Number>> {
        self.get_item(key(tag)).await?.map(read_number).transpose()
    }

    /// In a transaction: the account is registered with the number. The condition fails when somebody holds it, or when as
    /// many accounts are registered with it as may be. The same write whether the number is known or not.
    pub(super) fn register_number(
        &self,
        tag: &Tag,
        account: AccountId,
        at: Moment,
    ) -> PortResult<TransactWriteItem> {
        let update = self
            .update(key(tag))
            .update_expression(
                "SET #type = if_not_exists(#type, :type), #schema = :schema, updatedAt = :at ADD registrants :me",
            )
            .condition_expression(format!(
                "{UNHELD} AND (attribute_not_exists(registrants) OR size(registrants) < :most)"
            ))
            .expression_attribute_names("#type", "type")
            .expression_attribute_names("#schema", "schema")
            .expression_attribute_values(":type", value(&"identity-tag")?)
            .expression_attribute_values(":schema", value(&2)?)
            .expression_attribute_values(":at", value(&at)?)
            .expression_attribute_values(":me", set_of(&[account]))
            .expression_attribute_values(":most", value(&MAX_REGISTRANTS)?)
            .build()
            .map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// In a transaction: the account holds the number from now on, and others follow that. The first condition fails when
    /// another account holds it.
    pub(super) fn hold_number(
        &self,
        tag: &Tag,
        account: AccountId,
        way: Way,
        at: Moment,
    ) -> PortResult<[TransactWriteItem; 2]> {
        let update = self
            .update(key(tag))
            .update_expression(format!(
                "SET holder = :holder, {} = :at, updatedAt = :at ADD registrants :me",
                proof(way)
            ))
            .condition_expression(format!("holder = :holder OR ({UNHELD})"))
            .expression_attribute_values(":holder", value(&account)?)
            .expression_attribute_values(":at", value(&at)?)
            .expression_attribute_values(":me", set_of(&[account]))
            .build()
            .map_err(unbuilt)?;
        let settlement = Settlement { account, way, at, lost: Vec::new(), settled_at: None };
        let ttl = Some(at.as_second() + KEPT);
        let settlement =
            expiring_item(&settlement_key(account, at), "number-settlement", at, ttl, &settlement)?;
        let update = TransactWriteItem::builder().update(update).build();
        Ok([update, self.put_any(settlement)?])
    }

    /// In a transaction: the account has nothing to do with the number any more. Where it lost the number, the condition
    /// fails unless the account that it lost it to holds it.
    pub(super) async fn release_number(
        &self,
        tag: &Tag,
        closing: &Closing,
    ) -> PortResult<Option<TransactWriteItem>> {
        let Some(Number { registered, item }) = self.number(tag).await? else { return Ok(None) };
        let me = closing.account;
        let is_alone = registered.registrants == [me];
        let only = set_of(&[me]);
        if is_alone && closing.lost_to.is_none() {
            let delete = self
                .delete(key(tag))
                .condition_expression(
                    "registrants = :me OR (attribute_not_exists(registrants) AND account = :account)",
                )
                .expression_attribute_values(":me", only)
                .expression_attribute_values(":account", value(&me)?)
                .build()
                .map_err(unbuilt)?;
            return Ok(Some(TransactWriteItem::builder().delete(delete).build()));
        }
        let was_holder = item.holder == Some(me);
        let forget = if was_holder { " REMOVE holder, byAlipay, byOnline" } else { "" };
        let update = self
            .update(key(tag))
            .update_expression(format!("SET updatedAt = :at DELETE registrants :me{forget}"))
            .expression_attribute_values(":at", value(&closing.closed_at)?)
            .expression_attribute_values(":me", only)
            .expression_attribute_values(":account", value(&me)?);
        let update = match closing.lost_to {
            Some(to) => update
                .condition_expression(format!(
                    "contains(registrants, :account) AND holder = :to AND NOT ({UNHELD})"
                ))
                .expression_attribute_values(":to", value(&to)?),
            None if was_holder => update.condition_expression("holder = :account"),
            None => update.condition_expression(
                "contains(registrants, :account) AND (attribute_not_exists(holder) OR holder <> :account)",
            ),
        };
        Ok(Some(TransactWriteItem::builder().update(update.build().map_err(unbuilt)?).build()))
    }

    /// What a change of a case means for its applicant's number, in the change's transaction.
    ///
    /// A request for verification that is approved makes the account the holder. One whose approval is taken back, or
    /// decided again, leaves the number to whoever proves to be the person, unless a collection of the account was approved.
    pub(super) async fn number_after(&self, change: &Change) -> PortResult<Vec<TransactWriteItem>> {
        let Change { before, after, entry } = change;
        let owner = after.id.owner;
        if after.id.kind != CaseKind::RealName {
            return Ok(Vec::new());
        }
        let is_approved = entry.event == Event::Approved;
        let is_taken_back =
            before.state == State::Approved && matches!(entry.event, Event::Undone | Event::Reopened);
        if !(is_approved || is_taken_back) {
            return Ok(Vec::new());
        }
        // An account that is closed in the meantime has changed its cases: the transaction fails by their version.
        let Some(tag) = self.tag_of(owner).await? else { return Ok(Vec::new()) };
        if is_approved {
            return Ok(self.hold_number(&tag, owner, Way::Online, entry.at)?.into());
        }
        let collection = CaseId { kind: CaseKind::Collection, owner };
        let has_approved = self.get::<cases::CaseOnly>(cases::key(collection)).await?;
        let has_approved = has_approved.is_some_and(|item| item.case.in_force.is_some());
        let Some(Number { item, .. }) = self.number(&tag).await? else { return Ok(Vec::new()) };
        if has_approved || item.holder != Some(owner) || item.by_online.is_none() {
            return Ok(Vec::new());
        }
        let update = self
            .update(key(&tag))
            .update_expression("SET updatedAt = :at REMOVE byOnline")
            .condition_expression("holder = :holder")
            .expression_attribute_values(":holder", value(&owner)?)
            .expression_attribute_values(":at", value(&entry.at)?)
            .build()
            .map_err(unbuilt)?;
        Ok(vec![TransactWriteItem::builder().update(update).build()])
    }

    /// The tag of an open account's number.
    async fn tag_of(&self, owner: AccountId) -> PortResult<Option<Tag>> {
        let item = self.get_item(accounts::key(owner)).await?.filter(accounts::is_open);
        Ok(item.map(read::<Tagged>).transpose()?.map(|tagged| tagged.identity))
    }

    /// What a pass by Alipay means for the account's number, in the transaction that stores it.
    pub(super) async fn number_by_alipay(
        &self,
        owner: AccountId,
        at: Moment,
    ) -> PortResult<[TransactWriteItem; 2]> {
        let tag = self.tag_of(owner).await?.ok_or(PortError::Conflict)?;
        self.hold_number(&tag, owner, Way::Alipay, at)
    }
}

/// The tag of an account's number.
#[derive(Deserialize)]
struct Tagged {
    identity: Tag,
}

impl LoadNumber for Table {
    async fn load_number(&self, owner: AccountId) -> PortResult<Option<RegisteredNumber>> {
        let Some(tag) = self.tag_of(owner).await? else { return Ok(None) };
        let number = self.number(&tag).await?;
        Ok(Some(number.map_or_else(
            || RegisteredNumber { registrants: vec![owner], holder: None },
            |number| number.registered,
        )))
    }
}

/// A settlement of its item.
pub(super) fn read_settlement(mut item: Item) -> PortResult<Settlement> {
    let lost = item.remove("lost").and_then(|set| set.as_ss().ok().cloned()).unwrap_or_default();
    let lost = lost.iter().map(|id| AccountId::parse(id)).collect::<Result<_, _>>();
    let lost =
        lost.map_err(|_| PortError::Corrupt("a settlement with an account that is none".to_owned()))?;
    Ok(Settlement { lost, ..read(item)? })
}

impl Settle for Table {
    async fn load_settlement(&self, account: AccountId, at: Moment) -> PortResult<Option<Settlement>> {
        self.get_item(settlement_key(account, at)).await?.map(read_settlement).transpose()
    }

    async fn record_losses(
        &self,
        settlement: &Settlement,
        lost: &[AccountId],
        until: Moment,
    ) -> PortResult<()> {
        if lost.is_empty() {
            return Ok(());
        }
        let update = self.client.update_item().table_name(&self.name);
        let update = update
            .set_key(Some(settlement_key(settlement.account, settlement.at).item()))
            .update_expression("SET #ttl = :ttl, retainUntil = :until ADD lost :lost")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":ttl", AttributeValue::N(until.as_second().to_string()))
            .expression_attribute_values(":until", value(&until)?)
            .expression_attribute_values(":lost", set_of(lost));
        update.send().await.map_err(failed)?;
        Ok(())
    }

    async fn end_settlement(&self, settlement: &Settlement, now: Moment) -> PortResult<()> {
        if settlement.lost.is_empty() {
            let key = settlement_key(settlement.account, settlement.at).item();
            let delete = self.client.delete_item().table_name(&self.name).set_key(Some(key));
            delete.send().await.map_err(failed)?;
            return Ok(());
        }
        let update = self.client.update_item().table_name(&self.name);
        let update = update
            .set_key(Some(settlement_key(settlement.account, settlement.at).item()))
            .update_expression("SET settledAt = if_not_exists(settledAt, :now)")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":now", value(&now)?);
        update.send().await.map_err(failed)?;
        Ok(())
    }
}

impl NotifyLoss for Table {
    async fn load_lost(&self, id: AccountId) -> PortResult<Option<LostNumber>> {
        let Some(item) = self.get_item(accounts::key(id)).await? else { return Ok(None) };
        let Some(closing) = closing::read_closing(id, item.clone())? else { return Ok(None) };
        let Some(to) = closing.lost_to else { return Ok(None) };
        let (id_type, sealed) = accounts::read_account(&item)?;
        Ok(Some(LostNumber { closing, to, id_type, sealed }))
    }

    async fn begin_loss_sms(&self, id: AccountId, now: Moment) -> PortResult<bool> {
        let update = self.client.update_item().table_name(&self.name).set_key(Some(accounts::key(id).item()));
        let update = update
            .update_expression("SET lossSmsAt = :now")
            .condition_expression("attribute_exists(lostTo) AND attribute_not_exists(lossSmsAt)")
            .expression_attribute_values(":now", value(&now)?);
        match update.send().await.map_err(failed) {
            Ok(_) => Ok(true),
            Err(PortError::Conflict) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn retry_loss_sms(&self, id: AccountId) -> PortResult<()> {
        let update = self.client.update_item().table_name(&self.name).set_key(Some(accounts::key(id).item()));
        let update =
            update.update_expression("REMOVE lossSmsAt").condition_expression("attribute_exists(pk)");
        update.send().await.map_err(failed)?;
        Ok(())
    }
}
