//! `POST /v1/password-resets`: a new password, by phone.

use applicant::codes::{sent_sms_code, wrong_sms_code};
use domain::{
    fault::Faults,
    ids::AccountId,
    person::{Identity, PasswordReset, SmsPurpose},
};
use edge::{Problem, Request, Response};
use jiff::SignedDuration;
use ports::{
    Clock, Random,
    accounts::{RemoveUser, ResetPassword},
    codes::{
        CheckRateLimit, ForgiveSources, RateLimit, RateLimitKey, ResetRateLimit, TrySmsCode, UseSmsCode,
    },
    log_in::lift_lock,
    people::{FindAccount, LoadAccount},
    secrets::{Hash, OpenIdentity, SealIdentity, Tag, TagPurpose},
};

/// Resets that one source may try, whoever they are about: two codes' tries (ours). Counted before anything is looked up.
const PER_SOURCE: RateLimit =
    RateLimit { name: "reset-address", max: 10, window: SignedDuration::from_mins(15) };

/// Gives the account another password and ends its sessions, for whoever has the account's phone and says its number
/// and name. Anything that does not fit is told as a wrong code: which of them it was, nobody learns.
pub async fn handle(
    req: Request,
    table: &(
         impl CheckRateLimit
         + TrySmsCode
         + UseSmsCode
         + FindAccount
         + LoadAccount
         + ResetRateLimit
         + ForgiveSources
     ),
    keys: &(impl Hash + SealIdentity + OpenIdentity),
    users: &(impl ResetPassword + RemoveUser),
    clock: &impl Clock,
    chance: &impl Random,
) -> Result<Response, Problem> {
    let now = clock.now();
    let reset = PasswordReset::parse(&req.json()?, now.date())?;
    let source = keys.tag(TagPurpose::Address, req.source().expose()).await?;
    table.count(PER_SOURCE, &RateLimitKey::Address(source), now).await??;
    let mobile = keys.tag(TagPurpose::Mobile, reset.identity.mobile.expose()).await?;
    let code = sent_sms_code(table, keys, SmsPurpose::PasswordReset, &mobile, &reset.sms_code, now).await?;
    let found = find(table, keys, &reset.identity, &mobile, chance).await?;
    let (code, id) = code.zip(found).ok_or_else(wrong_code)?;
    if !table.use_sms_code(&code).await? {
        return Err(wrong_code().into());
    }
    users.reset_password(id, &reset.password).await?;
    // Closing takes the user away, and a reset may just have made it again: a closed account has none.
    if table.load_account(id).await?.is_none() {
        users.remove_user(id).await?;
        return Err(wrong_code().into());
    }
    // Whoever was locked out, by whomever, is not any more.
    lift_lock(table, &id.into()).await?;
    Ok(Response::no_content())
}

/// The account of that identity, if all of it is the account's. The work is the same whether there is one or not: what
/// nobody's account holds is what was claimed.
async fn find(
    table: &(impl FindAccount + LoadAccount),
    keys: &(impl SealIdentity + OpenIdentity),
    claimed: &Identity,
    mobile: &Tag,
    chance: &impl Random,
) -> Result<Option<AccountId>, Problem> {
    // By phone, of which an account has one and no two the same: several accounts may claim a number.
    let found = table.find_by_mobile(mobile).await?;
    let id = found.unwrap_or_else(|| AccountId::new(chance.ulid()));
    let account = table.load_account(id).await?;
    let id_type = account.as_ref().map_or(claimed.number.id_type(), |account| account.id_type);
    let stand_in = keys.seal(id, claimed).await?;
    let sealed = account.as_ref().map_or(&stand_in, |account| &account.sealed);
    let identity = keys.open(id, id_type, sealed).await?;
    Ok(found.filter(|_| account.is_some() && identity.is_same_person(claimed)))
}

fn wrong_code() -> Faults {
    wrong_sms_code("smsCode")
}
