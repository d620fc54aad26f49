use std::collections::BTreeSet;

use domain::case::CommandName as C;
use domain::case::{
    Actor, AuditEntry, Case, Change, Claim, Command, CommandName, Decision, DecisionRecord, Denied, Event,
    InForce, LEASE, List, Release, Role, State, Transfer, UNDO, UndoState, transition,
};
use domain::ids::CaseKind;
use domain::moment::Moment;
use proptest::prelude::*;
use serde_json::Value;

use crate::{
    COUNTY, after, at, claim, decide, decision, division, draft, elsewhere, escalate, opinion, owner,
    release, reviewer, submission, submit, withdraw,
};

/// All that is allowed: domain specification, section 16. The role follows from the command.
const ALLOWED: [(State, CommandName, State, Event); 48] = {
    use CommandName as C;
    use State as S;
    [
        (S::Draft, C::Submit, S::Submitted, Event::Submitted),
        (S::Approved, C::Submit, S::Submitted, Event::Submitted),
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
        (S::Submitted, C::Reassign, S::UnderReview, Event::Reassigned),
        (S::Resubmitted, C::Reassign, S::UnderReview, Event::Reassigned),
        (S::UnderReview, C::Reassign, S::UnderReview, Event::Reassigned),
        (S::UnderReview, C::Propose, S::Submitted, Event::Proposed),
        (S::Approved, C::Undo, S::UnderReview, Event::Undone),
        (S::Returned, C::Undo, S::UnderReview, Event::Undone),
        (S::Rejected, C::Undo, S::UnderReview, Event::Undone),
        (S::Approved, C::Reopen, S::Submitted, Event::Reopened),
        (S::Rejected, C::Reopen, S::Submitted, Event::Reopened),
        (S::Approved, C::Amend, S::ChangeDraft, Event::Amended),
        (S::ChangeDraft, C::Submit, S::Submitted, Event::Submitted),
        (S::ChangeDraft, C::Discard, S::Approved, Event::Discarded),
        (S::Returned, C::Discard, S::Approved, Event::Discarded),
        (S::Submitted, C::AskTransfer, S::Submitted, Event::TransferAsked),
        (S::Resubmitted, C::AskTransfer, S::Resubmitted, Event::TransferAsked),
        (S::Approved, C::AskTransfer, S::Approved, Event::TransferAsked),
        (S::Submitted, C::CancelTransfer, S::Submitted, Event::TransferCancelled),
        (S::Resubmitted, C::CancelTransfer, S::Resubmitted, Event::TransferCancelled),
        (S::UnderReview, C::CancelTransfer, S::UnderReview, Event::TransferCancelled),
        (S::Approved, C::CancelTransfer, S::Approved, Event::TransferCancelled),
        (S::Submitted, C::ReleaseTransfer, S::Submitted, Event::TransferReleased),
        (S::Resubmitted, C::ReleaseTransfer, S::Resubmitted, Event::TransferReleased),
        (S::Approved, C::ReleaseTransfer, S::Approved, Event::TransferReleased),
        (S::Submitted, C::AcceptTransfer, S::Submitted, Event::Transferred),
        (S::Resubmitted, C::AcceptTransfer, S::Resubmitted, Event::Transferred),
        (S::Approved, C::AcceptTransfer, S::Approved, Event::Transferred),
        (S::Submitted, C::RefuseTransfer, S::Submitted, Event::TransferRefused),
        (S::Resubmitted, C::RefuseTransfer, S::Resubmitted, Event::TransferRefused),
        (S::UnderReview, C::RefuseTransfer, S::UnderReview, Event::TransferRefused),
        (S::Approved, C::RefuseTransfer, S::Approved, Event::TransferRefused),
    ]
};

