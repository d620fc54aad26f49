//! What is decided by two, taken back, decided once more, changed, or moved.

use domain::case::compare;
use domain::case::desk::{Delegation, Reviewer};
use domain::case::{Actor, Case, Command, Decision, Denied, Event, FourEyes, List, State, UNDO};
use domain::ids::CaseKind;
use domain::moment::Moment;

use crate::{
    COUNTY, act, after, ask, at, claim, decide, decision, division, draft, elsewhere, escalate, of, opinion,
    owner, reviewer, submission, submit, supervise, withdraw,
};

type Step = (Command, domain::case::Actor, i64);

fn denied(case: &Case, (command, by, seconds): Step) -> Option<Denied> {
    case.apply(&command, &by, at(seconds)).err()
}

fn held() -> Case {
    after(draft(CaseKind::Collection), &[submit(0), claim(1, 1)])
}

fn approved() -> Case {
    after(held(), &[decide("approve", 1, 2)])
}

#[test]
fn submissions_on_which_a_decision_rests_are_those_that_were_not_taken_back() {
    let history = |commands: &[Step]| {
        let (mut case, mut entries) = (draft(CaseKind::Collection), Vec::new());
        for (command, by, seconds) in commands {
            let change = case.apply(command, by, at(*seconds)).unwrap();
            entries.push(change.entry);
            case = change.after;
        }
        entries
    };
    let first = [submit(1), claim(1, 2), decide("return", 1, 3)];
    assert_eq!(compare::decided(&history(&first)), [1]);
    let undone = [&first[..], &[act(Command::Undo, 1, 4)]].concat();
    assert_eq!(compare::decided(&history(&undone)), [0_u64; 0]);
    let again = [&first[..], &[submit(100), claim(1, 101), decide("approve", 1, 102)]].concat();
    assert_eq!(compare::decided(&history(&again)), [1, 4]);
    let withdrawn = [&first[..], &[submit(100), withdraw(101)]].concat();
    assert_eq!(compare::decided(&history(&withdrawn)), [1], "nobody decided on what was taken back");
}

#[test]
fn a_verification_that_has_run_out_is_asked_for_anew_in_any_county() {
    let approved = after(draft(CaseKind::RealName), &[submit(0), claim(1, 1), decide("approve", 1, 2)]);
    assert!(approved.in_force.is_some());
    let elsewhere = (submission("110102"), Actor::Applicant(owner()), 3);
    let asked = after(approved, &[elsewhere]);
    assert_eq!((asked.state, asked.round, asked.division), (State::Submitted, 2, Some(division("110102"))));
    assert_eq!((asked.in_force, asked.decided_at()), (None, None), "what has run out holds no longer");
    let lists: Vec<List> = asked.places().iter().map(|place| place.list).collect();
    assert_eq!(lists, [List::Open]);
    assert_eq!(after(asked.clone(), &[withdraw(4)]).state, State::Draft);
    let approved = after(asked, &[claim(1, 4), decide("approve", 1, 5)]);
    assert_eq!(approved.in_force.map(|in_force| in_force.version), Some(4));
    // A collection that is in force is changed, not handed in over itself.
    let collection = after(held(), &[decide("approve", 1, 2)]);
    assert_eq!(denied(&collection, submit(3)), Some(Denied::State));
}

#[test]
fn a_rejection_needs_a_second_reviewer_who_says_the_same() {
    let rejections = FourEyes::Rejections;
    let by = reviewer(1);
    assert_eq!(held().decide(Decision::Approve, by, rejections), Command::Decide(Decision::Approve));
    let proposal = held().decide(decision("reject"), by, rejections);
    assert_eq!(proposal, Command::Propose(decision("reject")));
    let proposed = after(held(), &[act(proposal, 1, 2)]);
    assert_eq!((proposed.state, &proposed.verdict), (State::Submitted, &None));
    assert_eq!(
        denied(&proposed, claim(1, 3)),
        Some(Denied::NeedsSecondReviewer),
        "the first leaves it to another"
    );
    assert_eq!(
        denied(&proposed, supervise(Command::Reassign(by, opinion()), 9, 3)),
        Some(Denied::NeedsSecondReviewer),
        "and is not given it either"
    );

    let second = after(proposed, &[claim(2, 3)]);
    let command = second.decide(decision("reject"), reviewer(2), rejections);
    assert_eq!(command, Command::Decide(decision("reject")));
    assert_eq!(after(second.clone(), &[act(command, 2, 4)]).state, State::Rejected);
    // The second may think otherwise: a return needs nobody else, and the proposal is gone.
    let returned = after(second, &[decide("return", 2, 4)]);
    assert_eq!((returned.state, returned.proposal), (State::Returned, None));
}

