//! Consent to pictures of one's face: given once, taken back with all that follows, whatever fails on the way.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{
    case::{Actor, Command, Decision, State, Submission},
    consent::BIOMETRICS_VERSION,
    divisions::Division,
    ids::{AccountId, CaseId, CaseKind, ExportId},
    upload::Purpose,
};
use edge::testing::{TestRequest, TestResponse};
use jiff::SignedDuration;
use ports::{
    Clock, Random,
    exports::{Export, ExportState, SaveExport, StoreExport},
    fakes::{COUNTY, Failure, Fakes, How, When, each_failure},
    pictures::Progress,
};
use serde_json::json;
use update_consent::handle;

const GIVE: &str = "PUT /v1/me/consents/biometrics";
const WITHDRAW: &str = "DELETE /v1/me/consents/biometrics";

async fn give(fakes: &Fakes, owner: AccountId, version: &str) -> TestResponse {
    let ask = TestRequest::new(GIVE).applicant(owner).json(&json!({"version": version}));
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.objects, &fakes.clock).await)
}

async fn withdraw(fakes: &Fakes, owner: AccountId) -> String {
    let ask = TestRequest::new(WITHDRAW).applicant(owner);
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.objects, &fakes.clock).await).summary()
}

fn state(fakes: &Fakes, case: CaseId) -> State {
    fakes.table.look().cases[&case].case.state
}

/// A copy of the person's data, ready to be fetched.
async fn export(fakes: &Fakes, owner: AccountId) -> ExportId {
    let id = ExportId::new(fakes.chance.ulid());
    let requested_at = fakes.clock.now();
    let export = Export { id, owner, requested_at, state: ExportState::Ready, done: 1, total: 1 };
    assert!(fakes.table.save_export(&export).await.is_ok());
    assert!(fakes.objects.store_export(&export, vec![1]).await.is_ok());
    id
}

/// What pictures there are of the person, by their purposes.
fn pictures(fakes: &Fakes, owner: AccountId) -> Vec<Purpose> {
    let stored = fakes.table.look();
    stored.uploads.values().filter(|upload| upload.owner == owner).map(|upload| upload.purpose).collect()
}

fn faces(fakes: &Fakes, owner: AccountId) -> usize {
    pictures(fakes, owner).iter().filter(|purpose| purpose.shows_face()).count()
}

#[tokio::test]
async fn a_consent_is_given_once_for_the_text_in_force_and_can_be_taken_back_and_given_again() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    assert_eq!(withdraw(&fakes, owner).await, "204");
    assert_eq!(withdraw(&fakes, owner).await, "204", "again");
    assert_eq!(give(&fakes, owner, "2020-01").await.summary(), "422 invalid-request");
    assert!(fakes.table.look().accounts[&owner].biometrics.in_force().is_none());
    for _ in 0..2 {
        let given = give(&fakes, owner, BIOMETRICS_VERSION).await;
        assert_eq!((given.status, &given.body["inForce"]), (200, &json!(true)));
        assert_eq!(given.body["history"].as_array().map(Vec::len), Some(2));
    }
}

#[tokio::test]
async fn an_unclear_confirmation_changes_nothing_even_where_none_is_asked_for() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    assert_eq!(give(&fakes, owner, BIOMETRICS_VERSION).await.status, 200);
    let ask = TestRequest::new(WITHDRAW).applicant(owner).query("afterWindowClosed=1");
    let unclear = TestResponse::of(handle(ask.call(), &fakes.table, &fakes.objects, &fakes.clock).await);
    assert_eq!((unclear.status, unclear.faults()), (422, vec!["/afterWindowClosed form.TYPE".to_owned()]));
    assert!(fakes.table.look().accounts[&owner].biometrics.in_force().is_some());
}

#[tokio::test]
async fn what_waits_is_taken_back_and_the_pictures_of_the_face_go() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let owner = case.owner;
    let others = fakes.submitted(2).await;
    let looked_at = Progress::Checking { version_id: "1".to_owned() };
    let to_come = [Progress::Pending, looked_at].map(|state| fakes.upload(owner, Purpose::Photo, state));
    let (before, elsewhere) = (pictures(&fakes, owner), faces(&fakes, others.owner));
    assert!(before.contains(&Purpose::Photo) && before.contains(&Purpose::WorkProof));
    assert_eq!(withdraw(&fakes, owner).await, "204");
    assert_eq!(state(&fakes, case), State::Draft);
    assert!(!pictures(&fakes, owner).contains(&Purpose::Photo), "nothing was decided on it");
    assert!(
        to_come.iter().all(|id| !fakes.table.look().uploads.contains_key(&(owner, *id))),
        "nothing is to come"
    );
    assert!(pictures(&fakes, owner).contains(&Purpose::WorkProof), "it shows no face");
    assert_eq!((state(&fakes, others), faces(&fakes, others.owner)), (State::Submitted, elsewhere));
}

#[tokio::test]
async fn pictures_on_which_a_decision_rests_stay() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let reviewer = Actor::Reviewer(fakes.reviewer(COUNTY).id);
    let _ = fakes.follow(case, &Command::Claim, &reviewer).await;
    assert_eq!(withdraw(&fakes, case.owner).await, "409 not-editable", "a reviewer has it open");
    assert!(fakes.table.look().accounts[&case.owner].biometrics.in_force().is_some(), "nothing was changed");
    let _ = fakes.follow(case, &Command::Decide(Decision::Approve), &reviewer).await;
    let photo = fakes.picture(case.owner, Purpose::Photo);
    assert_eq!(withdraw(&fakes, case.owner).await, "204");
    assert_eq!(state(&fakes, case), State::Approved);
    assert!(pictures(&fakes, case.owner).contains(&Purpose::Photo));
    assert!(
        !fakes.table.look().uploads.contains_key(&(case.owner, photo)),
        "one that nothing was decided on"
    );
}

