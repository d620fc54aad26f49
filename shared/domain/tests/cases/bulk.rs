//! Approving many cases at once: each by the rules that hold for one.

use domain::case::bulk::{Refusal, Selected, Step};
use domain::case::desk::Reviewer;
use domain::case::{Actor, Case, Command, Decision, FourEyes, State};
use domain::ids::CaseKind;
use proptest::prelude::*;

use crate::{
    COUNTY, after, at, claim, decide, decision, division, draft, of, release, reviewer, submit, withdraw,
};

fn one() -> Reviewer {
    of(COUNTY)
}

fn submitted() -> Case {
    after(draft(CaseKind::Collection), &[submit(1)])
}

fn selected(case: &Case) -> Selected {
    Selected { case_id: case.id, version: case.version }
}

#[test]
fn a_selection_takes_a_case_on_approves_it_and_finds_that_it_did() {
    let case = submitted();
    let selection = selected(&case);
    let next = |case: &Case| selection.next(case, &one(), FourEyes::Rejections, at(5));
    assert_eq!(next(&case), Ok(Step::Claim));
    let held = after(case, &[claim(1, 2)]);
    assert_eq!(next(&held), Ok(Step::Approve));
    let approved = after(held.clone(), &[decide("approve", 1, 3)]);
    assert_eq!(next(&approved), Ok(Step::Done));
    assert_eq!(next(&after(held.clone(), &[decide("return", 1, 3)])), Err(Refusal::State));
    // Whoever held it when it was selected approves it at once.
    assert_eq!(selected(&held).next(&held, &one(), FourEyes::Rejections, at(5)), Ok(Step::Approve));
}

#[test]
fn what_somebody_must_look_at_or_somebody_else_decides_is_refused() {
    let case = submitted();
    let selection = selected(&case);
    let next = |case: &Case, four_eyes| selection.next(case, &one(), four_eyes, at(9));
    let only = FourEyes::Rejections;
    assert_eq!(next(&Case { flagged: true, ..case.clone() }, only), Err(Refusal::Flagged));
    assert_eq!(next(&case, FourEyes::All), Err(Refusal::SecondReviewer));
    assert_eq!(
        next(&Case { reopened_by: Some(reviewer(1)), ..case.clone() }, only),
        Err(Refusal::SecondReviewer)
    );
    assert_eq!(next(&after(case.clone(), &[claim(2, 2)]), only), Err(Refusal::ClaimedByOther));
    assert_eq!(next(&after(case.clone(), &[claim(2, 2), release(2, 3)]), only), Err(Refusal::Changed));
    assert_eq!(next(&after(case.clone(), &[withdraw(2), submit(3)]), only), Err(Refusal::Changed));
    assert_eq!(
        next(&after(case.clone(), &[claim(2, 2), decide("approve", 2, 3)]), only),
        Err(Refusal::State)
    );
    assert_eq!(next(&after(case.clone(), &[withdraw(2)]), only), Err(Refusal::NotFound));
    let elsewhere = Reviewer { division: division("110102"), ..one() };
    assert_eq!(selection.next(&case, &elsewhere, only, at(9)), Err(Refusal::NotFound));
}

proptest! {
    /// Whatever others do in between, a selection that goes on step by step ends, and approves at most once.
    #[test]
    fn a_selection_ends_and_approves_at_most_once(others in prop::collection::vec(0..6_usize, 0..6)) {
        let mut case = submitted();
        let selection = selected(&case);
        let (mut steps, mut approvals) = (0, 0);
        let mut others = others.into_iter();
        loop {
            steps += 1;
            prop_assert!(steps < 9);
            let now = at(10 + steps);
            match selection.next(&case, &one(), FourEyes::Rejections, now) {
                Ok(Step::Done) | Err(_) => break,
                Ok(step) => {
                    let command = match step {
                        Step::Claim => Command::Claim,
                        _ => Command::Decide(Decision::Approve),
                    };
                    let change = case.apply(&command, &Actor::Reviewer(reviewer(1)), now);
                    prop_assert!(change.is_ok(), "{:?}", change);
                    case = change.unwrap().after;
                    approvals += usize::from(step == Step::Approve);
                }
            }
            let theirs = match others.next() {
                Some(0) => claim(2, 10 + steps),
                Some(1) => release(1, 10 + steps),
                Some(2) => (Command::Undo, Actor::Reviewer(reviewer(1)), 10 + steps),
                Some(3) => (Command::Decide(decision("return")), Actor::Reviewer(reviewer(1)), 10 + steps),
                Some(4) => withdraw(10 + steps),
                _ => continue,
            };
            if let Ok(change) = case.apply(&theirs.0, &theirs.1, at(theirs.2)) {
                case = change.after;
            }
        }
        prop_assert!(approvals <= 1 || case.state != State::Approved || case.version > selection.version + 2);
    }
}
