//! Statistics: what an entry adds, that the order of adding does not matter, and how exact what is read is.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{
    case::{
        Actor, AuditEntry, Case, Command, Decision, Event, LEASE, State, Submission,
        decision::DecisionRequest,
    },
    codes::ReviewReason,
    divisions::{self, Division, Level},
    ids::{AccountId, CaseId, CaseKind, ReviewerId},
    moment::Moment,
    statistics::{CaseEvent, Delta, Length, Measure, Overview, StateBucket, Statistics, StatisticsScope},
};
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::json;
use ulid::Ulid;

const COUNTY: &str = "110101";

fn division(code: &str) -> Division {
    Division::parse(code).unwrap()
}

fn start() -> Moment {
    Moment::from_millisecond(1_795_485_600_000).unwrap()
}

fn owner() -> AccountId {
    AccountId::new(Ulid(7))
}

fn case() -> Case {
    Case::draft(CaseId { kind: CaseKind::Collection, owner: owner() }, start())
}

fn reviewer(number: u128) -> Actor {
    Actor::Reviewer(ReviewerId::new(Ulid(number)))
}

fn returned(codes: &[&str]) -> Command {
    let comments: Vec<_> =
        codes.iter().map(|code| json!({"pointer": "/a", "reasonCode": code, "text": "说明"})).collect();
    let body = json!({"version": 1, "decision": "return", "opinion": "请按批注修改后重新提交。", "comments": comments});
    let request = DecisionRequest::parse(&body, true, &json!({"a": 1})).unwrap();
    Command::Decide(request.decision)
}

/// A case's way: what happens, by whom, and how many minutes after what came before.
fn entries(way: &[(Command, Actor, i64)]) -> Vec<AuditEntry> {
    let (mut case, mut at, mut entries) = (case(), start(), Vec::new());
    for (command, by, minutes) in way {
        at = at.after(SignedDuration::from_mins(*minutes));
        let change = case.apply(command, by, at).unwrap();
        entries.push(change.entry);
        case = change.after;
    }
    entries
}

/// What all entries add up to, at one place.
fn statistics(entries: &[AuditEntry], place: StatisticsScope) -> Statistics {
    let mut sum = Statistics::default();
    for entry in entries {
        for (_, statistics) in Delta::of(entry).iter().filter(|(of, _)| *of == place) {
            sum.merge(statistics);
        }
    }
    sum
}

fn here() -> StatisticsScope {
    StatisticsScope { division: division(COUNTY), kind: CaseKind::Collection }
}

fn submit() -> (Command, Actor, i64) {
    (Command::Submit(Submission { division: division(COUNTY), flagged: false }), Actor::Applicant(owner()), 0)
}

#[test]
fn a_way_is_counted_step_by_step() {
    let way = [
        submit(),
        (Command::Claim, reviewer(1), 60),
        (returned(&["PHOTO_BLUR", "ID_EXPIRED", "PHOTO_BLUR"]), reviewer(1), 10),
        (
            Command::Submit(Submission { division: division(COUNTY), flagged: false }),
            Actor::Applicant(owner()),
            60 * 24,
        ),
        (Command::Escalate, Actor::Clock, 60 * 24 * 3),
        (Command::Claim, reviewer(2), 60),
        (Command::Decide(Decision::Approve), reviewer(2), 5),
    ];
    let entries = entries(&way);
    let standing = |count: usize| {
        let statistics = statistics(&entries[..count], here());
        StateBucket::ALL.map(|standing| statistics.count(Measure::StateBucket(standing)))
    };
    let steps: Vec<_> = (0..=7).map(standing).collect();
    let (none, open, back, approved) = ([0; 4], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]);
    assert_eq!(steps, [none, open, open, back, open, open, open, approved]);

    let all = statistics(&entries, here());
    let happened = CaseEvent::ALL.map(|happening| all.count(Measure::Happened(happening)));
    assert_eq!(happened, [1, 1, 0, 1, 1], "approvals, returns, rejections, resubmissions, escalations");
    let reasons: Vec<_> = all.reasons().iter().map(|(reason, count)| (reason.code(), *count)).collect();
    assert_eq!(reasons, [("PHOTO_BLUR", 2), ("ID_EXPIRED", 1)]);
    let close = |read: Option<u64>, exact: f64| {
        let read = f64::from(u32::try_from(read.unwrap()).unwrap());
        assert!((read / exact).log2().abs() <= 0.13, "{read} for {exact}");
    };
    assert_eq!((all.waited().count, all.held().count), (2, 2));
    close(all.waited().median, 3_600.0);
    close(all.waited().p90, f64::from((3 * 24 * 60 + 60) * 60));
    close(all.held().median, 300.0);
    close(all.held().p90, 600.0);
}

