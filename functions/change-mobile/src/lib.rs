//! `PUT /v1/me/mobile`: another phone for the account.

use applicant::{
    account,
    codes::{sent_sms_code, wrong_sms_code},
};
use domain::{
    fault::{Code, Faults, Pointer},
    moment::Moment,
    person::{Identity, MobileChange, SmsCodeAnswer, SmsPurpose},
};
use edge::{Problem, ProblemKind, Request, Response};
use jiff::SignedDuration;
use ports::{
    Clock,
    codes::{CheckRateLimit, RateLimit, RateLimitKey, TrySmsCode},
    people::{ConfirmedMobile, LoadAccount, Moved, NewMobile, SaveMobile},
    secrets::{Hash, OpenIdentity, SealIdentity, Tag, TagPurpose},
};
use serde_json::json;

/// Changes that an account may try (ours): two codes' tries.
const PER_ACCOUNT: RateLimit =
    RateLimit { name: "mobile-change", max: 10, window: SignedDuration::from_mins(15) };

/// Gives the caller's account another phone, once both phones have said yes: whoever took over a session has neither.
pub async fn handle(
    req: Request,
    table: &(impl LoadAccount + CheckRateLimit + TrySmsCode + SaveMobile),
    keys: &(impl Hash + OpenIdentity + SealIdentity),
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let account = account(&req, table).await?;
    let change = MobileChange::parse(&req.json()?)?;
    let now = clock.now();
    let mobile = keys.tag(TagPurpose::Mobile, change.mobile.expose()).await?;
    if mobile == account.mobile {
        return Err(Faults::one(Pointer::root().child("mobile"), Code("mobile.SAME")).into());
    }
    table.count(PER_ACCOUNT, &RateLimitKey::Account(account.id), now).await??;
    let from = confirmed(table, keys, account.mobile, &change.current_sms_code, now).await?;
    let to = confirmed(table, keys, mobile, &change.sms_code, now).await?;
    let from = from.ok_or_else(|| wrong_sms_code("currentSmsCode"));
    let (from, to) = Faults::both(from, to.ok_or_else(|| wrong_sms_code("smsCode")))?;

    let identity = keys.open(account.id, account.id_type, &account.sealed).await?;
    let identity = Identity { mobile: change.mobile, ..identity };
    let sealed = keys.seal(account.id, &identity).await?;
    match table.save_mobile(&NewMobile { account: account.id, sealed, from, to, at: now }).await? {
        Moved::Done => Ok(Response::ok(&json!({"mobile": identity.mobile.masked()}))),
        Moved::Taken => Err(Problem::new(ProblemKind::AlreadyRegistered)),
        Moved::CodeGone => Err(wrong_sms_code("smsCode").into()),
    }
}

/// The phone, if the code is the one that was sent there for this.
async fn confirmed(
    table: &impl TrySmsCode,
    keys: &impl Hash,
    mobile: Tag,
    code: &SmsCodeAnswer,
    now: Moment,
) -> Result<Option<ConfirmedMobile>, Problem> {
    let sms_code = sent_sms_code(table, keys, SmsPurpose::MobileChange, &mobile, code, now).await?;
    Ok(sms_code.map(|sms_code| ConfirmedMobile { mobile, sms_code }))
}
