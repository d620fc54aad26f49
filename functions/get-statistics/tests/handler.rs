//! A division's statistics are for its reviewers and for those above it.

use domain::{
    case::{Actor, Command, desk::Reviewer},
    ids::{AccountId, CaseKind},
    statistics::{CaseEvent, Length, Measure, StateBucket, Statistics, StatisticsScope},
};
use edge::testing::{TestRequest, TestResponse};
use get_statistics::handle;
use ports::{
    fakes::{COUNTY, Fakes, each_failure},
    statistics::{CountEntries, CounterId},
};
use serde_json::{Value, json};

const ROUTE: &str = "GET /v1/review/statistics";

async fn show(fakes: &Fakes, by: &Reviewer, query: &str) -> TestResponse {
    TestResponse::of(handle(TestRequest::new(ROUTE).query(query).reviewer(by.id).call(), &fakes.table).await)
}

/// Puts that into a counter of the division.
fn count(fakes: &Fakes, reviewer: &Reviewer, kind: CaseKind, owner: u128, counts: &[(Measure, i64)]) {
    let place = StatisticsScope { division: reviewer.division, kind };
    let mut stored = fakes.table.look();
    let counter = stored.counters.entry(CounterId::of(place, AccountId::new(ulid(owner)))).or_default();
    counter.0 += 1;
    let mut statistics = Statistics::default();
    for (measure, by) in counts {
        statistics.add(*measure, *by);
    }
    counter.1.merge(&statistics);
}

fn ulid(number: u128) -> ulid::Ulid {
    ulid::Ulid(number)
}

#[tokio::test]
async fn what_was_counted_is_shown_over_all_counters_and_kinds() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let reviewer = fakes.reviewer(COUNTY);
    fakes.clock.advance(jiff::SignedDuration::from_mins(60));
    fakes.follow(case, &Command::Claim, &Actor::Reviewer(reviewer.id)).await;
    let entries: Vec<_> = fakes.table.look().history.values().cloned().collect();
    assert_eq!(fakes.table.count_entries(&entries).await.unwrap(), Ok(()));
    let standing = Measure::StateBucket(StateBucket::Open);
    for owner in 0..8 {
        count(&fakes, &reviewer, CaseKind::Collection, owner, &[(standing, 1)]);
    }
    let body = show(&fakes, &reviewer, "").await.body;
    let whole = &body["whole"];
    assert_eq!((&body["kind"], &body["parts"]), (&Value::Null, &json!([])));
    assert_eq!((&whole["division"], &whole["zh"]), (&json!(COUNTY), &json!("东城区")));
    assert_eq!(whole["cases"], json!({"open": 9, "returned": 0, "approved": 1, "rejected": 0}));
    assert_eq!(whole["events"]["approvals"], 1);
    assert_eq!(whole["waiting"]["count"], 2);
    assert_eq!(whole["handling"], json!({"count": 1, "medianSeconds": 1, "p90Seconds": 1}));
    assert_eq!(whole["returnReasons"], json!([]));

    let only = show(&fakes, &reviewer, "kind=real-name").await.body;
    assert_eq!((&only["kind"], &only["whole"]["cases"]["open"]), (&json!("real-name"), &json!(0)));
    assert_eq!(only["whole"]["cases"]["approved"], 1);
}

#[tokio::test]
async fn those_above_see_the_whole_and_its_parts() {
    let fakes = Fakes::new();
    let [east, west, shanghai] = ["110101", "110102", "310101"].map(|code| fakes.reviewer(code));
    let other = domain::codes::ReviewReason::parse("OTHER").unwrap();
    let blurred = domain::codes::ReviewReason::parse("PHOTO_BLUR").unwrap();
    let returned = Measure::Happened(CaseEvent::Return);
    let reasons = [(Measure::Reason(other), 1), (Measure::Reason(blurred), 2), (returned, 2)];
    count(&fakes, &east, CaseKind::Collection, 1, &reasons);
    count(&fakes, &west, CaseKind::Collection, 2, &[(returned, 3), (Measure::Reason(other), 3)]);
    count(&fakes, &west, CaseKind::Collection, 2, &[(Measure::Held(Length::of(100)), 4)]);
    count(&fakes, &shanghai, CaseKind::Collection, 1, &[(returned, 9)]);
    let (city, province) = (fakes.reviewer("110100"), fakes.reviewer("110000"));

    let body = show(&fakes, &city, "").await.body;
    let parts = body["parts"].as_array().unwrap();
    let returns: Vec<_> = parts.iter().map(|part| (&part["division"], &part["events"]["returns"])).collect();
    assert_eq!(
        returns[..3],
        [(&json!("110101"), &json!(2)), (&json!("110102"), &json!(3)), (&json!("110105"), &json!(0)),]
    );
    assert_eq!(body["whole"]["events"]["returns"], 5);
    let reasons = body["whole"]["returnReasons"].as_array().unwrap();
    assert_eq!(
        (reasons.len(), &reasons[0]["reasonCode"], &reasons[0]["count"]),
        (2, &json!("OTHER"), &json!(4))
    );
    assert!(reasons[0]["zh"].is_string() && reasons[0]["en"].is_string());
    assert_eq!(body["whole"]["handling"]["medianSeconds"], 99, "within 9.1 % of 100");

    let body = show(&fakes, &province, "").await.body;
    assert_eq!(
        (&body["parts"][0]["division"], &body["parts"][0]["events"]["returns"]),
        (&json!("110100"), &json!(5))
    );
    let body = show(&fakes, &province, "division=110102").await.body;
    assert_eq!((&body["whole"]["events"]["returns"], &body["parts"]), (&json!(3), &json!([])));
}

#[tokio::test]
async fn nobody_sees_what_is_beside_or_above_them() {
    let fakes = Fakes::new();
    let county = fakes.reviewer(COUNTY);
    for (query, summary) in [
        ("division=110102", "403 forbidden"),
        ("division=110100", "403 forbidden"),
        ("division=110000", "403 forbidden"),
        ("division=310101", "403 forbidden"),
        ("division=000000", "422 invalid-request"),
        ("division=&kind=", "200"),
        ("kind=photo", "422 invalid-request"),
        (&format!("division={COUNTY}&kind=collection"), "200"),
    ] {
        assert_eq!(show(&fakes, &county, query).await.summary(), summary, "{query}");
    }
    fakes.table.look().reviewers.get_mut(&county.id).unwrap().active = false;
    assert_eq!(show(&fakes, &county, "").await.summary(), "403 forbidden");
    assert_eq!(
        TestResponse::of(
            handle(TestRequest::new(ROUTE).applicant(AccountId::new(ulid(1))).call(), &fakes.table).await
        )
        .summary(),
        "403 forbidden"
    );
}

#[tokio::test]
async fn whatever_fails_nothing_is_shown_but_the_fault() {
    let failed = each_failure(async |fakes, failure| {
        let reviewer = fakes.reviewer(COUNTY);
        fakes.script.arm(failure);
        let reply = show(fakes, &reviewer, "").await;
        let failed = fakes.script.disarm();
        assert_eq!(reply.summary() == "200", failed.is_none(), "{failure:?}");
        failed
    })
    .await;
    assert_eq!(failed, ["load_reviewer", "load_figures"]);
}
