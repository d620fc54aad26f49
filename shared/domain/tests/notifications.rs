//! Notifications: which event makes which, whether it still stands, what it says, and when a phone may ring.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use std::collections::BTreeSet;

use domain::{
    case::{Actor, AuditEntry, Case, Command, Decision, Event, ReviewNote, State, Submission},
    collection::department::DepartmentId,
    divisions::Division,
    ids::{AccountId, CaseId, CaseKind, ReviewerId},
    messages::Lang,
    moment::Moment,
    notification::{Notification, NotificationKind, exists, timing::QuietHours},
    person::{SmsCode, SmsPurpose},
    sms::{self, ONE_PART, Sms},
};
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::json;
use ulid::Ulid;

/// A moment, in seconds from the beginning of all tests: 2026-06-30T16:00:00+08:00.
fn at(seconds: i64) -> Moment {
    moment("2026-06-30T16:00:00+08:00").after(SignedDuration::from_secs(seconds))
}

fn moment(text: &str) -> Moment {
    Moment::try_from(text.to_owned()).unwrap()
}

fn owner() -> AccountId {
    AccountId::new(Ulid(1))
}

fn reviewer() -> Actor {
    Actor::Reviewer(ReviewerId::new(Ulid(2)))
}

fn decision(word: &str) -> Decision {
    let comments = json!([{"pointer": "/basic/photo", "reasonCode": "PHOTO_BLUR"}]);
    serde_json::from_value(json!({"decision": word, "opinion": "请重新上传照片", "comments": comments}))
        .unwrap()
}

/// A case, and what happened to it.
struct Story {
    case: Case,
    entries: Vec<AuditEntry>,
}

impl Story {
    fn new(kind: CaseKind) -> Self {
        let id = CaseId { kind, owner: owner() };
        Self { case: Case::draft(id, at(0)), entries: Vec::new() }
    }

    /// A collection that was handed in.
    fn submitted() -> Self {
        Self::new(CaseKind::Collection).then(&submit(), &Actor::Applicant(owner()), 1)
    }

    #[track_caller]
    fn then(mut self, command: &Command, by: &Actor, seconds: i64) -> Self {
        let change = self.case.apply(command, by, at(seconds)).unwrap();
        self.case = change.after;
        self.entries.push(change.entry);
        self
    }

    fn decided(self, word: &str, seconds: i64) -> Self {
        let claimed = self.then(&Command::Claim, &reviewer(), seconds);
        claimed.then(&Command::Decide(decision(word)), &reviewer(), seconds + 1)
    }

    /// What the last event tells the applicant.
    fn told(&self) -> Option<Notification> {
        Notification::of(self.entries.last().unwrap())
    }
}

fn submit() -> Command {
    Command::Submit(Submission { division: Division::parse("110101").unwrap(), flagged: false })
}

#[test]
fn an_applicant_is_told_of_what_others_do_and_of_what_arrived() {
    let by_applicant = Actor::Applicant(owner());
    let story = Story::submitted();
    let told = |story: &Story| story.told().map(|notification| notification.kind);
    assert_eq!(told(&story), Some(NotificationKind::Received));
    let story = story.then(&Command::Withdraw, &by_applicant, 2);
    assert_eq!(told(&story), None, "they did it themselves");
    let story = story.then(&submit(), &by_applicant, 3).then(&Command::Remind, &Actor::Clock, 4);
    assert_eq!(told(&story), None, "it reminds the department");
    let story = story.then(&Command::Escalate, &Actor::Clock, 5);
    assert_eq!(told(&story), Some(NotificationKind::Escalated));
    let story = story.then(&Command::Claim, &reviewer(), 6);
    assert_eq!(told(&story), None, "who holds it is the department's business");
    let story = story.then(&Command::Release, &reviewer(), 7);
    assert_eq!(told(&story), None, "the same");
    let story = story.decided("return", 8);
    assert_eq!(told(&story), Some(NotificationKind::Returned));
    let story = story.then(&submit(), &by_applicant, 10);
    assert_eq!(story.entries.last().unwrap().event, Event::Resubmitted);
    assert_eq!(told(&story), Some(NotificationKind::Received));
    assert_eq!(told(&story.decided("approve", 11)), Some(NotificationKind::Approved));
    assert_eq!(told(&Story::submitted().decided("reject", 2)), Some(NotificationKind::Rejected));
}

