use std::collections::BTreeSet;

use domain::case::{
    Actor, AuditEntry, Case, Change, Claim, Command, CommandName, Decision, Denied, Event, LEASE, Role,
    State, transition,
};
use domain::ids::CaseKind;
use domain::moment::Moment;
use proptest::prelude::*;
use serde_json::Value;

use crate::{
    COUNTY, after, at, claim, decide, decision, division, draft, escalate, owner, release, reviewer, submit,
    withdraw,
};

/// All that is allowed: domain specification, section 16. The role follows from the command.
const ALLOWED: [(State, CommandName, State, Event); 17] = {
    use CommandName as C;
    use State as S;
    [
        (S::Draft, C::Submit, S::Submitted, Event::Submitted),
        (S::Submitted, C::Withdraw, S::Draft, Event::Withdrawn),
        (S::Submitted, C::Claim, S::UnderReview, Event::Claimed),
        (S::Submitted, C::Remind, S::Submitted, Event::Reminded),
        (S::Submitted, C::Escalate, S::Submitted, Event::Escalated),
        (S::Resubmitted, C::Withdraw, S::Returned, Event::Withdrawn),
        (S::Resubmitted, C::Claim, S::UnderReview, Event::Claimed),
        (S::Resubmitted, C::Remind, S::Resubmitted, Event::Reminded),
        (S::Resubmitted, C::Escalate, S::Resubmitted, Event::Escalated),
        (S::UnderReview, C::Claim, S::UnderReview, Event::Claimed),
        (S::UnderReview, C::Release, S::Submitted, Event::Released),
        (S::UnderReview, C::Approve, S::Approved, Event::Approved),
        (S::UnderReview, C::Return, S::Returned, Event::Returned),
        (S::UnderReview, C::Reject, S::Rejected, Event::Rejected),
        (S::UnderReview, C::Remind, S::UnderReview, Event::Reminded),
        (S::UnderReview, C::Escalate, S::UnderReview, Event::Escalated),
        (S::Returned, C::Submit, S::Resubmitted, Event::Resubmitted),
    ]
};

fn allowed(kind: CaseKind, from: State, command: CommandName, role: Role) -> Option<(State, Event)> {
    let asks = match command {
        CommandName::Submit | CommandName::Withdraw => Role::Applicant,
        CommandName::Remind | CommandName::Escalate => Role::Clock,
        _ => Role::Reviewer,
    };
    let can = asks == role && !(kind == CaseKind::RealName && command == CommandName::Reject);
    let row = ALLOWED.iter().find(|row| can && (row.0, row.1) == (from, command))?;
    Some((row.2, row.3))
}

fn command(name: CommandName) -> Command {
    match name {
        CommandName::Submit => Command::Submit(division(COUNTY)),
        CommandName::Withdraw => Command::Withdraw,
        CommandName::Claim => Command::Claim,
        CommandName::Release => Command::Release,
        CommandName::Approve => Command::Decide(Decision::Approve),
        CommandName::Return => Command::Decide(decision("return")),
        CommandName::Reject => Command::Decide(decision("reject")),
        CommandName::Remind => Command::Remind,
        CommandName::Escalate => Command::Escalate,
    }
}

fn actor(role: Role, number: u128) -> Actor {
    match role {
        Role::Applicant => Actor::Applicant(owner()),
        Role::Reviewer => Actor::Reviewer(reviewer(number)),
        Role::Clock => Actor::Clock,
    }
}

/// A case in that state; reviewer 1 holds it where it is under review.
fn case_in(kind: CaseKind, state: State) -> Case {
    let held = (state == State::UnderReview).then(|| Claim {
        by: reviewer(1),
        since: at(2),
        until: at(1_000),
        from: State::Submitted,
    });
    Case { state, claim: held, ..after(draft(kind), &[submit(1)]) }
}

#[test]
fn what_is_not_in_the_table_is_denied() {
    for kind in CaseKind::ALL {
        for from in State::ALL {
            for name in CommandName::ALL {
                for role in Role::ALL {
                    let expected = allowed(kind, from, name, role);
                    assert_eq!(
                        transition::next(kind, from, name, role),
                        expected,
                        "{kind:?} {from:?} {name:?} {role:?}"
                    );
                    let change = case_in(kind, from).apply(&command(name), &actor(role, 1), at(2));
                    let made = change.map(|change| (change.after.state, change.entry.event));
                    assert_eq!(made, expected.ok_or(Denied::State), "{kind:?} {from:?} {name:?} {role:?}");
                }
            }
        }
    }
}

