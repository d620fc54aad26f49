//! The case: every transition, what holds after any run of commands, decisions as they are asked for, and who
//! may handle what.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

mod chain;
mod clock;
mod decisions;
mod desk;
#[path = "../pages/forms.rs"]
mod forms;
mod transitions;

use domain::case::{Actor, Case, Command, Decision};
use domain::divisions::Division;
use domain::ids::{AccountId, CaseId, CaseKind, ReviewerId};
use domain::moment::Moment;
use jiff::SignedDuration;
use serde_json::json;
use ulid::Ulid;

/// 东城区, where cases are handed in.
const COUNTY: &str = "110101";

/// A moment, in seconds from the beginning of all tests.
fn at(seconds: i64) -> Moment {
    Moment::new("2026-06-30T08:00:00Z".parse().unwrap()).after(SignedDuration::from_secs(seconds))
}

fn owner() -> AccountId {
    AccountId::new(Ulid(1))
}

fn reviewer(number: u128) -> ReviewerId {
    ReviewerId::new(Ulid(number))
}

fn division(code: &str) -> Division {
    Division::parse(code).unwrap()
}

fn draft(kind: CaseKind) -> Case {
    Case::draft(CaseId { kind, owner: owner() }, at(0))
}

/// A return or a rejection.
fn decision(word: &str) -> Decision {
    let comments = json!([{"pointer": "/basic/photo", "reasonCode": "PHOTO_BLUR"}]);
    let decision = json!({"decision": word, "opinion": "请重新上传照片", "comments": comments});
    serde_json::from_value(decision).unwrap()
}

/// The case after commands that must all be allowed: each with who asks and when.
#[track_caller]
fn after(case: Case, commands: &[(Command, Actor, i64)]) -> Case {
    commands.iter().fold(case, |case, (command, by, seconds)| {
        let change = case.apply(command, by, at(*seconds));
        assert!(change.is_ok(), "{command:?} in {:?}: {change:?}", case.state);
        change.unwrap().after
    })
}

fn submit(seconds: i64) -> (Command, Actor, i64) {
    (Command::Submit(division(COUNTY)), Actor::Applicant(owner()), seconds)
}

fn withdraw(seconds: i64) -> (Command, Actor, i64) {
    (Command::Withdraw, Actor::Applicant(owner()), seconds)
}

fn claim(by: u128, seconds: i64) -> (Command, Actor, i64) {
    (Command::Claim, Actor::Reviewer(reviewer(by)), seconds)
}

fn release(by: u128, seconds: i64) -> (Command, Actor, i64) {
    (Command::Release, Actor::Reviewer(reviewer(by)), seconds)
}

fn decide(word: &str, by: u128, seconds: i64) -> (Command, Actor, i64) {
    (Command::Decide(decision(word)), Actor::Reviewer(reviewer(by)), seconds)
}

fn escalate(seconds: i64) -> (Command, Actor, i64) {
    (Command::Escalate, Actor::Clock, seconds)
}
