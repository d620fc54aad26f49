use domain::case::{Case, State, desk::Reviewer};
use domain::ids::{AccountId, CaseKind};
use ulid::Ulid;

use crate::{COUNTY, after, at, claim, decide, division, draft, escalate, of, owner, submit, withdraw};

fn submitted() -> Case {
    after(draft(CaseKind::Collection), &[submit(1)])
}

#[test]
fn a_case_is_for_the_reviewers_of_its_county() {
    let case = submitted();
    for (reviewer, may) in [
        (of(COUNTY), true),
        (of("110102"), false),
        (of("110100"), false),
        (of("110000"), false),
        (Reviewer { active: false, ..of(COUNTY) }, false),
        (Reviewer { own_account: Some(owner()), ..of(COUNTY) }, false),
        (Reviewer { own_account: Some(AccountId::new(Ulid(9))), ..of(COUNTY) }, true),
    ] {
        assert_eq!(reviewer.may_handle(&case, at(9)), may, "{reviewer:?}");
    }
}

#[test]
fn the_divisions_above_may_look_on() {
    let case = submitted();
    for (reviewer, may) in [
        (of(COUNTY), true),
        (of("110100"), true),
        (of("110000"), true),
        (of("110102"), false),
        (of("310000"), false),
        (Reviewer { active: false, ..of("110000") }, false),
        (Reviewer { own_account: Some(owner()), ..of("110000") }, false),
    ] {
        assert_eq!(reviewer.may_see(&case, at(9)), may, "{reviewer:?}");
        assert!(!reviewer.may_handle(&case, at(9)) || may);
    }
    assert!(!of("110000").may_see(&draft(CaseKind::Collection), at(9)));
    assert!(!of("110000").may_see(&after(submitted(), &[withdraw(2)]), at(9)));
    for (list, may) in [(COUNTY, true), ("110100", true), ("110000", true), ("310101", false)] {
        assert_eq!(of("110000").may_list(division(list)), may, "{list}");
    }
    assert!(!of(COUNTY).may_list(division("110100")));
}

#[test]
fn the_division_above_sees_a_case_once_it_is_escalated() {
    let case = after(submitted(), &[escalate(2)]);
    for (reviewer, may) in [
        (of(COUNTY), true),
        (of("110100"), true),
        (of("110000"), false),
        (of("110102"), false),
        (Reviewer { active: false, ..of("110100") }, false),
        (Reviewer { own_account: Some(owner()), ..of("110100") }, false),
    ] {
        assert_eq!(reviewer.may_handle(&case, at(9)), may, "{reviewer:?}");
    }
    let again = after(case, &[claim(1, 3), decide("return", 1, 4), submit(5)]);
    assert!(of(COUNTY).may_handle(&again, at(9)) && !of("110100").may_handle(&again, at(9)));
}

#[test]
fn a_draft_is_nobodys_and_what_was_decided_stays_in_sight() {
    assert!(!of(COUNTY).may_handle(&draft(CaseKind::Collection), at(9)));
    assert!(!of(COUNTY).may_handle(&after(submitted(), &[withdraw(2)]), at(9)));
    assert!(!of("110100").may_handle(&after(submitted(), &[escalate(2), withdraw(3)]), at(9)));
    for (word, state) in
        [("approve", State::Approved), ("return", State::Returned), ("reject", State::Rejected)]
    {
        let decided = after(submitted(), &[claim(1, 2), decide(word, 1, 3)]);
        assert_eq!((decided.state, of(COUNTY).may_handle(&decided, at(9))), (state, true));
    }
}

#[test]
fn what_a_closed_division_left_is_for_the_reviewers_of_its_successor() {
    let mut case = submitted();
    case.division = Some(division("500112"));
    for (reviewer, handles, sees) in [
        (of("500112"), true, true),
        (of("500157"), true, true),
        (of("500100"), false, true),
        (of("500000"), false, true),
        (of("500109"), false, false),
        (Reviewer { active: false, ..of("500157") }, false, false),
    ] {
        assert_eq!(reviewer.may_handle(&case, at(9)), handles, "{reviewer:?}");
        assert_eq!(reviewer.may_see(&case, at(9)), sees, "{reviewer:?}");
        assert_eq!(reviewer.may_serve(division("500112"), at(9)), handles, "{reviewer:?}");
        assert_eq!(reviewer.may_list(division("500112")), sees, "{reviewer:?}");
    }
    case.division = Some(division("500157"));
    assert!(of("500157").may_handle(&case, at(9)));
    assert!(
        !of("500112").may_handle(&case, at(9)) && !of("500112").may_see(&case, at(9)),
        "not the other way round"
    );
}
