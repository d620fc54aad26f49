//! The case: every transition, what holds after any run of commands, decisions as they are asked for, and who
//! may handle what.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

mod again;
mod bulk;
mod chain;
mod claims;
mod clock;
mod decisions;
mod desk;
#[path = "../pages/forms.rs"]
mod forms;
mod transitions;

use domain::case::desk::Reviewer;
use domain::case::{Actor, Case, Command, Decision, ReviewNote, Submission};
use domain::collection::department::DepartmentId;
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

/// Reviewer 1, in that division.
fn of(code: &str) -> Reviewer {
    Reviewer {
        id: reviewer(1),
        division: division(code),
        active: true,
        supervisor: false,
        delegations: Vec::new(),
        own_account: None,
    }
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

fn opinion() -> ReviewNote {
    ReviewNote::parse("因户籍迁移").unwrap()
}

/// The department that transfers are asked for.
fn elsewhere() -> DepartmentId {
    DepartmentId::parse("110102-1").unwrap()
}

/// What is handed in there, with nothing doubtful in it.
fn submission(code: &str) -> Command {
    Command::Submit(Submission { division: division(code), flagged: false })
}

fn submit(seconds: i64) -> (Command, Actor, i64) {
    (submission(COUNTY), Actor::Applicant(owner()), seconds)
}

/// What the applicant asks for.
fn ask(command: Command, seconds: i64) -> (Command, Actor, i64) {
    (command, Actor::Applicant(owner()), seconds)
}

/// What a reviewer does.
fn act(command: Command, by: u128, seconds: i64) -> (Command, Actor, i64) {
    (command, Actor::Reviewer(reviewer(by)), seconds)
}

/// What a supervisor does.
fn supervise(command: Command, by: u128, seconds: i64) -> (Command, Actor, i64) {
    (command, Actor::Supervisor(reviewer(by)), seconds)
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
