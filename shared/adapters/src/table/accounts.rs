//! Accounts, and the phones that are unique among them.
//!
//! `PERSON#<ulid>` / `ACCOUNT`; `MOBILE#<tag>` / `MOBILE`; identity numbers are the business of [`super::numbers`]. An open
//! account has no `state`; [`super::closing`] gives it one.

use aws_sdk_dynamodb::{
    primitives::Blob,
    types::{AttributeValue, TransactWriteItem},
};
use domain::{
    consent::Biometrics,
    identity::IdType,
    ids::{AccountId, ReviewerId},
    moment::Moment,
};
use ports::{
    PortError, PortResult,
    people::{
        Account, FindAccount, LoadAccount, Moved, NewAccount, NewMobile, Registered, SaveAccount,
        SaveBiometrics, SaveMobile,
    },
    secrets::{Sealed, Tag},
};
use serde::{Deserialize, Serialize};

use super::{Item, Key, Table, item, person, read, reviewers, value};
use crate::failure::{failed, unbuilt};

/// The key of an account.
pub(super) fn key(owner: AccountId) -> Key {
    Key::new(person(owner), "ACCOUNT")
}

pub(super) fn mobile(tag: &Tag) -> Key {
    Key::new(format!("MOBILE#{}", tag.as_str()), "MOBILE")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewItem<'a> {
    id: AccountId,
    id_type: &'a str,
    consent_version: &'a str,
    identity: &'a Tag,
    mobile: &'a Tag,
}

#[derive(Serialize, Deserialize)]
struct Owner {
    account: AccountId,
}

/// What a condition says of an open account.
pub(super) const OPEN: &str = "attribute_exists(pk) AND attribute_not_exists(#state)";

/// What a condition says of an account whose person said nothing about pictures of their face.
pub(super) const SAID_NOTHING: &str = "attribute_not_exists(biometrics)";

/// What a condition says of one whose person said `:before`.
pub(super) const SAID: &str = "biometrics = :before";

/// Whether it is the item of an open account.
pub(super) fn is_open(item: &Item) -> bool {
    !item.contains_key("state")
}

/// An account's item with its plain attributes; the sealed identity stands beside them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountItem {
    consent_version: String,
    identity: Tag,
    mobile: Tag,
}

/// What an account's item says about pictures of the person's face.
pub(super) fn read_biometrics(item: &Item) -> PortResult<Biometrics> {
    let Some(said) = item.get("biometrics") else { return Ok(Biometrics::default()) };
    let corrupt = |_| PortError::Corrupt("an account with a consent that cannot be read".to_owned());
    serde_dynamo::from_attribute_value(said.clone()).map_err(corrupt)
}

/// The kind of document and the sealed identity of an account's item.
pub(super) fn read_account(item: &Item) -> PortResult<(IdType, Sealed)> {
    let corrupt = || PortError::Corrupt("an account without its identity".to_owned());
    let id_type = item.get("idType").and_then(|value| value.as_s().ok()).ok_or_else(corrupt)?;
    let sealed = item.get("sealed").and_then(|value| value.as_b().ok()).ok_or_else(corrupt)?;
    Ok((IdType::parse(id_type).map_err(|_| corrupt())?, Sealed(sealed.as_ref().to_vec())))
}

impl LoadAccount for Table {
    async fn load_account(&self, id: AccountId) -> PortResult<Option<Account>> {
        let Some(item) = self.get_item(key(id)).await?.filter(is_open) else { return Ok(None) };
        let (id_type, sealed) = read_account(&item)?;
        let biometrics = read_biometrics(&item)?;
        let AccountItem { consent_version, identity, mobile } = read(item)?;
        Ok(Some(Account { id, id_type, sealed, identity, mobile, consent_version, biometrics }))
    }
}

impl SaveBiometrics for Table {
    async fn save_biometrics(
        &self,
        id: AccountId,
        before: &Biometrics,
        after: &Biometrics,
        at: Moment,
    ) -> PortResult<()> {
        let is_new = before.history().is_empty();
        let update = self.client.update_item().table_name(&self.name).set_key(Some(key(id).item()));
        let update = update
            .update_expression(SAY)
            .condition_expression(format!("{OPEN} AND {}", if is_new { SAID_NOTHING } else { SAID }))
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":after", value(after)?)
            .expression_attribute_values(":at", value(&at)?);
        let update =
            if is_new { update } else { update.expression_attribute_values(":before", value(before)?) };
        update.send().await.map_err(failed)?;
        Ok(())
    }
}

