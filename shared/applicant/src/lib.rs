//! What the applicants' functions share.
//!
//! [`Draft`] is the only way to a collection that may be changed: it is the caller's own, the caller is
//! verified, and the state allows it. [`view`] is how people, pictures and comments look in answers.

pub mod codes;
mod draft;
pub mod login;
mod pictures;
pub mod readiness;
pub mod rows;
pub mod view;

use domain::{
    case::{Case, Filed},
    collection::Collection,
    consent::Biometrics,
    ids::{AccountId, CaseId, CaseKind},
    moment::Moment,
};
use edge::{Call, Kind, Problem, Standing};
use ports::{
    Clock, PortError,
    people::{Account, LoadAccount, LoadPerson, Person},
};

pub use draft::{Draft, check_version};
pub use pictures::{Checked, check_pictures, with_pictures};

/// The applicant who calls.
pub async fn caller(call: &Call, people: &impl LoadPerson) -> Result<Person, Problem> {
    let id = call.applicant()?;
    // A token outlives an account that was removed.
    people.load_person(id).await?.ok_or_else(|| Problem::new(Kind::Unauthenticated))
}

/// The account of the applicant who calls.
pub async fn account(call: &Call, accounts: &impl LoadAccount) -> Result<Account, Problem> {
    let id = call.applicant()?;
    accounts.load_account(id).await?.ok_or_else(|| Problem::new(Kind::Unauthenticated))
}

/// The problem for an item that could not be created in an account. On `Conflict`: 401 when the account is closed, else 409
/// to be retried after a second, since other calls of the same applicant were in the way.
pub async fn not_kept(error: PortError, id: AccountId, accounts: &impl LoadAccount) -> Problem {
    match error {
        PortError::Conflict => match accounts.load_account(id).await {
            Ok(None) => Problem::new(Kind::Unauthenticated),
            Ok(Some(_)) => Problem::from(PortError::Conflict).retry_after(1),
            Err(error) => error.into(),
        },
        error => error.into(),
    }
}

/// Turns conflict, not found and internal failures of a call into 401 when the applicant's account was closed meanwhile.
/// Closing deletes what such a call reads and writes, so it may fail in any of these ways.
pub async fn unless_closed<T>(
    result: Result<T, Problem>,
    call: &Call,
    people: &impl LoadPerson,
) -> Result<T, Problem> {
    match result {
        Err(problem) if matches!(problem.kind(), Kind::Conflict | Kind::NotFound | Kind::Internal) => {
            match people.load_person(call.applicant()?).await {
                Ok(None) => {
                    Err(Problem::new(Kind::Unauthenticated).because("the account was closed meanwhile"))
                }
                Ok(Some(_)) | Err(_) => Err(problem),
            }
        }
        result => result,
    }
}

/// When an account was made: its id says so.
pub fn registered_at(id: AccountId) -> Option<Moment> {
    i64::try_from(id.ulid().timestamp_ms()).ok().and_then(Moment::from_millisecond)
}

/// The applicant who calls, if they are who they say they are.
pub async fn verified_caller(call: &Call, people: &impl LoadPerson, now: Moment) -> Result<Person, Problem> {
    let person = caller(call, people).await?;
    if person.stand(now).is_verified() { Ok(person) } else { Err(Problem::new(Kind::RealNameRequired)) }
}

/// Whether the caller may ask for something of a collection: for `edge::serve_once`.
pub async fn authorize_verified(
    call: &Call,
    people: &impl LoadPerson,
    clock: &impl Clock,
) -> Result<Standing, Problem> {
    verified_caller(call, people, clock.now()).await.map(|_| Standing::default())
}

/// Whether the person agreed to the use of pictures of their face: without it none is taken, and none passed on.
pub fn check_consent(biometrics: &Biometrics) -> Result<(), Problem> {
    if biometrics.in_force().is_some() { Ok(()) } else { Err(Problem::new(Kind::ConsentRequired)) }
}

/// Why a collection was not submitted: where the write met another one, what it rests on is read again, and the caller is told
/// if that is gone.
pub async fn why_not_submitted(
    error: PortError,
    call: &Call,
    people: &impl LoadPerson,
    now: Moment,
) -> Problem {
    match error {
        PortError::Conflict => match verified_caller(call, people, now).await {
            Ok(person) => lost_consent(&person),
            Err(problem) => problem,
        },
        error => error.into(),
    }
}

/// The same of a request for real-name verification.
pub async fn why_not_requested(error: PortError, call: &Call, people: &impl LoadPerson) -> Problem {
    match error {
        PortError::Conflict => match caller(call, people).await {
            Ok(person) => lost_consent(&person),
            Err(problem) => problem,
        },
        error => error.into(),
    }
}

fn lost_consent(person: &Person) -> Problem {
    check_consent(&person.biometrics).err().unwrap_or_else(|| Problem::new(Kind::Conflict))
}

/// The person's collection, an empty one if none was begun.
pub fn take_collection(person: &mut Person, now: Moment) -> Filed<Collection> {
    let id = CaseId { kind: CaseKind::Collection, owner: person.id };
    let empty = || Filed { case: Case::draft(id, now), pages: Collection::default() };
    person.collection.take().unwrap_or_else(empty)
}
