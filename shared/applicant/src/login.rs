//! Passwords: read, counted, then tried (`docs/decisions/0023-log-in-attempts.md`).

use domain::{
    form::{Form, REQUIRED, TOO_LONG},
    moment::Moment,
    password::TypedPassword,
};
use edge::Problem;
use ports::{
    PortResult,
    accounts::{LogIn, Tokens, Username},
    codes::{CheckRateLimit, RateLimit, RateLimitKey, ResetRateLimit, RetryAfter},
    log_in::{self, KnowSource, Login},
    secrets::{Hash, Tag, TagPurpose},
};

/// Longest password that is tried, in characters; no user can have a longer one.
const MAX_PASSWORD: usize = 256;

/// Reads `password` without checking its rules: they were checked when it was chosen.
pub fn read_password(form: &mut Form<'_>) -> Option<TypedPassword> {
    form.text("password", |text| {
        let typed = TypedPassword::new(text);
        match typed.expose().chars().count() {
            0 => Err(REQUIRED),
            1..=MAX_PASSWORD => Ok(typed),
            _ => Err(TOO_LONG),
        }
    })
}

/// The tag of the caller's source.
pub async fn source(req: &edge::Request, keys: &impl Hash) -> PortResult<Tag> {
    keys.tag(TagPurpose::Address, req.source().expose()).await
}

/// An account that the password may belong to.
#[derive(Clone, Debug)]
pub struct PossibleLogin {
    /// The account that its attempts are counted for.
    login: Login,
    /// The username at the identity provider.
    username: Username,
}

impl PossibleLogin {
    /// An account that exists.
    pub fn of(username: Username) -> Self {
        Self { login: Login::User(username), username }
    }

    /// A stand-in for a name without an account: a username that no user has, so that the work is the same.
    pub fn unknown(name: Tag, username: Username) -> Self {
        Self { login: Login::Unknown(name), username }
    }

    /// The account's limits for attempts from that source. A source that the account is known by only has its own
    /// limit, so attempts from elsewhere cannot lock the user out.
    fn limits(&self, source: &Tag, is_known: bool) -> Vec<(RateLimit, RateLimitKey)> {
        let here = RateLimitKey::LoginFrom(self.login.clone(), source.clone());
        let everywhere = || RateLimitKey::Login(self.login.clone());
        let mut limits = vec![(log_in::PER_ACCOUNT_AND_SOURCE, here)];
        if !is_known {
            limits.push((log_in::PER_ACCOUNT, everywhere()));
            limits.push((log_in::PER_ACCOUNT_AND_DAY, everywhere()));
        }
        limits
    }
}

/// A counted attempt and its limits.
struct Counted {
    username: Username,
    limits: Vec<(RateLimit, RateLimitKey)>,
}

impl Counted {
    /// Removes the attempt from all counters: no password was tried.
    async fn give_back(&self, table: &impl ResetRateLimit, now: Moment) {
        for (rate, subject) in &self.limits {
            give_back(table, *rate, subject, now).await;
        }
    }

    /// After a correct password: resets the counter of the same source, and removes the attempt from the others.
    async fn reset_rate_limit(&self, table: &impl ResetRateLimit, now: Moment) {
        for (rate, subject) in &self.limits {
            match subject {
                RateLimitKey::LoginFrom(..) => noted(table.reset_rate_limit(*rate, subject).await),
                _ => give_back(table, *rate, subject, now).await,
            }
        }
    }
}

async fn give_back(table: &impl ResetRateLimit, rate: RateLimit, subject: &RateLimitKey, now: Moment) {
    noted(table.give_back(rate, subject, now).await);
}

/// Logs the failure of a counter. A user with the correct password is still logged in; the counter expires by itself.
fn noted(result: PortResult<()>) {
    if let Err(error) = result {
        tracing::warn!(?error, "could not reset a login counter");
    }
}

/// Counts an attempt against all limits, or against none if one of them is reached.
async fn count(
    table: &(impl CheckRateLimit + ResetRateLimit),
    login: &PossibleLogin,
    source: &Tag,
    is_known: bool,
    now: Moment,
) -> PortResult<Result<Counted, RetryAfter>> {
    let mut counted = Counted { username: login.username, limits: Vec::new() };
    for (rate, subject) in login.limits(source, is_known) {
        if let Err(wait) = table.count(rate, &subject, now).await? {
            counted.give_back(table, now).await;
            return Ok(Err(wait));
        }
        counted.limits.push((rate, subject));
    }
    Ok(Ok(counted))
}

/// Tries the password for each of the accounts, and returns the one that it belongs to.
///
/// Each attempt is counted for its account before the password is tried: of any number of concurrent attempts, no more
/// than the limits allow reach the identity provider. If every account is at its limit, the caller has to wait. A
/// correct password resets the counter of the same source and removes the attempt from the other counters. A call that
/// the identity provider does not answer counts as no attempt.
pub async fn log_in(
    table: &(impl CheckRateLimit + ResetRateLimit + KnowSource),
    users: &impl LogIn,
    possible: &[PossibleLogin],
    password: &TypedPassword,
    source: &Tag,
    now: Moment,
) -> Result<Option<(Username, Tokens)>, Problem> {
    let (mut counted, mut waits) = (Vec::new(), Vec::new());
    for login in possible {
        let is_known = table.is_known(&login.login, source, now).await?;
        match count(table, login, source, is_known, now).await? {
            Ok(attempt) => counted.push(attempt),
            Err(wait) => waits.push(wait),
        }
    }
    if counted.is_empty() {
        let wait = waits.into_iter().min_by_key(|wait| wait.0);
        return wait.map_or(Ok(None), |wait| Err(wait.into()));
    }
    let whole_source = RateLimitKey::Address(source.clone());
    if let Err(wait) = table.count(log_in::PER_SOURCE, &whole_source, now).await? {
        for attempt in &counted {
            attempt.give_back(table, now).await;
        }
        return Err(wait.into());
    }

    for (at, attempt) in counted.iter().enumerate() {
        let (before, after) = (counted.iter().take(at), counted.iter().skip(at + 1));
        match users.log_in(attempt.username, password).await {
            Ok(None) => {}
            Ok(Some(tokens)) => {
                attempt.reset_rate_limit(table, now).await;
                // The caller did not mean the other accounts with the same number.
                for other in before.chain(after) {
                    other.give_back(table, now).await;
                }
                give_back(table, log_in::PER_SOURCE, &whole_source, now).await;
                return Ok(Some((attempt.username, tokens)));
            }
            Err(error) => {
                for untried in [attempt].into_iter().chain(after) {
                    untried.give_back(table, now).await;
                }
                give_back(table, log_in::PER_SOURCE, &whole_source, now).await;
                return Err(error.into());
            }
        }
    }
    Ok(None)
}
