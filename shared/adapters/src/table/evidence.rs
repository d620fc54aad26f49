//! What was read on cards: `PERSON#<ulid>` / `EVIDENCE#<kind>#<version>`. Goes with its account.

use aws_sdk_dynamodb::{
    primitives::Blob,
    types::{AttributeValue, ConditionCheck, TransactWriteItem},
};
use domain::{evidence::Evidence, moment::Moment};
use ports::{
    Outcome,
    evidence::{CardsToRead, KeptEvidence, LoadEvidence, SaveEvidence},
    secrets::Sealed,
};
use serde::{Deserialize, Serialize};

use super::{Key, Table, accounts, item, person, read};
use crate::failure::unbuilt;

/// The attribute that holds what was read, sealed; binary, and therefore beside the others.
const SEALED: &str = "sealed";

fn key(of: CardsToRead) -> Key {
    Key::new(person(of.case.owner), format!("EVIDENCE#{}#{:08}", of.case.kind.as_str(), of.version))
}

/// The plain attributes.
#[derive(Serialize, Deserialize)]
struct EvidenceItem {
    at: Moment,
    evidence: Evidence,
}

impl SaveEvidence for Table {
    /// In one transaction with a look at the account: closing clears away what is there, and after it nothing may come.
    async fn save_evidence(&self, kept: &KeptEvidence) -> Outcome<()> {
        let open = ConditionCheck::builder()
            .table_name(&self.name)
            .set_key(Some(accounts::key(kept.of.case.owner).item()))
            .condition_expression(accounts::OPEN)
            .expression_attribute_names("#state", "state")
            .build()
            .map_err(unbuilt)?;
        let body = EvidenceItem { at: kept.at, evidence: kept.evidence.clone() };
        let mut item = item(&key(kept.of), "evidence", kept.at, &body)?;
        if let Some(Sealed(bytes)) = &kept.transcript {
            item.insert(SEALED.to_owned(), AttributeValue::B(Blob::new(bytes.clone())));
        }
        let writes = vec![TransactWriteItem::builder().condition_check(open).build(), self.put_new(item)?];
        self.transact(writes).await
    }
}

impl LoadEvidence for Table {
    async fn load_evidence(&self, of: CardsToRead) -> Outcome<Option<KeptEvidence>> {
        let Some(mut item) = self.get_item(key(of)).await? else { return Ok(None) };
        let sealed = item.remove(SEALED).and_then(|value| value.as_b().ok().cloned());
        let transcript = sealed.map(|bytes| Sealed(bytes.into_inner()));
        let EvidenceItem { at, evidence } = read(item)?;
        Ok(Some(KeptEvidence { of, at, evidence, transcript }))
    }
}
