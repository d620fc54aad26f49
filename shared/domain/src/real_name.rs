//! 实名认证, real-name verification: two ways, tried in any order, and one place that combines them into a status.
//!
//! By three pictures that the county reviews (线上实名认证, [`OnlineRequest`]), or by Alipay ([`alipay`]).
//! [`VerificationStatus::of`] is the only place that decides whether a person is verified (domain specification,
//! section 5).

pub mod alipay;

use std::sync::LazyLock;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    case::{Case, CommandName, Role, State, transition},
    collection::{UploadUse, named_uploads, upload_id},
    divisions::Division,
    fault::{Code, Faults, Pointer},
    form::{Form, REQUIRED},
    identity::IdType,
    ids::UploadId,
    moment::Moment,
    upload::Purpose,
};
use alipay::{Attempt, AttemptHistory, Progress};

/// A request for verification by pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OnlineRequest {
    /// 证件人像面.
    pub id_front: UploadId,
    /// 证件非人像面; `None` for passports.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id_back: Option<UploadId>,
    /// 手持证件人像面.
    pub id_holding: UploadId,
    /// 所在旗县区, whose department reviews the request.
    pub division: Division,
}

impl OnlineRequest {
    /// Parses the request of an applicant with this kind of identity document.
    pub fn parse(body: &Value, id_type: IdType) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let id_front = form.text("idFront", upload_id);
            let id_back = form.optional_text("idBack", upload_id);
            if id_back == Some(None) && id_type != IdType::Ppt {
                form.fault("idBack", REQUIRED);
            }
            let id_holding = form.text("idHolding", upload_id);
            let division = form.text("division", Division::parse_county);
            Some(Self {
                id_front: id_front?,
                id_back: id_back?,
                id_holding: id_holding?,
                division: division?,
            })
        })
    }

    /// The uploads that the request uses.
    pub fn uploads(&self) -> Vec<UploadUse> {
        Self::named_uploads(&json!(self))
    }

    /// The uploads that a request body names, even if the rest of it is invalid.
    pub fn named_uploads(body: &Value) -> Vec<UploadUse> {
        let fields =
            [("idFront", Purpose::IdFront), ("idBack", Purpose::IdBack), ("idHolding", Purpose::IdHolding)];
        named_uploads(body, &Pointer::root(), &fields)
    }
}

/// Configurable rules for verifications: `infra/reference/real_name.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rules {
    /// Maximum number of Alipay attempts per person and day (China time).
    pub attempts_per_day: usize,
    /// Minutes that an Alipay attempt may take.
    attempt_minutes: i64,
    /// Days that a verification is valid; `None` for no limit.
    valid_days: Option<i64>,
}

impl Rules {
    /// Rules with these values, for tests and for provinces.
    pub const fn new(attempts_per_day: usize, attempt_minutes: i64, valid_days: Option<i64>) -> Self {
        Self { attempts_per_day, attempt_minutes, valid_days }
    }

    /// The rules in force.
    pub fn in_force() -> &'static Self {
        static RULES: LazyLock<Rules> = LazyLock::new(|| {
            let json = include_str!("../../../infra/reference/real_name.json");
            #[expect(clippy::expect_used, reason = "the file is embedded at build time and parsed by a test")]
            let rules = serde_json::from_str(json).expect("the embedded rules");
            rules
        });
        &RULES
    }

    /// Deadline of an attempt started at `begun`.
    pub fn deadline(&self, begun: Moment) -> Moment {
        begun.after(SignedDuration::from_mins(self.attempt_minutes))
    }

    /// Expiry of a verification made at `verified`; `None` if it does not expire.
    pub fn valid_until(&self, verified: Moment) -> Option<Moment> {
        self.valid_days.map(|days| verified.after(SignedDuration::from_hours(24 * days)))
    }
}

/// State of an applicant's verification; the codes are those of `infra/reference/realname_states.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RealNameState {
    /// Not started.
    None,
    /// An attempt with Alipay is running.
    AlipayPending,
    /// The last Alipay attempt failed; the applicant may retry or use the other way.
    AlipayFailed,
    /// The county is reviewing the request.
    ManualPending,
    /// The county returned the request with comments; the applicant may correct it.
    ManualReturned,
    /// The applicant's identity is verified.
    Verified,
    /// The verification has expired.
    Expired,
}

