//! `GET /v1/collection/form.pdf` and `GET /v1/review/cases/{id}/form.pdf`: what was handed in, on paper.

use applicant::{take_collection, verified_caller};
use domain::{case::Case, collection::Collection, ids::CaseKind, moment::Moment};
use edge::{Problem, ProblemKind, Request, Response};
use pdf::{Form, Submission};
use ports::{
    Clock, PortError,
    audit::{RecordView, View},
    cases::{LoadCase, LoadSubmission},
    people::{LoadDepartment, LoadPerson, LoadReviewer, Person},
    pictures::FetchClean,
    secrets::OpenIdentity,
};
use serde::Deserialize;

/// The printed photo is 25 by 35 mm: at 300 dots an inch, more pixels cannot be seen.
const PHOTO_PIXELS: (u32, u32) = (295, 413);

/// What this function may do with the table.
pub trait Papers:
    LoadPerson + LoadDepartment + LoadReviewer + LoadCase + LoadSubmission + RecordView
{
}

impl<T> Papers for T where
    T: LoadPerson + LoadDepartment + LoadReviewer + LoadCase + LoadSubmission + RecordView
{
}

/// Prints the caller's own collection, or, at the desk, a case as it was handed in.
pub async fn handle(
    req: Request,
    table: &impl Papers,
    keys: &impl OpenIdentity,
    pictures: &impl FetchClean,
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let now = clock.now();
    let Copy { person, case, pages, submission } = match req.route().as_str() {
        "GET /v1/collection/form.pdf" => own(&req, table, now).await?,
        "GET /v1/review/cases/{id}/form.pdf" => at_the_desk(&req, table, now).await?,
        _ => return Err(Problem::new(ProblemKind::NotFound)),
    };
    let identity = keys.open(person.id, person.id_type, &person.sealed).await?;
    let department = match &pages.department {
        Some(choice) => table.load_department(choice.department_id).await?,
        None => None,
    };
    let photo = match &pages.basic {
        Some(basic) => pictures.fetch_clean(person.id, basic.photo).await?,
        None => None,
    };
    let photo = photo.and_then(|photo| picture::shrink(&photo, PHOTO_PIXELS.0, PHOTO_PIXELS.1));
    let pdf = pdf::form(&Form {
        identity: &identity,
        collection: &pages,
        case: case.id,
        state: case.state,
        submission,
        department: department.as_ref(),
        photo: photo.as_deref(),
        printed_at: now,
        further_face: None,
    });
    let pdf = pdf.map_err(|error| Problem::new(ProblemKind::Internal).because(error))?;
    Ok(Response::file("application/pdf", &format!("{}.pdf", case.id), pdf))
}

/// What is printed.
struct Copy {
    person: Person,
    case: Case,
    pages: Collection,
    /// The submission that the pages are the copy of; none while they can be changed.
    submission: Option<Submission>,
}

/// The caller's own collection as it is now.
async fn own(req: &Request, table: &impl Papers, now: Moment) -> Result<Copy, Problem> {
    let mut person = verified_caller(req, table, now).await?;
    let filed = take_collection(&mut person, now);
    let case = filed.case.as_of(now);
    let submission = submission(&case).filter(|_| !case.state.is_editable());
    Ok(Copy { person, case, pages: filed.pages, submission })
}

/// The case that the path names, with its pages as they were handed in.
async fn at_the_desk(req: &Request, table: &impl Papers, now: Moment) -> Result<Copy, Problem> {
    let not_found = || Problem::new(ProblemKind::NotFound);
    let reviewer = reviewer_auth::reviewer(req, table).await?;
    let case = reviewer_auth::see_case(req, table, &reviewer, now).await?.as_of(now);
    if case.id.kind != CaseKind::Collection {
        return Err(not_found());
    }
    // Before anything is shown, as for every look. It is none that a decision rests on: the pictures are not in the form.
    let (version, by) = (case.version, reviewer.id);
    let view = View { case: case.id, version, submission: None, by, at: now, case_list: None };
    table.record_view(&view).await?;
    let pages = reviewer_auth::load_pages(&case, table).await?;
    let corrupt = |_| PortError::Corrupt(format!("the pages of {}", case.id));
    let pages = Collection::deserialize(&pages).map_err(corrupt)?;
    let person = table.load_person(case.id.owner).await?.ok_or_else(not_found)?;
    let submission = submission(&case);
    Ok(Copy { person, case, pages, submission })
}

/// The case's last submission.
fn submission(case: &Case) -> Option<Submission> {
    Some(Submission { round: case.round, at: case.submitted_at? })
}
