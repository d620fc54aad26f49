//! `/v1/collection/educations`: the rows of the education page.

use applicant::rows;
use domain::collection::Education;
use edge::{Answer, Call, Problem};
use ports::{
    Chance, Clock, cases::SaveDraft, people::LoadPerson, pictures::LoadUploads, secrets::OpenIdentity,
};

/// Adds, shows, replaces or takes away a row.
pub async fn handle(
    call: Call,
    table: &(impl LoadPerson + LoadUploads + SaveDraft),
    keys: &impl OpenIdentity,
    clock: &impl Clock,
    chance: &impl Chance,
) -> Result<Answer, Problem> {
    rows::edit::<Education>(&call, table, keys, clock, chance).await
}