impl RealNameState {
    /// All states.
    pub const ALL: [Self; 7] = [
        Self::None,
        Self::AlipayPending,
        Self::AlipayFailed,
        Self::ManualPending,
        Self::ManualReturned,
        Self::Verified,
        Self::Expired,
    ];
}

/// A way to be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// 支付宝扫码.
    Alipay,
    /// 线上实名认证, by pictures.
    Online,
}

impl Way {
    /// Both ways.
    pub const ALL: [Self; 2] = [Self::Alipay, Self::Online];
}

/// A successful verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The way used.
    pub way: Way,
    /// When the person was verified.
    pub at: Moment,
    /// When it expires; `None` if it does not.
    pub until: Option<Moment>,
}

impl Verification {
    fn is_good(&self, now: Moment) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// What the applicant should do next; the text is the message with its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: the collection is open to them.
    Done,
    /// Choose a way and start.
    Choose,
    /// Start with pictures: Alipay does not support this kind of document.
    OnlineOnly,
    /// Scan the code before the attempt ends.
    Scan,
    /// Retry, or use the other way.
    TryAgain,
    /// Use Alipay again tomorrow, or pictures now.
    Tomorrow,
    /// Wait for the county's review, or pass with Alipay in the meantime.
    Wait,
    /// Correct what the county commented on, or use the other way.
    Correct,
    /// Renew the expired verification.
    Renew,
}

impl Next {
    /// All values.
    pub const ALL: [Self; 9] = [
        Self::Done,
        Self::Choose,
        Self::OnlineOnly,
        Self::Scan,
        Self::TryAgain,
        Self::Tomorrow,
        Self::Wait,
        Self::Correct,
        Self::Renew,
    ];

    /// The code of its message.
    pub const fn code(self) -> Code {
        Code(match self {
            Self::Done => "real_name.DONE",
            Self::Choose => "real_name.CHOOSE",
            Self::OnlineOnly => "real_name.ONLINE_ONLY",
            Self::Scan => "real_name.SCAN",
            Self::TryAgain => "real_name.TRY_AGAIN",
            Self::Tomorrow => "real_name.TOMORROW",
            Self::Wait => "real_name.WAIT",
            Self::Correct => "real_name.CORRECT",
            Self::Renew => "real_name.RENEW",
        })
    }
}

/// The applicant's verification status at a moment, over both ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationStatus {
    /// The state.
    pub state: RealNameState,
    /// Start of the state; `None` if nothing was started.
    pub since: Option<Moment>,
    /// The last successful verification, valid or expired.
    pub verification: Option<Verification>,
    /// The ways that may be started or continued now.
    pub ways: Vec<Way>,
    /// The recommended next step.
    pub next: Next,
}

impl VerificationStatus {
    /// The status of an applicant with this kind of document, from the case of their request and their Alipay attempts.
    ///
    /// A success by either way verifies, regardless of the other. Otherwise an unfinished way takes precedence over
    /// finished ones, and the latest finished one over the others.
    pub fn of(
        id_type: IdType,
        case: Option<&Case>,
        standing: Option<&AttemptHistory>,
        rules: &Rules,
        now: Moment,
    ) -> Self {
        let verification = last(by_case(case, rules), by_alipay(standing, rules));
        let is_verified = verification.is_some_and(|verification| verification.is_good(now));
        let ways = if is_verified { Vec::new() } else { ways(id_type, case, standing, rules, now) };
        let (state, since) = match verification {
            Some(verification) if is_verified => (RealNameState::Verified, Some(verification.at)),
            _ => unverified(case, standing, verification, now),
        };
        Self { state, since, verification, next: next(state, &ways), ways }
    }

    /// Whether the applicant is verified.
    pub fn is_verified(&self) -> bool {
        self.state == RealNameState::Verified
    }

