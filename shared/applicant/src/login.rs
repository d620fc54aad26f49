//! Passwords: read, tried, and counted before they are tried (`docs/decisions/0023-log-in-attempts.md`).

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

/// Longest password that is tried, in characters; what nobody can have chosen is not sent on.
const MAX_PASSWORD: usize = 256;

/// Reads `password` as it was typed: whether it may be one was asked when it was chosen.
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

/// What the caller's source hashes to.
pub async fn source(req: &edge::Request, keys: &impl Hash) -> PortResult<Tag> {
    keys.tag(TagPurpose::Address, req.source().expose()).await
}

/// An account that a password may be the password of.
#[derive(Clone, Debug)]
pub struct PossibleLogin {
    /// What its attempts are counted for.
    login: Login,
    /// Whom the provider is asked about.
    username: Username,
}

impl PossibleLogin {
    /// An account.
    pub fn of(username: Username) -> Self {
        Self { login: Login::User(username), username }
    }

    /// What stands in where a name has no account, so that the work is the same: nobody's username.
    pub fn unknown(name: Tag, username: Username) -> Self {
        Self { login: Login::Unknown(name), username }
    }

    /// Its limits, for attempts from that source. A source that the account is known by is stopped by what happens there
    /// only: a stranger elsewhere locks nobody out.
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

/// An attempt that was counted, and where.
struct Counted {
    username: Username,
    limits: Vec<(RateLimit, RateLimitKey)>,
}

impl Counted {
    /// The attempt was none: it is counted nowhere any more.
    async fn give_back(&self, table: &impl ResetRateLimit, now: Moment) {
        for (rate, subject) in &self.limits {
            give_back(table, *rate, subject, now).await;
        }
    }

    /// The password was right: what went before from the same source is forgiven.
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

/// Whoever showed the right password is not turned away because a counter did not answer: it ends by itself.
fn noted(result: PortResult<()>) {
    if let Err(error) = result {
        tracing::warn!(?error, "a counter of log-ins stays as it is");
    }
}

/// Counts an attempt against each of the limits, or against none where one is reached.
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

/// Tries the password for each of the accounts, and says whose it is.
///
/// Each attempt is counted before the password is tried, for its own account: of any number at once, no more than the
/// limits allow reach the provider. Where no account may be tried, the caller has to wait. A right password forgives the
/// wrong ones from the same source, and takes its own attempt off the other counters; a provider that does not answer
/// has tried nothing.
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
                // The other accounts of the same number were not what the caller meant.
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
