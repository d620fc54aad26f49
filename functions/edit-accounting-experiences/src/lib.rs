//! `/v1/collection/employments/{id}/accounting-experiences`: accounting work within an employment.

use applicant::Draft;
use domain::{
    collection::AccountingExperience,
    ids::{EmploymentId, ExperienceId},
};
use edge::{Problem, Request, Response, RowAction};
use ports::{Clock, Random, cases::SaveDraft, people::LoadPerson, secrets::OpenIdentity};
use serde_json::{Value, json};

/// Adds, shows, replaces or takes away a row.
pub async fn handle(
    req: Request,
    table: &(impl LoadPerson + SaveDraft),
    keys: &impl OpenIdentity,
    clock: &impl Clock,
    chance: &impl Random,
) -> Result<Response, Problem> {
    let verb = req.verb()?;
    let employment = req.path("id", EmploymentId::parse)?;
    if verb == RowAction::Show {
        let now = clock.now();
        let mut person = applicant::verified_caller(&req, table, now).await?;
        let mut filed = applicant::take_collection(&mut person, now);
        let row = filed.pages.employment(employment)?.experience(experience_id(&req)?)?;
        return Ok(answer(Response::ok, &json!(row), filed.case.version));
    }
    if verb == RowAction::Add && req.is_taken_up_again() {
        let mut person = applicant::verified_caller(&req, table, clock.now()).await?;
        let mut filed = applicant::take_collection(&mut person, clock.now());
        let id = ExperienceId::new(req.new_id(chance));
        if let Ok(row) = filed.pages.employment(employment)?.experience(id) {
            return Ok(answer(Response::created, &json!(row), filed.case.version));
        }
    }
    let mut draft = Draft::open(&req, table, keys, clock.now()).await?;
    let about = draft.about();
    let employment = draft.pages.employment(employment)?;
    if verb == RowAction::Remove {
        employment.remove_experience(experience_id(&req)?)?;
        let version = draft.save(table).await?;
        return Ok(Response::no_content().at_version(version));
    }
    let id = match verb {
        RowAction::Add => ExperienceId::new(req.new_id(chance)),
        _ => employment.experience(experience_id(&req)?)?.id,
    };
    let row = AccountingExperience::parse(id, &req.json()?, &about, employment)?;
    let shown = json!(row);
    if verb == RowAction::Add {
        employment.add_experience(row)?;
    } else {
        *employment.experience(id)? = row;
    }
    let version = draft.save(table).await?;
    let status = if verb == RowAction::Add { Response::created } else { Response::ok };
    Ok(answer(status, &shown, version))
}

fn answer(status: impl Fn(&Value) -> Response, row: &Value, version: u64) -> Response {
    status(&json!({"version": version, "accountingExperience": row})).at_version(version)
}

fn experience_id(req: &Request) -> Result<ExperienceId, Problem> {
    req.path("experienceId", ExperienceId::parse)
}
