//! `/v1/me/notifications`: what the caller was told of, and that they have read it.

use applicant::view;
use domain::{
    fault::{Code, Faults, Pointer},
    ids::{AccountId, NotificationId},
};
use edge::{Problem, ProblemKind, Request, Response};
use ports::{
    Clock,
    notifications::{ListNotifications, ReadNotification, StoredNotification},
    people::LoadAccount,
};
use serde_json::{Value, json};

/// Notifications of a page unless told, and at most.
const LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;

/// Among so many of the newest the unread ones are counted: a case makes three or four.
const COUNTED: usize = 100;

/// Answers both routes.
pub async fn handle(
    req: Request,
    table: &(impl LoadAccount + ListNotifications + ReadNotification),
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let owner = applicant::account(&req, table).await?.id;
    match req.route().as_str() {
        "GET /v1/me/notifications" => list(&req, table, owner).await,
        "PUT /v1/me/notifications/{id}/read" => {
            let id = req.path("id", NotificationId::parse)?;
            let is_there = table.read_notification(owner, id, clock.now()).await?;
            if is_there { Ok(Response::no_content()) } else { Err(Problem::new(ProblemKind::NotFound)) }
        }
        _ => Err(Problem::new(ProblemKind::NotFound)),
    }
}

/// Lists the caller's notifications, newest first. A cursor is the last notice seen: what comes in meanwhile moves nothing.
async fn list(req: &Request, table: &impl ListNotifications, owner: AccountId) -> Result<Response, Problem> {
    let limit = req.query("limit").map_or(Ok(LIMIT), str::parse);
    let limit = limit.ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    let limit = limit.ok_or_else(|| Faults::one(Pointer::root().child("limit"), Code("form.TYPE")))?;
    let before = req.query("cursor").map(NotificationId::parse).transpose();
    let before = before.map_err(|_| Problem::new(ProblemKind::MalformedRequest))?;

    let newest = table.list_notifications(owner, None, COUNTED).await?;
    let unread = newest.iter().filter(|kept| kept.read_at.is_none()).count();
    let mut page = match before {
        Some(_) => table.list_notifications(owner, before, limit).await?,
        None => newest,
    };
    page.truncate(limit);
    let next = page.last().filter(|_| page.len() == limit).map(|kept| kept.notification.id);
    let shown = |kept: &StoredNotification| view::notification(kept, req.lang());
    let items: Vec<Value> = page.iter().map(shown).collect();
    Ok(Response::ok(&json!({"items": items, "next": next, "unread": unread})))
}
