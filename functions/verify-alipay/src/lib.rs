//! `/v1/real-name/alipay`: verification by Alipay, begun and followed (`docs/decisions/0016-alipay.md`).

mod qr;

use applicant::view;
use domain::{
    case::{Actor, Command, State},
    messages::Lang,
    moment::Moment,
    person::Identity,
    real_name::{
        Rules,
        alipay::{Attempt, AttemptHistory, AttemptId, Begin, CertType, Consent, ResponseDigest},
    },
};
use edge::{Problem, ProblemKind, Request, Response};
use jiff::SignedDuration;
use ports::{
    Clock, PortError,
    alipay::{Certify, GatewayError, SaveStanding, SavedStanding},
    cases::SaveChange,
    codes::{CheckRateLimit, RateLimit, RateLimitKey},
    people::{LoadPerson, Person},
    secrets::OpenIdentity,
};
use serde_json::{Value, json};

/// Seconds after which Alipay may be tried again.
const RETRY_SECONDS: u64 = 5;

/// Times that Alipay is asked what became of an attempt: twice what a page that keeps to `askAgainAfter` asks (ours).
const QUERIES: RateLimit = RateLimit { name: "alipay-query", max: 60, window: SignedDuration::from_mins(1) };

/// Begins an attempt, or shows the one that runs; with an id in the path, finds out what became of one.
pub async fn handle(
    req: Request,
    table: &(impl LoadPerson + SaveStanding + SaveChange + CheckRateLimit),
    keys: &impl OpenIdentity,
    alipay: &impl Certify,
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let now = clock.now();
    let person = applicant::caller(&req, table).await?;
    let steps = Steps { table, keys, alipay, now, lang: req.lang() };
    let result =
        if req.has_path("id") { steps.follow(&req, person).await } else { steps.begin(&req, person).await };
    applicant::unless_closed(result, &req, table).await
}

/// One call's way through the steps.
struct Steps<'a, T, K, C> {
    table: &'a T,
    keys: &'a K,
    alipay: &'a C,
    now: Moment,
    lang: Lang,
}

