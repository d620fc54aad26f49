//! `POST /v1/registrations`: a new account.

use applicant::codes::{sent_sms_code, wrong_sms_code};
use domain::{
    ids::AccountId,
    person::{CONSENT_VERSION, Registration, SmsPurpose},
};
use edge::{Problem, ProblemKind, Request, Response};
use jiff::SignedDuration;
use ports::{
    Clock, Random,
    accounts::CreateUser,
    codes::{CheckRateLimit, RateLimit, RateLimitKey, TrySmsCode},
    people::{NewAccount, Registered, SaveAccount},
    secrets::{Hash, SealIdentity, TagPurpose},
};
use serde_json::json;

/// As many as the codes that one source is sent in an hour allow tries (ours): an office shares an address.
const PER_SOURCE: RateLimit =
    RateLimit { name: "registration-address", max: 100, window: SignedDuration::from_hours(1) };

/// Registers an applicant who has the code that was sent to their phone.
///
/// The user comes before the account: if this stops in between, what is left is a user whom nobody can log in
/// as, since log-ins go through the account's tags. The other way round a person would be locked out.
pub async fn handle(
    req: Request,
    table: &(impl CheckRateLimit + TrySmsCode + SaveAccount),
    keys: &(impl Hash + SealIdentity),
    users: &impl CreateUser,
    clock: &impl Clock,
    chance: &impl Random,
) -> Result<Response, Problem> {
    let now = clock.now();
    let registration = Registration::parse(&req.json()?, now.date())?;
    let identity = &registration.identity;

    let source = keys.tag(TagPurpose::Address, req.source().expose()).await?;
    table.count(PER_SOURCE, &RateLimitKey::Address(source), now).await??;
    let mobile = keys.tag(TagPurpose::Mobile, identity.mobile.expose()).await?;
    let sms_code = &registration.sms_code;
    let sms_code = sent_sms_code(table, keys, SmsPurpose::Registration, &mobile, sms_code, now).await?;
    let sms_code = sms_code.ok_or_else(|| wrong_sms_code("smsCode"))?;

    let id = AccountId::new(chance.ulid());
    let account = NewAccount {
        id,
        id_type: identity.number.id_type(),
        sealed: keys.seal(id, identity).await?,
        identity: keys.tag(TagPurpose::Identity, &identity.number.holder_key()).await?,
        mobile,
        sms_code,
        consent_version: CONSENT_VERSION,
        at: now,
    };
    if let Err(error) = users.create_user(id, &registration.password).await {
        forget(users, id).await;
        return Err(error.into());
    }
    // Where the answer is lost, the account may be there all the same: its user stays.
    let registered = table.save_account(&account).await?;
    if registered != Registered::New {
        forget(users, id).await;
    }
    match registered {
        Registered::New => Ok(Response::created(&json!({"accountId": id}))),
        Registered::Taken => Err(Problem::new(ProblemKind::AlreadyRegistered)),
        Registered::CodeGone => Err(wrong_sms_code("smsCode").into()),
    }
}

/// Takes the user back. If even that fails, the user stays behind, unreachable.
async fn forget(users: &impl CreateUser, id: AccountId) {
    if let Err(error) = users.delete_user(id).await {
        tracing::warn!(?error, account = %id, "a user without an account was left behind");
    }
}
