//! The desk's statistics: counted as cases go, each step once, and what a recount of the history gives.

use aws_sdk_dynamodb::types::AttributeValue;
use journey::admin::{admin, done};
use journey::scenario::comment;
use journey::stack::CITY;
use journey::{Applicant, Reviewer, Stack, table, wait};
use serde_json::{Value, json};

/// A county that no other test works in, 怀柔区 of Beijing.
const COUNTY: &str = "110116";

async fn statistics(reviewer: &Reviewer) -> Value {
    reviewer.api.statistics("real-name", COUNTY).await.expect(200).body["whole"].take()
}

/// How many more of it there are than there were.
fn more(before: &Value, now: &Value, pointers: &[&str]) -> Vec<i64> {
    let count = |of: &Value, pointer: &&str| of.pointer(pointer).and_then(Value::as_i64).expect("a count");
    pointers.iter().map(|pointer| count(now, pointer) - count(before, pointer)).collect()
}

/// Runs the recount until the counters that others write stand still.
async fn recounted(stack: &Stack, arguments: &[&str]) -> String {
    let run = async || {
        let report = admin(stack, arguments);
        let why = String::from_utf8_lossy(&report.stderr).into_owned();
        let is_busy = why.contains("written each time they were read");
        (!is_busy).then_some(if report.status.success() { done(&report) } else { why })
    };
    wait::until("a recount", wait::SOON, run).await
}

/// Writes the entries of a case's history anew, as they are: the stream tells of them as of new ones.
async fn deliver_again(stack: &Stack, applicant: &Applicant) {
    for entry in table::partition(stack, &format!("PERSON#{}", applicant.ulid()), "AUDIT#real-name#").await {
        assert!(entry.contains_key("counted"), "{entry:?}");
        let key = |name: &str| entry[name].as_s().expect("a key").clone();
        table::delete(stack, &key("pk"), &key("sk")).await;
        table::put(stack, entry).await;
    }
}

#[tokio::test]
async fn cases_are_counted_once_where_they_stand_and_a_recount_agrees() {
    const POINTERS: [&str; 8] = [
        "/cases/open",
        "/cases/returned",
        "/cases/approved",
        "/events/approvals",
        "/events/returns",
        "/events/resubmissions",
        "/waiting/count",
        "/handling/count",
    ];
    let stack = Stack::required();
    let reviewer = Reviewer::hired(&stack, COUNTY, &[]).await.0;
    let before = statistics(&reviewer).await;
    let counted = async |expected: [i64; 8]| {
        let reached = async || {
            let now = statistics(&reviewer).await;
            (more(&before, &now, &POINTERS) == expected).then_some(now)
        };
        wait::until(&format!("{POINTERS:?} to be {expected:?} more"), wait::SOON, reached).await
    };

    let people = tokio::join!(
        Applicant::registered(&stack),
        Applicant::registered(&stack),
        Applicant::registered(&stack)
    );
    let (approved, returned, waiting) = &people;
    for applicant in [approved, returned, waiting] {
        let _ = applicant.request_real_name_in(&stack, COUNTY).await.expect(201);
        reviewer.find("real-name", &applicant.real_name_case()).await;
    }
    counted([3, 0, 0, 0, 0, 0, 0, 0]).await;
    reviewer.approve(&approved.real_name_case()).await;
    reviewer.send_back(&returned.real_name_case(), &[comment("/idFront", "ID_UNREADABLE", "看不清")]).await;
    let now = counted([1, 1, 1, 1, 1, 0, 2, 2]).await;
    let reasons = now["returnReasons"].as_array().expect("reasons");
    assert!(reasons.iter().any(|reason| reason["reasonCode"] == "ID_UNREADABLE"), "{now}");
    assert!(now["waiting"]["medianSeconds"].is_u64() && now["handling"]["p90Seconds"].is_u64(), "{now}");

    // What is delivered again does not count again. The resubmission comes after it.
    deliver_again(&stack, approved).await;
    let _ = returned.request_real_name_in(&stack, COUNTY).await.expect(201);
    counted([2, 0, 1, 1, 1, 1, 2, 2]).await;

    let report = recounted(&stack, &["recount-statistics"]).await;
    assert!(report.starts_with("counters that are right: "), "{report}");

    // A counter that somebody wrote to by hand is named, and mended.
    let spoilt = spoil(&stack, approved).await;
    let report = recounted(&stack, &["recount-statistics"]).await;
    assert!(report.contains(&format!("{COUNTY} real-name {spoilt}: approved -5\n")), "{report}");
    let report = recounted(&stack, &["recount-statistics", "--apply"]).await;
    assert!(report.contains(&format!("mended {COUNTY} real-name {spoilt}: approved -5\n")), "{report}");
    counted([2, 0, 1, 1, 1, 1, 2, 2]).await;
}

/// Adds five approved cases to a counter that has that person's; which it is.
async fn spoil(stack: &Stack, applicant: &Applicant) -> usize {
    let partition = |shard| format!("FIGURES#110000#real-name#{shard}");
    for shard in 0..4 {
        for mut counter in table::partition(stack, &partition(shard), COUNTY).await {
            let Some(AttributeValue::N(count)) = counter.get("approved") else { continue };
            let count = count.parse::<i64>().expect("a number") + 5;
            counter.insert("approved".to_owned(), AttributeValue::N(count.to_string()));
            table::put(stack, counter).await;
            return shard;
        }
    }
    panic!("no counter has the case of {}", applicant.account_id);
}

#[tokio::test]
async fn figures_are_for_the_division_and_those_above_it() {
    let stack = Stack::required();
    let (own, city) = (Reviewer::hired(&stack, COUNTY, &[]).await.0, Reviewer::of(&stack, CITY).await);
    let overview = city.api.statistics("", "").await.expect(200).body;
    assert_eq!((&overview["whole"]["division"], &overview["kind"]), (&json!(CITY), &Value::Null));
    let parts = overview["parts"].as_array().expect("parts");
    assert!(parts.iter().any(|part| part["division"] == COUNTY) && parts.len() == 16, "{overview}");
    let _ = city.api.statistics("collection", COUNTY).await.expect(200);
    let _ = own.api.statistics("collection", "").await.expect(200);
    for elsewhere in ["110101", CITY, "110000", "310101"] {
        let _ = own.api.statistics("collection", elsewhere).await.problem(403, "forbidden");
    }
    let _ = own.api.statistics("collection", "999999").await.problem(422, "invalid-request");
    let _ = own.api.statistics("photo", COUNTY).await.problem(422, "invalid-request");
    let applicant = Applicant::registered(&stack).await;
    let _ = applicant.api.statistics("collection", COUNTY).await.problem(403, "forbidden");
}
