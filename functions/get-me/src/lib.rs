//! `GET /v1/me`: who the caller is.

use applicant::{account, registered_at, view};
use edge::{Answer, Call, Problem};
use ports::{people::LoadAccount, secrets::OpenIdentity};
use serde_json::json;

/// Shows the caller's own account.
pub async fn handle(
    call: Call,
    table: &impl LoadAccount,
    keys: &impl OpenIdentity,
) -> Result<Answer, Problem> {
    let account = account(&call, table).await?;
    let identity = keys.open(account.id, account.id_type, &account.sealed).await?;
    Ok(Answer::ok(&json!({
        "accountId": account.id,
        "identity": view::identity(&identity, None),
        "registeredAt": registered_at(account.id),
        "consentVersion": account.consent_version,
        "biometrics": view::biometrics(&account.biometrics),
    })))
}
