//! `/v1/review/cases/{id}/claim`: claiming a case, giving it to another reviewer, and releasing it.

use domain::{
    case::{
        Actor, Case, Change, ClaimLimits, ClaimedCase, Command, ReviewerClaims, desk::Reviewer,
        request::ReassignRequest,
    },
    fault::{Code, Faults, Pointer},
    ids::ReviewerId,
    moment::Moment,
    staff::StaffAccount,
};
use edge::{Problem, ProblemKind, Request, Response};
use ports::{
    PortError, PortResult,
    cases::{Basis, LoadCase, LoadClaims, SaveChange, SaveGroundedChange},
    people::{FindAccount, LoadAccount, LoadReviewer},
};
use reviewer_auth::grounds;
use serde_json::{Value, json};

/// How often a claim is tried that meets another write: of the same case, or another claim of the same reviewer.
pub(crate) const TRIES: usize = 3;

/// What claiming does with the table.
pub(crate) trait Claims: LoadCase + LoadClaims + LoadAccount + SaveGroundedChange {}

impl<T: LoadCase + LoadClaims + LoadAccount + SaveGroundedChange> Claims for T {}

/// Claims the case, or renews the claim.
pub(crate) async fn take(
    req: &Request,
    table: &impl Claims,
    reviewer: &Reviewer,
    limits: ClaimLimits,
    now: Moment,
) -> Result<Response, Problem> {
    for _ in 0..TRIES {
        let case = reviewer_auth::handle_case(req, table, reviewer, now).await?;
        if let Some(claimed) = hold(table, &case, reviewer, limits, now).await? {
            return Ok(Response::ok(&claimed));
        }
    }
    Err(Problem::new(ProblemKind::Conflict))
}

/// Claims a case; what to say of it, or nothing where the write met another one.
pub(crate) async fn hold(
    table: &impl Claims,
    case: &Case,
    reviewer: &Reviewer,
    limits: ClaimLimits,
    now: Moment,
) -> Result<Option<Value>, Problem> {
    let change = case.apply(&Command::Claim, &Actor::Reviewer(reviewer.id), now)?;
    case.check_renewals(reviewer.id, limits, now)?;
    let claims = table.load_claims(reviewer.id).await?;
    let others = still_held(table, &claims, case, limits.at_once, now).await?;
    if others.len() >= limits.at_once {
        let held = others.iter().map(|claimed| json!({"caseId": claimed.case, "until": claimed.until}));
        let held: Vec<Value> = held.collect();
        return Err(Problem::new(ProblemKind::TooManyClaims)
            .with("limit", limits.at_once)
            .with("held", held));
    }
    let basis = basis(table, &change, &claims, others).await?;
    match table.save_grounded_change(&change, &basis).await {
        Ok(()) => Ok(Some(view(&change.after, reviewer, now))),
        Err(PortError::Conflict) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The other cases that the reviewer holds. The record names more than that where cases were decided or released since: the
/// cases are looked at once the record has as many as may be claimed.
async fn still_held(
    table: &impl LoadCase,
    claims: &ReviewerClaims,
    case: &Case,
    at_once: usize,
    now: Moment,
) -> PortResult<Vec<ClaimedCase>> {
    let others = claims.others(case.id, now);
    if others.len() < at_once {
        return Ok(others);
    }
    let mut held = Vec::new();
    for claimed in others {
        let claim = table.load_case(claimed.case).await?.and_then(|case| case.as_of(now).claim);
        if let Some(claim) = claim.filter(|claim| claim.by == claims.reviewer) {
            held.push(ClaimedCase { until: claim.until, ..claimed });
        }
    }
    Ok(held)
}

/// What a change that makes a claim rests on: the applicant's consent, and the record of the reviewer's claims.
async fn basis(
    table: &impl LoadAccount,
    change: &Change,
    claims: &ReviewerClaims,
    others: Vec<ClaimedCase>,
) -> Result<Basis, Problem> {
    let consent = grounds::consent(&change.before, table).await?;
    let consent = consent.ok_or_else(|| Problem::new(ProblemKind::ConsentRequired))?;
    let claim = change.after.claim.as_ref();
    let claimed = claim.map(|claim| ClaimedCase { case: change.after.id, until: claim.until });
    Ok(Basis { claims: claimed.map(|claimed| claims.with(others, claimed)), ..consent })
}

/// Saves a change that gives a case to a reviewer whatever else they hold: a supervisor's decision, or the reviewer's own
/// decision undone. It counts among their claims.
pub(crate) async fn save_given(
    table: &impl Claims,
    case: &Case,
    command: &Command,
    by: &Actor,
    to: ReviewerId,
    now: Moment,
) -> Result<Change, Problem> {
    let change = case.apply(command, by, now)?;
    let claims = table.load_claims(to).await?;
    let others = claims.others(case.id, now);
    let basis = basis(table, &change, &claims, others).await?;
    table.save_grounded_change(&change, &basis).await?;
    Ok(change)
}

/// What to say of a case that is held.
pub(crate) fn view(case: &Case, reviewer: &Reviewer, now: Moment) -> Value {
    json!({
        "caseId": case.id,
        "state": case.state,
        "version": case.version,
        "claim": crate::claim_view(case.claim.as_ref(), reviewer, now),
    })
}

/// Gives the case to another reviewer who may decide it.
pub(crate) async fn give(
    req: &Request,
    table: &(impl Claims + FindAccount + LoadReviewer),
    supervisor: &Reviewer,
    now: Moment,
) -> Result<Response, Problem> {
    let case = reviewer_auth::supervise_case(req, table, supervisor, now).await?;
    let ReassignRequest { to, reason } = ReassignRequest::parse(&req.json()?)?;
    let account = StaffAccount::parse(&to).ok();
    let found = match account {
        Some(account) => table.find_staff(account.as_str()).await?,
        None => None,
    };
    let found = match found {
        Some(id) => table.load_reviewer(id).await?.filter(|reviewer| reviewer.may_handle(&case, now)),
        None => None,
    };
    let unknown = || Faults::one(Pointer::root().child("to"), Code("reviewer.UNKNOWN"));
    let to = found.ok_or_else(unknown)?.id;
    let command = Command::Reassign(to, reason);
    let change = save_given(table, &case, &command, &Actor::Supervisor(supervisor.id), to, now).await?;
    Ok(Response::ok(&view(&change.after, supervisor, now)))
}

/// Releases the case.
pub(crate) async fn release(
    req: &Request,
    table: &(impl LoadCase + SaveChange),
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Response, Problem> {
    let case = reviewer_auth::handle_case(req, table, reviewer, now).await?;
    crate::change(table, &case, &Command::Release, reviewer, now).await?;
    Ok(Response::no_content())
}
