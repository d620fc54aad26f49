//! `DELETE /v1/me`: closing the account.
//!
//! The first write closes it: from then on nobody finds the account, nothing of it can be changed, and the person may
//! register again. What follows clears away, in an order in which each step may be taken again; a call that is
//! repeated goes on where the one before stopped (`docs/decisions/0012-closing-an-account.md`).

use applicant::{
    codes::CaptchaAnswer,
    login::{self, PossibleLogin},
};
use domain::{
    fault::{Code, Faults, Pointer},
    form::Form,
    ids::AccountId,
    moment::Moment,
    password::TypedPassword,
};
use edge::{Problem, ProblemKind, Request, Response, session};
use ports::{
    Clock,
    accounts::{LogIn, RemoveUser, Username},
    cases::LoadSubmission,
    closing::{self, BeginClosing, ClearPictures, Closing, EndClosing, RETENTION},
    codes::{CheckRateLimit, ResetRateLimit, TakeCaptcha},
    log_in::KnowSource,
    people::{LoadAccount, LoadPerson},
    secrets::Hash,
};
use serde_json::Value;

struct Command {
    password: TypedPassword,
    captcha: CaptchaAnswer,
}

impl Command {
    fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let password = login::read_password(form);
            let captcha = CaptchaAnswer::read(form);
            Some(Self { password: password?, captcha: captcha? })
        })
    }
}

/// What begins a closing.
pub trait Begin:
    LoadAccount + LoadPerson + TakeCaptcha + CheckRateLimit + ResetRateLimit + KnowSource + BeginClosing
{
}

impl<T: LoadAccount + LoadPerson + TakeCaptcha + CheckRateLimit + ResetRateLimit + KnowSource + BeginClosing>
    Begin for T
{
}

/// Closes the caller's account.
pub async fn handle(
    req: Request,
    table: &(impl Begin + LoadSubmission + EndClosing),
    keys: &impl Hash,
    users: &(impl LogIn + RemoveUser),
    pictures: &impl ClearPictures,
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let id = req.applicant()?;
    // Whoever began it has shown the password, and may not be able to any more: the user goes early.
    let closing = match table.load_closing(id).await? {
        Some(begun) => begun,
        None => match begin(&req, id, table, keys, users, clock.now()).await {
            Ok(begun) => begun,
            // Another call of the same account may have been faster, and taken the user: then this one ends it as well.
            Err(problem) => table.load_closing(id).await?.ok_or(problem)?,
        },
    };
    closing::end(&closing, table, users, pictures).await?;
    tracing::info!(account = %id, "an account was closed");
    Ok(session::ended())
}

/// The first write, for whoever has the password and nothing under review.
async fn begin(
    req: &Request,
    id: AccountId,
    table: &impl Begin,
    keys: &impl Hash,
    users: &impl LogIn,
    now: Moment,
) -> Result<Closing, Problem> {
    let account = applicant::account(req, table).await?;
    let command = Command::parse(&req.json()?)?;
    let person = applicant::caller(req, table).await?;
    if person.cases().any(|case| case.state.is_open()) {
        return Err(Problem::new(ProblemKind::AccountInUse));
    }
    command.captcha.check(table, keys, now).await?;
    let own = [PossibleLogin::of(Username::Applicant(id))];
    let source = login::source(req, keys).await?;
    if login::log_in(table, users, &own, &command.password, &source, now).await?.is_none() {
        return Err(Faults::one(Pointer::root().child("password"), Code("password.WRONG")).into());
    }

    let collection = person.collection.as_ref().map(|filed| &filed.case);
    let closing = Closing {
        account: id,
        closed_at: now,
        retain_until: now.after(RETENTION),
        approved: collection.and_then(|case| case.in_force).map(|in_force| in_force.version),
        lost_to: None,
    };
    table.begin_closing(&account, &person, &closing).await?;
    Ok(closing)
}
