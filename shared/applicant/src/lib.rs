//! Shared code of the applicants' functions.
//!
//! [`Draft`] is the only way to open a collection for a change: it is the caller's own, the caller is verified, and the
//! state allows changes. [`view`] turns applicants, pictures and comments into JSON.

pub mod codes;
mod draft;
pub mod login;
mod pictures;
pub mod readiness;
pub mod rows;
pub mod view;

use domain::{
    case::{Case, CaseFile},
    collection::Collection,
    consent::Biometrics,
    ids::{AccountId, CaseId, CaseKind},
    moment::Moment,
};
use edge::{Problem, ProblemKind, ReplayScope, Request};
use ports::{
    Clock, PortError,
    people::{Account, LoadAccount, LoadPerson, Person},
};

pub use draft::{Draft, check_version};
pub use pictures::{Checked, check_pictures, with_pictures};

/// The applicant who makes the request.
pub async fn caller(req: &Request, people: &impl LoadPerson) -> Result<Person, Problem> {
    let id = req.applicant()?;
    // A token may be valid for longer than its account exists.
    people.load_person(id).await?.ok_or_else(|| Problem::new(ProblemKind::Unauthenticated))
}

/// The account of the applicant who makes the request.
pub async fn account(req: &Request, accounts: &impl LoadAccount) -> Result<Account, Problem> {
    let id = req.applicant()?;
    accounts.load_account(id).await?.ok_or_else(|| Problem::new(ProblemKind::Unauthenticated))
}

/// The problem for an item that could not be saved in an account. On `Conflict`: 401 if the account is closed;
/// otherwise 409 with a retry after one second, because concurrent requests of the same applicant conflicted.
pub async fn not_kept(error: PortError, id: AccountId, accounts: &impl LoadAccount) -> Problem {
    match error {
        PortError::Conflict => match accounts.load_account(id).await {
            Ok(None) => Problem::new(ProblemKind::Unauthenticated),
            Ok(Some(_)) => Problem::from(PortError::Conflict).retry_after(1),
            Err(error) => error.into(),
        },
        error => error.into(),
    }
}

/// Turns conflict, not found and internal failures into 401 if the applicant's account was closed during the request.
/// Closing deletes what the request reads and writes, so it can fail in any of these ways.
pub async fn unless_closed<T>(
    result: Result<T, Problem>,
    req: &Request,
    people: &impl LoadPerson,
) -> Result<T, Problem> {
    match result {
        Err(problem)
            if matches!(
                problem.kind(),
                ProblemKind::Conflict | ProblemKind::NotFound | ProblemKind::Internal
            ) =>
        {
            match people.load_person(req.applicant()?).await {
                Ok(None) => {
                    Err(Problem::new(ProblemKind::Unauthenticated)
                        .because("the account was closed meanwhile"))
                }
                Ok(Some(_)) | Err(_) => Err(problem),
            }
        }
        result => result,
    }
}

/// When the account was registered, according to its id.
pub fn registered_at(id: AccountId) -> Option<Moment> {
    i64::try_from(id.ulid().timestamp_ms()).ok().and_then(Moment::from_millisecond)
}

/// The applicant who makes the request, if they are verified.
pub async fn verified_caller(
    req: &Request,
    people: &impl LoadPerson,
    now: Moment,
) -> Result<Person, Problem> {
    let person = caller(req, people).await?;
    if person.stand(now).is_verified() {
        Ok(person)
    } else {
        Err(Problem::new(ProblemKind::RealNameRequired))
    }
}

/// Allows a `POST` to a verified applicant, for `edge::serve_once`.
pub async fn authorize_verified(
    req: &Request,
    people: &impl LoadPerson,
    clock: &impl Clock,
) -> Result<ReplayScope, Problem> {
    verified_caller(req, people, clock.now()).await.map(|_| ReplayScope::default())
}

/// Requires a consent to pictures of the applicant's face: without it, none is accepted or passed on.
pub fn check_consent(biometrics: &Biometrics) -> Result<(), Problem> {
    if biometrics.in_force().is_some() { Ok(()) } else { Err(Problem::new(ProblemKind::ConsentRequired)) }
}

/// The problem for a collection that could not be submitted. On `Conflict`, checks verification and consent again and
/// reports what is missing.
pub async fn why_not_submitted(
    error: PortError,
    req: &Request,
    people: &impl LoadPerson,
    now: Moment,
) -> Problem {
    match error {
        PortError::Conflict => match verified_caller(req, people, now).await {
            Ok(person) => lost_consent(&person),
            Err(problem) => problem,
        },
        error => error.into(),
    }
}

/// The same for a request for real-name verification.
pub async fn why_not_requested(error: PortError, req: &Request, people: &impl LoadPerson) -> Problem {
    match error {
        PortError::Conflict => match caller(req, people).await {
            Ok(person) => lost_consent(&person),
            Err(problem) => problem,
        },
        error => error.into(),
    }
}

fn lost_consent(person: &Person) -> Problem {
    check_consent(&person.biometrics).err().unwrap_or_else(|| Problem::new(ProblemKind::Conflict))
}

/// Takes the applicant's collection; an empty one if it was not started.
pub fn take_collection(person: &mut Person, now: Moment) -> CaseFile<Collection> {
    let id = CaseId { kind: CaseKind::Collection, owner: person.id };
    let empty = || CaseFile { case: Case::draft(id, now), pages: Collection::default() };
    person.collection.take().unwrap_or_else(empty)
}
