//! Codes that were sent to phones: `SMS#<ulid of the request>` / `SMS`.

use aws_sdk_dynamodb::{
    error::SdkError,
    types::{AttributeValue, ReturnValue, TransactWriteItem},
};
use domain::{ids::SmsCodeId, moment::Moment, person::SmsPurpose};
use ports::{
    PortResult,
    codes::{ConfirmedSmsCode, SaveSmsCode, SentSmsCode, TrySmsCode, UseSmsCode},
    secrets::Tag,
};
use serde::{Deserialize, Serialize};

use super::{Key, Table, expiring_item, read, value};
use crate::failure::{failed, unbuilt};

/// Tries that one code allows (domain specification, section 3).
const MAX_TRIES: u8 = 5;

/// The key of the code that was sent for that request.
fn key(id: SmsCodeId) -> Key {
    Key::new(format!("SMS#{}", id.ulid()), "SMS")
}

#[derive(Serialize)]
struct SentCode<'a> {
    purpose: &'static str,
    mobile: &'a Tag,
    code: &'a Tag,
    expires: Moment,
    tries: u8,
}

/// What is read of a code.
#[derive(Deserialize)]
struct CodeOnly {
    code: Tag,
}

impl SaveSmsCode for Table {
    async fn save_sms_code(&self, sent: &SentSmsCode) -> PortResult<()> {
        let SentSmsCode { id, purpose, mobile, code, expires } = sent;
        let body = SentCode { purpose: purpose.as_str(), mobile, code, expires: *expires, tries: 0 };
        self.create(expiring_item(&key(*id), "sms-code", *expires, Some(expires.as_second()), &body)?).await
    }
}

impl TrySmsCode for Table {
    async fn try_sms_code(
        &self,
        id: SmsCodeId,
        purpose: SmsPurpose,
        mobile: &Tag,
        now: Moment,
    ) -> PortResult<Option<Tag>> {
        let update = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key(id).item()))
            .update_expression("SET tries = tries + :one")
            .condition_expression(
                "purpose = :purpose AND mobile = :mobile AND expires > :now AND tries < :max",
            )
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":max", AttributeValue::N(MAX_TRIES.to_string()))
            .expression_attribute_values(":purpose", value(&purpose.as_str())?)
            .expression_attribute_values(":mobile", value(mobile)?)
            .expression_attribute_values(":now", value(&now)?)
            .return_values(ReturnValue::AllNew);
        match update.send().await {
            Ok(output) => Ok(output.attributes.map(read::<CodeOnly>).transpose()?.map(|sent| sent.code)),
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
    pub(super) fn using_sms_code(&self, used: &ConfirmedSmsCode) -> PortResult<TransactWriteItem> {
        let delete = self.delete(key(used.id)).condition_expression(SAME);
        let delete =
            delete.expression_attribute_values(":code", value(&used.code)?).build().map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }
}

impl UseSmsCode for Table {
    async fn use_sms_code(&self, used: &ConfirmedSmsCode) -> PortResult<bool> {
        let delete = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(key(used.id).item()))
            .condition_expression(SAME)
            .expression_attribute_values(":code", value(&used.code)?);
        match delete.send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                Ok(false)
            }
            Err(error) => Err(failed(error)),
        }
    }
}
