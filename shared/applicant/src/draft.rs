//! Opening a collection for a change, and saving it.

use domain::{
    case::{Case, CaseFile},
    collection::{About, Collection},
    moment::Moment,
    person::Identity,
};
use edge::{Problem, ProblemKind, Request};
use ports::{
    cases::SaveDraft,
    people::{LoadPerson, Person},
    secrets::OpenIdentity,
};

use crate::{take_collection, verified_caller};

/// Refuses a request whose `If-Match` is not the case's current version.
pub fn check_version(req: &Request, case: &Case) -> Result<(), Problem> {
    if req.matches(case.version) {
        Ok(())
    } else {
        Err(Problem::new(ProblemKind::PreconditionFailed).with("version", case.version))
    }
}

/// The caller's own collection, open for a change.
#[derive(Debug)]
pub struct Draft {
    /// The applicant.
    pub person: Person,
    /// The applicant's identity.
    pub identity: Identity,
    /// The pages.
    pub pages: Collection,
    /// Its case, as it was loaded.
    pub case: Case,
    now: Moment,
}

impl Draft {
    /// Opens the caller's collection, or a new one if there is none.
    pub async fn open(
        req: &Request,
        people: &impl LoadPerson,
        keys: &impl OpenIdentity,
        now: Moment,
    ) -> Result<Self, Problem> {
        let mut person = verified_caller(req, people, now).await?;
        let filed = take_collection(&mut person, now);
        if !filed.case.state.is_editable() {
            return Err(Problem::new(ProblemKind::NotEditable));
        }
        check_version(req, &filed.case)?;
        let identity = keys.open(person.id, person.id_type, &person.sealed).await?;
        Ok(Self { person, identity, pages: filed.pages, case: filed.case, now })
    }

    /// What the rules of the pages need to know about the applicant.
    pub fn about(&self) -> About {
        let (sex, birth_date) = self.identity.birth();
        About {
            as_of: self.now.date(),
            id_type: self.person.id_type,
            birth_date: birth_date.or_else(|| self.pages.basic.as_ref()?.birth_date),
            birth_from_number: sex.is_some() && birth_date.is_some(),
        }
    }

    /// Saves the pages unless another request changed them since they were opened; returns the new version.
    pub async fn save(self, cases: &impl SaveDraft) -> Result<u64, Problem> {
        let version = self.case.version + 1;
        let case = Case { version, updated_at: self.now, ..self.case };
        cases.save_draft(&CaseFile { case, pages: self.pages }).await?;
        Ok(version)
    }
}
