//! `POST /v1/password-resets`: a new password, by phone.

use applicant::codes::{LOGIN_FAILURES, sms_tag};
use domain::{
    fault::{Code, Faults, Pointer},
    person::{Identity, PasswordReset, SmsPurpose},
};
use edge::{Answer, Call, Problem};
use ports::{
    Clock,
    accounts::{ResetPassword, Username},
    codes::{Forgive, Subject, TrySmsCode, UseSmsCode},
    people::{FindAccount, LoadPerson, Person},
    secrets::{Hash, OpenIdentity, TagPurpose},
};

/// Gives the account another password and ends its sessions, for whoever has the account's phone and says its number
/// and name. Anything that does not fit is told as a wrong code: which of them it was, nobody learns.
pub async fn handle(
    call: Call,
    table: &(impl TrySmsCode + UseSmsCode + FindAccount + LoadPerson + Forgive),
    keys: &(impl Hash + OpenIdentity),
    users: &impl ResetPassword,
    clock: &impl Clock,
) -> Result<Answer, Problem> {
    let now = clock.now();
    let reset = PasswordReset::parse(&call.json()?, now.date())?;
    let mobile = keys.tag(TagPurpose::Mobile, reset.identity.mobile.expose()).await?;
    let code = sms_tag(keys, &mobile, &reset.sms_code).await?;
    let kept = table.try_sms_code(SmsPurpose::PasswordReset, &mobile, now).await?;
    let person = find(table, keys, &reset.identity).await?;
    let person = person.filter(|_| kept.as_ref() == Some(&code)).ok_or_else(wrong_code)?;
    if !table.use_sms_code(SmsPurpose::PasswordReset, &mobile, &code).await? {
        return Err(wrong_code());
    }
    users.reset_password(person.id, &reset.password).await?;
    let name = Username::Applicant(person.id).to_string();
    let subject = Subject::Login(keys.tag(TagPurpose::Login, &name).await?);
    table.forgive(LOGIN_FAILURES, &subject).await?;
    Ok(Answer::no_content())
}

/// The account of that identity, if all of it is the account's.
async fn find(
    table: &(impl FindAccount + LoadPerson),
    keys: &(impl Hash + OpenIdentity),
    claimed: &Identity,
) -> Result<Option<Person>, Problem> {
    let tag = keys.tag(TagPurpose::Identity, &claimed.number.holder_key()).await?;
    let Some(id) = table.find_by_identity(&tag).await? else { return Ok(None) };
    let Some(person) = table.load_person(id).await? else { return Ok(None) };
    let identity = keys.open(person.id, person.id_type, &person.sealed).await?;
    Ok(identity.is_same_person(claimed).then_some(person))
}

fn wrong_code() -> Problem {
    Faults::one(Pointer::root().child("smsCode"), Code("sms_code.WRONG")).into()
}