#[test]
fn a_hold_that_ended_by_itself_leaves_the_counts_right() {
    let lapsed = LEASE.as_mins() + 1;
    for last in
        [(Command::Claim, reviewer(2), lapsed), (Command::Withdraw, Actor::Applicant(owner()), lapsed)]
    {
        let entries = entries(&[submit(), (Command::Claim, reviewer(1), 1), last]);
        let is_open = entries.last().unwrap().to != State::Draft;
        let all = statistics(&entries, here());
        assert_eq!(all.count(Measure::StateBucket(StateBucket::Open)), u64::from(is_open));
        assert!(all.iter().all(|(_, count)| count > 0), "{all:?}");
    }
}

#[test]
fn what_was_taken_back_is_gone_and_who_let_go_decided_nothing() {
    let entries = entries(&[
        submit(),
        (Command::Claim, reviewer(1), 1),
        (Command::Release, reviewer(1), 1),
        (Command::Remind, Actor::Clock, 1),
        (Command::Withdraw, Actor::Applicant(owner()), 1),
    ]);
    let all = statistics(&entries, here());
    assert_eq!((all.waited().count, all.held().count), (1, 0));
    assert_eq!(all.iter().count(), 1, "the wait is all that is left: {all:?}");
}

#[test]
fn an_entry_that_names_no_division_adds_nothing() {
    for mut entry in entries(&[submit(), (Command::Claim, reviewer(1), 1)]) {
        entry.division = None;
        assert_eq!(Delta::of(&entry), Delta::default());
    }
}

#[test]
fn reasons_of_anything_but_a_return_are_not_counted() {
    let mut entries =
        entries(&[submit(), (Command::Claim, reviewer(1), 1), (returned(&["OTHER"]), reviewer(1), 1)]);
    let mut last = entries.pop().unwrap();
    let Some(Decision::Return { comments, opinion }) = last.decision.take() else { panic!("a return") };
    (last.event, last.decision) = (Event::Rejected, Some(Decision::Reject { comments, opinion }));
    let rejected = statistics(&[last], here());
    assert!(rejected.reasons().is_empty());
    assert_eq!(rejected.count(Measure::Happened(CaseEvent::Rejection)), 1);
}

#[test]
fn a_decision_that_was_taken_back_is_not_counted() {
    for decide in [returned(&["OTHER", "PHOTO_BLUR"]), Command::Decide(Decision::Approve)] {
        let way = [submit(), (Command::Claim, reviewer(1), 1), (decide, reviewer(1), 1)];
        let undo = (Command::Undo, reviewer(1), 0);
        let all = statistics(&entries(&[&way[..], &[undo]].concat()), here());
        let happened = CaseEvent::ALL.map(|happening| all.count(Measure::Happened(happening)));
        assert_eq!((happened, all.reasons()), ([0; 5], vec![]));
        assert!(all.iter().all(|(_, count)| count > 0), "{all:?}");
        assert_eq!(all.count(Measure::StateBucket(StateBucket::Open)), 1);
    }
}

