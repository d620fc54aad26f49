//! Selections: begun, watched, cancelled, and nobody else's.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use bulk_approve::handle;
use domain::{
    case::bulk::{MAX_CASES, Refusal},
    ids::CaseId,
    moment::Moment,
};
use edge::testing::{Ask, Reply};
use ports::{
    Clock, Outcome,
    bulk::{Bulk, BulkResult, SaveBulkResult, StartBulk},
    fakes::{COUNTY, Fakes},
};
use serde_json::{Value, json};
use std::sync::Mutex;

#[derive(Default)]
struct Machine(Mutex<Vec<Bulk>>);

impl StartBulk for Machine {
    async fn start_bulk(&self, bulk: &Bulk) -> Outcome<()> {
        self.0.lock().unwrap().push(bulk.clone());
        Ok(())
    }
}

async fn run(fakes: &Fakes, machine: &Machine, ask: Ask) -> Reply {
    Reply::of(handle(ask.call(), &fakes.table, machine, &fakes.clock, &fakes.chance).await)
}

fn body(cases: &[(CaseId, u64)]) -> Value {
    let cases = cases.iter().map(|(case, version)| json!({"caseId": case, "version": version}));
    json!({"cases": cases.collect::<Vec<_>>()})
}

#[tokio::test]
async fn a_selection_is_begun_watched_and_cancelled_by_whoever_made_it() {
    let (fakes, machine) = (Fakes::new(), Machine::default());
    let (one, other) = (fakes.submitted(1).await, fakes.submitted(2).await);
    let (reviewer, somebody) = (fakes.reviewer(COUNTY), fakes.reviewer(COUNTY));
    let ask =
        Ask::new("POST /v1/review/approvals").reviewer(reviewer.id).json(&body(&[(one, 2), (other, 2)]));
    let begun = run(&fakes, &machine, ask).await;
    assert_eq!((begun.status, &begun.body["state"]), (202, &json!("working")));
    assert_eq!(machine.0.lock().unwrap().len(), 1);
    let bulk = machine.0.lock().unwrap()[0].clone();
    let id = begun.body["approvalId"].as_str().unwrap().to_owned();
    let at = |route: &str, by: &domain::case::desk::Reviewer| Ask::new(route).path("id", &id).reviewer(by.id);
    let (show, cancel) = ("GET /v1/review/approvals/{id}", "DELETE /v1/review/approvals/{id}");
    for route in [show, cancel] {
        assert_eq!(run(&fakes, &machine, at(route, &somebody)).await.said(), "404 not-found", "{route}");
    }
    let now: Moment = fakes.clock.now();
    for (case, refusal) in [(one, None), (other, Some(Refusal::Flagged))] {
        fakes.table.save_bulk_result(bulk.id, &BulkResult { case, at: now, refusal }).await.unwrap();
    }
    let shown = run(&fakes, &machine, at(show, &reviewer)).await.body;
    assert_eq!((&shown["state"], &shown["progress"]), (&json!("done"), &json!({"done": 2, "total": 2})));
    assert_eq!((&shown["approved"], &shown["refused"][0]["code"]), (&json!(1), &json!("bulk.FLAGGED")));
    assert_eq!(shown["refused"][0]["caseId"], json!(other));
    assert_eq!(run(&fakes, &machine, at(cancel, &reviewer)).await.said(), "204");
    assert_eq!(run(&fakes, &machine, at(show, &reviewer)).await.body["state"], "cancelled");
}

#[tokio::test]
async fn a_selection_has_some_cases_and_none_twice() {
    let (fakes, machine) = (Fakes::new(), Machine::default());
    let (case, reviewer) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
    let many: Vec<_> = (0..=MAX_CASES as u64).map(|version| (case, version)).collect();
    for (body, faults) in [
        (json!({"cases": []}), vec!["/cases form.TOO_FEW"]),
        (json!({}), vec!["/cases form.TOO_FEW"]),
        (body(&[(case, 2), (case, 2)]), vec!["/cases/1/caseId form.DUPLICATE"]),
        (body(&many), vec!["/cases form.TOO_MANY"]),
        (
            json!({"cases": [{"caseId": "everything"}]}),
            vec!["/cases/0/caseId code.UNKNOWN", "/cases/0/version form.REQUIRED"],
        ),
    ] {
        let ask = Ask::new("POST /v1/review/approvals").reviewer(reviewer.id).json(&body);
        assert_eq!(run(&fakes, &machine, ask).await.faults(), faults);
    }
    assert!(machine.0.lock().unwrap().is_empty());
    let applicant = Ask::new("POST /v1/review/approvals").applicant(case.owner).json(&body(&[(case, 2)]));
    assert_eq!(run(&fakes, &machine, applicant).await.said(), "403 forbidden");
}