#[test]
fn where_all_decisions_need_two_they_go_on_until_two_agree() {
    let by = |number| reviewer(number);
    let first =
        after(held(), &[act(held().decide(Decision::Approve, by(1), FourEyes::All), 1, 2), claim(2, 3)]);
    let other = first.decide(decision("return"), by(2), FourEyes::All);
    assert!(matches!(other, Command::Propose(_)));
    let second = after(first, &[act(other, 2, 4)]);
    assert_eq!(denied(&second, claim(2, 5)), Some(Denied::NeedsSecondReviewer));
    let third = after(second, &[claim(1, 5)]);
    assert!(matches!(third.decide(Decision::Approve, by(1), FourEyes::All), Command::Propose(_)));
    assert!(matches!(third.decide(decision("return"), by(1), FourEyes::All), Command::Decide(_)));
}

#[test]
fn a_decision_is_taken_back_within_a_minute_by_whoever_took_it() {
    let seconds = UNDO.as_secs();
    for word in ["approve", "return", "reject"] {
        let decided = after(held(), &[decide(word, 1, 10)]);
        assert_eq!(denied(&decided, act(Command::Undo, 2, 11)), Some(Denied::State), "not theirs");
        assert_eq!(denied(&decided, act(Command::Undo, 1, 10 + seconds)), Some(Denied::State), "too late");
        let saved = Case { version: decided.version + 1, ..decided.clone() };
        assert_eq!(denied(&saved, act(Command::Undo, 1, 11)), Some(Denied::State), "a draft was saved since");
        let undone = after(decided, &[act(Command::Undo, 1, 9 + seconds)]);
        assert_eq!((undone.state, &undone.verdict, undone.in_force), (State::UnderReview, &None, None));
        assert_eq!(denied(&undone, act(Command::Undo, 1, 10 + seconds)), Some(Denied::State));
        assert_eq!(after(undone, &[act(Command::Release, 1, 80)]).state, State::Submitted);
    }
    // What the decision took the place of is there again.
    let again = after(held(), &[decide("return", 1, 2), submit(3), claim(1, 4)]);
    let undone = after(again.clone(), &[decide("approve", 1, 5), act(Command::Undo, 1, 6)]);
    assert_eq!((undone.verdict, undone.opened_at), (again.verdict, again.opened_at));
    assert!(undone.opened_version > again.opened_version, "its clock starts anew");
}

#[test]
fn what_is_reopened_is_decided_by_somebody_else() {
    for word in ["approve", "reject"] {
        let late = after(held(), &[escalate(2), decide(word, 1, 3)]);
        assert_eq!(
            denied(&late, act(Command::Reopen(opinion()), 3, 4)),
            Some(Denied::State),
            "no supervisor"
        );
        let reopened = after(late, &[supervise(Command::Reopen(opinion()), 3, 4_000_000)]);
        assert_eq!(
            (reopened.state, reopened.in_force, reopened.escalated_to),
            (State::Submitted, None, None)
        );
        assert_eq!(reopened.opened_at, Some(at(4_000_000)), "the department has all its time again");
        assert_eq!(denied(&reopened, claim(3, 4_000_001)), Some(Denied::NeedsSecondReviewer));
        let revoked = after(reopened, &[claim(1, 4_000_001), decide("reject", 1, 4_000_002)]);
        assert_eq!(revoked.state, State::Rejected);
    }
    let returned = after(held(), &[decide("return", 1, 2)]);
    assert_eq!(
        denied(&returned, supervise(Command::Reopen(opinion()), 3, 9)),
        Some(Denied::State),
        "the applicant has it"
    );
}