#[test]
fn the_table_that_is_printed_is_the_whole_table() {
    assert_eq!(transition::table(CaseKind::Collection).lines().count(), 2 + ALLOWED.len());
    assert_eq!(transition::table(CaseKind::RealName).lines().count(), 2 + ALLOWED.len() - 1);
    let table = transition::table(CaseKind::Collection);
    assert!(table.contains("| RETURNED | Submit | Applicant | RESUBMITTED | Resubmitted |\n"), "{table}");
    assert!(
        table.contains("| UNDER_REVIEW | Release | Reviewer | SUBMITTED or RESUBMITTED | Released |\n"),
        "{table}"
    );
}

#[test]
fn the_reference_table_knows_every_state_and_every_way_between_them() {
    let json: Value =
        serde_json::from_str(include_str!("../../../../infra/reference/application_states.json")).unwrap();
    let rows = json["items"].as_array().unwrap();
    let row = |state: State| rows.iter().find(|row| row["code"] == state.code()).unwrap();
    for state in State::ALL {
        assert_eq!(serde_json::to_value(state).unwrap(), state.code());
        let edits = row(state)["who_may_edit"] == "applicant";
        assert_eq!(state.is_editable(), edits, "{state:?}");
        let nowhere = ALLOWED.iter().all(|(from, ..)| *from != state);
        assert_eq!(nowhere, matches!(state, State::Approved | State::Rejected), "{state:?}");
    }
    for (from, name, to, _) in ALLOWED.iter().filter(|(from, _, to, _)| from != to) {
        let next = row(*from)["next"].as_array().unwrap();
        assert!(next.iter().any(|code| code == to.code()), "{from:?} {name:?} {to:?}");
    }
}

#[test]
fn a_claim_ends_after_half_an_hour_and_is_then_anyones() {
    let minute = 60;
    let held = after(draft(CaseKind::Collection), &[submit(0), claim(1, 0)]);
    let try_at = |case: &Case, (command, by, seconds): (Command, Actor, i64)| {
        case.apply(&command, &by, at(seconds)).map(|change| change.after)
    };
    assert_eq!(held.claim.as_ref().map(|claim| claim.until), Some(at(30 * minute)));
    assert_eq!(try_at(&held, claim(2, 30 * minute - 1)), Err(Denied::Held));
    for word in ["approve", "return", "reject"] {
        assert_eq!(try_at(&held, decide(word, 2, 1)), Err(Denied::NotHeld));
        assert_eq!(try_at(&held, decide(word, 1, 30 * minute)), Err(Denied::NotHeld));
        assert!(try_at(&held, decide(word, 1, 30 * minute - 1)).is_ok());
    }
    assert_eq!(try_at(&held, release(2, 1)), Err(Denied::NotHeld));
    assert_eq!(try_at(&held, release(1, 30 * minute)), Err(Denied::NotHeld));

    let renewed = try_at(&held, claim(1, 20 * minute)).unwrap();
    assert_eq!(try_at(&renewed, claim(2, 40 * minute)), Err(Denied::Held));
    let taken = try_at(&renewed, claim(2, 50 * minute)).unwrap();
    assert_eq!(try_at(&taken, decide("approve", 1, 51 * minute)), Err(Denied::NotHeld));
    assert_eq!(try_at(&taken, decide("approve", 2, 51 * minute)).map(|case| case.state), Ok(State::Approved));
}

#[test]
fn letting_go_leads_back_to_where_the_case_was_taken_from() {
    let returned = after(draft(CaseKind::Collection), &[submit(0), claim(1, 1), decide("return", 1, 2)]);
    for (case, waiting, taken_back) in [
        (draft(CaseKind::Collection), State::Submitted, State::Draft),
        (returned, State::Resubmitted, State::Returned),
    ] {
        // Renewed, expired, and taken by another: it still came from where it was handed in.
        let released =
            after(case, &[submit(3), claim(1, 4), claim(1, 5), claim(2, 4_000), release(2, 4_001)]);
        assert_eq!((released.state, &released.claim), (waiting, &None));
        assert_eq!(after(released, &[withdraw(4_002)]).state, taken_back);
    }
}

#[test]
fn an_escalated_case_stands_in_two_queues_until_it_is_decided() {
    let queues = |case: &Case| -> Vec<_> {
        case.queue_places()
            .into_iter()
            .map(|place| (place.division.code(), place.since, place.case))
            .collect()
    };
    let case = after(draft(CaseKind::Collection), &[submit(5), claim(1, 6), escalate(7)]);
    assert_eq!(queues(&case), [("110101", at(5), case.id), ("110100", at(5), case.id)]);
    for word in ["approve", "return", "reject"] {
        assert_eq!(queues(&after(case.clone(), &[decide(word, 1, 8)])), []);
    }
    let released = after(case, &[release(1, 8)]);
    assert_eq!(queues(&released).len(), 2);
    let again = after(released, &[withdraw(9), submit(10)]);
    assert_eq!(queues(&again), [("110101", at(10), again.id)]);
}

