//! A selection of cases: each by the rules that hold for one, once, whatever fails.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{
    case::{Actor, Case, Command, Event, ReviewNote, State, bulk::Refusal, bulk::Selected, desk::Reviewer},
    ids::{BulkId, CaseId, CaseKind},
    upload::Purpose,
};
use jiff::SignedDuration;
use ports::{
    Clock, Random,
    audit::View,
    bulk::{Bulk, SaveBulk},
    fakes::{COUNTY, Fakes, each_failure},
};
use step_bulk_approval::{Turn, handle};

async fn selected(fakes: &Fakes, reviewer: &Reviewer, cases: &[CaseId]) -> Bulk {
    let cases = cases.iter().map(|case| Selected { case_id: *case, version: version(fakes, *case) });
    let bulk = Bulk {
        id: BulkId::new(fakes.chance.ulid()),
        reviewer: reviewer.id,
        requested_at: fakes.clock.now(),
        cancelled_at: None,
        cases: cases.collect(),
    };
    fakes.table.save_bulk(&bulk).await.unwrap();
    for case in &bulk.cases {
        opened(fakes, reviewer, case.case_id);
    }
    bulk
}

/// The reviewer opened the case.
fn opened(fakes: &Fakes, reviewer: &Reviewer, case: CaseId) {
    let mut stored = fakes.table.look();
    let Case { version, submitted_version: submission, .. } = stored.cases[&case].case;
    let (by, at) = (reviewer.id, fakes.clock.now());
    stored.views.push(View { case, version, submission, by, at, case_list: None });
}

fn turn(bulk: &Bulk, index: usize) -> Turn {
    let Selected { case_id, version } = bulk.cases[index];
    Turn { reviewer_id: bulk.reviewer, bulk_id: bulk.id, case_id, version, give_up: false }
}

fn version(fakes: &Fakes, case: CaseId) -> u64 {
    fakes.table.look().cases[&case].case.version
}

fn state(fakes: &Fakes, case: CaseId) -> State {
    fakes.table.look().cases[&case].case.state
}

fn events(fakes: &Fakes, case: CaseId) -> Vec<Event> {
    let stored = fakes.table.look();
    stored.history.range((case, 0)..=(case, u64::MAX)).map(|(_, entry)| entry.event).collect()
}

/// What became of the first case, once anything has: nothing stands in the way of one that was approved.
fn refusal(fakes: &Fakes, bulk: &Bulk) -> Option<Refusal> {
    let stored = fakes.table.look();
    stored.bulk_results[&(bulk.id, bulk.cases[0].case_id)].refusal
}

#[tokio::test]
async fn a_case_is_taken_on_and_approved_once() {
    let fakes = Fakes::new();
    let (case, reviewer) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
    let bulk = selected(&fakes, &reviewer, &[case]).await;
    for _ in 0..2 {
        handle(turn(&bulk, 0), &fakes.table, &fakes.clock).await.unwrap();
        assert_eq!((state(&fakes, case), refusal(&fakes, &bulk)), (State::Approved, None));
        assert_eq!(events(&fakes, case), [Event::Submitted, Event::Claimed, Event::Approved]);
    }
}

#[tokio::test]
async fn whatever_fails_it_is_approved_once_in_the_end() {
    let failed = each_failure(async |fakes, failure| {
        let (case, reviewer) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
        let bulk = selected(fakes, &reviewer, &[case]).await;
        fakes.script.arm(failure);
        let first = handle(turn(&bulk, 0), &fakes.table, &fakes.clock).await;
        let failed = fakes.script.disarm();
        // A step that met another write is taken again.
        let again = ["load_submission", "load_person", "load_uploads", "has_opened", "save_grounded_change"];
        assert!(first.is_err() || failed.is_none_or(|req| again.contains(&req)), "{failed:?}");
        // As the state machine does.
        fakes.clock.advance(SignedDuration::from_secs(2));
        handle(turn(&bulk, 0), &fakes.table, &fakes.clock).await.unwrap();
        assert_eq!((state(fakes, case), refusal(fakes, &bulk)), (State::Approved, None), "{failed:?}");
        assert_eq!(events(fakes, case), [Event::Submitted, Event::Claimed, Event::Approved]);
        failed
    })
    .await;
    for call in [
        "load_bulk_result",
        "load_bulk",
        "load_reviewer",
        "load_case",
        "load_person",
        "has_opened",
        "save_grounded_change",
        "save_bulk_result",
    ] {
        assert!(failed.contains(&call), "{call} never failed: {failed:?}");
    }
}

