//! `/v1/collection/employments/{id}/accounting-experiences`: accounting work within an employment.

use applicant::Draft;
use domain::{
    collection::AccountingExperience,
    ids::{EmploymentId, ExperienceId},
};
use edge::{Answer, Call, Problem, Verb};
use ports::{Chance, Clock, cases::SaveDraft, people::LoadPerson, secrets::OpenIdentity};
use serde_json::{Value, json};

/// Adds, shows, replaces or takes away a row.
pub async fn handle(
    call: Call,
    table: &(impl LoadPerson + SaveDraft),
    keys: &impl OpenIdentity,
    clock: &impl Clock,
    chance: &impl Chance,
) -> Result<Answer, Problem> {
    let verb = call.verb()?;
    let employment = call.path("id", EmploymentId::parse)?;
    if verb == Verb::Show {
        let now = clock.now();
        let mut person = applicant::verified_caller(&call, table, now).await?;
        let mut filed = applicant::take_collection(&mut person, now);
        let row = filed.pages.employment(employment)?.experience(experience_id(&call)?)?;
        return Ok(answer(Answer::ok, &json!(row), filed.case.version));
    }
    if verb == Verb::Add && call.is_taken_up_again() {
        let mut person = applicant::verified_caller(&call, table, clock.now()).await?;
        let mut filed = applicant::take_collection(&mut person, clock.now());
        let id = ExperienceId::new(call.new_id(chance));
        if let Ok(row) = filed.pages.employment(employment)?.experience(id) {
            return Ok(answer(Answer::created, &json!(row), filed.case.version));
        }
    }
    let mut draft = Draft::open(&call, table, keys, clock.now()).await?;
    let about = draft.about();
    let employment = draft.pages.employment(employment)?;
    if verb == Verb::Remove {
        employment.remove_experience(experience_id(&call)?)?;
        let version = draft.save(table).await?;
        return Ok(Answer::no_content().at_version(version));
    }
    let id = match verb {
        Verb::Add => ExperienceId::new(call.new_id(chance)),
        _ => employment.experience(experience_id(&call)?)?.id,
    };
    let row = AccountingExperience::parse(id, &call.json()?, &about, employment)?;
    let shown = json!(row);
    if verb == Verb::Add {
        employment.add_experience(row)?;
    } else {
        *employment.experience(id)? = row;
    }
    let version = draft.save(table).await?;
    let status = if verb == Verb::Add { Answer::created } else { Answer::ok };
    Ok(answer(status, &shown, version))
}

fn answer(status: impl Fn(&Value) -> Answer, row: &Value, version: u64) -> Answer {
    status(&json!({"version": version, "accountingExperience": row})).at_version(version)
}

fn experience_id(call: &Call) -> Result<ExperienceId, Problem> {
    call.path("experienceId", ExperienceId::parse)
}