/// What there is for collections only: a verification is asked for anew, and any county may give it.
const OF_COLLECTIONS: [CommandName; 8] = [
    CommandName::Reject,
    CommandName::Amend,
    CommandName::Discard,
    CommandName::AskTransfer,
    CommandName::CancelTransfer,
    CommandName::ReleaseTransfer,
    CommandName::AcceptTransfer,
    CommandName::RefuseTransfer,
];

fn allowed(kind: CaseKind, from: State, command: CommandName, role: Role) -> Option<(State, Event)> {
    use CommandName as C;
    let asks = match command {
        C::Submit | C::Withdraw | C::Amend | C::Discard | C::AskTransfer | C::CancelTransfer => {
            Role::Applicant
        }
        C::Remind | C::Escalate => Role::Clock,
        C::Reassign | C::Reopen => Role::Supervisor,
        _ => Role::Reviewer,
    };
    let only_collections = OF_COLLECTIONS.contains(&command) || from == State::ChangeDraft;
    let only_verifications = (from, command) == (State::Approved, C::Submit);
    let can = asks == role
        && !(kind == CaseKind::RealName && only_collections)
        && !(kind == CaseKind::Collection && only_verifications);
    let row = ALLOWED.iter().find(|row| can && (row.0, row.1) == (from, command))?;
    Some((row.2, row.3))
}

fn command(name: CommandName) -> Command {
    match name {
        CommandName::Submit => submission(COUNTY),
        CommandName::Withdraw => Command::Withdraw,
        CommandName::Amend => Command::Amend,
        CommandName::Discard => Command::Discard,
        CommandName::AskTransfer => Command::AskTransfer(elsewhere(), opinion()),
        CommandName::CancelTransfer => Command::CancelTransfer,
        CommandName::Claim => Command::Claim,
        CommandName::Release => Command::Release,
        CommandName::Propose => Command::Propose(Decision::Approve),
        CommandName::Approve => Command::Decide(Decision::Approve),
        CommandName::Return => Command::Decide(decision("return")),
        CommandName::Reject => Command::Decide(decision("reject")),
        CommandName::Undo => Command::Undo,
        CommandName::ReleaseTransfer => Command::ReleaseTransfer,
        CommandName::AcceptTransfer => Command::AcceptTransfer,
        CommandName::RefuseTransfer => Command::RefuseTransfer(opinion()),
        CommandName::Reassign => Command::Reassign(reviewer(2), opinion()),
        CommandName::Reopen => Command::Reopen(opinion()),
        CommandName::Remind => Command::Remind,
        CommandName::Escalate => Command::Escalate,
    }
}

fn actor(role: Role, number: u128) -> Actor {
    match role {
        Role::Applicant => Actor::Applicant(owner()),
        Role::Reviewer => Actor::Reviewer(reviewer(number)),
        Role::Supervisor => Actor::Supervisor(reviewer(number)),
        Role::Clock => Actor::Clock,
    }
}

/// A case in that state, and all else as the command needs it; reviewer 1 holds it where it is under review.
fn case_for(kind: CaseKind, state: State, command: CommandName) -> Case {
    let held = (state == State::UnderReview).then(|| Claim {
        by: reviewer(1),
        since: at(2),
        until: at(1_000),
        from: State::Submitted,
        renewals: 0,
    });
    let case = after(draft(kind), &[submit(1)]);
    let released = Release { by: reviewer(1), at: at(2) };
    let transfer = Transfer { to: elsewhere(), reason: opinion(), asked_at: at(1), released: None };
    let undo = UndoState {
        version: case.version,
        from: State::Submitted,
        verdict: None,
        proposal: None,
        in_force: None,
        transfer: None,
        renewals: 0,
    };
    Case {
        state,
        claim: held,
        verdict: Some(DecisionRecord { by: reviewer(1), at: at(2), decision: Decision::Approve }),
        undo: Some(Box::new(undo)),
        in_force: (command != CommandName::Reject).then(|| InForce { version: case.version, at: at(1) }),
        transfer: match command {
            CommandName::CancelTransfer | CommandName::ReleaseTransfer | CommandName::RefuseTransfer => {
                Some(transfer)
            }
            CommandName::AcceptTransfer => Some(Transfer { released: Some(released), ..transfer }),
            _ => None,
        },
        ..case
    }
}