#[test]
fn a_city_that_is_its_own_county_escalates_to_its_province() {
    for (city, province) in [("441900", "440000"), ("442000", "440000"), ("460400", "460000")] {
        let submission = (Command::Submit(division(city)), Actor::Applicant(owner()), 1);
        let case = after(draft(CaseKind::Collection), &[submission, escalate(2)]);
        let queues: Vec<_> = case.queue_places().iter().map(|place| place.division.code()).collect();
        assert_eq!(queues, [city, province]);
    }
}

#[test]
fn the_remarks_of_a_return_stand_until_the_next_decision() {
    let returned = after(draft(CaseKind::Collection), &[submit(0), claim(1, 1), decide("return", 1, 2)]);
    let remarks = |case: &Case| (case.remarks().0.len(), case.remarks().1.is_some());
    assert_eq!(remarks(&draft(CaseKind::Collection)), (0, false));
    assert_eq!(remarks(&returned), (1, true));
    let again = after(returned, &[submit(3), claim(1, 4)]);
    assert_eq!(remarks(&again), (1, true));
    assert_eq!(remarks(&after(again.clone(), &[decide("reject", 1, 5)])), (1, true));
    assert_eq!(remarks(&after(again, &[decide("approve", 1, 5)])), (0, false));
}

/// What is to be tried, by whom, and how many seconds after the try before.
type Try = (CommandName, Role, u128, i64);

fn tries() -> impl Strategy<Value = Try> {
    let names = prop::sample::select(CommandName::ALL.to_vec());
    let roles = prop::sample::select(Role::ALL.to_vec());
    // Mostly who may ask, so that walks get far; now and then long enough for a claim to end.
    let waits = prop_oneof![4 => 0..300_i64, 1 => 1_000..4_000_i64];
    (names, roles, prop::bool::weighted(0.9), 1..=2_u128, waits).prop_map(
        |(name, role, right, number, wait)| (name, if right { name.role() } else { role }, number, wait),
    )
}

/// What a walk remembers beside the case.
#[derive(Default)]
struct Memory {
    submissions: u32,
    decided: BTreeSet<u32>,
    /// The state in which the case was handed in last.
    waiting: Option<State>,
    times: Times,
}

/// Since when the case waited, or was held.
#[derive(Default)]
struct Times {
    queued: Option<Moment>,
    held: Option<Moment>,
}

impl Times {
    /// Notes a change; how long what it ended had lasted, in seconds.
    fn note(&mut self, entry: &AuditEntry, stored: &Case, now: Moment) -> Option<u64> {
        // A hold that nobody ended ended by itself.
        if let Some(claim) = stored.claim.as_ref().filter(|claim| claim.until <= now) {
            (self.held, self.queued) = (None, Some(claim.until));
        }
        let ended = match entry.event {
            Event::Submitted | Event::Resubmitted => {
                self.queued = Some(now);
                None
            }
            Event::Claimed if self.held.is_none() => {
                self.held = Some(now);
                self.queued.take()
            }
            Event::Released | Event::Approved | Event::Returned | Event::Rejected => {
                self.queued = Some(now);
                self.held.take()
            }
            Event::Withdrawn | Event::Claimed | Event::Reminded | Event::Escalated => None,
        };
        ended.map(|since| since.seconds_until(now))
    }
}

