//! A provider's access key, from Secrets Manager: a JSON object with `accessKeyId` and `accessKeySecret`.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use aws_sdk_secretsmanager::Client;
use ports::{PortError, messages::Unsent};
use serde::Deserialize;

use crate::failure::failed;

/// An access key. The secret half shows itself nowhere.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessKey {
    pub(super) access_key_id: String,
    pub(super) access_key_secret: String,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKey(…)")
    }
}

/// Where the key is kept. It is read before the first message, and remembered.
#[derive(Debug)]
pub struct Secret {
    client: Client,
    id: String,
    known: Mutex<Option<AccessKey>>,
}

impl Secret {
    pub(crate) fn new(client: Client, id: String) -> Self {
        Self { client, id, known: Mutex::new(None) }
    }

    /// The key.
    pub(super) async fn access_key(&self) -> Result<AccessKey, Unsent> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(key) = known {
            return Ok(key);
        }
        let answer = self.client.get_secret_value().secret_id(&self.id).send().await;
        let answer = answer.map_err(|error| Unsent::Later(failed(error).into()))?;
        // The text is not quoted where it cannot be read.
        let corrupt =
            || Unsent::Later(PortError::Corrupt("the secret of the SMS provider".to_owned()).into());
        let text = answer.secret_string().ok_or_else(corrupt)?;
        let key: AccessKey = serde_json::from_str(text).map_err(|_| corrupt())?;
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(key.clone());
        Ok(key)
    }

    /// Has the key read again before the next message.
    pub(super) fn forget(&self) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
