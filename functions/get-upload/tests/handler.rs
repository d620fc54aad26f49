//! A picture's state: its owner's to see.

use domain::{
    ids::AccountId,
    upload::{Certainty, Finding, Purpose, Verdict},
};
use edge::testing::{TestRequest, TestResponse};
use get_upload::handle;
use ports::{
    fakes::Fakes,
    pictures::{Judged, PixelSize, Progress},
};
use serde_json::{Value, json};

async fn get(fakes: &Fakes, owner: AccountId, id: &str) -> TestResponse {
    let ask = TestRequest::new("GET /v1/uploads/{id}").path("id", id).applicant(owner);
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.objects, &fakes.clock).await)
}

#[tokio::test]
async fn a_picture_is_shown_to_its_owner_and_to_nobody_else() {
    let fakes = Fakes::new();
    let (owner, other) = (fakes.applicant(1), fakes.applicant(2));
    let id = fakes.picture(owner, Purpose::Photo).to_string();
    let shown = get(&fakes, owner, &id).await.body;
    assert_eq!(shown["state"], "accepted");
    assert!(shown["picture"]["url"].is_string(), "{shown}");
    let pending = fakes.upload(owner, Purpose::Photo, Progress::Pending).to_string();
    let waiting = get(&fakes, owner, &pending).await.body;
    assert_eq!((&waiting["state"], waiting.get("picture")), (&"pending".into(), None));
    let missing = get(&fakes, other, "upl_01M86GZZ76GMAEDCT0NQP1KGT4").await;
    for asked in [&id, &id.to_lowercase(), "../upl"] {
        assert_eq!(get(&fakes, other, asked).await.body, missing.body, "{asked}");
    }
}

/// A picture of 1,000 by 2,000 pixels in which something was found, and the copy of it.
fn found_in(certainty: Certainty, clean: Option<PixelSize>) -> Progress {
    let (rule, code) = ("glare".to_owned(), "picture.GLARE".to_owned());
    let place = Some([100.0, 200.0, 300.0, 400.0]);
    let findings = vec![Finding { rule, certainty, code, value: None, threshold: None, place, kind: None }];
    let judgement = Judged {
        verdict: Verdict::of(&findings),
        rules_run: Vec::new(),
        findings,
        bytes: 400_000,
        width: Some(1_000),
        height: Some(2_000),
        sha256: None,
        clean,
        likeness: None,
    };
    Progress::Judged { version_id: "1".to_owned(), judgement }
}

#[tokio::test]
async fn sizes_and_places_are_those_of_the_picture_that_is_shown() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let original = json!({"width": 1_000, "height": 2_000});
    for (progress, width, height, place) in [
        // The copy is half as large.
        (
            found_in(Certainty::Doubtful, Some(PixelSize { width: 500, height: 1_000 })),
            json!(500),
            json!(1_000),
            json!([50.0, 100.0, 150.0, 200.0]),
        ),
        // None is shown.
        (found_in(Certainty::Certain, None), Value::Null, Value::Null, json!([100.0, 200.0, 300.0, 400.0])),
    ] {
        let id = fakes.upload(owner, Purpose::WorkProof, progress).to_string();
        let told = get(&fakes, owner, &id).await.body;
        assert_eq!((&told["width"], &told["height"], &told["original"]), (&width, &height, &original));
        assert_eq!(told["findings"][0]["place"], place);
    }
}
