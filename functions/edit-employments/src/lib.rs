//! `/v1/collection/employments`: the rows of the work page.

use applicant::{Draft, with_pictures};
use domain::{collection::Employment, fault::Pointer, ids::EmploymentId};
use edge::{Answer, Call, Problem, Verb};
use ports::{
    Chance, Clock, cases::SaveDraft, people::LoadPerson, pictures::LoadUploads, secrets::OpenIdentity,
};
use serde_json::json;

/// Adds, shows, replaces or takes away a row.
pub async fn handle(
    call: Call,
    table: &(impl LoadPerson + LoadUploads + SaveDraft),
    keys: &impl OpenIdentity,
    clock: &impl Clock,
    chance: &impl Chance,
) -> Result<Answer, Problem> {
    let verb = call.verb()?;
    if verb == Verb::Show {
        let mut person = applicant::verified_caller(&call, table).await?;
        let mut filed = applicant::take_collection(&mut person, clock.now());
        let row = filed.pages.employment(call.path("id", EmploymentId::parse)?)?;
        return Ok(Answer::ok(&json!({"version": filed.case.version, "employment": row}))
            .at_version(filed.case.version));
    }
    let mut draft = Draft::open(&call, table, keys, clock.now()).await?;
    if verb == Verb::Remove {
        draft.pages.remove_employment(call.path("id", EmploymentId::parse)?)?;
        let version = draft.save(table).await?;
        return Ok(Answer::no_content().at_version(version));
    }
    let id = match verb {
        Verb::Add => EmploymentId::new(chance.ulid()),
        _ => draft.pages.employment(call.path("id", EmploymentId::parse)?)?.id,
    };
    let body = call.json()?;
    let uses = Employment::named_uploads(&body, &Pointer::root());
    let row = Employment::parse(id, &body, &draft.about());
    let mut row = with_pictures(row, &uses, table, draft.person.id).await??;
    if verb == Verb::Replace {
        // The accounting experiences are rows of their own and stay.
        row.accounting_experiences = draft.pages.employment(id)?.accounting_experiences.clone();
    }
    let shown = json!(row);
    if verb == Verb::Add {
        draft.pages.add_employment(row)?;
    } else {
        *draft.pages.employment(id)? = row;
    }
    let version = draft.save(table).await?;
    let body = json!({"version": version, "employment": shown});
    let answer = if verb == Verb::Add { Answer::created(&body) } else { Answer::ok(&body) };
    Ok(answer.at_version(version))
}
