//! `GET /v1/me`: who the caller is.

use applicant::{account, registered_at, view};
use edge::{Problem, Request, Response};
use ports::{people::LoadAccount, secrets::OpenIdentity};
use serde_json::json;

/// Shows the caller's own account.
pub async fn handle(
    req: Request,
    table: &impl LoadAccount,
    keys: &impl OpenIdentity,
) -> Result<Response, Problem> {
    let account = account(&req, table).await?;
    let identity = keys.open(account.id, account.id_type, &account.sealed).await?;
    Ok(Response::ok(&json!({
        "accountId": account.id,
        "identity": view::identity(&identity, None),
        "registeredAt": registered_at(account.id),
        "consentVersion": account.consent_version,
        "biometrics": view::biometrics(&account.biometrics),
    })))
}
