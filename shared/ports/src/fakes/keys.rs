//! Keys that hide nothing: tags are readable, and so are sealed identities, but only for their owner.

use std::sync::Arc;

use domain::{
    evidence::{Printed, Transcript, Validity},
    identity::{IdType, IdentityNumber},
    ids::AccountId,
    mobile::Mobile,
    name::PersonName,
    person::Identity,
};

use super::Script;
use crate::{
    PortError, PortResult,
    evidence::{OpenTranscript, SealTranscript},
    secrets::{Hash, OpenIdentity, SealIdentity, Sealed, Tag, TagPurpose},
};

/// Keys without encryption.
#[derive(Clone, Debug)]
pub struct PlainKeys {
    script: Arc<Script>,
}

impl PlainKeys {
    pub(super) fn new(script: Arc<Script>) -> Self {
        Self { script }
    }

    /// Returns the tag of a text without a port call.
    pub fn tag_of(purpose: TagPurpose, text: &str) -> Tag {
        Tag::new(format!("{purpose:?}~{text}"))
    }

    /// Returns the sealed identity without a port call.
    pub fn sealed(owner: AccountId, identity: &Identity) -> Sealed {
        let Identity { number, name, mobile } = identity;
        let parts = [&owner.to_string(), number.expose(), name.expose(), mobile.expose()];
        Sealed(parts.join("\n").into_bytes())
    }
}

impl Hash for PlainKeys {
    async fn tag(&self, purpose: TagPurpose, text: &str) -> PortResult<Tag> {
        self.script.call("tag", || Ok(Self::tag_of(purpose, text))).await
    }
}

impl SealIdentity for PlainKeys {
    async fn seal(&self, owner: AccountId, identity: &Identity) -> PortResult<Sealed> {
        self.script.call("seal", || Ok(Self::sealed(owner, identity))).await
    }
}

impl OpenIdentity for PlainKeys {
    async fn open(&self, owner: AccountId, id_type: IdType, sealed: &Sealed) -> PortResult<Identity> {
        self.script
            .call("open", || {
                let text = String::from_utf8_lossy(&sealed.0);
                let [of, number, name, mobile] = text.split('\n').collect::<Vec<_>>()[..] else {
                    return Err(PortError::Corrupt(format!("the sealed identity of {owner}")));
                };
                if of != owner.to_string() {
                    return Err(PortError::Internal("sealed for another account".into()));
                }
                Ok(Identity {
                    number: IdentityNumber::restore(id_type, number.to_owned()),
                    name: PersonName::restore(name.to_owned()),
                    mobile: Mobile::restore(mobile.to_owned()),
                })
            })
            .await
    }
}

impl SealTranscript for PlainKeys {
    async fn seal_transcript(&self, owner: AccountId, transcript: &Transcript) -> PortResult<Sealed> {
        self.script
            .call("seal_transcript", || {
                let Transcript { name, number, address, authority, validity } = transcript;
                let texts = [name, number, address, authority];
                let texts = texts.map(|text| text.as_ref().map_or("", Printed::expose).to_owned());
                let validity = validity.map_or_else(String::new, |validity| validity.to_string());
                let mut parts = vec!["transcript".to_owned(), owner.to_string()];
                parts.extend(texts.into_iter().chain([validity]));
                Ok(Sealed(parts.join("\n").into_bytes()))
            })
            .await
    }
}

impl OpenTranscript for PlainKeys {
    async fn open_transcript(&self, owner: AccountId, sealed: &Sealed) -> PortResult<Transcript> {
        self.script
            .call("open_transcript", || {
                let text = String::from_utf8_lossy(&sealed.0);
                let ["transcript", of, name, number, address, authority, validity] =
                    text.split('\n').collect::<Vec<_>>()[..]
                else {
                    return Err(PortError::Corrupt(format!("the sealed transcript of {owner}")));
                };
                if of != owner.to_string() {
                    return Err(PortError::Internal("sealed for another account".into()));
                }
                let text = |text: &str| (!text.is_empty()).then(|| Printed::new(text.to_owned()));
                Ok(Transcript {
                    name: text(name),
                    number: text(number),
                    address: text(address),
                    authority: text(authority),
                    validity: Validity::parse(validity),
                })
            })
            .await
    }
}