#[test]
fn a_supervisor_gives_a_case_to_another() {
    let given = after(held(), &[supervise(Command::Reassign(reviewer(2), opinion()), 3, 60)]);
    let holder = given.claim.as_ref().map(|claim| (claim.by, claim.since, claim.from));
    assert_eq!(holder, Some((reviewer(2), at(60), State::Submitted)));
    assert_eq!(denied(&given, decide("approve", 1, 61)), Some(Denied::NotHeld));
    assert_eq!(after(given, &[decide("approve", 2, 61)]).state, State::Approved);
    assert_eq!(denied(&held(), act(Command::Reassign(reviewer(2), opinion()), 1, 60)), Some(Denied::State));
}

#[test]
fn what_was_approved_holds_until_its_change_is_approved() {
    let version = approved().in_force.unwrap().version;
    let changing = after(approved(), &[ask(Command::Amend, 10)]);
    assert!(changing.state == State::ChangeDraft && changing.state.is_editable());
    let lists: Vec<_> = changing.places().iter().map(|place| place.list).collect();
    assert_eq!(lists, [List::Decided], "its department still has it");

    let handed_in = after(changing.clone(), &[submit(11)]);
    assert_eq!(handed_in.in_force.map(|held| held.version), Some(version));
    let taken_back = after(handed_in.clone(), &[ask(Command::Withdraw, 12)]);
    assert_eq!((taken_back.state, taken_back.shown_version()), (State::ChangeDraft, Some(version)));
    let returned = after(handed_in.clone(), &[claim(1, 12), decide("return", 1, 13)]);
    for gone in [&changing, &taken_back, &returned] {
        let left = after(gone.clone(), &[ask(Command::Discard, 20)]);
        assert_eq!((left.state, left.submitted_version), (State::Approved, Some(version)));
        assert!(left.remarks().0.is_empty(), "nothing is said of what is gone");
    }
    let elsewhere = (crate::submission("110102"), ask(Command::Amend, 0).1, 11);
    assert_eq!(denied(&changing, elsewhere), Some(Denied::State), "that is a transfer");
    let open = after(handed_in, &[claim(1, 12)]);
    assert!(!open.may_be_rejected());
    assert_eq!(denied(&open, decide("reject", 1, 13)), Some(Denied::State));
    assert_eq!(denied(&open, act(Command::Propose(decision("reject")), 1, 13)), Some(Denied::State));
    let changed = after(open, &[decide("approve", 1, 13)]);
    assert!(changed.in_force.is_some_and(|held| held.version > version && held.at == at(13)));
    let first = after(held(), &[decide("return", 1, 2)]);
    assert_eq!(denied(&first, ask(Command::Discard, 3)), Some(Denied::State), "nothing is in force");
}

