//! The grounds of a decision, loaded in one place for all functions that decide cases.

use domain::{
    case::{Case, Decision, Grounds, SubmittedPages},
    ids::{CaseKind, ReviewerId},
    moment::Moment,
};
use ports::{
    PortError, PortResult,
    audit::FindView,
    cases::Basis,
    people::{LoadAccount, LoadPerson, Person},
    pictures::{LoadUploads, Upload},
};
use serde_json::Value;

/// The grounds of a decision on a case, as they were read: for the rule, and for the condition of the write.
#[derive(Clone, Debug)]
pub struct Foundation {
    /// The facts that the rule checks.
    pub grounds: Grounds,
    /// The applicant of the case.
    pub person: Person,
}

impl Foundation {
    /// What must still be unchanged when the decision is saved.
    pub fn basis(&self, case: &Case, decision: &Decision) -> Basis {
        let read = Basis::of(&self.person);
        let is_approval = *decision == Decision::Approve && case.id.kind == CaseKind::Collection;
        Basis {
            biometrics: read.biometrics.filter(|_| case.needs_consent()),
            verification: read.verification.filter(|_| is_approval),
            claims: None,
        }
    }
}

/// Loads the grounds of a decision on the case with those pages; `None` if the account is closed.
pub async fn foundation(
    case: &Case,
    pages: &Value,
    reviewer: ReviewerId,
    table: &(impl LoadPerson + LoadUploads + FindView),
    now: Moment,
) -> PortResult<Option<Foundation>> {
    let owner = case.id.owner;
    let Some(person) = table.load_person(owner).await? else { return Ok(None) };
    let frozen = SubmittedPages::read(case.id.kind, pages);
    let uses = frozen.map_err(|_| PortError::Corrupt(format!("the pages of {}", case.id)))?.uploads();
    let ids: Vec<_> = uses.iter().map(|used| used.upload).collect();
    let uploads = table.load_uploads(owner, &ids).await?;
    let is_opened = match case.shown_version() {
        Some(submission) => table.has_opened(case.id, submission, reviewer).await?,
        None => false,
    };
    let grounds = Grounds { is_opened, ..grounds_of(&person, &uses, &uploads, now) };
    Ok(Some(Foundation { grounds, person }))
}

/// The facts about the applicant and the pictures of their pages, for a reviewer who has opened the case.
pub fn grounds_of(
    person: &Person,
    uses: &[domain::collection::UploadUse],
    uploads: &[Upload],
    now: Moment,
) -> Grounds {
    let is_there =
        |used: &&domain::collection::UploadUse| uploads.iter().any(|upload| upload.id == used.upload);
    let missing = uses.iter().filter(|used| !is_there(used)).map(|used| used.pointer.clone());
    Grounds {
        is_opened: true,
        has_consent: person.biometrics.stands(),
        is_verified: person.stand(now).is_verified(),
        missing: missing.collect(),
    }
}

/// The consent that a claim of the case rests on; `None` if it was withdrawn or the account is closed.
pub async fn consent(case: &Case, table: &impl LoadAccount) -> PortResult<Option<Basis>> {
    if !case.needs_consent() {
        return Ok(Some(Basis::default()));
    }
    let account = table.load_account(case.id.owner).await?.filter(|account| account.biometrics.stands());
    Ok(account.map(|account| Basis::consent(&account.biometrics)))
}