#[test]
fn an_event_makes_one_notification_and_another_event_another() {
    let story = Story::submitted().decided("return", 2);
    let first = story.told().unwrap();
    assert_eq!(story.told().unwrap(), first, "made again");
    let sent_and_read = serde_json::to_string(story.entries.last().unwrap()).unwrap();
    assert_eq!(Notification::of(&serde_json::from_str(&sent_and_read).unwrap()), Some(first.clone()));
    let entry = story.entries.last().unwrap();
    let other_version = AuditEntry { version: entry.version + 1, ..entry.clone() };
    let other_kind = CaseId { kind: CaseKind::RealName, ..entry.case };
    let other_case = AuditEntry { case: other_kind, ..entry.clone() };
    let ids = [entry, &other_version, &other_case].map(|entry| Notification::of(entry).unwrap().id);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 3);
    let later = AuditEntry { at: at(900), ..entry.clone() };
    assert!(Notification::of(&later).unwrap().id > *ids.iter().max().unwrap(), "ids sort as events do");
    assert_eq!(first.at.as_millisecond().unsigned_abs(), first.id.ulid().timestamp_ms());
}

#[test]
fn what_arrived_is_told_until_it_is_taken_back_or_decided() {
    let story = Story::submitted();
    let notification = story.told().unwrap();
    assert!(notification.stands(&story.case));
    let claimed = story.then(&Command::Claim, &reviewer(), 2);
    assert!(notification.stands(&claimed.case), "it is being looked at");
    let decided = claimed.then(&Command::Decide(decision("return")), &reviewer(), 3);
    assert!(!notification.stands(&decided.case), "the decision is told instead");
    let again = decided.then(&submit(), &Actor::Applicant(owner()), 4);
    assert!(!notification.stands(&again.case), "another submission");
    let taken_back = Story::submitted().then(&Command::Withdraw, &Actor::Applicant(owner()), 2);
    assert!(!notification.stands(&taken_back.case));
    let other =
        Case { id: CaseId { kind: CaseKind::RealName, ..notification.case }, ..Story::submitted().case };
    assert!(!notification.stands(&other), "another case");
}

#[test]
fn a_decision_is_told_while_it_is_the_decision() {
    for (word, state) in
        [("approve", State::Approved), ("return", State::Returned), ("reject", State::Rejected)]
    {
        let story = Story::submitted().decided(word, 2);
        let notification = story.told().unwrap();
        assert_eq!(story.case.state, state);
        assert!(notification.stands(&story.case), "{word}");
        let edited = Case { version: story.case.version + 7, ..story.case.clone() };
        assert!(notification.stands(&edited), "{word}: a page that is saved changes no decision");
        let undone = Case { state: State::UnderReview, ..story.case.clone() };
        assert!(!notification.stands(&undone), "{word}: undone, whatever is left of it");
        let forgotten = Case { verdict: None, ..story.case.clone() };
        assert!(!notification.stands(&forgotten), "{word}: undone, and nothing is left of it");
        let mut taken_again = story.case.clone();
        taken_again.verdict.as_mut().unwrap().at = at(9);
        assert!(!notification.stands(&taken_again), "{word}: the second is told by its own notice");
        for other in State::ALL.into_iter().filter(|other| *other != state) {
            assert!(
                !notification.stands(&Case { state: other, ..story.case.clone() }),
                "{word} in {other:?}"
            );
        }
    }
}

#[test]
fn lateness_is_told_while_the_case_waits() {
    let story = Story::submitted().then(&Command::Escalate, &Actor::Clock, 2);
    let notification = story.told().unwrap();
    assert!(notification.stands(&story.case));
    let received = Notification::of(&story.entries[0]).unwrap();
    assert!(received.stands(&story.case), "it still waits");
    let decided = story.decided("approve", 3);
    assert!(!notification.stands(&decided.case));
    let never = Case { escalated_at: None, ..Story::submitted().case };
    assert!(!notification.stands(&never), "handed in again since then");
}

