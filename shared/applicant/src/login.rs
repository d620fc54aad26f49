//! Passwords: read, tried, and counted where they are wrong.

use domain::{
    form::{Form, REQUIRED, TOO_LONG},
    moment::Moment,
};
use edge::Problem;
use jiff::SignedDuration;
use ports::{
    accounts::{LogIn, Tokens, Username},
    codes::{Count, Rate, Subject},
    secrets::{Hash, TagPurpose},
};

/// Five wrong passwords close an account's login for a quarter of an hour (domain specification, section 4).
pub const FAILURES: Rate = Rate { name: "login-failures", max: 5, window: SignedDuration::from_mins(15) };

/// Longest password that is looked at, in characters; what nobody can have chosen is not sent on.
const MAX_PASSWORD: usize = 256;

/// Reads `password` as it was typed: whether it may be one was asked when it was chosen.
pub fn read_password(form: &mut Form<'_>) -> Option<String> {
    form.text("password", |text| match text.chars().count() {
        0 => Err(REQUIRED),
        1..=MAX_PASSWORD => Ok(text.to_owned()),
        _ => Err(TOO_LONG),
    })
}

/// Whose failures are counted, by a name that is theirs alone.
pub async fn subject(keys: &impl Hash, name: &str) -> Result<Subject, Problem> {
    Ok(Subject::Login(keys.tag(TagPurpose::Login, name).await?))
}

/// Tries the password, unless `subject` has had too many wrong ones; a wrong one is counted, and `None`.
pub async fn log_in(
    counts: &impl Count,
    users: &impl LogIn,
    subject: &Subject,
    username: Username,
    password: &str,
    now: Moment,
) -> Result<Option<Tokens>, Problem> {
    counts.is_reached(FAILURES, subject, now).await??;
    let tokens = users.log_in(username, password).await?;
    if tokens.is_none() {
        counts.count(FAILURES, subject, now).await??;
    }
    Ok(tokens)
}
