//! `/v1/collection/educations`: the rows of the education page.

use applicant::{Draft, with_pictures};
use domain::{collection::Education, fault::Pointer, ids::EducationId};
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
        let row = filed.pages.education(call.path("id", EducationId::parse)?)?;
        return Ok(Answer::ok(&json!({"version": filed.case.version, "education": row}))
            .at_version(filed.case.version));
    }
    let mut draft = Draft::open(&call, table, keys, clock.now()).await?;
    if verb == Verb::Remove {
        draft.pages.remove_education(call.path("id", EducationId::parse)?)?;
        let version = draft.save(table).await?;
        return Ok(Answer::no_content().at_version(version));
    }
    let id = match verb {
        Verb::Add => EducationId::new(chance.ulid()),
        _ => draft.pages.education(call.path("id", EducationId::parse)?)?.id,
    };
    let body = call.json()?;
    let uses = Education::named_uploads(&body, &Pointer::root());
    let row = Education::parse(id, &body, &draft.about());
    let row = with_pictures(row, &uses, table, draft.person.id).await??;
    let shown = json!(row);
    if verb == Verb::Add {
        draft.pages.add_education(row)?;
    } else {
        *draft.pages.education(id)? = row;
    }
    let version = draft.save(table).await?;
    let body = json!({"version": version, "education": shown});
    let answer = if verb == Verb::Add { Answer::created(&body) } else { Answer::ok(&body) };
    Ok(answer.at_version(version))
}
