//! `POST /v1/real-name/online`: three pictures to the county, for verification.

use applicant::{Checked, check_pictures, view};
use domain::{
    case::{Actor, Case, Command, Filed, Submission},
    ids::{CaseId, CaseKind},
    real_name::{OnlineRequest, Way},
};
use edge::{Answer, Call, Kind, Problem, Standing};
use ports::{
    Clock,
    cases::{Basis, SaveSubmission},
    people::LoadPerson,
    pictures::LoadUploads,
};

/// Whether the caller may ask: with a consent to pictures in force. For `edge::serve_once`.
pub async fn authorize(call: &Call, table: &impl LoadPerson) -> Result<Standing, Problem> {
    let person = applicant::caller(call, table).await?;
    applicant::check_consent(&person.biometrics)?;
    Ok(Standing::default())
}

/// Hands the request in, for the first time, after a return, or when what was approved has run out.
pub async fn handle(
    call: Call,
    table: &(impl LoadPerson + LoadUploads + SaveSubmission),
    clock: &impl Clock,
) -> Result<Answer, Problem> {
    let mut person = applicant::caller(&call, table).await?;
    let now = clock.now();
    let stand = person.stand(now);
    if stand.is_verified() {
        return Err(Problem::new(Kind::AlreadyVerified));
    }
    if !stand.allows(Way::Online) {
        return Err(Problem::new(Kind::NotEditable));
    }
    let basis = Basis::of(&person);
    let case = person.real_name.take().map_or_else(
        || Case::draft(CaseId { kind: CaseKind::RealName, owner: person.id }, now),
        |filed| filed.case,
    );
    applicant::check_consent(&person.biometrics)?;
    let body = call.json()?;
    let uses = OnlineRequest::named_uploads(&body);
    let request = OnlineRequest::parse(&body, person.id_type);
    let Checked { pages, flagged } = check_pictures(request, &uses, table, person.id).await??;
    let submission = Submission { division: pages.division, flagged };
    let change = case.apply(&Command::Submit(submission), &Actor::Applicant(person.id), now)?;
    if let Err(error) = table.save_submission(&change, &pages, &basis).await {
        return Err(applicant::why_not_requested(error, &call, table).await);
    }
    person.real_name = Some(Filed { case: change.after, pages });
    Ok(Answer::created(&view::real_name(&person, now, call.lang())))
}
