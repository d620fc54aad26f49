//! What was read on cards: `PERSON#<ulid>` / `EVIDENCE#<kind>#<version>`. Goes with its account.

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use domain::{evidence::Evidence, moment::Moment};
use ports::{
    PortResult,
    evidence::{IdCardOcrQueue, KeptEvidence, LoadEvidence, SaveEvidence},
    secrets::Sealed,
};
use serde::{Deserialize, Serialize};

use super::{Key, Table, item, person, read};

/// The attribute that holds what was read, sealed; binary, and therefore beside the others.
const SEALED: &str = "sealed";

fn key(of: IdCardOcrQueue) -> Key {
    Key::new(person(of.case.owner), format!("EVIDENCE#{}#{:08}", of.case.kind.as_str(), of.version))
}

/// The plain attributes.
#[derive(Serialize, Deserialize)]
struct EvidenceItem {
    at: Moment,
    evidence: Evidence,
}

impl SaveEvidence for Table {
    async fn save_evidence(&self, kept: &KeptEvidence) -> PortResult<()> {
        let body = EvidenceItem { at: kept.at, evidence: kept.evidence.clone() };
        let mut item = item(&key(kept.of), "evidence", kept.at, &body)?;
        if let Some(Sealed(bytes)) = &kept.transcript {
            item.insert(SEALED.to_owned(), AttributeValue::B(Blob::new(bytes.clone())));
        }
        self.transact(vec![self.while_open(kept.of.case.owner)?, self.put_new(item)?]).await
    }
}

impl LoadEvidence for Table {
    async fn load_evidence(&self, of: IdCardOcrQueue) -> PortResult<Option<KeptEvidence>> {
        let Some(mut item) = self.get_item(key(of)).await? else { return Ok(None) };
        let sealed = item.remove(SEALED).and_then(|value| value.as_b().ok().cloned());
        let transcript = sealed.map(|bytes| Sealed(bytes.into_inner()));
        let EvidenceItem { at, evidence } = read(item)?;
        Ok(Some(KeptEvidence { of, at, evidence, transcript }))
    }
}