fn opinion() -> ReviewNote {
    ReviewNote::parse("因户籍迁移").unwrap()
}

fn ask_transfer() -> Command {
    Command::AskTransfer(DepartmentId::parse("110102-1").unwrap(), opinion())
}

#[test]
fn reopening_is_told_until_it_is_decided_again() {
    let head = Actor::Supervisor(ReviewerId::new(Ulid(3)));
    for word in ["approve", "reject"] {
        let approved = Story::submitted().decided(word, 2).told().unwrap();
        let story = Story::submitted().decided(word, 2).then(&Command::Reopen(opinion()), &head, 100);
        let notification = story.told().unwrap();
        assert_eq!(notification.kind, NotificationKind::Reopened);
        assert!(notification.stands(&story.case));
        assert!(!approved.stands(&story.case), "the decision holds no longer");
        let claimed = story.then(&Command::Claim, &reviewer(), 101);
        assert!(notification.stands(&claimed.case), "it is being looked at");
        let decided = claimed.then(&Command::Decide(decision("approve")), &reviewer(), 102);
        assert!(!notification.stands(&decided.case), "the decision is told instead");
        let again = decided.then(&Command::Reopen(opinion()), &head, 300);
        assert!(!notification.stands(&again.case), "another reopening");
    }
}

#[test]
fn the_end_of_a_transfer_is_told_until_another_is_asked_for() {
    let by_applicant = Actor::Applicant(owner());
    let story = Story::submitted().then(&ask_transfer(), &by_applicant, 2);
    assert_eq!(story.told(), None, "they did it themselves");
    let refused = story.then(&Command::RefuseTransfer(opinion()), &reviewer(), 3);
    let notification = refused.told().unwrap();
    assert_eq!(notification.kind, NotificationKind::TransferRefused);
    assert!(notification.stands(&refused.case));
    let asked = refused.then(&ask_transfer(), &by_applicant, 4);
    assert!(!notification.stands(&asked.case), "its answer is told by its own notice");
    let released = asked.then(&Command::ReleaseTransfer, &reviewer(), 5);
    assert_eq!(released.told(), None, "half of it");
    let moved = released.then(&Command::AcceptTransfer, &reviewer(), 6);
    let notification = moved.told().unwrap();
    assert_eq!(notification.kind, NotificationKind::Transferred);
    assert!(notification.stands(&moved.case));
    let decided = moved.decided("approve", 7);
    assert!(notification.stands(&decided.case), "it is still there");
    let handed_in_anew = Case { moved_to: None, ..decided.case };
    assert!(!notification.stands(&handed_in_anew), "to the department that was chosen");
}

#[test]
fn every_notification_that_can_be_has_its_words() {
    for about in CaseKind::ALL {
        for kind in NotificationKind::ALL {
            // Nobody's verification is ended for good, or moves (`transition::next`).
            let never = [
                NotificationKind::Rejected,
                NotificationKind::Transferred,
                NotificationKind::TransferRefused,
            ];
            let is_number = kind == NotificationKind::NumberHeld;
            let cannot_be = match about {
                CaseKind::RealName => never.contains(&kind),
                CaseKind::Collection => is_number,
            };
            let can_be = !cannot_be;
            assert_eq!(exists(about, kind), can_be, "{about:?} {kind:?}");
            let entry = Story::new(about).then(&submit(), &Actor::Applicant(owner()), 1).entries.remove(0);
            let notification = Notification { kind, ..Notification::of(&entry).unwrap() };
            for lang in [Lang::Zh, Lang::En] {
                let (title, text) = (notification.title(lang), notification.text(lang));
                assert_eq!((title.is_empty(), text.is_empty()), (!can_be, !can_be), "{about:?} {kind:?}");
                assert_eq!(title.is_ascii(), !can_be || lang == Lang::En, "{title}");
            }
        }
    }
}