/// What somebody says about pictures of their face takes the place of what they said.
const SAY: &str = "SET biometrics = :after, updatedAt = :at";

impl Table {
    /// The same as [`SaveBiometrics::save_biometrics`], in a transaction.
    pub(super) fn say_about_biometrics(
        &self,
        id: AccountId,
        before: &Biometrics,
        after: &Biometrics,
        at: Moment,
    ) -> PortResult<TransactWriteItem> {
        let is_new = before.history().is_empty();
        let update = self
            .update(key(id))
            .update_expression(SAY)
            .condition_expression(format!("{OPEN} AND {}", if is_new { SAID_NOTHING } else { SAID }))
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":after", value(after)?)
            .expression_attribute_values(":at", value(&at)?);
        let update =
            if is_new { update } else { update.expression_attribute_values(":before", value(before)?) };
        Ok(TransactWriteItem::builder().update(update.build().map_err(unbuilt)?).build())
    }
}

impl SaveMobile for Table {
    async fn save_mobile(&self, change: &NewMobile) -> PortResult<Moved> {
        let NewMobile { account, sealed, from, to, at } = change;
        let update = self
            .update(key(*account))
            .update_expression("SET sealed = :sealed, mobile = :to, updatedAt = :at")
            .condition_expression(format!("{OPEN} AND mobile = :from"))
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":sealed", AttributeValue::B(Blob::new(sealed.0.clone())))
            .expression_attribute_values(":from", value(&from.mobile)?)
            .expression_attribute_values(":to", value(&to.mobile)?)
            .expression_attribute_values(":at", value(at)?)
            .build()
            .map_err(unbuilt)?;
        let old = self.delete(mobile(&from.mobile)).build().map_err(unbuilt)?;
        let writes = vec![
            TransactWriteItem::builder().update(update).build(),
            TransactWriteItem::builder().delete(old).build(),
            self.put_new(item(&mobile(&to.mobile), "mobile-tag", *at, &Owner { account: *account })?)?,
            self.using_sms_code(&from.sms_code)?,
            self.using_sms_code(&to.sms_code)?,
        ];
        match self.try_transact(writes).await? {
            Ok(()) => Ok(Moved::Done),
            Err(failed) => match failed[..] {
                [false, false, taken, ..] => Ok(if taken { Moved::Taken } else { Moved::CodeGone }),
                _ => Err(PortError::Conflict),
            },
        }
    }
}

impl SaveAccount for Table {
    async fn save_account(&self, account: &NewAccount) -> PortResult<Registered> {
        let body = NewItem {
            id: account.id,
            id_type: account.id_type.code(),
            consent_version: account.consent_version,
            identity: &account.identity,
            mobile: &account.mobile,
        };
        let mut account_item = item(&key(account.id), "account", account.at, &body)?;
        account_item.insert("sealed".to_owned(), AttributeValue::B(Blob::new(account.sealed.0.clone())));
        let owner = Owner { account: account.id };
        let writes = vec![
            self.put_new(account_item)?,
            self.register_number(&account.identity, account.id, account.at)?,
            self.put_new(item(&mobile(&account.mobile), "mobile-tag", account.at, &owner)?)?,
            self.using_sms_code(&account.sms_code)?,
        ];
        Ok(match self.try_transact(writes).await? {
            Ok(()) => Registered::New,
            Err(failed) if failed.first_chunk() == Some(&[false; 3]) => Registered::CodeGone,
            Err(_) => Registered::Taken,
        })
    }
}

impl FindAccount for Table {
    async fn find_by_identity(&self, tag: &Tag) -> PortResult<Vec<AccountId>> {
        let number = self.number(tag).await?;
        Ok(number.map(|number| number.registered.named()).unwrap_or_default())
    }

    async fn find_by_mobile(&self, tag: &Tag) -> PortResult<Option<AccountId>> {
        Ok(self.get::<Owner>(mobile(tag)).await?.map(|owner| owner.account))
    }

    async fn find_staff(&self, account: &str) -> PortResult<Option<ReviewerId>> {
        reviewers::find(self, account).await
    }
}