#[tokio::test]
async fn whatever_fails_the_call_sent_again_ends_it() {
    let failed = each_failure(async |fakes, failure| {
        let case = fakes.submitted(1).await;
        let export = export(fakes, case.owner).await;
        fakes.script.arm(failure);
        let first = withdraw(fakes, case.owner).await;
        let failed = fakes.script.disarm();
        // A withdrawal that met another write is tried again.
        let tried_again = first == "204" && failed == Some("withdraw_consent");
        assert!(tried_again || (first != "204") == failed.is_some(), "{failed:?}: {first}");
        assert_eq!(withdraw(fakes, case.owner).await, "204", "{failed:?}");
        assert_eq!(state(fakes, CaseId { kind: CaseKind::Collection, ..case }), State::Draft);
        assert!(!pictures(fakes, case.owner).contains(&Purpose::Photo));
        assert_eq!(
            fakes.table.look().exports[&(case.owner, export)].state,
            ExportState::Removed,
            "{failed:?}"
        );
        assert!(fakes.objects.exports().is_empty(), "{failed:?}");
        failed
    })
    .await;
    for step in [
        "load_person",
        "withdraw_consent",
        "load_history",
        "list_uploads",
        "drop_clean",
        "drop_upload",
        "list_exports",
        "remove_export",
        "drop_export",
    ] {
        assert!(failed.contains(&step), "{step} in {failed:?}");
    }
}

#[tokio::test]
async fn exports_from_before_go_with_the_consent_and_those_from_after_stay() {
    let fakes = Fakes::new();
    let (owner, other) = (fakes.submitted(1).await.owner, fakes.applicant(2));
    let (before, of_another) = (export(&fakes, owner).await, export(&fakes, other).await);
    assert_eq!(withdraw(&fakes, owner).await, "204");
    fakes.clock.advance(SignedDuration::from_secs(1));
    let after = export(&fakes, owner).await;
    assert_eq!(withdraw(&fakes, owner).await, "204", "again");
    let state = |owner, id| fakes.table.look().exports[&(owner, id)].state;
    assert_eq!(state(owner, before), ExportState::Removed);
    assert_eq!((state(owner, after), state(other, of_another)), (ExportState::Ready, ExportState::Ready));
    assert_eq!(fakes.objects.exports().into_keys().collect::<Vec<_>>(), {
        let mut left = vec![after, of_another];
        left.sort_unstable();
        left
    });
}

/// Just before the consent is withdrawn, the case changes.
fn just_before(fakes: &Fakes, case: CaseId, command: Command, by: Actor) {
    let (table, now) = (fakes.table.clone(), fakes.clock.now());
    fakes.script.meanwhile("withdraw_consent", move || {
        let mut stored = table.look();
        let found = stored.cases.get_mut(&case).unwrap();
        let change = found.case.apply(&command, &by, now).unwrap();
        stored.submissions.entry((case, change.after.version)).or_default();
        stored.cases.get_mut(&case).unwrap().case = change.after;
    });
}

#[tokio::test]
async fn a_submission_that_is_faster_is_withdrawn_with_the_consent() {
    let fakes = Fakes::new();
    let owner = fakes.verified(1).await;
    let case = fakes.draft(owner).await.case.id;
    let submission = Submission { division: Division::parse(COUNTY).unwrap(), flagged: false };
    just_before(&fakes, case, Command::Submit(submission), Actor::Applicant(owner));
    assert_eq!(withdraw(&fakes, owner).await, "204");
    assert_eq!(state(&fakes, case), State::Draft);
    assert!(!fakes.table.look().accounts[&owner].biometrics.stands());
    let events = fakes.table.look().history.values().filter(|entry| entry.case == case).count();
    assert_eq!(events, 1, "the withdrawal is in the history");
    assert!(!pictures(&fakes, owner).contains(&Purpose::Photo));
}

#[tokio::test]
async fn a_claim_that_is_faster_keeps_the_consent_as_it_was() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let reviewer = Actor::Reviewer(fakes.reviewer(COUNTY).id);
    just_before(&fakes, case, Command::Claim, reviewer);
    assert_eq!(withdraw(&fakes, case.owner).await, "409 not-editable");
    assert_eq!(state(&fakes, case), State::UnderReview);
    assert!(fakes.table.look().accounts[&case.owner].biometrics.stands(), "nothing was changed");
    assert!(pictures(&fakes, case.owner).contains(&Purpose::Photo));
}

#[tokio::test]
async fn whoever_agrees_again_has_what_was_withdrawn_dropped_before_and_keeps_what_comes_after() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let owner = case.owner;
    // The withdrawal stops before it drops anything.
    fakes.script.arm(Failure { call: 4, when: When::Before, how: How::Unavailable });
    assert_eq!(withdraw(&fakes, owner).await, "503 unavailable");
    fakes.script.disarm();
    assert!(!fakes.table.look().accounts[&owner].biometrics.stands());
    assert!(pictures(&fakes, owner).contains(&Purpose::Photo), "it was not dropped yet");
    assert_eq!(give(&fakes, owner, BIOMETRICS_VERSION).await.status, 200);
    assert!(!pictures(&fakes, owner).contains(&Purpose::Photo));

    fakes.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(withdraw(&fakes, owner).await, "204");
    fakes.clock.advance(SignedDuration::from_secs(1));
    let after = fakes.picture(owner, Purpose::Photo);
    assert_eq!(withdraw(&fakes, owner).await, "204", "the first call, still going on");
    assert!(fakes.table.look().uploads.contains_key(&(owner, after)), "it came under another consent");
}
