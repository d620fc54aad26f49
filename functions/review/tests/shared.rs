//! What other people's cases show as well is told with the case: counted for everybody, named for who may look at them.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{
    case::{ClaimLimits, desk::Reviewer, match_key::MatchKind},
    fault::Pointer,
    ids::CaseId,
};
use edge::testing::{TestRequest, TestResponse};
use jiff::SignedDuration;
use ports::{
    Clock,
    fakes::{COUNTY, Fakes, PlainKeys},
    match_keys::{SaveMatchKeys, SharedEvidenceIndex, TaggedMatchKey},
    secrets::TagPurpose,
};
use review::handle;
use serde_json::{Value, json};

async fn shared(fakes: &Fakes, division: &str, case: CaseId) -> Value {
    shared_with(fakes, &fakes.reviewer(division), case).await
}

async fn shared_with(fakes: &Fakes, reviewer: &Reviewer, case: CaseId) -> Value {
    let ask = TestRequest::new("GET /v1/review/cases/{id}").path("id", case).reviewer(reviewer.id);
    let Fakes { table, keys, objects, clock, .. } = fakes;
    let reply =
        TestResponse::of(handle(ask.call(), table, keys, objects, ClaimLimits::default(), clock).await);
    assert_eq!(reply.summary(), "200");
    reply.body["shared"].clone()
}

/// The case is indexed with these numbers.
async fn indexed(fakes: &Fakes, case: CaseId, numbers: &[&str]) {
    let at = Pointer::root().child("educations");
    let match_key = |(row, number): (usize, &&str)| TaggedMatchKey {
        kind: MatchKind::Certificate,
        pointer: at.child(row).child("educationCertificateNo"),
        tag: PlainKeys::tag_of(TagPurpose::MatchKey, number),
    };
    let version = fakes.table.look().cases[&case].case.version;
    let index = SharedEvidenceIndex {
        case,
        version,
        revision: 1,
        match_keys: numbers.iter().enumerate().map(match_key).collect(),
        bands: Vec::new(),
        leaving: Vec::new(),
        settled: true,
        at: fakes.clock.now(),
    };
    fakes.table.save_index(&index).await.unwrap();
    fakes.table.write_lines(&index).await.unwrap();
}

#[tokio::test]
async fn a_number_that_another_case_has_is_told_with_the_case() {
    let fakes = Fakes::new();
    let (case, other) = (fakes.submitted(1).await, fakes.submitted(2).await);
    indexed(&fakes, case, &["one", "two"]).await;
    indexed(&fakes, other, &["two", "three"]).await;
    let told = shared(&fakes, COUNTY, case).await;
    assert_eq!(
        told,
        json!({"state": "ready", "evidence": [{
            "pointer": "/educations/1/educationCertificateNo",
            "kind": "certificate",
            "code": "shared.CERTIFICATE",
            "message": "Another person gave the same certificate number; please look",
            "others": 1,
            "more": false,
            "cases": [other],
        }]})
    );
}

#[tokio::test]
async fn own_case_of_the_reviewer_is_neither_named_nor_counted() {
    let fakes = Fakes::new();
    let (case, own) = (fakes.submitted(1).await, fakes.submitted(2).await);
    for case in [case, own] {
        indexed(&fakes, case, &["one"]).await;
    }
    let reviewer = fakes.reviewer(COUNTY);
    assert_eq!(shared_with(&fakes, &reviewer, case).await["evidence"][0]["others"], 1);
    fakes.table.look().reviewers.get_mut(&reviewer.id).unwrap().own_account = Some(own.owner);
    let told = shared_with(&fakes, &reviewer, case).await;
    assert_eq!(told, json!({"state": "ready", "evidence": []}));
}

#[tokio::test]
async fn a_case_of_another_county_is_counted_and_not_named() {
    let fakes = Fakes::new();
    let (case, other) = (fakes.submitted(1).await, fakes.submitted(2).await);
    for case in [case, other] {
        indexed(&fakes, case, &["one"]).await;
    }
    let elsewhere = domain::divisions::Division::parse("110102").unwrap();
    fakes.table.look().cases.get_mut(&other).unwrap().case.division = Some(elsewhere);
    let told = shared(&fakes, COUNTY, case).await;
    assert_eq!((&told["evidence"][0]["others"], &told["evidence"][0]["cases"]), (&json!(1), &json!([])));
    let told = shared(&fakes, "110000", case).await;
    assert_eq!(told["evidence"][0]["cases"], json!([other]), "the province sees both");
}

#[tokio::test]
async fn ones_own_other_case_is_no_other_and_many_are_told_as_more() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let own = CaseId { kind: domain::ids::CaseKind::RealName, owner: case.owner };
    for case in [case, own] {
        indexed(&fakes, case, &["one"]).await;
    }
    assert_eq!(shared(&fakes, COUNTY, case).await["evidence"], json!([]));
    for number in 2..=12 {
        indexed(&fakes, fakes.submitted(number).await, &["one"]).await;
    }
    let told = shared(&fakes, COUNTY, case).await;
    let told = &told["evidence"][0];
    assert_eq!((&told["others"], &told["more"]), (&json!(10), &json!(true)));
    assert_eq!(told["cases"].as_array().map(Vec::len), Some(10));
}

#[tokio::test]
async fn what_is_not_compared_yet_is_not_told_as_nothing() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    assert_eq!(shared(&fakes, COUNTY, case).await, json!({"state": "pending", "evidence": []}));
    fakes.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(shared(&fakes, COUNTY, case).await["state"], "none");
}

#[tokio::test]
async fn a_picture_that_looks_the_same_is_told_apart_from_one_that_is() {
    let fakes = Fakes::new();
    let cases = [
        fakes.submitted(1).await,
        fakes.submitted(2).await,
        fakes.submitted(3).await,
        fakes.submitted(4).await,
    ];
    let [case, same, similar, joined] = cases;
    let match_key = |kind, text: &str| TaggedMatchKey {
        kind,
        pointer: Pointer::root().child("basic").child("photo"),
        tag: PlainKeys::tag_of(TagPurpose::MatchKey, text),
    };
    // Whose picture is the same has the same look, too; and the case's look was found to be like that of `joined`.
    for (case, file, looks) in [
        (case, "one", &["look", "other look"][..]),
        (same, "one", &["look"]),
        (similar, "two", &["look"]),
        (joined, "three", &["other look"]),
    ] {
        let mut match_keys = vec![match_key(MatchKind::Picture, file)];
        match_keys.extend(looks.iter().map(|look| match_key(MatchKind::SimilarPicture, look)));
        let version = fakes.table.look().cases[&case].case.version;
        let index = SharedEvidenceIndex {
            case,
            version,
            revision: 1,
            match_keys,
            bands: Vec::new(),
            leaving: Vec::new(),
            settled: true,
            at: fakes.clock.now(),
        };
        fakes.table.save_index(&index).await.unwrap();
        fakes.table.write_lines(&index).await.unwrap();
    }
    let told = shared(&fakes, COUNTY, case).await;
    let told: Vec<(&Value, &Value, &Value)> = told["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|match_key| (&match_key["code"], &match_key["others"], &match_key["cases"]))
        .collect();
    let expected =
        [("shared.PICTURE", 1, json!([same])), ("shared.SIMILAR_PICTURE", 2, json!([similar, joined]))];
    assert_eq!(told.len(), 2);
    for (told, (code, others, cases)) in told.into_iter().zip(expected) {
        assert_eq!(told, (&json!(code), &json!(others), &cases));
    }
}
