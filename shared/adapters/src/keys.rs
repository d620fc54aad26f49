//! Keyed hashes and sealed identities, by keys that never leave KMS.

use aws_sdk_kms::{Client, primitives::Blob, types::MacAlgorithmSpec};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    evidence::{Printed, Transcript, Validity},
    identity::{IdType, IdentityNumber},
    ids::AccountId,
    mobile::Mobile,
    name::PersonName,
    person::Identity,
};
use ports::{
    PortError, PortResult,
    evidence::{OpenTranscript, SealTranscript},
    secrets::{Hash, OpenIdentity, SealIdentity, Sealed, Tag, TagPurpose},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::failure::{failed, unbuilt};

/// KMS.
#[derive(Debug)]
pub struct Keys {
    client: Client,
    hash_key: String,
    identity_key: String,
}

/// What is sealed. Personal: no `Debug`.
#[derive(Serialize, Deserialize)]
struct Plain {
    number: String,
    name: String,
    mobile: String,
}

/// What is sealed of a card. Personal: no `Debug`.
#[derive(Serialize, Deserialize)]
struct PlainTranscript {
    name: Option<String>,
    number: Option<String>,
    address: Option<String>,
    authority: Option<String>,
    validity: Option<Validity>,
}

impl Keys {
    pub(crate) fn new(client: Client, hash_key: String, identity_key: String) -> Self {
        Self { client, hash_key, identity_key }
    }
}

fn label(purpose: TagPurpose) -> &'static str {
    match purpose {
        TagPurpose::Identity => "identity",
        TagPurpose::Mobile => "mobile",
        TagPurpose::Captcha => "captcha",
        TagPurpose::SmsCode => "sms-code",
        TagPurpose::Login => "login",
        TagPurpose::Address => "address",
        TagPurpose::MatchKey => "material",
    }
}

impl Hash for Keys {
    async fn tag(&self, purpose: TagPurpose, text: &str) -> PortResult<Tag> {
        let message = format!("{}\0{text}", label(purpose));
        let output = self
            .client
            .generate_mac()
            .key_id(&self.hash_key)
            .mac_algorithm(MacAlgorithmSpec::HmacSha256)
            .message(Blob::new(message))
            .send()
            .await
            .map_err(failed)?;
        let mac = output.mac.ok_or_else(|| PortError::Corrupt("a MAC without bytes".to_owned()))?;
        Ok(Tag::new(BASE64_URL_SAFE_NO_PAD.encode(mac)))
    }
}

impl Keys {
    /// Sealed for that account, as that content; an identity, which was there first, has none.
    async fn seal_as(
        &self,
        owner: AccountId,
        content: Option<&str>,
        plain: &impl Serialize,
    ) -> PortResult<Sealed> {
        let mut encrypt = self.client.encrypt().key_id(&self.identity_key);
        encrypt = encrypt.encryption_context("account", owner.to_string());
        if let Some(content) = content {
            encrypt = encrypt.encryption_context("content", content);
        }
        let plain = serde_json::to_vec(plain).map_err(unbuilt)?;
        let output = encrypt.plaintext(Blob::new(plain)).send().await.map_err(failed)?;
        let bytes =
            output.ciphertext_blob.ok_or_else(|| PortError::Corrupt("nothing was sealed".to_owned()))?;
        Ok(Sealed(bytes.into_inner()))
    }

    /// What was sealed so.
    async fn open_as<T: DeserializeOwned>(
        &self,
        owner: AccountId,
        content: Option<&str>,
        sealed: &Sealed,
    ) -> PortResult<T> {
        let mut decrypt = self.client.decrypt().key_id(&self.identity_key);
        decrypt = decrypt.encryption_context("account", owner.to_string());
        if let Some(content) = content {
            decrypt = decrypt.encryption_context("content", content);
        }
        let output = decrypt.ciphertext_blob(Blob::new(sealed.0.clone())).send().await.map_err(failed)?;
        // The error of a failed parse would quote what it read: it is not passed on.
        let plain = output.plaintext.and_then(|bytes| serde_json::from_slice(bytes.as_ref()).ok());
        let what = content.unwrap_or("identity");
        plain.ok_or_else(|| PortError::Corrupt(format!("the sealed {what} of {owner}")))
    }
}

impl SealIdentity for Keys {
    async fn seal(&self, owner: AccountId, identity: &Identity) -> PortResult<Sealed> {
        let plain = Plain {
            number: identity.number.expose().to_owned(),
            name: identity.name.expose().to_owned(),
            mobile: identity.mobile.expose().to_owned(),
        };
        self.seal_as(owner, None, &plain).await
    }
}

impl OpenIdentity for Keys {
    async fn open(&self, owner: AccountId, id_type: IdType, sealed: &Sealed) -> PortResult<Identity> {
        let plain: Plain = self.open_as(owner, None, sealed).await?;
        Ok(Identity {
            number: IdentityNumber::restore(id_type, plain.number),
            name: PersonName::restore(plain.name),
            mobile: Mobile::restore(plain.mobile),
        })
    }
}

/// Sealed for an account as this, an identity and a transcript cannot take each other's place.
const TRANSCRIPT: &str = "card-transcript";

impl SealTranscript for Keys {
    async fn seal_transcript(&self, owner: AccountId, transcript: &Transcript) -> PortResult<Sealed> {
        let text = |printed: &Option<Printed>| printed.as_ref().map(|printed| printed.expose().to_owned());
        let plain = PlainTranscript {
            name: text(&transcript.name),
            number: text(&transcript.number),
            address: text(&transcript.address),
            authority: text(&transcript.authority),
            validity: transcript.validity,
        };
        self.seal_as(owner, Some(TRANSCRIPT), &plain).await
    }
}

impl OpenTranscript for Keys {
    async fn open_transcript(&self, owner: AccountId, sealed: &Sealed) -> PortResult<Transcript> {
        let plain: PlainTranscript = self.open_as(owner, Some(TRANSCRIPT), sealed).await?;
        Ok(Transcript {
            name: plain.name.map(Printed::new),
            number: plain.number.map(Printed::new),
            address: plain.address.map(Printed::new),
            authority: plain.authority.map(Printed::new),
            validity: plain.validity,
        })
    }
}