impl<T: LoadPerson + SaveStanding + SaveChange + CheckRateLimit, K: OpenIdentity, C: Certify>
    Steps<'_, T, K, C>
{
    /// An attempt that a phone can pass: the one that runs, or a new one.
    async fn begin(&self, req: &Request, mut person: Person) -> Result<Response, Problem> {
        let consent = Consent::parse(&req.json()?, self.now)?;
        if person.stand(self.now).is_verified() {
            return Err(Problem::new(ProblemKind::AlreadyVerified));
        }
        if CertType::of(person.id_type).is_none() {
            return Err(Problem::new(ProblemKind::AlipayNotOffered));
        }
        let identity = self.keys.open(person.id, person.id_type, &person.sealed).await?;
        // What is overdue may have been passed all the same: then there is nothing to begin.
        let overdue = person.alipay.take_if(|standing| is_overdue(standing, self.now));
        if let Some(overdue) = overdue {
            person.alipay = Some(self.settle(overdue, &identity, false).await?);
        }
        if person.stand(self.now).is_verified() {
            self.withdraw_pending_request(&person).await?;
            return Err(Problem::new(ProblemKind::AlreadyVerified));
        }
        let before = person.alipay.as_ref();
        let (standing, is_new) = match AttemptHistory::begin(before, person.id, consent, Rules::in_force()) {
            Begin::Tomorrow(at) => return Err(Problem::wait(self.now.seconds_until(at))),
            Begin::Running(standing) => (standing, false),
            Begin::New(standing) => {
                self.table.save_standing(&standing, None, self.now).await?;
                (standing, true)
            }
        };
        let standing = self.initialize(standing, &identity).await?;
        let attempt = latest(&standing)?;
        let body = self.with_link(attempt).await?;
        Ok(if is_new { Response::created(&body) } else { Response::ok(&body) })
    }

    /// The attempts, with Alipay knowing of the last one or refusing it. The order's number is the attempt's: whoever
    /// tells Alipay again, after an answer was lost, tells it of the same.
    async fn initialize(
        &self,
        standing: AttemptHistory,
        identity: &Identity,
    ) -> Result<AttemptHistory, Problem> {
        let attempt = latest(&standing)?;
        if attempt.certify_id.is_some() {
            return Ok(standing);
        }
        let known = self.alipay.initialize(attempt.id, identity, self.now).await.map_err(problem)?;
        let standing = match known {
            Some(certify_id) => standing.initialized(certify_id),
            None => standing.refused(self.now),
        };
        self.table.save_standing(&standing, None, self.now).await?;
        Ok(standing)
    }

    /// The attempt with what a phone needs, while it can be passed.
    async fn with_link(&self, attempt: &Attempt) -> Result<Value, Problem> {
        let mut body = view::attempt(attempt, self.now, self.lang);
        let certify_id = attempt.certify_id.as_ref().filter(|_| attempt.is_running(self.now));
        let link = match certify_id {
            Some(certify_id) => Some(self.alipay.page(certify_id, self.now).await.map_err(problem)?),
            None => None,
        };
        body["appLink"] = json!(link.as_deref().map(alipay::app_link));
        body["qr"] = json!(link.as_deref().and_then(qr::svg));
        body["link"] = json!(link);
        Ok(body)
    }

    /// What became of an attempt of the caller's; asked of Alipay until it has ended, and noted once.
    async fn follow(&self, req: &Request, mut person: Person) -> Result<Response, Problem> {
        let not_found = || Problem::new(ProblemKind::NotFound);
        let id = req.path("id", AttemptId::parse)?;
        let standing = person.alipay.take().ok_or_else(not_found)?;
        let returned = req.query("returned") == Some("true");
        let is_last = standing.latest().is_some_and(|latest| latest.id == id);
        let standing = if is_last && standing.attempt(id).is_some_and(|it| it.progress.ended_at().is_none()) {
            self.table.count(QUERIES, &RateLimitKey::Account(person.id), self.now).await??;
            let identity = self.keys.open(person.id, person.id_type, &person.sealed).await?;
            self.settle(standing, &identity, returned).await?
        } else {
            standing
        };
        let attempt = standing.attempt(id).ok_or_else(not_found)?;
        let body = view::attempt(attempt, self.now, self.lang);
        person.alipay = Some(standing);
        if person.stand(self.now).is_verified() {
            self.withdraw_pending_request(&person).await?;
        }
        Ok(Response::ok(&body))
    }

    /// Takes back what the person asked the county for, now that they are verified: nobody need look at their pictures. What
    /// a reviewer has open is left to the reviewer.
    async fn withdraw_pending_request(&self, person: &Person) -> Result<(), Problem> {
        let waiting = person.real_name.iter().map(|filed| filed.case.as_of(self.now));
        let waiting = waiting.filter(|case| matches!(case.state, State::Submitted | State::Resubmitted));
        for case in waiting {
            let change = case.apply(&Command::Withdraw, &Actor::Applicant(person.id), self.now)?;
            match self.table.save_change(&change).await {
                // Somebody was faster: what they made of it stands, and the next call looks again.
                Err(PortError::Conflict) => tracing::info!(case = %case.id, "a request was not taken back"),
                saved => saved?,
            }
        }
        Ok(())
    }

    /// The attempts, with what Alipay says of the last one.
    async fn settle(
        &self,
        standing: AttemptHistory,
        identity: &Identity,
        returned: bool,
    ) -> Result<AttemptHistory, Problem> {
        let attempt = latest(&standing)?;
        let (after, response) = match &attempt.certify_id {
            None => (standing.never_known(self.now), None),
            Some(certify_id) => {
                let result = self.alipay.query(attempt.id, certify_id, self.now).await.map_err(problem)?;
                let after = standing.answered(&result.certified, identity, returned, self.now);
                (after, Some(result.digest))
            }
        };
        let Some(after) = after else { return Ok(standing) };
        match self.table.save_standing(&after, response.as_ref(), self.now).await {
            Ok(SavedStanding::Stored) => Ok(after),
            Ok(SavedStanding::ResponseUsed) => {
                Err(problem(GatewayError::Untrusted("a response that was used before")))
            }
            Ok(SavedStanding::NumberTaken) => self.number_taken(standing, response.as_ref()).await,
            // Another call found it out at the same time: what it noted stands.
            Err(PortError::Conflict) => self.as_noted(standing).await,
            Err(error) => Err(error.into()),
        }
    }

    /// The attempts, with the last one failed: another account was verified with the same number before.
    async fn number_taken(
        &self,
        standing: AttemptHistory,
        response: Option<&ResponseDigest>,
    ) -> Result<AttemptHistory, Problem> {
        let after = standing.number_taken(self.now);
        match self.table.save_standing(&after, response, self.now).await {
            Ok(_) => Ok(after),
            Err(PortError::Conflict) => self.as_noted(standing).await,
            Err(error) => Err(error.into()),
        }
    }

    /// The attempts as another call left them.
    async fn as_noted(&self, before: AttemptHistory) -> Result<AttemptHistory, Problem> {
        let person = self.table.load_person(before.owner).await?;
        let person = person.ok_or_else(|| Problem::new(ProblemKind::Unauthenticated))?;
        person.alipay.ok_or_else(|| Problem::new(ProblemKind::Conflict))
    }
}

fn is_overdue(standing: &AttemptHistory, now: Moment) -> bool {
    standing.latest().is_some_and(|latest| latest.is_overdue(now))
}

fn latest(standing: &AttemptHistory) -> Result<&Attempt, PortError> {
    standing.latest().ok_or_else(|| PortError::Corrupt(format!("attempts of {} without one", standing.owner)))
}

/// What a failure of Alipay's means to the caller. It leaves the attempt as it is.
fn problem(error: GatewayError) -> Problem {
    let kind = match &error {
        GatewayError::Unavailable(_) | GatewayError::NotSetUp(_) => ProblemKind::AlipayUnavailable,
        GatewayError::Untrusted(why) => {
            tracing::error!(why, "an answer in Alipay's name cannot be trusted");
            ProblemKind::AlipayUnavailable
        }
        GatewayError::Ours(_) => ProblemKind::Internal,
    };
    let problem = Problem::new(kind).because(error);
    if kind == ProblemKind::AlipayUnavailable { problem.retry_after(RETRY_SECONDS) } else { problem }
}
