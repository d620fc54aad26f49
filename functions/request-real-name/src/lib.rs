//! `POST /v1/real-name/online`: three pictures to the county, for verification.

use applicant::{Checked, check_pictures, view};
use domain::{
    case::{Actor, Case, CaseFile, Command, Submission},
    ids::{CaseId, CaseKind},
    real_name::{OnlineRequest, Way},
};
use edge::{Problem, ProblemKind, ReplayScope, Request, Response};
use ports::{
    Clock,
    cases::{Basis, SaveSubmission},
    people::LoadPerson,
    pictures::LoadUploads,
};

/// Whether the caller may ask: with a consent to pictures in force. For `edge::serve_once`.
pub async fn authorize(req: &Request, table: &impl LoadPerson) -> Result<ReplayScope, Problem> {
    let person = applicant::caller(req, table).await?;
    applicant::check_consent(&person.biometrics)?;
    Ok(ReplayScope::default())
}

/// Hands the request in, for the first time, after a return, or when what was approved has run out.
pub async fn handle(
    req: Request,
    table: &(impl LoadPerson + LoadUploads + SaveSubmission),
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let mut person = applicant::caller(&req, table).await?;
    let now = clock.now();
    let stand = person.stand(now);
    if stand.is_verified() {
        return Err(Problem::new(ProblemKind::AlreadyVerified));
    }
    if !stand.allows(Way::Online) {
        return Err(Problem::new(ProblemKind::NotEditable));
    }
    let basis = Basis::of(&person);
    let case = person.real_name.take().map_or_else(
        || Case::draft(CaseId { kind: CaseKind::RealName, owner: person.id }, now),
        |filed| filed.case,
    );
    applicant::check_consent(&person.biometrics)?;
    let body = req.json()?;
    let uses = OnlineRequest::named_uploads(&body);
    let request = OnlineRequest::parse(&body, person.id_type);
    let Checked { pages, flagged } = check_pictures(request, &uses, table, person.id).await??;
    let submission = Submission { division: pages.division, flagged };
    let change = case.apply(&Command::Submit(submission), &Actor::Applicant(person.id), now)?;
    if let Err(error) = table.save_submission(&change, &pages, &basis).await {
        return Err(applicant::why_not_requested(error, &req, table).await);
    }
    person.real_name = Some(CaseFile { case: change.after, pages });
    Ok(Response::created(&view::real_name(&person, now, req.lang())))
}
