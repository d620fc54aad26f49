//! `/v1/review/exports`: 名单导出, lists of the desk as files.

use desk::reviewer;
use domain::{
    case::{desk::Reviewer, roster::RosterRequest},
    ids::RosterId,
    messages::{self, Lang},
    moment::Moment,
};
use edge::{Answer, Call, Kind, Problem, Standing};
use jiff::SignedDuration;
use ports::{
    Chance, Clock,
    codes::{Count, Rate, Subject},
    exports::ExportState,
    people::LoadReviewer,
    rosters::{LinkRoster, ListRosters, LoadRoster, Roster, SaveRoster},
};
use serde_json::{Value, json};

/// A file may cost 20,000 reads and as many decryptions: forty a day (ours).
const RATE: Rate = Rate { name: "export-list", max: 40, window: SignedDuration::from_hours(24) };

/// After that long nobody makes it any more: the queue has given up on it, at the latest (`template.yaml`).
const GIVEN_UP: SignedDuration = SignedDuration::from_mins(40);

/// Files that are listed: all of the two days that they are kept, by [`RATE`].
const LISTED: usize = 80;

/// What this function may do with the table.
pub trait Rosters: LoadReviewer + Count + SaveRoster + LoadRoster + ListRosters {}

impl<T: LoadReviewer + Count + SaveRoster + LoadRoster + ListRosters> Rosters for T {}

/// What is asked for, if it is the reviewer's to have.
fn read_request(call: &Call, reviewer: &Reviewer) -> Result<RosterRequest, Problem> {
    let asked = RosterRequest::parse(&call.json()?, reviewer.division)?;
    if asked.is_allowed(reviewer) { Ok(asked) } else { Err(Problem::new(Kind::Forbidden)) }
}

/// Whether the caller may ask for that list, now: for `edge::serve_once`.
pub async fn authorize(call: &Call, table: &impl LoadReviewer) -> Result<Standing, Problem> {
    let reviewer = reviewer(call, table).await?;
    read_request(call, &reviewer)?;
    Ok(desk::standing(&reviewer))
}

/// Asks for a file, lists what the reviewer asked for, or shows one with a link.
pub async fn handle(
    call: Call,
    table: &impl Rosters,
    files: &impl LinkRoster,
    clock: &impl Clock,
    chance: &impl Chance,
) -> Result<Answer, Problem> {
    let reviewer = reviewer(&call, table).await?;
    let (now, lang) = (clock.now(), call.lang());
    match call.route().as_str() {
        "POST /v1/review/exports" => {
            let asked = read_request(&call, &reviewer)?;
            let id = RosterId::new(call.new_id(chance));
            if call.is_taken_up_again()
                && let Some(roster) = table.load_roster(reviewer.id, id).await?
            {
                return Ok(Answer::accepted(&view(&roster, now, lang)));
            }
            table.count(RATE, &Subject::Reviewer(reviewer.id), now).await??;
            let roster = Roster {
                id,
                reviewer: reviewer.id,
                requested_at: now,
                asked,
                state: ExportState::Pending,
                failure: None,
                done: 0,
                total: 0,
            };
            table.save_roster(&roster).await?;
            Ok(Answer::accepted(&view(&roster, now, lang)))
        }
        "GET /v1/review/exports" => {
            let rosters = table.list_rosters(reviewer.id, LISTED).await?;
            let items: Vec<Value> = rosters.iter().map(|roster| view(roster, now, lang)).collect();
            Ok(Answer::ok(&json!({"items": items})))
        }
        "GET /v1/review/exports/{id}" => show(&call, table, files, &reviewer, now).await,
        _ => Err(Problem::new(Kind::NotFound)),
    }
}

/// The file with a link once it is ready: for whoever asked for it, as long as it is theirs to have.
async fn show(
    call: &Call,
    table: &impl LoadRoster,
    files: &impl LinkRoster,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Answer, Problem> {
    let id = call.path("id", RosterId::parse)?;
    let roster = table.load_roster(reviewer.id, id).await?.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let mut view = view(&roster, now, call.lang());
    if roster.state == ExportState::Ready {
        // why: whoever moved to another division, or supervises nobody any more, has no more files of theirs.
        if !roster.asked.is_allowed(reviewer) {
            return Err(Problem::new(Kind::Forbidden));
        }
        let link = files.link_roster(&roster, now).await?;
        view["url"] = json!(link.url);
        view["expiresAt"] = json!(link.expires_at);
    }
    Ok(Answer::ok(&view))
}

fn view(roster: &Roster, now: Moment, lang: Lang) -> Value {
    let asked = &roster.asked;
    let failure = roster.failure.map(|failure| {
        let code = failure.code();
        json!({"code": code, "message": messages::text(code, lang)})
    });
    json!({
        "exportId": roster.id,
        "requestedAt": roster.requested_at,
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
        "state": roster.state.told(roster.requested_at.after(GIVEN_UP), now),
        "failure": failure,
        "progress": {"done": roster.done, "total": roster.total},
        "url": null,
        "expiresAt": null,
        "keptUntil": roster.kept_until(),
    })
}