#[test]
fn a_division_has_the_figures_of_all_below_it_and_each_part_its_own() {
    let of = |count: i64| Statistics::one(Measure::StateBucket(StateBucket::Open), count);
    let known = [("110101", 1), ("110102", 2), ("310101", 4), ("441900", 8), ("110100", 16)];
    let known: Vec<_> = known.iter().map(|(code, count)| (division(code), of(*count))).collect();
    let open = |statistics: &Statistics| statistics.count(Measure::StateBucket(StateBucket::Open));
    let seen = |code: &str| {
        let overview = Overview::of(division(code), &known);
        let parts: Vec<_> = overview.parts.iter().filter(|(_, statistics)| !statistics.is_empty()).collect();
        let parts: Vec<_> = parts.iter().map(|(part, statistics)| (part.code(), open(statistics))).collect();
        (open(&overview.whole), parts)
    };
    assert_eq!(seen("110000"), (19, vec![("110100", 19)]));
    assert_eq!(seen("110100"), (19, vec![("110101", 1), ("110102", 2)]));
    assert_eq!(seen("110101"), (1, vec![]));
    assert_eq!(seen("441900"), (8, vec![]), "a city that is its own county");
    assert_eq!(seen("440000"), (8, vec![("441900", 8)]));
    assert!(Overview::of(division("110100"), &known).parts.len() > 10, "parts without cases are there too");
}

/// What the table's keys rely on (`shared/adapters/src/table/statistics.rs`).
#[test]
fn a_divisions_code_begins_as_those_above_it_do() {
    let below = |parent: Option<&str>| divisions::children(parent).unwrap().collect::<Vec<_>>();
    for province in below(None) {
        for city in below(Some(province.code())) {
            assert_eq!(province.code()[..2], city.code()[..2]);
            assert!(province.contains(city));
            for county in below(Some(city.code())) {
                assert_eq!(county.level(), Level::County);
                assert_eq!(city.code()[..4], county.code()[..4], "{county:?} in {city:?}");
            }
        }
    }
}

#[test]
fn every_measure_has_a_name_of_its_own() {
    let reasons = domain::codes::table("review_reasons").unwrap().iter();
    let reasons = reasons.map(|reason| Measure::Reason(ReviewReason::parse(&reason.code).unwrap()));
    let all: Vec<Measure> = reasons
        .chain(StateBucket::ALL.map(Measure::StateBucket))
        .chain(CaseEvent::ALL.map(Measure::Happened))
        .chain(Length::all().flat_map(|length| [Measure::Waited(length), Measure::Held(length)]))
        .collect();
    for measure in &all {
        assert_eq!(Measure::parse(&measure.name()), Some(*measure));
    }
    for name in [
        "",
        "w",
        "w129",
        "w01",
        "w+1",
        "h256",
        "r:",
        "r:NONE",
        "version",
        "updatedAt",
        "pk",
        "sk",
        "type",
        "schema",
    ] {
        assert_eq!(Measure::parse(name), None, "{name}");
    }
}

fn measures() -> impl Strategy<Value = Measure> {
    prop_oneof![
        prop::sample::select(StateBucket::ALL.to_vec()).prop_map(Measure::StateBucket),
        prop::sample::select(CaseEvent::ALL.to_vec()).prop_map(Measure::Happened),
        (0_u64..100_000).prop_map(|seconds| Measure::Waited(Length::of(seconds))),
        (0_u64..100_000).prop_map(|seconds| Measure::Held(Length::of(seconds))),
        Just(Measure::Reason(ReviewReason::parse("OTHER").unwrap())),
    ]
}

fn any_statistics() -> impl Strategy<Value = Statistics> {
    prop::collection::vec((measures(), -3_i64..=3), 0..12).prop_map(|counts| {
        let mut statistics = Statistics::default();
        for (measure, by) in counts {
            statistics.add(measure, by);
        }
        statistics
    })
}

fn sum(parts: &[&Statistics]) -> Statistics {
    let mut sum = Statistics::default();
    for part in parts {
        sum.merge(part);
    }
    sum
}