#[tokio::test]
async fn what_somebody_has_to_look_at_is_refused_and_stays_as_it_was() {
    for reason in [
        Refusal::Flagged,
        Refusal::Changed,
        Refusal::ClaimedByOther,
        Refusal::State,
        Refusal::NotFound,
        Refusal::SecondReviewer,
        Refusal::NotOpened,
        Refusal::NoConsent,
        Refusal::NotVerified,
        Refusal::PicturesMissing,
        Refusal::NumberShared,
        Refusal::Cancelled,
        Refusal::Failed,
    ] {
        let fakes = Fakes::new();
        let (mut case, reviewer) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
        if reason == Refusal::NumberShared {
            let owner = fakes.applicant(3);
            let _other = fakes.registered_too(owner, 4);
            case = fakes.asked_to_be_verified(owner).await;
        }
        let bulk = selected(&fakes, &reviewer, &[case]).await;
        let mut asked = turn(&bulk, 0);
        match reason {
            Refusal::Flagged => fakes.table.look().cases.get_mut(&case).unwrap().case.flagged = true,
            Refusal::Changed => asked.version -= 1,
            Refusal::ClaimedByOther => {
                let other = fakes.reviewer(COUNTY);
                fakes.follow(case, &Command::Claim, &Actor::Reviewer(other.id)).await;
            }
            Refusal::State => {
                fakes.follow(case, &Command::Withdraw, &Actor::Applicant(case.owner)).await;
                // A draft is nobody's to see.
                fakes.table.look().cases.get_mut(&case).unwrap().case.state = State::Returned;
            }
            Refusal::NotFound => {
                fakes.table.look().reviewers.get_mut(&reviewer.id).unwrap().active = false;
            }
            Refusal::SecondReviewer => {
                fakes.table.look().cases.get_mut(&case).unwrap().case.reopened_by = Some(reviewer.id);
            }
            Refusal::NotOpened => fakes.table.look().views.clear(),
            Refusal::NoConsent => {
                let mut stored = fakes.table.look();
                let account = stored.accounts.get_mut(&case.owner).unwrap();
                account.biometrics = account.biometrics.withdrawn(fakes.clock.now());
            }
            Refusal::NotVerified => {
                let verification = CaseId { kind: CaseKind::RealName, ..case };
                let head = Actor::Supervisor(reviewer.id);
                let again = Command::Reopen(ReviewNote::parse("证件须重新核验").unwrap());
                fakes.follow(verification, &again, &head).await;
            }
            Refusal::PicturesMissing => {
                let mut stored = fakes.table.look();
                stored
                    .uploads
                    .retain(|(owner, _), upload| *owner != case.owner || upload.purpose != Purpose::Photo);
            }
            Refusal::Cancelled => {
                fakes.table.cancel_bulk(reviewer.id, bulk.id, fakes.clock.now()).await.unwrap();
            }
            // The number is the other's as well.
            Refusal::NumberShared => {}
            Refusal::Failed => asked.give_up = true,
        }
        let before = (state(&fakes, case), version(&fakes, case));
        handle(asked, &fakes.table, &fakes.clock).await.unwrap();
        assert_eq!(refusal(&fakes, &bulk), Some(reason));
        assert_eq!((state(&fakes, case), version(&fakes, case)), before, "{reason:?}");
    }
}

#[tokio::test]
async fn what_is_cancelled_half_way_leaves_whole_cases() {
    let fakes = Fakes::new();
    let (one, other) = (fakes.submitted(1).await, fakes.submitted(2).await);
    let reviewer = fakes.reviewer(COUNTY);
    let bulk = selected(&fakes, &reviewer, &[one, other]).await;
    // Cancelled between taking on and approving: what was begun is ended.
    fakes.follow(one, &Command::Claim, &Actor::Reviewer(reviewer.id)).await;
    fakes.table.cancel_bulk(reviewer.id, bulk.id, fakes.clock.now()).await.unwrap();
    for index in 0..2 {
        handle(turn(&bulk, index), &fakes.table, &fakes.clock).await.unwrap();
    }
    assert_eq!((state(&fakes, one), state(&fakes, other)), (State::Approved, State::Submitted));
}

#[tokio::test]
async fn a_verification_that_is_reopened_between_the_steps_ends_the_turn() {
    let fakes = Fakes::new();
    let (case, reviewer) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
    let bulk = selected(&fakes, &reviewer, &[case]).await;
    fakes.follow(case, &Command::Claim, &Actor::Reviewer(reviewer.id)).await;
    let (table, now) = (fakes.table.clone(), fakes.clock.now());
    fakes.script.meanwhile("save_grounded_change", move || {
        let mut stored = table.look();
        let verification = CaseId { kind: CaseKind::RealName, ..case };
        let found = stored.cases.get_mut(&verification).unwrap();
        let again = Command::Reopen(ReviewNote::parse("证件须重新核验").unwrap());
        found.case = found.case.apply(&again, &Actor::Supervisor(reviewer.id), now).unwrap().after;
    });
    handle(turn(&bulk, 0), &fakes.table, &fakes.clock).await.unwrap();
    assert_eq!(
        (state(&fakes, case), refusal(&fakes, &bulk)),
        (State::UnderReview, Some(Refusal::NotVerified))
    );
}
