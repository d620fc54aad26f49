//! `POST /v1/sessions`: logging in.

use applicant::{
    codes::CaptchaAnswer,
    login::{self, PossibleLogin},
};
use domain::{
    fault::{Code, Faults},
    form::{Form, REQUIRED, TOO_LONG},
    identity::{IdType, IdentityNumber},
    ids::{AccountId, ReviewerId},
    mobile::Mobile,
    moment::Moment,
    password::TypedPassword,
    staff::StaffAccount,
    text::{compact_ungrouped, is_blank},
};
use edge::{Problem, ProblemKind, Request, Response, session};
use ports::{
    Clock, Random,
    accounts::{LogIn, Username},
    codes::{CheckRateLimit, ResetRateLimit, TakeCaptcha},
    log_in::{KnowSource, Login, RememberSource},
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

/// Accounts that a password is tried for, at most (ours). People's documents of two kinds seldom have the same digits; whoever
/// is not among the first can log in by phone.
const MAX_POSSIBLE_LOGINS: usize = 8;

struct Command {
    account: String,
    password: TypedPassword,
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

/// Logs in, to the account whose password it is of those that the name may mean. An account that does not exist and a
/// password that is wrong are told in the same words, after the same work.
pub async fn handle(
    req: Request,
    table: &(impl TakeCaptcha + FindAccount + CheckRateLimit + ResetRateLimit + KnowSource + RememberSource),
    keys: &impl Hash,
    users: &impl LogIn,
    clock: &impl Clock,
    chance: &impl Random,
) -> Result<Response, Problem> {
    let command = Command::parse(&req.json()?)?;
    let now = clock.now();
    command.captcha.check(table, keys, now).await?;

    let source = login::source(&req, keys).await?;
    let (found, name) = match command.who {
        As::Reviewer => {
            let (found, name) = find_reviewer(table, &command.account).await?;
            (found.into_iter().map(Username::Reviewer).collect(), name)
        }
        As::Applicant => {
            let (found, name) = find_applicants(table, keys, &command.account, now).await?;
            (found.into_iter().map(Username::Applicant).collect::<Vec<_>>(), name)
        }
    };
    // Attempts count for each account, by whichever name it was called; and for a name that no account has, for which the
    // provider is asked all the same, under nobody's id.
    let name = keys.tag(TagPurpose::Login, &name).await?;
    let mut possible: Vec<PossibleLogin> =
        found.into_iter().take(MAX_POSSIBLE_LOGINS).map(PossibleLogin::of).collect();
    if possible.is_empty() {
        let nobody = Username::Applicant(AccountId::new(chance.ulid()));
        possible.push(PossibleLogin::unknown(name, nobody));
    }
    let entered = login::log_in(table, users, &possible, &command.password, &source, now).await?;
    let (username, tokens) = entered.ok_or_else(|| Problem::new(ProblemKind::LoginFailed))?;
    // Whoever is in is not turned away again, if the table does not answer just now.
    if let Err(error) = table.remember_source(&Login::User(username), &source, now).await {
        tracing::warn!(?error, "the source of a log-in was not remembered");
    }
    Ok(session::begun(&tokens))
}

/// The reviewer, and what the name is counted as where it is nobody's.
async fn find_reviewer(
    table: &impl FindAccount,
    account: &str,
) -> Result<(Option<ReviewerId>, String), Problem> {
    match StaffAccount::parse(account) {
        Ok(account) => {
            let found = table.find_staff(account.as_str()).await?;
            Ok((found, format!("reviewer:{}", account.as_str())))
        }
        Err(_) => Ok((None, format!("reviewer:{}", compact_ungrouped(account)))),
    }
}

/// By phone if it is one; else by the number of whatever identity document it may be, of which people may have the same
/// digits. All that it may be are looked for, also when one is found: how long that takes depends on what was typed, not
/// on who is there. With them what the name is counted as where it is nobody's: however it is written, it is one name.
async fn find_applicants(
    table: &impl FindAccount,
    keys: &impl Hash,
    account: &str,
    now: Moment,
) -> Result<(Vec<AccountId>, String), Problem> {
    if let Ok(mobile) = Mobile::parse(account) {
        let tag = keys.tag(TagPurpose::Mobile, mobile.expose()).await?;
        let found = table.find_by_mobile(&tag).await?;
        return Ok((found.into_iter().collect(), mobile.expose().to_owned()));
    }
    let (mut found, mut name) = (Vec::new(), None);
    for id_type in IdType::ALL {
        let Ok(number) = IdentityNumber::parse(id_type, account, now.date()) else { continue };
        let tag = keys.tag(TagPurpose::Identity, &number.holder_key()).await?;
        for id in table.find_by_identity(&tag).await? {
            if !found.contains(&id) {
                found.push(id);
            }
        }
        name.get_or_insert_with(|| number.holder_key());
    }
    Ok((found, name.unwrap_or_else(|| compact_ungrouped(account))))
}