/// A way of a case, as far as its states allow the steps that chance proposes.
fn any_entries() -> impl Strategy<Value = Vec<AuditEntry>> {
    prop::collection::vec((0_u8..9, 0_i64..50), 0..40).prop_map(|steps| {
        let (mut case, mut at, mut entries) = (case(), start(), Vec::new());
        for (step, minutes) in steps {
            let (command, by) = match step {
                0 | 1 => (
                    Command::Submit(Submission { division: division(COUNTY), flagged: false }),
                    Actor::Applicant(owner()),
                ),
                2 => (Command::Withdraw, Actor::Applicant(owner())),
                3 | 4 => (Command::Claim, reviewer(1)),
                5 => (Command::Release, reviewer(1)),
                6 => (returned(&["OTHER"]), reviewer(1)),
                7 => (Command::Escalate, Actor::Clock),
                _ => (Command::Claim, reviewer(2)),
            };
            at = at.after(SignedDuration::from_mins(minutes));
            if let Ok(change) = case.apply(&command, &by, at) {
                entries.push(change.entry);
                case = change.after;
            }
        }
        entries
    })
}

proptest! {
    #[test]
    fn adding_does_not_ask_for_the_order(a in any_statistics(), b in any_statistics(), c in any_statistics()) {
        prop_assert_eq!(sum(&[&sum(&[&a, &b]), &c]), sum(&[&a, &sum(&[&b, &c])]));
        prop_assert_eq!(sum(&[&a, &b]), sum(&[&b, &a]));
        prop_assert_eq!(sum(&[&a, &Statistics::default()]), a.clone());
        prop_assert_eq!(sum(&[&b, &a.minus(&b)]), a.clone());
        prop_assert!(a.minus(&a).is_empty());
        prop_assert!(a.iter().all(|(_, count)| count != 0));
    }

    #[test]
    fn entries_may_be_counted_in_any_order(entries in any_entries(), seed: u64) {
        let mut shuffled = entries.clone();
        let mut state = seed;
        for place in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(place, usize::try_from(state >> 33).unwrap() % (place + 1));
        }
        prop_assert_eq!(statistics(&entries, here()), statistics(&shuffled, here()));
    }

    /// However a case went, and whichever holds ended by themselves, it is counted where it stands.
    #[test]
    fn a_case_stands_at_one_place(entries in any_entries()) {
        let all = statistics(&entries, here());
        let stands = entries.last().and_then(|entry| StateBucket::of(entry.to));
        for standing in StateBucket::ALL {
            let expected = u64::from(stands == Some(standing));
            prop_assert_eq!(all.count(Measure::StateBucket(standing)), expected);
        }
    }

    /// The steps are as wide as is said, and what is read is within 2^(1/8) and a second of the exact figure.
    #[test]
    fn what_is_read_of_lengths_is_nearly_what_they_are(
        lengths in prop::collection::vec(prop_oneof![0_u64..10, 0_u64..4_000, 0_u64..10_000_000], 1..60)
    ) {
        let mut statistics = Statistics::default();
        for seconds in &lengths {
            statistics.add(Measure::Held(Length::of(*seconds)), 1);
        }
        let mut sorted = lengths;
        sorted.sort_unstable();
        let exact = |tenths: usize| sorted[(sorted.len() * tenths).div_ceil(10) - 1];
        let read = statistics.held();
        prop_assert_eq!(read.count, u64::try_from(sorted.len()).unwrap());
        for (read, exact) in [(read.median, exact(5)), (read.p90, exact(9))] {
            let (read, exact) = (read.unwrap(), f64::from(u32::try_from(exact).unwrap()));
            let read = f64::from(u32::try_from(read).unwrap());
            prop_assert!((read - exact).abs() <= exact * (0.125_f64.exp2() - 1.0) + 1.0, "{read} for {exact}");
        }
    }

    #[test]
    fn a_longer_time_has_no_lower_step(one: u64, other: u64) {
        prop_assert_eq!(Length::of(one.min(other)), Length::of(one).min(Length::of(other)));
    }
}

#[test]
fn steps_are_where_they_are_said_to_be() {
    let number = |seconds| Length::of(seconds).number();
    assert_eq!([0, 1, 2, 3, 4, 5, 16].map(number), [0, 0, 4, 7, 8, 10, 16]);
    assert_eq!([60, 3_600, 86_400].map(number), [24, 48, 66]);
    assert_eq!((number(u64::from(u32::MAX)), number(u64::MAX)), (128, 128));
}
