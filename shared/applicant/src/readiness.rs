//! Whether a collection can be submitted; used by the page beforehand and by the submission itself.

use domain::{
    case::State,
    collection::{Collection, department::CLOSED},
    fault::{Code, Faults, Pointer},
    ids::AccountId,
    moment::Moment,
    window::{Window, next_exam_year},
};
use edge::{Problem, ProblemKind, Request};
use ports::{PortResult, people::LoadDepartment, pictures::LoadUploads, windows::LoadWindow};

use crate::check_pictures;

/// The readiness of a collection.
#[derive(Debug)]
pub struct Readiness {
    /// Everything that blocks a submission; if nothing does, whether a rule flagged one of the pictures.
    pub faults: Result<bool, Faults>,
    /// The collection window of the department's province, if there is one.
    pub window: Option<Window>,
}

/// Checks the pages, their pictures, the department, and the requirements of the province.
pub async fn readiness(
    table: &(impl LoadUploads + LoadDepartment + LoadWindow),
    owner: AccountId,
    pages: &Collection,
    now: Moment,
) -> PortResult<Readiness> {
    let window = window_of(table, pages).await?;
    let mut faults = pages.readiness(now.date());
    if let Some(choice) = &pages.department {
        // The department or its division may have been closed since it was chosen.
        let known = table.load_department(choice.department_id).await?.is_some();
        let at = Pointer::root().child("department").child("departmentId");
        let choice = match (choice.department_id.division.is_selectable(), known) {
            (false, _) => Err(Faults::one(at, CLOSED)),
            (true, false) => Err(Faults::one(at, Code("department.UNKNOWN"))),
            (true, true) => Ok(()),
        };
        faults = Faults::both(faults, choice).map(|_| ());
    }
    if window.as_ref().is_some_and(|window| window.enforces_eligibility) {
        let eligible = pages.eligibility(exam_year(window.as_ref(), now), now.date());
        let missed = eligible.map(|_| ()).map_err(|why| Faults::one(Pointer::root(), why));
        faults = Faults::both(faults, missed).map(|_| ());
    }
    let faults = check_pictures(faults, &pages.uploads(), table, owner).await?;
    Ok(Readiness { faults: faults.map(|checked| checked.flagged), window })
}

/// The collection window of the chosen department's province.
pub async fn window_of(table: &impl LoadWindow, pages: &Collection) -> PortResult<Option<Window>> {
    match &pages.department {
        Some(choice) => table.load_window(choice.department_id.division.province()).await,
        None => Ok(None),
    }
}

/// The query parameter that confirms a withdrawal after which the collection cannot be submitted again.
const CONFIRMATION: &str = "afterWindowClosed";

/// Whether the request has that confirmation; `form.TYPE` at the parameter if it is neither `true` nor `false`.
pub fn confirms_late(req: &Request) -> Result<bool, Faults> {
    let confirmed = req.query(CONFIRMATION).map_or(Ok(false), str::parse);
    confirmed.map_err(|_| Faults::one(Pointer::root().child(CONFIRMATION), Code("form.TYPE")))
}

/// Unless the request confirms it, refuses a withdrawal to state `after` if the window no longer allows a submission
/// from that state.
pub async fn check_late(
    req: &Request,
    table: &impl LoadWindow,
    pages: &Collection,
    after: State,
    now: Moment,
) -> Result<(), Problem> {
    if confirms_late(req)? {
        return Ok(());
    }
    let window = window_of(table, pages).await?;
    match window.filter(|window| window.is_late(after, req.received_at(now))) {
        Some(window) => Err(about_window(ProblemKind::ConfirmationRequired, &window)),
        None => Ok(()),
    }
}

/// A problem that contains the dates of the window.
pub fn about_window(kind: ProblemKind, window: &Window) -> Problem {
    Problem::new(kind)
        .with("opensAt", window.opens_at)
        .with("closesAt", window.closes_at)
        .with("correctionsUntil", window.corrections_until())
}

/// The year of the examination that a collection is for.
pub fn exam_year(window: Option<&Window>, now: Moment) -> i16 {
    window.map_or_else(|| next_exam_year(now.date()), |window| window.exam_year)
}
