//! What the identity card says is shown beside what was typed, to whoever sees the case.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{
    case::ClaimLimits,
    evidence::{Confidence, Evidence, Field, FieldComparison, Flag, Printed, Transcript, Validity, Verdict},
    ids::{CaseId, CaseKind},
};
use edge::testing::{TestRequest, TestResponse};
use jiff::SignedDuration;
use ports::{
    Clock,
    evidence::{IdCardOcrQueue, KeptEvidence, SaveEvidence, SealTranscript},
    fakes::{COUNTY, Fakes, each_failure},
};
use review::handle;
use serde_json::{Value, json};

/// Somebody whose request was decided, and the submission of it.
async fn scene(fakes: &Fakes) -> IdCardOcrQueue {
    let case = CaseId { kind: CaseKind::RealName, owner: fakes.verified(1).await };
    let stored = fakes.table.look();
    let version = stored.cases[&case].case.submitted_version.unwrap();
    IdCardOcrQueue { case, version }
}

async fn show(fakes: &Fakes, case: CaseId) -> TestResponse {
    let reviewer = fakes.reviewer(COUNTY);
    let ask = TestRequest::new("GET /v1/review/cases/{id}").path("id", case).reviewer(reviewer.id);
    let Fakes { table, keys, objects, clock, .. } = fakes;
    TestResponse::of(handle(ask.call(), table, keys, objects, ClaimLimits::default(), clock).await)
}

async fn keep(fakes: &Fakes, of: IdCardOcrQueue) {
    let transcript = Transcript {
        name: Some(Printed::new("吕小朋".to_owned())),
        number: Some(Printed::new("110101199003070011".to_owned())),
        validity: Validity::parse("2016.05.06-2026.05.06"),
        ..Transcript::default()
    };
    let sealed = fakes.keys.seal_transcript(of.case.owner, &transcript).await.unwrap();
    let opinion = |field, verdict, share| FieldComparison {
        field,
        verdict,
        confidence: Some(Confidence::of_share(share)).filter(|_| verdict != Verdict::Unread),
    };
    let evidence = Evidence {
        fields: vec![
            opinion(Field::Name, Verdict::Similar { differing: 1 }, 0.93),
            opinion(Field::Number, Verdict::Same, 0.99),
            opinion(Field::Address, Verdict::Unread, 0.0),
        ],
        flags: vec![Flag::Expired],
    };
    let kept = KeptEvidence { of, at: fakes.clock.now(), evidence, transcript: Some(sealed) };
    fakes.table.save_evidence(&kept).await.unwrap();
}

#[tokio::test]
async fn what_was_read_stands_beside_what_was_typed_and_numbers_are_masked() {
    let fakes = Fakes::new();
    let of = scene(&fakes).await;
    keep(&fakes, of).await;
    let evidence = show(&fakes, of.case).await.body["evidence"].clone();
    assert_eq!(evidence["state"], "ready");
    assert_eq!(
        evidence["fields"][0],
        json!({
            "field": "name", "verdict": "similar", "differing": 1, "confidence": 93, "typed": "吕小明",
            "read": "吕小朋", "code": "evidence.SIMILAR", "message": "Nearly as typed; look at the characters that differ",
        })
    );
    let number = &evidence["fields"][1];
    assert_eq!(
        (&number["typed"], &number["read"]),
        (&json!("110***********0011"), &json!("110***********0011"))
    );
    let address = &evidence["fields"][2];
    assert_eq!((&address["read"], &address["confidence"]), (&Value::Null, &Value::Null));
    assert_eq!(evidence["flags"], json!([{"code": "evidence.EXPIRED", "message": "The card has expired"}]));
}

#[tokio::test]
async fn a_card_that_is_not_read_yet_is_pending_for_an_hour() {
    let fakes = Fakes::new();
    let of = scene(&fakes).await;
    let state = async || show(&fakes, of.case).await.body["evidence"]["state"].clone();
    assert_eq!(state().await, "pending");
    fakes.clock.advance(SignedDuration::from_mins(61));
    assert_eq!(state().await, "none");
    let collection = fakes.submitted(2).await;
    assert_eq!(show(&fakes, collection).await.body["evidence"], Value::Null);
}

#[tokio::test]
async fn whatever_fails_nothing_is_shown_in_part() {
    let failed = each_failure(async |fakes, failure| {
        let of = scene(fakes).await;
        keep(fakes, of).await;
        fakes.script.arm(failure);
        let reply = show(fakes, of.case).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || reply.is_failure(), "{} at {failed:?}", reply.summary());
        failed
    })
    .await;
    assert!(failed.contains(&"load_evidence") && failed.contains(&"open_transcript"), "{failed:?}");
}
