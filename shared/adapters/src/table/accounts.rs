//! Accounts and the tags that are unique among them.
//!
//! `PERSON#<ulid>` / `ACCOUNT`; `IDENTITY#<tag>` / `IDENTITY`; `MOBILE#<tag>` / `MOBILE`.

use aws_sdk_dynamodb::{
    primitives::Blob,
    types::{AttributeValue, TransactWriteItem},
};
use domain::{
    identity::IdType,
    ids::{AccountId, ReviewerId},
    person::SmsPurpose,
};
use ports::{
    Outcome, PortError,
    people::{FindAccount, NewAccount, Registered, SaveAccount},
    secrets::{Sealed, Tag},
};
use serde::{Deserialize, Serialize};

use super::{Item, Key, Table, item, person, reviewers, sms_codes, value};
use crate::failure::unbuilt;

/// The key of an account.
pub(super) fn key(owner: AccountId) -> Key {
    Key::new(person(owner), "ACCOUNT")
}

fn identity(tag: &Tag) -> Key {
    Key::new(format!("IDENTITY#{}", tag.as_str()), "IDENTITY")
}

fn mobile(tag: &Tag) -> Key {
    Key::new(format!("MOBILE#{}", tag.as_str()), "MOBILE")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Account<'a> {
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

/// The kind of document and the sealed identity of an account's item.
pub(super) fn read_account(item: &Item) -> Outcome<(IdType, Sealed)> {
    let corrupt = || PortError::Corrupt("an account without its identity".to_owned());
    let id_type = item.get("idType").and_then(|value| value.as_s().ok()).ok_or_else(corrupt)?;
    let sealed = item.get("sealed").and_then(|value| value.as_b().ok()).ok_or_else(corrupt)?;
    Ok((IdType::parse(id_type).map_err(|_| corrupt())?, Sealed(sealed.as_ref().to_vec())))
}

impl SaveAccount for Table {
    async fn save_account(&self, account: &NewAccount) -> Outcome<Registered> {
        let body = Account {
            id: account.id,
            id_type: account.id_type.code(),
            consent_version: account.consent_version,
            identity: &account.identity,
            mobile: &account.mobile,
        };
        let mut account_item = item(&key(account.id), "account", account.at, &body)?;
        account_item.insert("sealed".to_owned(), AttributeValue::B(Blob::new(account.sealed.0.clone())));
        let owner = Owner { account: account.id };
        let code = self
            .delete(sms_codes::key(SmsPurpose::Registration, &account.mobile))
            .condition_expression("code = :code")
            .expression_attribute_values(":code", value(&account.sms_code)?)
            .build()
            .map_err(unbuilt)?;
        let writes = vec![
            self.put_new(account_item)?,
            self.put_new(item(&identity(&account.identity), "identity-tag", account.at, &owner)?)?,
            self.put_new(item(&mobile(&account.mobile), "mobile-tag", account.at, &owner)?)?,
            TransactWriteItem::builder().delete(code).build(),
        ];
        Ok(match self.try_transact(writes).await? {
            Ok(()) => Registered::New,
            Err(failed) if failed.first_chunk() == Some(&[false; 3]) => Registered::CodeGone,
            Err(_) => Registered::Taken,
        })
    }
}

impl FindAccount for Table {
    async fn find_by_identity(&self, tag: &Tag) -> Outcome<Option<AccountId>> {
        Ok(self.get::<Owner>(identity(tag)).await?.map(|owner| owner.account))
    }

    async fn find_by_mobile(&self, tag: &Tag) -> Outcome<Option<AccountId>> {
        Ok(self.get::<Owner>(mobile(tag)).await?.map(|owner| owner.account))
    }

    async fn find_staff(&self, account: &str) -> Outcome<Option<ReviewerId>> {
        reviewers::find(self, account).await
    }
}
