//! 实名认证, real-name verification: two ways, tried in any order, and one place that knows where somebody stands.
//!
//! By three pictures that the county checks (线上实名认证, [`OnlineRequest`]), or by Alipay ([`alipay`]). Whoever asks
//! whether a person is verified asks [`VerificationStatus::of`], and nobody else knows (domain specification, section 5).

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

/// The request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OnlineRequest {
    /// 证件人像面.
    pub id_front: UploadId,
    /// 证件非人像面; passports have none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id_back: Option<UploadId>,
    /// 手持证件人像面.
    pub id_holding: UploadId,
    /// 所在旗县区, whose department checks.
    pub division: Division,
}

impl OnlineRequest {
    /// Reads a request of an applicant with that kind of identity document.
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

    /// The pictures that the request names.
    pub fn uploads(&self) -> Vec<UploadUse> {
        Self::named_uploads(&json!(self))
    }

    /// The pictures that a body of the request names, whatever else is wrong with it.
    pub fn named_uploads(body: &Value) -> Vec<UploadUse> {
        let fields =
            [("idFront", Purpose::IdFront), ("idBack", Purpose::IdBack), ("idHolding", Purpose::IdHolding)];
        named_uploads(body, &Pointer::root(), &fields)
    }
}

/// What may be set about verifications: `infra/reference/real_name.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rules {
    /// Attempts with Alipay that a person may begin on one day of China.
    pub attempts_per_day: usize,
    /// How long an attempt with Alipay may take.
    attempt_minutes: i64,
    /// For how long a verification is good; for ever where it is left out.
    valid_days: Option<i64>,
}

impl Rules {
    /// Rules, as a test or a province would have them.
    pub const fn new(attempts_per_day: usize, attempt_minutes: i64, valid_days: Option<i64>) -> Self {
        Self { attempts_per_day, attempt_minutes, valid_days }
    }

    /// The rules that stand.
    pub fn in_force() -> &'static Self {
        static RULES: LazyLock<Rules> = LazyLock::new(|| {
            let json = include_str!("../../../infra/reference/real_name.json");
            #[expect(clippy::expect_used, reason = "the file is embedded at build time and parsed by a test")]
            let rules = serde_json::from_str(json).expect("the embedded rules");
            rules
        });
        &RULES
    }

    /// Until when an attempt that is begun at that moment may be passed.
    pub fn deadline(&self, begun: Moment) -> Moment {
        begun.after(SignedDuration::from_mins(self.attempt_minutes))
    }

    /// Until when a verification of that moment is good.
    pub fn valid_until(&self, verified: Moment) -> Option<Moment> {
        self.valid_days.map(|days| verified.after(SignedDuration::from_hours(24 * days)))
    }
}

/// Where an applicant stands; the codes are those of `infra/reference/realname_states.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RealNameState {
    /// Nothing was asked for yet.
    None,
    /// An attempt with Alipay is running.
    AlipayPending,
    /// The last attempt with Alipay came to nothing; it may be tried again, or the other way taken.
    AlipayFailed,
    /// The county checks.
    ManualPending,
    /// The county said no, and why; it may be tried again.
    ManualReturned,
    /// The applicant is who they say they are.
    Verified,
    /// They were, and it is too long ago.
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

/// What verified a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verification {
    /// How.
    pub way: Way,
    /// When.
    pub at: Moment,
    /// Until when it is good; for ever where there is no end.
    pub until: Option<Moment>,
}

impl Verification {
    fn is_good(&self, now: Moment) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// What to do next; its text is the message of that code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: the collection is open.
    Done,
    /// Choose a way and begin.
    Choose,
    /// Begin with pictures: Alipay does not know this kind of document.
    OnlineOnly,
    /// Scan the code, before the attempt ends.
    Scan,
    /// Try again, or take the other way.
    TryAgain,
    /// Alipay again tomorrow, or pictures now.
    Tomorrow,
    /// Wait for the county, or pass with Alipay meanwhile.
    Wait,
    /// Mend what the county wrote, or take the other way.
    Correct,
    /// Verify once more.
    Renew,
}

impl Next {
    /// All of them.
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

    /// The code of the message that says it.
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

/// Where somebody stands at a moment, by both ways together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationStatus {
    /// In one word.
    pub state: RealNameState,
    /// Since when; nothing where nothing was asked for yet.
    pub since: Option<Moment>,
    /// What verified them last, whether it is still good or not.
    pub verification: Option<Verification>,
    /// The ways that may be begun, or gone on with, now.
    pub ways: Vec<Way>,
    /// What to do.
    pub next: Next,
}

impl VerificationStatus {
    /// Where somebody with that document stands, by the case of their request and their attempts with Alipay.
    ///
    /// Either way verifies, whatever became of the other. Else what is under way is told before what has ended, and of
    /// what has ended the last.
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

    /// Whether they are who they say they are.
    pub fn is_verified(&self) -> bool {
        self.state == RealNameState::Verified
    }

    /// Whether that way may be begun, or gone on with.
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

/// The state of somebody who is not verified, and since when.
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
        // What has expired is told by when it did, not by when it began.
        Some((_, RealNameState::Expired)) => (RealNameState::Expired, ended.and_then(|ended| ended.until)),
        Some((at, state)) => (state, Some(at)),
    }
}

/// When an attempt came to nothing; one that is overdue has, whoever notes it.
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
