//! `/v1/collection/employments`: the rows of the work page.

use applicant::rows;
use domain::collection::Employment;
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
    rows::edit::<Employment>(&call, table, keys, clock, chance).await
}
