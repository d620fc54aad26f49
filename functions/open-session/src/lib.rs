//! `POST /v1/sessions`: logging in.

use applicant::{codes::CaptchaAnswer, login};
use domain::{
    fault::{Code, Faults},
    form::{Form, REQUIRED, TOO_LONG},
    identity::{IdType, IdentityNumber},
    ids::{AccountId, ReviewerId},
    mobile::Mobile,
    moment::Moment,
    staff::StaffAccount,
    text::{compact_ungrouped, is_blank},
};
use edge::{Answer, Call, Kind, Problem, session};
use ports::{
    Chance, Clock,
    accounts::{LogIn, Username},
    codes::{Count, TakeCaptcha},
    people::FindAccount,
    secrets::{Hash, TagPurpose},
};
use serde_json::Value;

/// Who logs in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum As {
    Applicant,
    Reviewer,
}

/// Longest name that is looked up, in characters; no identity document's number and no account is as long.
const MAX_ACCOUNT: usize = 64;

struct Command {
    account: String,
    password: String,
    who: As,
    captcha: CaptchaAnswer,
}

impl Command {
    fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let account = form.text("account", |text| match text.trim() {
                blank if is_blank(blank) => Err(REQUIRED),
                account if account.chars().count() > MAX_ACCOUNT => Err(TOO_LONG),
                account => Ok(account.to_owned()),
            });
            let password = login::read_password(form);
            let who = form.optional_text("as", |who| match who {
                "applicant" => Ok(As::Applicant),
                "reviewer" => Ok(As::Reviewer),
                _ => Err(Code("code.UNKNOWN")),
            });
            let captcha = CaptchaAnswer::read(form);
            Some(Self {
                account: account?,
                password: password?,
                who: who?.unwrap_or(As::Applicant),
                captcha: captcha?,
            })
        })
    }
}

/// Logs in. An account that does not exist and a password that is wrong are told in the same words, after the
/// same work.
pub async fn handle(
    call: Call,
    table: &(impl TakeCaptcha + Count + FindAccount),
    keys: &impl Hash,
    users: &impl LogIn,
    clock: &impl Clock,
    chance: &impl Chance,
) -> Result<Answer, Problem> {
    let command = Command::parse(&call.json()?)?;
    let now = clock.now();
    command.captcha.check(table, keys, now).await?;

    let found = match command.who {
        As::Reviewer => find_reviewer(table, &command.account).await?.map(Username::Reviewer),
        As::Applicant => find_applicant(table, keys, &command.account, now).await?.map(Username::Applicant),
    };
    // Failures count for the account, by whichever name it was called; and for a name that is nobody's.
    let name = found.map_or_else(|| compact_ungrouped(&command.account), |username| username.to_string());
    let subject = login::subject(keys, &name).await?;
    // Nobody's id: the provider is asked all the same.
    let username = found.unwrap_or_else(|| Username::Applicant(AccountId::new(chance.ulid())));
    let tokens = login::log_in(table, users, &subject, username, &command.password, now).await?;
    tokens.map(|tokens| session::begun(&tokens)).ok_or_else(|| Problem::new(Kind::LoginFailed))
}

async fn find_reviewer(table: &impl FindAccount, account: &str) -> Result<Option<ReviewerId>, Problem> {
    match StaffAccount::parse(account) {
        Ok(account) => Ok(table.find_staff(account.as_str()).await?),
        Err(_) => Ok(None),
    }
}

/// By phone if it is one; else by the number of whatever identity document it may be. All that it may be are looked
/// for, also when one is found: how long that takes depends on what was typed, not on who is there.
async fn find_applicant(
    table: &impl FindAccount,
    keys: &impl Hash,
    account: &str,
    now: Moment,
) -> Result<Option<AccountId>, Problem> {
    if let Ok(mobile) = Mobile::parse(account) {
        let tag = keys.tag(TagPurpose::Mobile, mobile.expose()).await?;
        return Ok(table.find_by_mobile(&tag).await?);
    }
    let mut found = None;
    for id_type in IdType::ALL {
        let Ok(number) = IdentityNumber::parse(id_type, account, now.date()) else { continue };
        let tag = keys.tag(TagPurpose::Identity, &number.holder_key()).await?;
        found = found.or(table.find_by_identity(&tag).await?.first().copied());
    }
    Ok(found)
}
