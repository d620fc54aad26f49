//! `/v1/review/exports`: 名单导出, lists of the desk as files.

use domain::{
    case::{case_list::CaseListRequest, desk::Reviewer},
    ids::CaseListId,
    messages::{self, Lang},
    moment::Moment,
};
use edge::{Problem, ProblemKind, ReplayScope, Request, Response};
use jiff::SignedDuration;
use ports::{
    Clock, Random,
    case_lists::{CaseList, LinkCaseList, ListCaseLists, LoadCaseList, SaveCaseList},
    codes::{CheckRateLimit, RateLimit, RateLimitKey},
    exports::ExportState,
    people::LoadReviewer,
};
use reviewer_auth::reviewer;
use serde_json::{Value, json};

/// A file may cost 20,000 reads and as many decryptions: forty a day (ours).
const RATE: RateLimit = RateLimit { name: "export-list", max: 40, window: SignedDuration::from_hours(24) };

/// After that long nobody makes it any more: the queue has given up on it, at the latest (`template.yaml`).
const GIVEN_UP: SignedDuration = SignedDuration::from_mins(40);

/// Files that are listed: all of the two days that they are kept, by [`RATE`].
const LISTED: usize = 80;

/// What this function may do with the table.
pub trait CaseLists: LoadReviewer + CheckRateLimit + SaveCaseList + LoadCaseList + ListCaseLists {}

impl<T: LoadReviewer + CheckRateLimit + SaveCaseList + LoadCaseList + ListCaseLists> CaseLists for T {}

/// What is asked for, if it is the reviewer's to have.
fn read_request(req: &Request, reviewer: &Reviewer) -> Result<CaseListRequest, Problem> {
    let asked = CaseListRequest::parse(&req.json()?, reviewer.division)?;
    if asked.is_allowed(reviewer) { Ok(asked) } else { Err(Problem::new(ProblemKind::Forbidden)) }
}

/// Whether the caller may ask for that list, now: for `edge::serve_once`.
pub async fn authorize(req: &Request, table: &impl LoadReviewer) -> Result<ReplayScope, Problem> {
    let reviewer = reviewer(req, table).await?;
    read_request(req, &reviewer)?;
    Ok(reviewer_auth::standing(&reviewer))
}

/// Asks for a file, lists what the reviewer asked for, or shows one with a link.
pub async fn handle(
    req: Request,
    table: &impl CaseLists,
    files: &impl LinkCaseList,
    clock: &impl Clock,
    chance: &impl Random,
) -> Result<Response, Problem> {
    let reviewer = reviewer(&req, table).await?;
    let (now, lang) = (clock.now(), req.lang());
    match req.route().as_str() {
        "POST /v1/review/exports" => {
            let asked = read_request(&req, &reviewer)?;
            let id = CaseListId::new(req.new_id(chance));
            if req.is_taken_up_again()
                && let Some(case_list) = table.load_case_list(reviewer.id, id).await?
            {
                return Ok(Response::accepted(&view(&case_list, now, lang)));
            }
            table.count(RATE, &RateLimitKey::Reviewer(reviewer.id), now).await??;
            let case_list = CaseList {
                id,
                reviewer: reviewer.id,
                requested_at: now,
                asked,
                state: ExportState::Pending,
                failure: None,
                done: 0,
                total: 0,
            };
            table.save_case_list(&case_list).await?;
            Ok(Response::accepted(&view(&case_list, now, lang)))
        }
        "GET /v1/review/exports" => {
            let case_lists = table.list_case_lists(reviewer.id, LISTED).await?;
            let items: Vec<Value> = case_lists.iter().map(|case_list| view(case_list, now, lang)).collect();
            Ok(Response::ok(&json!({"items": items})))
        }
        "GET /v1/review/exports/{id}" => show(&req, table, files, &reviewer, now).await,
        _ => Err(Problem::new(ProblemKind::NotFound)),
    }
}

/// The file with a link once it is ready: for whoever asked for it, as long as it is theirs to have.
async fn show(
    req: &Request,
    table: &impl LoadCaseList,
    files: &impl LinkCaseList,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Response, Problem> {
    let id = req.path("id", CaseListId::parse)?;
    let case_list =
        table.load_case_list(reviewer.id, id).await?.ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    let mut view = view(&case_list, now, req.lang());
    if case_list.state == ExportState::Ready {
        // why: whoever moved to another division, or supervises nobody any more, has no more files of theirs.
        if !case_list.asked.is_allowed(reviewer) {
            return Err(Problem::new(ProblemKind::Forbidden));
        }
        let link = files.link_case_list(&case_list, now).await?;
        view["url"] = json!(link.url);
        view["expiresAt"] = json!(link.expires_at);
    }
    Ok(Response::ok(&view))
}

fn view(case_list: &CaseList, now: Moment, lang: Lang) -> Value {
    let asked = &case_list.asked;
    let failure = case_list.failure.map(|failure| {
        let code = failure.code();
        json!({"code": code, "message": messages::text(code, lang)})
    });
    json!({
        "exportId": case_list.id,
        "requestedAt": case_list.requested_at,
        "list": asked.list,
        "division": asked.division,
        "kind": asked.kind,
        "filter": {
            "state": asked.filter.state,
            "flagged": asked.filter.flagged,
            "resubmitted": asked.filter.resubmitted,
            "overdue": asked.filter.overdue,
        },
        "format": asked.format,
        "revealReason": asked.reveal,
        "state": case_list.state.told(case_list.requested_at.after(GIVEN_UP), now),
        "failure": failure,
        "progress": {"done": case_list.done, "total": case_list.total},
        "url": null,
        "expiresAt": null,
        "keptUntil": case_list.kept_until(),
    })
}
