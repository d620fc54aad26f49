//! Cases, their history, the departments' lists and the task tokens.

use domain::{
    case::{
        Actor, Case, CaseFile, Change, Command, Event, List, State, Submission, SubmittedPages,
        listing::ListItem,
    },
    collection::Collection,
    divisions::Division,
    ids::{AccountId, CaseId, CaseKind, ReviewerId, UploadId},
    moment::Moment,
    real_name::OnlineRequest,
};
use serde_json::json;
use ulid::Ulid;

use super::{TablePorts, is_conflict, minutes};
use crate::{PortError, cases::Basis, workflow::TaskToken};

pub(super) fn fresh_case(kind: CaseKind) -> CaseId {
    CaseId { kind, owner: AccountId::new(Ulid::generate()) }
}

fn draft_at(version: u64, case: &Case) -> CaseFile<Collection> {
    CaseFile { case: Case { version, ..case.clone() }, pages: Collection::default() }
}

/// A draft is saved only over the version that was read.
pub(super) async fn drafts(table: &impl TablePorts, now: Moment) {
    let case = Case::draft(fresh_case(CaseKind::Collection), now);
    assert!(table.load_case(case.id).await.unwrap().is_none());
    assert!(is_conflict(&table.save_draft(&draft_at(2, &case)).await), "version 1 does not exist");
    table.save_draft(&draft_at(1, &case)).await.unwrap();
    assert!(is_conflict(&table.save_draft(&draft_at(1, &case)).await), "the draft already exists");
    table.save_draft(&draft_at(2, &case)).await.unwrap();
    assert!(is_conflict(&table.save_draft(&draft_at(2, &case)).await), "concurrent change");
    assert_eq!(table.load_case(case.id).await.unwrap().unwrap().version, 2);
}

pub(super) fn request(division: &str) -> OnlineRequest {
    let picture = || UploadId::new(Ulid::generate());
    OnlineRequest {
        id_front: picture(),
        id_back: None,
        id_holding: picture(),
        division: Division::parse(division).unwrap(),
    }
}

pub(super) fn submit(case: &Case, division: &str, at: Moment) -> Change {
    let division = Division::parse(division).unwrap();
    let command = Command::Submit(Submission { division, flagged: false });
    case.apply(&command, &Actor::Applicant(case.id.owner), at).unwrap()
}

pub(super) async fn submitted(table: &impl TablePorts, division: &str, at: Moment) -> Case {
    let change = submit(&Case::draft(fresh_case(CaseKind::RealName), at), division, at);
    table.save_submission(&change, &request(division), &Basis::default()).await.unwrap();
    change.after
}

/// A submission stores its pages, adds an audit entry, and can be saved once.
pub(super) async fn submissions(table: &impl TablePorts, now: Moment) {
    let case = Case::draft(fresh_case(CaseKind::RealName), now);
    let (change, pages) = (submit(&case, "110101", now), request("110101"));
    assert!(table.load_history(case.id).await.unwrap().is_empty());
    table.save_submission(&change, &pages, &Basis::default()).await.unwrap();
    assert!(
        is_conflict(&table.save_submission(&change, &request("110101"), &Basis::default()).await),
        "already submitted"
    );
    assert_eq!(table.load_case(case.id).await.unwrap(), Some(change.after.clone()));
    assert_eq!(table.load_submission(case.id, 1).await.unwrap(), Some(json!(pages)));
    assert_eq!(table.load_submission(case.id, 2).await.unwrap(), None);
    assert_eq!(table.load_frozen(case.id, 1).await.unwrap(), SubmittedPages::RealName(pages.clone()));
    assert!(
        matches!(table.load_frozen(case.id, 2).await, Err(PortError::Corrupt(_))),
        "nothing was submitted"
    );
    assert_eq!(table.load_history(case.id).await.unwrap(), [change.entry]);
    let draft = Case { version: 7, ..Case::draft(fresh_case(CaseKind::RealName), now) };
    let unread = submit(&draft, "110101", now);
    assert!(
        is_conflict(&table.save_submission(&unread, &pages, &Basis::default()).await),
        "version 7 does not exist"
    );
    assert!(table.load_history(draft.id).await.unwrap().is_empty(), "nothing was written");
}

/// The lines of a division's list that belong to one of `cases`, read in pages of two.
async fn lines_of(table: &impl TablePorts, list: List, division: &str, cases: &[&Case]) -> Vec<ListItem> {
    let division = Division::parse(division).unwrap();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page =
            table.list_queue(list, division, Some(CaseKind::RealName), after.as_ref(), 2).await.unwrap();
        assert!(page.len() <= 2);
        let Some(end) = page.last() else { return found };
        after = Some((end.since, end.case));
        found.extend(page.into_iter().filter(|line| cases.iter().any(|case| case.id == line.case)));
    }
}

/// The lines of the division's open list that belong to one of `cases`.
async fn lines(table: &impl TablePorts, division: &str, cases: &[&Case]) -> Vec<ListItem> {
    lines_of(table, List::Open, division, cases).await
}