#[test]
fn what_is_not_in_the_table_is_denied() {
    for kind in CaseKind::ALL {
        for from in State::ALL {
            for &name in CommandName::ALL {
                for role in Role::ALL {
                    let expected = allowed(kind, from, name, role);
                    assert_eq!(
                        transition::next(kind, from, name, role),
                        expected,
                        "{kind:?} {from:?} {name:?} {role:?}"
                    );
                    let change = case_for(kind, from, name).apply(&command(name), &actor(role, 1), at(2));
                    let made = change.map(|change| (change.after.state, change.entry.event));
                    // Something is in force: what was handed in is a change of it.
                    let expected = match expected {
                        Some((State::Draft, event)) => Some((State::ChangeDraft, event)),
                        expected => expected,
                    };
                    assert_eq!(made, expected.ok_or(Denied::State), "{kind:?} {from:?} {name:?} {role:?}");
                }
            }
        }
    }
}

#[test]
fn the_table_that_is_printed_is_the_whole_table() {
    let of = |kind| {
        let is_row = |row: &&(State, CommandName, _, _)| allowed(kind, row.0, row.1, row.1.role()).is_some();
        ALLOWED.iter().filter(is_row).count()
    };
    for kind in [CaseKind::Collection, CaseKind::RealName] {
        assert_eq!(transition::table(kind).lines().count(), 2 + of(kind), "{kind:?}");
    }
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
    }
    // Ours: taking a decision back, having it taken once more, and leaving what is in force as it is. The table is about
    // collections.
    let ours = [CommandName::Undo, CommandName::Reopen, CommandName::Discard, CommandName::Reassign];
    let ways = ALLOWED.iter().filter(|(from, name, to, _)| from != to && !ours.contains(name));
    let is_known = |from, name: CommandName| allowed(CaseKind::Collection, from, name, name.role()).is_some();
    for (from, name, to, _) in ways.filter(|(from, name, ..)| is_known(*from, *name)) {
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
    assert_eq!(try_at(&held, claim(2, 30 * minute - 1)), Err(Denied::ClaimedByOther));
    for word in ["approve", "return", "reject"] {
        assert_eq!(try_at(&held, decide(word, 2, 1)), Err(Denied::NotHeld));
        assert_eq!(try_at(&held, decide(word, 1, 30 * minute)), Err(Denied::NotHeld));
        assert!(try_at(&held, decide(word, 1, 30 * minute - 1)).is_ok());
    }
    assert_eq!(try_at(&held, release(2, 1)), Err(Denied::NotHeld));
    assert_eq!(try_at(&held, release(1, 30 * minute)), Err(Denied::NotHeld));

    let renewed = try_at(&held, claim(1, 20 * minute)).unwrap();
    assert_eq!(try_at(&renewed, claim(2, 40 * minute)), Err(Denied::ClaimedByOther));
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
        case.places()
            .into_iter()
            .filter(|place| place.list == List::Open)
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
        let handed_in = (submission(city), Actor::Applicant(owner()), 1);
        let case = after(draft(CaseKind::Collection), &[handed_in, escalate(2)]);
        let queues: Vec<_> = case.places().iter().map(|place| place.division.code()).collect();
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
    /// The state in which the case came to the department last.
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
            Event::Submitted | Event::Resubmitted | Event::Reopened => {
                self.queued = Some(now);
                None
            }
            Event::Transferred if stored.state.is_open() => {
                self.queued = Some(now);
                None
            }
            Event::Claimed | Event::Reassigned if self.held.is_none() => {
                self.held = Some(now);
                self.queued.take()
            }
            Event::Reassigned | Event::Undone => {
                self.held = Some(now);
                None
            }
            Event::Released | Event::Proposed | Event::Approved | Event::Returned | Event::Rejected => {
                self.queued = Some(now);
                self.held.take()
            }
            _ => None,
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
        let decision = match command {
            Command::Decide(decision) | Command::Propose(decision) => Some(decision),
            // It names what is taken back, so that statistics can be.
            Command::Undo => before.verdict.as_ref().map(|ruling| &ruling.decision),
            _ => None,
        };
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
                left: before.division.filter(|left| after.division != Some(*left)),
                lasted: entry.lasted,
                decision: decision.cloned(),
                assignee: matches!(command, Command::Reassign(..)).then(|| reviewer(2)),
                reason: matches!(entry.event, |Event::TransferAsked| Event::TransferRefused
                    | Event::Reassigned
                    | Event::Reopened)
                .then(opinion),
                link: entry.link,
            }
        );
        prop_assert_eq!(entry.lasted, self.times.note(entry, stored, now));
        prop_assert_eq!(entry.link.map(Into::into), after.last_audit);
        prop_assert_eq!((after.version, after.updated_at, after.id), (entry.version, now, before.id));

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
                let ran_out = before.state == State::Approved;
                prop_assert_eq!(after.in_force, before.in_force.filter(|_| !ran_out));
            }
            Command::Withdraw => prop_assert_eq!(&before.claim, &None),
            Command::Claim => {
                prop_assert_eq!(mine, held, "two reviewers hold the case");
                let claim = after.claim.as_ref().unwrap();
                prop_assert_eq!((Actor::Reviewer(claim.by), claim.until), (by.clone(), now.after(LEASE)));
                prop_assert!(held.is_some() || !before.is_barred(claim.by));
            }
            Command::Release => prop_assert!(mine.is_some()),
            Command::Propose(decision) => {
                prop_assert!(mine.is_some());
                let proposal = after.proposal.as_ref().unwrap();
                prop_assert_eq!((Some(proposal.by), &proposal.decision), (mine, decision));
                prop_assert!(after.is_barred(proposal.by));
            }
            Command::Decide(decision) => {
                prop_assert!(mine.is_some());
                prop_assert!(self.decided.insert(after.round), "a second decision in round {}", after.round);
                let ruling = after.verdict.as_ref().unwrap();
                prop_assert_eq!((Some(ruling.by), ruling.at, &ruling.decision), (mine, now, decision));
            }
            Command::Undo => {
                let ruling = before.verdict.as_ref().unwrap();
                prop_assert!(now < ruling.at.after(UNDO) && *by == Actor::Reviewer(ruling.by));
                prop_assert!(self.decided.remove(&after.round));
            }
            Command::Reopen(_) => {
                self.decided.remove(&after.round);
                self.waiting = Some(after.state);
                prop_assert!(by.reviewer().is_some_and(|by| after.is_barred(by)));
                prop_assert_eq!(after.opened_at, Some(now));
            }
            Command::Remind => prop_assert_eq!(after.reminded_at, Some(now)),
            Command::Escalate => prop_assert!(after.escalated_to == after.division.unwrap().parent()),
            Command::AcceptTransfer => prop_assert_eq!(after.division, Some(division("110102"))),
            _ => {}
        }
        if !matches!(command, Command::Decide(_) | Command::Undo | Command::Discard) {
            prop_assert_eq!(&after.verdict, &before.verdict);
        }
        if matches!(command, Command::Release | Command::Propose(_)) {
            prop_assert_eq!(Some(after.state), self.waiting);
        } else {
            let to = row.map(|row| row.2);
            let is_change = to == Some(State::Draft) && before.in_force.is_some();
            prop_assert_eq!(if is_change { Some(State::ChangeDraft) } else { to }, Some(after.state));
        }
        self.check_case(after)
    }

    /// Checks what holds for a case at any time.
    fn check_case(&self, case: &Case) -> Result<(), TestCaseError> {
        prop_assert_eq!(case.round, self.submissions);
        prop_assert_eq!(case.claim.is_some(), case.state == State::UnderReview);
        let places = case.places();
        let of = |list: List| places.iter().filter(|place| place.list == list).collect::<Vec<_>>();
        let (open, decided) = (of(List::Open), of(List::Decided));
        prop_assert_eq!(open.is_empty(), !case.state.is_open());
        prop_assert!(open.iter().all(|place| Some(place.since) == case.opened_at));
        if case.state.is_open() {
            prop_assert_eq!(open.len(), 1 + usize::from(case.escalated_to.is_some()));
            prop_assert!(case.opened_version.is_some_and(|opened| opened <= case.version));
        }
        let stands = case.state.is_decided() || case.state == State::ChangeDraft;
        prop_assert_eq!(decided.len(), usize::from(stands), "{:?}", case);
        prop_assert_eq!(of(List::Transfers).len(), usize::from(case.transfer.is_some()));
        let due = case.opened_at.filter(|_| case.state.is_open()).map(domain::case::due_at);
        prop_assert_eq!(case.due_at(), due);
        if matches!(case.state, State::Approved | State::ChangeDraft) {
            prop_assert!(case.in_force.is_some());
        }
        prop_assert!(case.state != State::Rejected || case.may_be_rejected());
        prop_assert!(case.state.is_open() || case.proposal.is_none());
        let leaving = case.transfer.as_ref().is_some_and(|transfer| transfer.released.is_some());
        prop_assert!(!leaving || case.claim.is_none(), "nobody decides what is on its way");
        let at_rest = [State::Draft, State::ChangeDraft, State::Returned, State::Rejected];
        prop_assert!(case.transfer.is_none() || !at_rest.contains(&case.state));
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
                // Whatever the table allows is denied only because of who holds the case, or who may not.
                Err(denied) => {
                    let current = case.as_of(at(seconds));
                    let is_allowed = allowed(kind, current.state, name, role).is_some();
                    let ended = case.claim.as_ref().filter(|_| current.claim.is_none());
                    let mine_ended = ended.is_some_and(|claim| by == Actor::Reviewer(claim.by));
                    let mine = current.claim.as_ref().is_some_and(|claim| claim.by == reviewer(number));
                    match (name, denied) {
                        _ if !is_allowed => {
                            prop_assert_eq!(denied, if mine_ended { Denied::NotHeld } else { Denied::State });
                        }
                        (C::Claim, Denied::ClaimedByOther) => prop_assert!(current.claim.is_some() && !mine),
                        (C::Claim, Denied::NeedsSecondReviewer) => prop_assert!(current.is_barred(reviewer(number))),
                        (C::Reassign, Denied::NeedsSecondReviewer) => prop_assert!(current.is_barred(reviewer(2))),
                        (C::Claim | C::Reassign, Denied::State) => prop_assert!(current.transfer.is_some()),
                        (C::Release | C::Propose | C::Approve | C::Return, Denied::NotHeld) => prop_assert!(!mine),
                        (C::Reject, Denied::NotHeld) => prop_assert!(!mine),
                        (C::Reject, Denied::State) => prop_assert!(!current.may_be_rejected()),
                        (C::Undo | C::Discard | C::ReleaseTransfer | C::AcceptTransfer, Denied::State) => {}
                        (C::Submit, Denied::State) => {
                            prop_assert!(current.in_force.is_some() && current.moved_to.is_some());
                        }
                        (C::AskTransfer, Denied::State) => prop_assert!(
                            current.transfer.is_some() || current.division == Some(division("110102"))
                        ),
                        (C::CancelTransfer | C::RefuseTransfer, Denied::State) => {
                            prop_assert!(current.transfer.is_none());
                        }
                        _ => prop_assert!(false, "{name:?} was denied: {denied:?}"),
                    }
                }
            }
            prop_assert_eq!(&read_back(&case), &case);
        }
    }
}