#[test]
fn a_transfer_is_asked_for_let_go_and_taken() {
    let transfer = || Command::AskTransfer(elsewhere(), opinion());
    for (case, open) in [(approved(), false), (after(draft(CaseKind::Collection), &[submit(0)]), true)] {
        let state = case.state;
        let asked = after(case, &[ask(transfer(), 100)]);
        let list = |case: &Case| {
            let places = case.places();
            places.iter().find(|place| place.list == List::Transfers).map(|place| place.division.code())
        };
        assert_eq!(list(&asked), Some(COUNTY));
        assert_eq!(denied(&asked, ask(transfer(), 101)), Some(Denied::State), "one at a time");
        assert_eq!(denied(&asked, act(Command::AcceptTransfer, 2, 101)), Some(Denied::State), "not let go");
        let released = after(asked.clone(), &[act(Command::ReleaseTransfer, 1, 101)]);
        assert_eq!(list(&released), Some("110102"));
        assert_eq!(denied(&released, act(Command::ReleaseTransfer, 1, 102)), Some(Denied::State));
        if open {
            assert_eq!(denied(&released, claim(1, 102)), Some(Denied::State), "nobody decides it on its way");
            let give = supervise(Command::Reassign(reviewer(2), opinion()), 3, 102);
            assert_eq!(denied(&released, give), Some(Denied::State));
        }
        let change = released.apply(&Command::AcceptTransfer, &act(Command::Claim, 2, 0).1, at(103)).unwrap();
        assert_eq!(
            (change.entry.left, change.entry.division),
            (Some(division(COUNTY)), Some(division("110102")))
        );
        let there = change.after;
        assert_eq!((there.state, &there.transfer, list(&there)), (state, &None, None));
        assert_eq!(there.moved_to, Some(elsewhere()));
        assert!(there.places().iter().all(|place| place.division == division("110102")));
        if open {
            assert!(there.opened_at == Some(at(103)) && there.opened_version == Some(there.version));
            assert_eq!(after(there, &[claim(2, 104)]).state, State::UnderReview);
        }
        for gone in [asked, released] {
            for step in [ask(Command::CancelTransfer, 110), act(Command::RefuseTransfer(opinion()), 2, 110)] {
                let left = after(gone.clone(), &[step]);
                assert_eq!((left.transfer, left.division), (None, Some(division(COUNTY))));
            }
        }
    }
    let here = Command::AskTransfer(
        domain::collection::department::DepartmentId::parse("110101-2").unwrap(),
        opinion(),
    );
    assert_eq!(denied(&approved(), ask(here, 100)), Some(Denied::State), "it is there already");
    let asked = after(draft(CaseKind::Collection), &[submit(0), ask(transfer(), 1), claim(1, 2)]);
    assert_eq!(after(asked.clone(), &[decide("return", 1, 3)]).transfer, None, "one may choose freely again");
    let decided = after(asked, &[decide("return", 1, 3), act(Command::Undo, 1, 4)]);
    assert!(decided.transfer.is_some(), "taken back with the decision");
}

#[test]
fn a_delegation_is_for_a_division_and_a_time() {
    let case = held();
    let until = |until: Moment| Reviewer {
        delegations: vec![Delegation { division: division(COUNTY), until }],
        ..of("110000")
    };
    assert!(!of("110000").may_handle(&case, at(9)));
    assert!(until(at(10)).may_handle(&case, at(9)));
    assert!(!until(at(10)).may_handle(&case, at(10)), "it has ended");
    assert!(!Reviewer { active: false, ..until(at(10)) }.may_handle(&case, at(9)));
    let city = Reviewer {
        delegations: vec![Delegation { division: division("110100"), until: at(10) }],
        ..of("110000")
    };
    assert!(city.may_serve(division(COUNTY), at(9)) && !city.may_serve(division("310101"), at(9)));
    let other = Reviewer {
        delegations: vec![Delegation { division: division("110102"), until: at(10) }],
        ..of("110000")
    };
    assert!(!other.may_handle(&case, at(9)));
}

#[test]
fn supervisors_answer_for_their_division_and_what_lies_below() {
    let case = held();
    let supervisor = |code: &str| Reviewer { supervisor: true, ..of(code) };
    for (code, may) in
        [(COUNTY, true), ("110100", true), ("110000", true), ("110102", false), ("310000", false)]
    {
        assert_eq!(supervisor(code).may_supervise(&case), may, "{code}");
        assert!(!of(code).may_supervise(&case));
    }
    let own = Reviewer { own_account: Some(case.id.owner), ..supervisor(COUNTY) };
    assert!(!own.may_supervise(&case), "nobody has their own case decided once more");
}

#[test]
fn what_was_let_go_is_seen_where_it_goes() {
    let asked = after(approved(), &[ask(Command::AskTransfer(elsewhere(), opinion()), 3)]);
    assert!(!of("110102").may_see(&asked, at(4)));
    let released = after(asked, &[act(Command::ReleaseTransfer, 1, 4)]);
    assert!(of("110102").may_see(&released, at(5)) && of("110102").may_receive(&released));
    assert!(!of("110102").may_handle(&released, at(5)));
    assert!(!of("310101").may_see(&released, at(5)));
}

#[test]
fn the_desk_alone_sees_who_proposed_what() {
    let internal: Vec<Event> = Event::ALL.into_iter().filter(|event| event.is_internal()).collect();
    assert_eq!(internal, [Event::Proposed, Event::Reassigned]);
}
