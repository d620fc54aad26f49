//! Codes that were sent to phones: `SMS#<tag of the phone>` / `SMS#<purpose>`.

use aws_sdk_dynamodb::{
    error::SdkError,
    types::{AttributeValue, ReturnValue, TransactWriteItem},
};
use domain::{moment::Moment, person::SmsPurpose};
use ports::{
    Outcome,
    codes::{KeepSmsCode, TrySmsCode, UseSmsCode},
    secrets::Tag,
};
use serde::{Deserialize, Serialize};

use super::{Key, Table, expiring_item, read, value};
use crate::failure::{failed, unbuilt};

/// Tries that one code allows (domain specification, section 3).
const MAX_TRIES: u8 = 5;

/// The key of a phone's code for that purpose.
fn key(purpose: SmsPurpose, mobile: &Tag) -> Key {
    Key::new(format!("SMS#{}", mobile.as_str()), format!("SMS#{}", purpose.as_str()))
}

#[derive(Serialize, Deserialize)]
struct SentCode {
    code: Tag,
    expires: Moment,
    tries: u8,
}

impl KeepSmsCode for Table {
    async fn keep_sms_code(
        &self,
        purpose: SmsPurpose,
        mobile: &Tag,
        code: &Tag,
        expires: Moment,
    ) -> Outcome<()> {
        let body = SentCode { code: code.clone(), expires, tries: 0 };
        let item =
            expiring_item(&key(purpose, mobile), "sms-code", expires, Some(expires.as_second()), &body)?;
        // An older code, whatever became of it, is void now: this write has no condition.
        self.client.put_item().table_name(&self.name).set_item(Some(item)).send().await.map_err(failed)?;
        Ok(())
    }
}

impl TrySmsCode for Table {
    async fn try_sms_code(&self, purpose: SmsPurpose, mobile: &Tag, now: Moment) -> Outcome<Option<Tag>> {
        let update = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key(purpose, mobile).item()))
            .update_expression("SET tries = tries + :one")
            .condition_expression("expires > :now AND tries < :max")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":max", AttributeValue::N(MAX_TRIES.to_string()))
            .expression_attribute_values(":now", value(&now)?)
            .return_values(ReturnValue::AllNew);
        match update.send().await {
            Ok(output) => Ok(output.attributes.map(read::<SentCode>).transpose()?.map(|sent| sent.code)),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                Ok(None)
            }
            Err(error) => Err(failed(error)),
        }
    }
}

/// What the stored code must be for it to be used up.
const SAME: &str = "code = :code";

impl Table {
    /// In a transaction: the code is used up, or nothing is done.
    pub(super) fn using_sms_code(
        &self,
        purpose: SmsPurpose,
        mobile: &Tag,
        code: &Tag,
    ) -> Outcome<TransactWriteItem> {
        let delete = self.delete(key(purpose, mobile)).condition_expression(SAME);
        let delete = delete.expression_attribute_values(":code", value(code)?).build().map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }
}

impl UseSmsCode for Table {
    async fn use_sms_code(&self, purpose: SmsPurpose, mobile: &Tag, code: &Tag) -> Outcome<bool> {
        let delete = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(key(purpose, mobile).item()))
            .condition_expression(SAME)
            .expression_attribute_values(":code", value(code)?);
        match delete.send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                Ok(false)
            }
            Err(error) => Err(failed(error)),
        }
    }
}
