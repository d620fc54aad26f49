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
        alipay::{Attempt, AttemptId, Begin, CertType, Consent, ResponseDigest, Standing},
    },
};
use edge::{Answer, Call, Kind, Problem};
use jiff::SignedDuration;
use ports::{
    Clock, PortError,
    alipay::{Certify, GatewayError, SaveStanding, SavedStanding},
    cases::SaveChange,
    codes::{Count, Rate, Subject},
    people::{LoadPerson, Person},
    secrets::OpenIdentity,
};
use serde_json::{Value, json};

/// Seconds after which Alipay may be tried again.
const RETRY_SECONDS: u64 = 5;

/// Times that Alipay is asked what became of an attempt: twice what a page that keeps to `askAgainAfter` asks (ours).
const QUERIES: Rate = Rate { name: "alipay-query", max: 60, window: SignedDuration::from_mins(1) };

/// Begins an attempt, or shows the one that runs; with an id in the path, finds out what became of one.
pub async fn handle(
    call: Call,
    table: &(impl LoadPerson + SaveStanding + SaveChange + Count),
    keys: &impl OpenIdentity,
    alipay: &impl Certify,
    clock: &impl Clock,
) -> Result<Answer, Problem> {
    let now = clock.now();
    let person = applicant::caller(&call, table).await?;
    let steps = Steps { table, keys, alipay, now, lang: call.lang() };
    let result = if call.has_path("id") {
        steps.follow(&call, person).await
    } else {
        steps.begin(&call, person).await
    };
    applicant::unless_closed(result, &call, table).await
}

/// One call's way through the steps.
struct Steps<'a, T, K, C> {
    table: &'a T,
    keys: &'a K,
    alipay: &'a C,
    now: Moment,
    lang: Lang,
}

impl<T: LoadPerson + SaveStanding + SaveChange + Count, K: OpenIdentity, C: Certify> Steps<'_, T, K, C> {
    /// An attempt that a phone can pass: the one that runs, or a new one.
    async fn begin(&self, call: &Call, mut person: Person) -> Result<Answer, Problem> {
        let consent = Consent::parse(&call.json()?, self.now)?;
        if person.stand(self.now).is_verified() {
            return Err(Problem::new(Kind::AlreadyVerified));
        }
        if CertType::of(person.id_type).is_none() {
            return Err(Problem::new(Kind::AlipayNotOffered));
        }
        let identity = self.keys.open(person.id, person.id_type, &person.sealed).await?;
        // What is overdue may have been passed all the same: then there is nothing to begin.
        let overdue = person.alipay.take_if(|standing| is_overdue(standing, self.now));
        if let Some(overdue) = overdue {
            person.alipay = Some(self.settle(overdue, &identity, false).await?);
        }
        if person.stand(self.now).is_verified() {
            self.spare_the_county(&person).await?;
            return Err(Problem::new(Kind::AlreadyVerified));
        }
        let before = person.alipay.as_ref();
        let (standing, is_new) = match Standing::begin(before, person.id, consent, Rules::in_force()) {
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
        Ok(if is_new { Answer::created(&body) } else { Answer::ok(&body) })
    }

    /// The attempts, with Alipay knowing of the last one or refusing it. The order's number is the attempt's: whoever
    /// tells Alipay again, after an answer was lost, tells it of the same.
    async fn initialize(&self, standing: Standing, identity: &Identity) -> Result<Standing, Problem> {
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
    async fn follow(&self, call: &Call, mut person: Person) -> Result<Answer, Problem> {
        let not_found = || Problem::new(Kind::NotFound);
        let id = call.path("id", AttemptId::parse)?;
        let standing = person.alipay.take().ok_or_else(not_found)?;
        let returned = call.query("returned") == Some("true");
        let is_last = standing.latest().is_some_and(|latest| latest.id == id);
        let standing = if is_last && standing.attempt(id).is_some_and(|it| it.progress.ended_at().is_none()) {
            self.table.count(QUERIES, &Subject::Account(person.id), self.now).await??;
            let identity = self.keys.open(person.id, person.id_type, &person.sealed).await?;
            self.settle(standing, &identity, returned).await?
        } else {
            standing
        };
        let attempt = standing.attempt(id).ok_or_else(not_found)?;
        let body = view::attempt(attempt, self.now, self.lang);
        person.alipay = Some(standing);
        if person.stand(self.now).is_verified() {
            self.spare_the_county(&person).await?;
        }
        Ok(Answer::ok(&body))
    }

    /// Takes back what the person asked the county for, now that they are verified: nobody need look at their pictures. What
    /// a reviewer has open is left to the reviewer.
    async fn spare_the_county(&self, person: &Person) -> Result<(), Problem> {
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
        standing: Standing,
        identity: &Identity,
        returned: bool,
    ) -> Result<Standing, Problem> {
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
        standing: Standing,
        response: Option<&ResponseDigest>,
    ) -> Result<Standing, Problem> {
        let after = standing.number_taken(self.now);
        match self.table.save_standing(&after, response, self.now).await {
            Ok(_) => Ok(after),
            Err(PortError::Conflict) => self.as_noted(standing).await,
            Err(error) => Err(error.into()),
        }
    }

    /// The attempts as another call left them.
    async fn as_noted(&self, before: Standing) -> Result<Standing, Problem> {
        let person = self.table.load_person(before.owner).await?;
        let person = person.ok_or_else(|| Problem::new(Kind::Unauthenticated))?;
        person.alipay.ok_or_else(|| Problem::new(Kind::Conflict))
    }
}

fn is_overdue(standing: &Standing, now: Moment) -> bool {
    standing.latest().is_some_and(|latest| latest.is_overdue(now))
}

fn latest(standing: &Standing) -> Result<&Attempt, PortError> {
    standing.latest().ok_or_else(|| PortError::Corrupt(format!("attempts of {} without one", standing.owner)))
}

/// What a failure of Alipay's means to the caller. It leaves the attempt as it is.
fn problem(error: GatewayError) -> Problem {
    let kind = match &error {
        GatewayError::Unavailable(_) | GatewayError::NotSetUp(_) => Kind::AlipayUnavailable,
        GatewayError::Untrusted(why) => {
            tracing::error!(why, "an answer in Alipay's name cannot be trusted");
            Kind::AlipayUnavailable
        }
        GatewayError::Ours(_) => Kind::Internal,
    };
    let problem = Problem::new(kind).because(error);
    if kind == Kind::AlipayUnavailable { problem.retry_after(RETRY_SECONDS) } else { problem }
}
