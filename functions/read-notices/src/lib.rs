//! `/v1/me/notices`: what the caller was told of, and that they have read it.

use applicant::view;
use domain::{
    fault::{Code, Faults, Pointer},
    ids::{AccountId, NoticeId},
};
use edge::{Answer, Call, Kind, Problem};
use ports::{
    Clock,
    notices::{KeptNotice, ListNotices, ReadNotice},
    people::LoadAccount,
};
use serde_json::{Value, json};

/// Notices of a page unless told, and at most.
const LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;

/// Among so many of the newest the unread ones are counted: a case makes three or four.
const COUNTED: usize = 100;

/// Answers both routes.
pub async fn handle(
    call: Call,
    table: &(impl LoadAccount + ListNotices + ReadNotice),
    clock: &impl Clock,
) -> Result<Answer, Problem> {
    let owner = applicant::account(&call, table).await?.id;
    match call.route().as_str() {
        "GET /v1/me/notices" => list(&call, table, owner).await,
        "PUT /v1/me/notices/{id}/read" => {
            let id = call.path("id", NoticeId::parse)?;
            let is_there = table.read_notice(owner, id, clock.now()).await?;
            if is_there { Ok(Answer::no_content()) } else { Err(Problem::new(Kind::NotFound)) }
        }
        _ => Err(Problem::new(Kind::NotFound)),
    }
}

/// Lists the caller's notices, newest first. A cursor is the last notice seen: what comes in meanwhile moves nothing.
async fn list(call: &Call, table: &impl ListNotices, owner: AccountId) -> Result<Answer, Problem> {
    let limit = call.query("limit").map_or(Ok(LIMIT), str::parse);
    let limit = limit.ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    let limit = limit.ok_or_else(|| Faults::one(Pointer::root().child("limit"), Code("form.TYPE")))?;
    let before = call.query("cursor").map(NoticeId::parse).transpose();
    let before = before.map_err(|_| Problem::new(Kind::MalformedRequest))?;

    let newest = table.list_notices(owner, None, COUNTED).await?;
    let unread = newest.iter().filter(|kept| kept.read_at.is_none()).count();
    let mut page = match before {
        Some(_) => table.list_notices(owner, before, limit).await?,
        None => newest,
    };
    page.truncate(limit);
    let next = page.last().filter(|_| page.len() == limit).map(|kept| kept.notice.id);
    let shown = |kept: &KeptNotice| view::notice(kept, call.lang());
    let items: Vec<Value> = page.iter().map(shown).collect();
    Ok(Answer::ok(&json!({"items": items, "next": next, "unread": unread})))
}