    /// Whether this way may be started or continued.
    pub fn allows(&self, way: Way) -> bool {
        self.ways.contains(&way)
    }
}

fn last(one: Option<Verification>, other: Option<Verification>) -> Option<Verification> {
    [one, other].into_iter().flatten().max_by_key(|verification| verification.at)
}

fn by_case(case: Option<&Case>, rules: &Rules) -> Option<Verification> {
    let case = case.filter(|case| case.state == State::Approved)?;
    let at = case.verdict.as_ref().map_or(case.updated_at, |ruling| ruling.at);
    Some(Verification { way: Way::Online, at, until: rules.valid_until(at) })
}

fn by_alipay(standing: Option<&AttemptHistory>, rules: &Rules) -> Option<Verification> {
    let at = standing?.verified_at?;
    Some(Verification { way: Way::Alipay, at, until: rules.valid_until(at) })
}

fn ways(
    id_type: IdType,
    case: Option<&Case>,
    standing: Option<&AttemptHistory>,
    rules: &Rules,
    now: Moment,
) -> Vec<Way> {
    let alipay = alipay::CertType::of(id_type).is_some()
        && standing.is_none_or(|standing| {
            standing.latest().is_some_and(|latest| latest.is_running(now))
                || standing.begun_on(now.date()) < rules.attempts_per_day
        });
    let submit =
        |case: &Case| transition::next(case.id.kind, case.state, CommandName::Submit, Role::Applicant);
    let online = case.is_none_or(|case| submit(case).is_some());
    let ways = [(Way::Alipay, alipay), (Way::Online, online)];
    ways.into_iter().filter_map(|(way, may)| may.then_some(way)).collect()
}

/// The state of an applicant who is not verified, and its start.
fn unverified(
    case: Option<&Case>,
    standing: Option<&AttemptHistory>,
    ended: Option<Verification>,
    now: Moment,
) -> (RealNameState, Option<Moment>) {
    let latest = standing.and_then(AttemptHistory::latest);
    if let Some(running) = latest.filter(|latest| latest.is_running(now)) {
        return (RealNameState::AlipayPending, Some(running.started_at));
    }
    if let Some(open) = case.filter(|case| case.state.is_open()) {
        return (RealNameState::ManualPending, open.opened_at);
    }
    let attempt = latest.and_then(failed_at).map(|at| (at, RealNameState::AlipayFailed));
    let returned = case.filter(|case| matches!(case.state, State::Returned | State::Rejected));
    let returned = returned.map(|case| {
        let at = case.verdict.as_ref().map_or(case.updated_at, |ruling| ruling.at);
        (at, RealNameState::ManualReturned)
    });
    let over = ended.map(|verification| (verification.at, RealNameState::Expired));
    let last = [over, returned, attempt].into_iter().flatten().max_by_key(|(at, _)| *at);
    match last {
        None => (RealNameState::None, None),
        // An expired verification counts from its expiry, not from its start.
        Some((_, RealNameState::Expired)) => (RealNameState::Expired, ended.and_then(|ended| ended.until)),
        Some((at, state)) => (state, Some(at)),
    }
}

/// When an attempt failed; an overdue attempt counts as failed even if that is not stored yet.
fn failed_at(attempt: &Attempt) -> Option<Moment> {
    match attempt.progress {
        Progress::Started => Some(attempt.expires_at),
        Progress::Passed { .. } => None,
        Progress::Failed { at, .. } | Progress::Cancelled { at } | Progress::Expired { at } => Some(at),
    }
}

fn next(state: RealNameState, ways: &[Way]) -> Next {
    let alipay = ways.contains(&Way::Alipay);
    match state {
        RealNameState::Verified => Next::Done,
        RealNameState::AlipayPending => Next::Scan,
        RealNameState::ManualPending => Next::Wait,
        RealNameState::ManualReturned => Next::Correct,
        RealNameState::AlipayFailed if alipay => Next::TryAgain,
        RealNameState::AlipayFailed => Next::Tomorrow,
        RealNameState::Expired => Next::Renew,
        RealNameState::None if alipay => Next::Choose,
        RealNameState::None => Next::OnlineOnly,
    }
}