/// A change requires the version that was read, adds one audit entry, and updates the positions in the lists.
pub(super) async fn changes_and_queues(table: &impl TablePorts, now: Moment) {
    let (county, city) = ("110102", "110100");
    let later = submitted(table, county, now.after(minutes(1))).await;
    let first = submitted(table, county, now).await;
    let same = submitted(table, county, now).await;
    let cases = [&first, &same, &later];
    let found = lines(table, county, &cases).await;
    assert_eq!(found.len(), 3, "each line once");
    assert_eq!(found[2].case, later.id, "oldest first");
    assert!(
        found.iter().all(|line| line.state == State::Submitted && line.round == 1 && line.claim.is_none())
    );
    let other_kind = Some(CaseKind::Collection);
    let page =
        table.list_queue(List::Open, Division::parse(county).unwrap(), other_kind, None, 100).await.unwrap();
    assert!(page.iter().all(|line| line.case.kind == CaseKind::Collection));

    let reviewer = Actor::Reviewer(ReviewerId::new(Ulid::generate()));
    let at = now.after(minutes(2));
    let claim = first.apply(&Command::Claim, &reviewer, at).unwrap();
    table.save_change(&claim).await.unwrap();
    assert!(is_conflict(&table.save_change(&claim).await), "concurrent change");
    assert_eq!(table.load_case(first.id).await.unwrap(), Some(claim.after.clone()));
    let line = lines(table, county, &[&first]).await.remove(0);
    assert_eq!((line.state, &line.claim), (State::UnderReview, &claim.after.claim));

    let escalation = claim.after.apply(&Command::Escalate, &Actor::Clock, at).unwrap();
    table.save_change(&escalation).await.unwrap();
    for division in [county, city] {
        assert_eq!(lines(table, division, &[&first]).await.len(), 1, "an escalated case is in both lists");
    }
    let approve = Command::Decide(domain::case::Decision::Approve);
    let decision = escalation.after.apply(&approve, &reviewer, at).unwrap();
    table.save_change(&decision).await.unwrap();
    for division in [county, city] {
        assert!(lines(table, division, &[&first]).await.is_empty(), "a decided case is in neither list");
    }
    assert_eq!(lines(table, county, &cases).await.len(), 2, "the other cases stay open");
    decided(table, county, &decision.after, &reviewer).await;
    let history = table.load_history(first.id).await.unwrap();
    let events: Vec<Event> = history.iter().map(|entry| entry.event).collect();
    assert_eq!(events, [Event::Submitted, Event::Claimed, Event::Escalated, Event::Approved]);
    assert_eq!(
        table.load_submission(first.id, 1).await.unwrap().map(|_| ()),
        Some(()),
        "the submitted pages stay"
    );

    let never = submit(&Case::draft(fresh_case(CaseKind::RealName), now), county, now).after;
    let claim = never.apply(&Command::Claim, &reviewer, at).unwrap();
    assert!(is_conflict(&table.save_change(&claim).await), "the case does not exist");
    assert!(table.load_history(never.id).await.unwrap().is_empty(), "nothing was written");
}

/// Decided cases are in a separate list, newest first, until they are resubmitted or the decision is undone.
async fn decided(table: &impl TablePorts, county: &str, first: &Case, reviewer: &Actor) {
    let approve = Command::Decide(domain::case::Decision::Approve);
    let at = first.updated_at.after(minutes(1));
    let case = submitted(table, county, at).await;
    let claim = case.apply(&Command::Claim, reviewer, at).unwrap();
    table.save_change(&claim).await.unwrap();
    let later = claim.after.apply(&approve, reviewer, at).unwrap();
    table.save_change(&later).await.unwrap();
    let found = lines_of(table, List::Decided, county, &[first, &case]).await;
    let found: Vec<_> = found.iter().map(|line| (line.case, line.state, line.decided_by)).collect();
    let by = reviewer.reviewer();
    assert_eq!(found, [(case.id, State::Approved, by), (first.id, State::Approved, by)]);
    let undo = later.after.apply(&Command::Undo, reviewer, at).unwrap();
    table.save_change(&undo).await.unwrap();
    assert_eq!(lines_of(table, List::Decided, county, &[first, &case]).await.len(), 1);
    assert_eq!(lines(table, county, &[&case]).await.len(), 1, "it is open again");
}

/// A token can be saved while the case is open on that submission, and is found only for that submission.
pub(super) async fn tokens(table: &impl TablePorts, now: Moment) {
    let case = submitted(table, "110101", now).await;
    let token = |text: &str| TaskToken(text.to_owned());
    assert_eq!(table.load_token(case.id, 1).await.unwrap(), None);
    assert!(is_conflict(&table.save_token(case.id, 2, &token("wrong")).await), "another submission");
    table.save_token(case.id, 1, &token("first")).await.unwrap();
    table.save_token(case.id, 1, &token("second")).await.unwrap();
    assert_eq!(table.load_token(case.id, 1).await.unwrap(), Some(token("second")));
    assert_eq!(table.load_token(case.id, 2).await.unwrap(), None);
    let withdrawal = case.apply(&Command::Withdraw, &Actor::Applicant(case.id.owner), now).unwrap();
    table.save_change(&withdrawal).await.unwrap();
    assert!(is_conflict(&table.save_token(case.id, 1, &token("late")).await), "the submission was withdrawn");
    assert_eq!(
        table.load_token(case.id, 1).await.unwrap(),
        Some(token("second")),
        "the waiting execution can be resumed"
    );
    let gone = fresh_case(CaseKind::RealName);
    assert!(is_conflict(&table.save_token(gone, 1, &token("none")).await), "the case does not exist");
}