#[test]
fn every_sms_fits_into_one_part_with_the_senders_name_before_it() {
    let templates = sms::templates();
    let names: BTreeSet<&str> = templates.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((templates.len(), names.len()), (18, 18));
    let code = SmsCode::parse("004217").unwrap();
    let purposes = [SmsPurpose::Registration, SmsPurpose::PasswordReset, SmsPurpose::MobileChange];
    let codes = purposes.map(|purpose| Sms::Code { purpose, code: code.clone() });
    let id = Story::submitted().told().unwrap().id;
    let kinds = CaseKind::ALL.into_iter().flat_map(|about| NotificationKind::ALL.map(|kind| (about, kind)));
    let kinds = kinds.filter(|(about, kind)| exists(*about, *kind));
    let all: Vec<Sms> =
        codes.into_iter().chain(kinds.map(|(about, kind)| Sms::Notification { id, about, kind })).collect();
    let all: Vec<Sms> = all.into_iter().chain([Sms::NumberLost]).collect();
    assert_eq!(all.len(), 18);
    for sms in &all {
        let text = sms.text();
        assert!(text.starts_with("【报名】") && !text.is_ascii(), "{text}");
        assert!(text.encode_utf16().count() <= ONE_PART, "{text}");
        let (_, template) = templates.iter().find(|(name, _)| *name == sms.template()).unwrap();
        let filled = sms
            .values()
            .iter()
            .fold(template.clone(), |text, (name, value)| text.replace(&format!("${{{name}}}"), value));
        assert_eq!(text, format!("【报名】{filled}"), "a provider that keeps templates sends the same words");
        assert!(!filled.contains("${"), "{filled}: a value is missing");
    }
    assert_eq!(
        all[0].text(),
        "【报名】注册验证码004217，5分钟内有效。请勿告诉他人。",
        "what people know stays as it is"
    );
    assert_eq!((all[0].template().as_str(), all[0].reference()), ("code-registration", None));
    let approved = all.iter().find(|sms| sms.template() == "notice-collection-approved").unwrap();
    assert_eq!((approved.reference(), approved.values()), (Some(id), Vec::new()));
    assert!(!format!("{:?}", all[0]).contains("004217"), "a code is in no log");
}

#[test]
fn phones_do_not_ring_from_nine_in_the_evening_to_eight_in_the_morning() {
    for (now, leaves) in [
        ("2026-11-24T08:00:00.000", "2026-11-24T08:00:00.000"),
        ("2026-11-24T12:30:00.000", "2026-11-24T12:30:00.000"),
        ("2026-11-24T20:59:59.999", "2026-11-24T20:59:59.999"),
        ("2026-11-24T21:00:00.000", "2026-11-25T08:00:00.000"),
        ("2026-11-24T23:59:59.999", "2026-11-25T08:00:00.000"),
        ("2026-12-31T22:00:00.000", "2027-01-01T08:00:00.000"),
        ("2026-11-25T00:00:00.000", "2026-11-25T08:00:00.000"),
        ("2026-11-25T07:59:59.999", "2026-11-25T08:00:00.000"),
    ] {
        let leaving = QuietHours::NIGHT.leaves(moment(&format!("{now}+08:00")));
        assert_eq!(leaving.to_string(), format!("{leaves}+08:00"), "{now}");
    }
    let noon = QuietHours { from: 12, until: 14 };
    assert_eq!(noon.leaves(moment("2026-11-24T13:10:00+08:00")), moment("2026-11-24T14:00:00+08:00"));
    assert_eq!(noon.leaves(moment("2026-11-24T23:00:00+08:00")), moment("2026-11-24T23:00:00+08:00"));
    let never = QuietHours { from: 0, until: 0 };
    assert_eq!(never.leaves(moment("2026-11-24T00:00:00+08:00")), moment("2026-11-24T00:00:00+08:00"));
}

proptest! {
    #[test]
    fn what_may_leave_may_leave_and_nothing_waits_longer_than_the_night(
        from in 0_u8..24, until in 0_u8..24, seconds in 0_i64..40_000_000,
    ) {
        let (quiet, now) = (QuietHours { from, until }, at(seconds));
        let leaves = quiet.leaves(now);
        prop_assert!(leaves >= now && now.seconds_until(leaves) <= 24 * 3_600);
        prop_assert_eq!(quiet.leaves(leaves), leaves);
    }
}
