//! How long one reviewer holds a case, and what a decision rests on.

use domain::case::{Case, ClaimLimits, ClaimedCase, Decision, Denied, Grounds, ReviewerClaims, Ungrounded};
use domain::fault::Pointer;
use domain::ids::{AccountId, CaseId, CaseKind};
use proptest::prelude::*;
use ulid::Ulid;

use crate::{after, at, claim, decide, decision, draft, opinion, release, reviewer, submit, supervise};
use domain::case::{Actor, Command};

const MINUTE: i64 = 60;
const LIMITS: ClaimLimits = ClaimLimits { at_once: 3, renewals: 2 };

fn submitted() -> Case {
    after(draft(CaseKind::Collection), &[submit(0)])
}

fn may(case: &Case, by: u128, seconds: i64) -> Result<(), Denied> {
    case.check_renewals(reviewer(by), LIMITS, at(seconds))
}

#[test]
fn renewals_are_counted_through_releases_ends_and_undone_decisions() {
    let renewed = after(submitted(), &[claim(1, 1), claim(1, 2), claim(1, 3)]);
    assert_eq!((may(&renewed, 1, 4), may(&renewed, 2, 4)), (Err(Denied::Renewed), Ok(())));
    let released = after(renewed.clone(), &[release(1, 10)]);
    assert_eq!(may(&released, 1, 11), Err(Denied::Renewed), "claimed again at once");
    assert_eq!(may(&released, 1, 10 + 30 * MINUTE - 1), Err(Denied::Renewed));
    assert_eq!(may(&released, 1, 10 + 30 * MINUTE), Ok(()), "for half an hour it was anybody's");
    let end = 3 + 30 * MINUTE;
    assert_eq!(may(&renewed, 1, end), Err(Denied::Renewed), "it ended by itself");
    assert_eq!(may(&renewed, 1, end + 30 * MINUTE), Ok(()));
    let others = after(released, &[claim(2, 11), release(2, 12)]);
    assert_eq!(may(&others, 1, 13), Ok(()), "somebody else had it");
    let undo = (Command::Undo, Actor::Reviewer(reviewer(1)), 6);
    let undone = after(submitted(), &[claim(1, 1), claim(1, 4), decide("approve", 1, 5), undo]);
    assert_eq!(undone.claim.as_ref().map(|claim| claim.renewals), Some(2));
    let given = after(renewed, &[supervise(Command::Reassign(reviewer(1), opinion()), 9, 5)]);
    assert_eq!(may(&given, 1, 6), Ok(()), "a supervisor gave it anew");
}

#[test]
fn a_claim_from_before_renewals_were_counted_is_read() {
    let mut stored = serde_json::to_value(after(submitted(), &[claim(1, 1)])).unwrap();
    assert!(stored["claim"].get("renewals").is_none() && stored.get("lastClaim").is_none());
    stored["claim"].as_object_mut().unwrap().remove("renewals");
    let read: Case = serde_json::from_value(stored).unwrap();
    assert_eq!(may(&read, 1, 2), Ok(()));
}

#[test]
fn the_record_of_claims_counts_what_has_not_ended() {
    let case = |number| CaseId { kind: CaseKind::Collection, owner: AccountId::new(Ulid(number)) };
    let claimed = |number, seconds| ClaimedCase { case: case(number), until: at(seconds) };
    let none = ReviewerClaims::none(reviewer(1));
    let one = none.with(none.others(case(1), at(0)), claimed(1, 10));
    let two = one.with(one.others(case(2), at(0)), claimed(2, 20));
    assert_eq!((two.version, two.others(case(3), at(9)).len()), (2, 2));
    assert_eq!(two.others(case(2), at(9)), [claimed(1, 10)], "a renewal is no further case");
    assert_eq!(two.others(case(3), at(10)), [claimed(2, 20)], "the first has ended");
    let renewed = two.with(two.others(case(2), at(15)), claimed(2, 40));
    assert_eq!(renewed.claims, [claimed(2, 40)]);
}

#[test]
fn each_decision_lacks_what_it_must_rest_on() {
    let case = after(submitted(), &[claim(1, 1)]);
    let verification = Case { id: CaseId { kind: CaseKind::RealName, ..case.id }, ..case.clone() };
    let reopened = Case { reopened_by: Some(reviewer(2)), ..case.clone() };
    let missing = vec![Pointer::root().child("basic").child("photo")];
    let whole = Grounds { is_opened: true, has_consent: true, is_verified: true, missing: Vec::new() };
    let gone = || Ungrounded::PicturesMissing(missing.clone());
    for (grounds, lack, may_be_returned) in [
        (Grounds { is_opened: false, ..whole.clone() }, Ungrounded::NotOpened, false),
        (Grounds { has_consent: false, ..whole.clone() }, Ungrounded::NoConsent, false),
        (Grounds { is_verified: false, ..whole.clone() }, Ungrounded::NotVerified, true),
        (Grounds { missing: missing.clone(), ..whole.clone() }, gone(), true),
    ] {
        assert_eq!(case.check_grounds(&Decision::Approve, &grounds), Err(lack.clone()));
        for word in ["return", "reject"] {
            assert_eq!(
                case.check_grounds(&decision(word), &grounds).is_ok(),
                may_be_returned,
                "{word} {lack:?}"
            );
        }
        let asks_for_itself = lack == Ungrounded::NotVerified;
        assert_eq!(verification.check_grounds(&Decision::Approve, &grounds).is_ok(), asks_for_itself);
        let needs_none = lack == Ungrounded::NoConsent;
        assert_eq!(reopened.check_grounds(&Decision::Approve, &grounds).is_ok(), needs_none, "{lack:?}");
    }
    assert_eq!(case.check_grounds(&Decision::Approve, &whole), Ok(()));
    let nothing = Grounds { is_opened: false, has_consent: false, is_verified: false, missing };
    assert_eq!(case.lacks(&Decision::Approve, &nothing).len(), 4, "all of it is told");
}

proptest! {
    /// However a reviewer claims, renews and releases, as long as nobody else does: at any moment, within the limits, the case
    /// was anybody's for half an hour after at most three times half an hour.
    #[test]
    fn nobody_holds_a_case_for_ever(steps in prop::collection::vec((0..2_u8, 1..40_i64), 1..60)) {
        let (mut case, mut now, mut free_since, mut held) = (submitted(), 0, Some(0), 0);
        for (what, minutes) in steps {
            now += minutes * MINUTE;
            let current = case.as_of(at(now));
            if current.claim.is_none() && free_since.is_none() {
                free_since = current.last_claim.map(|last| last.ended_at.as_second() - at(0).as_second());
            }
            let rested = free_since.is_some_and(|since| now - since >= 30 * MINUTE);
            if what == 0 && may(&case, 1, now).is_ok() {
                held = if rested || held == 0 { 1 } else { held + 1 };
                case = after(case, &[claim(1, now)]);
                free_since = None;
            } else if what == 1 && current.claim.is_some() {
                case = after(case, &[release(1, now)]);
                free_since = Some(now);
            }
            prop_assert!(held <= 3, "{held} times in a row");
        }
    }
}
