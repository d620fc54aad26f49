//! Picture codes: `CAPTCHA#<ulid>` / `CAPTCHA`.

use aws_sdk_dynamodb::types::ReturnValue;
use domain::{ids::CaptchaId, moment::Moment};
use ports::{
    PortResult,
    codes::{SaveCaptcha, TakeCaptcha},
    secrets::Tag,
};
use serde::{Deserialize, Serialize};

use super::{Key, Table, expiring_item, read};
use crate::failure::failed;

fn key(id: CaptchaId) -> Key {
    Key::new(format!("CAPTCHA#{}", id.ulid()), "CAPTCHA")
}

#[derive(Serialize, Deserialize)]
struct Captcha {
    answer: Tag,
    expires: Moment,
}

impl SaveCaptcha for Table {
    async fn save_captcha(&self, id: CaptchaId, answer: &Tag, expires: Moment) -> PortResult<()> {
        let body = Captcha { answer: answer.clone(), expires };
        self.create(expiring_item(&key(id), "captcha", expires, Some(expires.as_second()), &body)?).await
    }
}

impl TakeCaptcha for Table {
    async fn take_captcha(&self, id: CaptchaId, now: Moment) -> PortResult<Option<Tag>> {
        let delete = self.client.delete_item().table_name(&self.name).set_key(Some(key(id).item()));
        let output = delete.return_values(ReturnValue::AllOld).send().await.map_err(failed)?;
        // Expired items linger until DynamoDB gets to them.
        let captcha = output.attributes.map(read::<Captcha>).transpose()?;
        Ok(captcha.filter(|captcha| captcha.expires > now).map(|captcha| captcha.answer))
    }
}