impl Memory {
    /// Checks a change that was made.
    fn check(
        &mut self,
        change: &Change,
        command: &Command,
        by: &Actor,
        seconds: i64,
    ) -> Result<(), TestCaseError> {
        let Change { before: stored, after, entry } = change;
        let now = at(seconds);
        // A claim that has ended is gone, whoever asks.
        let before = &stored.as_of(now);
        let row = ALLOWED.iter().find(|row| (row.0, row.1) == (before.state, command.name()));
        prop_assert_eq!(row.map(|row| row.3), Some(entry.event));
        let decision = if let Command::Decide(decision) = command { Some(decision) } else { None };
        prop_assert_eq!(
            entry,
            &AuditEntry {
                case: before.id,
                version: before.version + 1,
                at: now,
                by: by.clone(),
                event: entry.event,
                from: before.state,
                to: after.state,
                round: after.round,
                division: after.division,
                lasted: entry.lasted,
                decision: decision.cloned(),
                link: entry.link,
            }
        );
        prop_assert_eq!(entry.lasted, self.times.note(entry, stored, now));
        prop_assert_eq!(entry.link.map(Into::into), after.last_audit);
        prop_assert_eq!((after.version, after.updated_at, after.id), (entry.version, now, before.id));
        prop_assert!(!matches!(before.state, State::Approved | State::Rejected));
        prop_assert!(after.state != State::Rejected || after.id.kind == CaseKind::Collection);

        let held = before.claim.as_ref().filter(|claim| claim.until > now).map(|claim| claim.by);
        let mine = held.filter(|holder| *by == Actor::Reviewer(*holder));
        match command {
            Command::Submit(_) => {
                self.submissions += 1;
                self.waiting = Some(after.state);
                prop_assert_eq!(
                    (after.submitted_at, after.submitted_version),
                    (Some(now), Some(after.version))
                );
                prop_assert_eq!((after.escalated_to, after.reminded_at), (None, None));
            }
            Command::Withdraw => prop_assert_eq!(&before.claim, &None),
            Command::Claim => {
                prop_assert_eq!(mine, held, "two reviewers hold the case");
                let claim = after.claim.as_ref().unwrap();
                prop_assert_eq!((Actor::Reviewer(claim.by), claim.until), (by.clone(), now.after(LEASE)));
            }
            Command::Release => {
                prop_assert!(mine.is_some());
                prop_assert_eq!(Some(after.state), self.waiting);
            }
            Command::Decide(decision) => {
                prop_assert!(mine.is_some());
                prop_assert!(self.decided.insert(after.round), "a second decision in round {}", after.round);
                let ruling = after.verdict.as_ref().unwrap();
                prop_assert_eq!((Some(ruling.by), ruling.at, &ruling.decision), (mine, now, decision));
            }
            Command::Remind => prop_assert_eq!(after.reminded_at, Some(now)),
            Command::Escalate => prop_assert_eq!(after.escalated_to, Some(division("110100"))),
        }
        if decision.is_none() {
            prop_assert_eq!(&after.verdict, &before.verdict);
        }
        if !matches!(command, Command::Release) {
            prop_assert_eq!(row.map(|row| row.2), Some(after.state));
        }
        self.check_case(after)
    }

    /// Checks what holds for a case at any time.
    fn check_case(&self, case: &Case) -> Result<(), TestCaseError> {
        prop_assert_eq!(case.round, self.submissions);
        prop_assert_eq!(case.claim.is_some(), case.state == State::UnderReview);
        let places = case.queue_places();
        prop_assert_eq!(places.is_empty(), !case.state.is_open());
        prop_assert!(places.iter().all(|place| Some(place.since) == case.submitted_at));
        if case.state.is_open() {
            prop_assert_eq!(places.len(), 1 + usize::from(case.escalated_to.is_some()));
        }
        let due = case.submitted_at.filter(|_| case.state.is_open()).map(domain::case::due_at);
        prop_assert_eq!(case.due_at(), due);
        Ok(())
    }
}

fn read_back<T: serde::Serialize + serde::de::DeserializeOwned>(stored: &T) -> T {
    serde_json::from_str(&serde_json::to_string(stored).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn any_run_of_commands_keeps_the_case_sound(
        real_name: bool, tries in prop::collection::vec(tries(), 0..80),
    ) {
        let kind = if real_name { CaseKind::RealName } else { CaseKind::Collection };
        let (mut case, mut memory, mut seconds) = (draft(kind), Memory::default(), 0);
        for (name, role, number, wait) in tries {
            seconds += wait;
            let (command, by) = (command(name), actor(role, number));
            match case.apply(&command, &by, at(seconds)) {
                Ok(change) => {
                    prop_assert_eq!(&change.before, &case);
                    memory.check(&change, &command, &by, seconds)?;
                    prop_assert_eq!(&read_back(&change.entry), &change.entry);
                    case = change.after;
                }
                // Whatever the table allows is denied only because of who holds the case.
                Err(denied) => {
                    let current = case.as_of(at(seconds));
                    let is_allowed = allowed(kind, current.state, name, role).is_some();
                    let ended = case.claim.as_ref().filter(|_| current.claim.is_none());
                    let mine_ended = ended.is_some_and(|claim| by == Actor::Reviewer(claim.by));
                    let held = current.claim.as_ref();
                    let expected = match held.map(|claim| claim.by == reviewer(number)) {
                        _ if !is_allowed && mine_ended => Some(Denied::NotHeld),
                        _ if !is_allowed => Some(Denied::State),
                        Some(false) if name == CommandName::Claim => Some(Denied::Held),
                        None | Some(false) if name != CommandName::Claim => Some(Denied::NotHeld),
                        _ => None,
                    };
                    prop_assert_eq!(Some(denied), expected);
                }
            }
            prop_assert_eq!(&read_back(&case), &case);
        }
    }
}
