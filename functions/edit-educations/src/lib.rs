//! `/v1/collection/educations`: the rows of the education page.

use applicant::rows;
use domain::collection::Education;
use edge::{Problem, Request, Response};
use ports::{
    Clock, Random, cases::SaveDraft, people::LoadPerson, pictures::LoadUploads, secrets::OpenIdentity,
};

/// Adds, shows, replaces or takes away a row.
pub async fn handle(
    req: Request,
    table: &(impl LoadPerson + LoadUploads + SaveDraft),
    keys: &impl OpenIdentity,
    clock: &impl Clock,
    chance: &impl Random,
) -> Result<Response, Problem> {
    rows::edit::<Education>(&req, table, keys, clock, chance).await
}
