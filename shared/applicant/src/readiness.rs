//! Whether a collection can be handed in: asked by the page beforehand, and by the submission itself.

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

/// What was found out about a collection.
#[derive(Debug)]
pub struct Readiness {
    /// Everything that still stands in the way; nothing, and whether a rule doubts one of the pictures.
    pub faults: Result<bool, Faults>,
    /// The window of the department's province, where there is one.
    pub window: Option<Window>,
}

/// Looks at the pages, their pictures, the department, and what the province asks for.
pub async fn readiness(
    table: &(impl LoadUploads + LoadDepartment + LoadWindow),
    owner: AccountId,
    pages: &Collection,
    now: Moment,
) -> PortResult<Readiness> {
    let window = window_of(table, pages).await?;
    let mut faults = pages.readiness(now.date());
    if let Some(choice) = &pages.department {
        // It, or its division, may have been closed since it was chosen.
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

/// The window of the province whose department was chosen.
pub async fn window_of(table: &impl LoadWindow, pages: &Collection) -> PortResult<Option<Window>> {
    match &pages.department {
        Some(choice) => table.load_window(choice.department_id.division.province()).await,
        None => Ok(None),
    }
}

/// The parameter by which a request says that what it takes back need not be submitted again.
const CONFIRMATION: &str = "afterWindowClosed";

/// Whether the request confirms that; `form.TYPE` at the parameter where it is neither `true` nor `false`.
pub fn confirms_late(req: &Request) -> Result<bool, Faults> {
    let confirmed = req.query(CONFIRMATION).map_or(Ok(false), str::parse);
    confirmed.map_err(|_| Faults::one(Pointer::root().child(CONFIRMATION), Code("form.TYPE")))
}

/// Refuses to take back what could not be submitted again, in the state that it would have, unless the request confirms it.
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

/// A problem that says when the window is open.
pub fn about_window(kind: ProblemKind, window: &Window) -> Problem {
    Problem::new(kind)
        .with("opensAt", window.opens_at)
        .with("closesAt", window.closes_at)
        .with("correctionsUntil", window.corrections_until())
}

/// The examination that a collection is for.
pub fn exam_year(window: Option<&Window>, now: Moment) -> i16 {
    window.map_or_else(|| next_exam_year(now.date()), |window| window.exam_year)
}
