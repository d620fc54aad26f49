//! A place for a picture, and the form with which to send it there.

use domain::ids::AccountId;
use edge::{
    Request,
    testing::{TestRequest, TestResponse, once_if},
};
use jiff::SignedDuration;
use ports::{
    Clock,
    fakes::{Fakes, each_failure},
    pictures::Progress,
};
use request_upload::{authorize, handle};
use serde_json::{Value, json};

async fn post(fakes: &Fakes, owner: AccountId, body: &Value) -> TestResponse {
    let ask = TestRequest::new("POST /v1/uploads").applicant(owner).json(body);
    let Fakes { table, objects, clock, chance, .. } = fakes;
    TestResponse::of(handle(ask.call(), table, objects, clock, chance).await)
}

fn photo() -> Value {
    json!({"purpose": "photo", "mediaType": "image/jpeg", "bytes": 50_000})
}

#[tokio::test]
async fn the_place_is_the_callers_and_the_key_is_not_theirs_to_choose() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let reply = post(&fakes, owner, &photo()).await;
    assert_eq!(reply.summary(), "201");
    let stored = fakes.table.look();
    let upload = stored.uploads.values().next();
    assert!(upload.is_some_and(|upload| upload.owner == owner && upload.progress == Progress::Pending));
    let key = format!("{owner}/{}", reply.body["uploadId"].as_str().unwrap_or_default());
    assert_eq!(reply.body["form"]["fields"]["key"], key);
}

#[tokio::test]
async fn a_file_that_could_never_be_accepted_is_refused_before_it_travels() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    for (change, fault) in [
        (json!({"bytes": 10_239}), "/bytes attachment.TOO_SMALL"),
        (json!({"bytes": 5_242_881}), "/bytes attachment.TOO_BIG"),
        (json!({"mediaType": "image/png"}), "/mediaType attachment.FORMAT_PNG"),
        (json!({"mediaType": "image/svg+xml"}), "/mediaType attachment.FORMAT_SVG"),
        (json!({"mediaType": "image/heic"}), "/mediaType attachment.FORMAT_HEIC"),
        (json!({"mediaType": "Image/HEIF; q=1"}), "/mediaType attachment.FORMAT_HEIC"),
        (json!({"mediaType": "application/pdf"}), "/mediaType attachment.FORMAT_PDF"),
        (json!({"mediaType": "video/quicktime"}), "/mediaType attachment.FORMAT_VIDEO"),
        (json!({"mediaType": "application/octet-stream"}), "/mediaType attachment.FORMAT"),
        (json!({"purpose": "selfie"}), "/purpose code.UNKNOWN"),
        (json!({"key": "../other"}), "/key form.UNKNOWN_FIELD"),
        (json!({"owner": "acc_1"}), "/owner form.UNKNOWN_FIELD"),
    ] {
        let mut body = photo();
        for (name, value) in change.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        assert_eq!(post(&fakes, owner, &body).await.faults(), [fault]);
    }
    assert!(fakes.table.look().uploads.is_empty());
}

#[tokio::test]
async fn sixty_places_an_hour_are_enough_for_anybody() {
    let fakes = Fakes::new();
    let (owner, other) = (fakes.applicant(1), fakes.applicant(2));
    for _ in 0..60 {
        assert_eq!(post(&fakes, owner, &photo()).await.summary(), "201");
    }
    let reply = post(&fakes, owner, &photo()).await;
    assert_eq!(
        (reply.summary().as_str(), reply.header("retry-after")),
        ("429 too-many-requests", Some("3600"))
    );
    assert_eq!(post(&fakes, other, &photo()).await.summary(), "201");
}

#[tokio::test]
async fn whatever_fails_a_form_always_has_its_place() {
    let failed = each_failure(async |fakes, failure| {
        let owner = fakes.applicant(1);
        fakes.script.arm(failure);
        let first = post(fakes, owner, &photo()).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
        assert_eq!(post(fakes, owner, &photo()).await.summary(), "201");
        assert!((1..=2).contains(&fakes.table.look().uploads.len()), "a place without a form holds nothing");
        failed
    })
    .await;
    assert_eq!(failed, ["load_account", "count", "sign_upload", "save_upload"]);
}

#[tokio::test]
async fn no_picture_of_a_face_is_taken_without_the_consent_to_it() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let now = fakes.clock.now();
    fakes.table.look().accounts.entry(owner).and_modify(|account| {
        account.biometrics = account.biometrics.withdrawn(now);
    });
    for (purpose, summary) in [
        ("photo", "403 consent-required"),
        ("id-front", "403 consent-required"),
        ("id-holding", "403 consent-required"),
        ("id-back", "201"),
        ("education-certificate", "201"),
        ("work-proof", "201"),
    ] {
        let mut body = photo();
        body["purpose"] = json!(purpose);
        assert_eq!(post(&fakes, owner, &body).await.summary(), summary, "{purpose}");
    }
}

#[tokio::test]
async fn other_names_of_a_format_get_a_form_with_the_registered_one() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    for (name, registered) in [
        ("image/jpg", "image/jpeg"),
        ("image/pjpeg", "image/jpeg"),
        ("IMAGE/JPEG", "image/jpeg"),
        ("image/jpeg; charset=binary", "image/jpeg"),
        ("image/x-png", "image/png"),
    ] {
        let body = json!({"purpose": "work-proof", "mediaType": name, "bytes": 50_000});
        let reply = post(&fakes, owner, &body).await;
        assert_eq!(reply.summary(), "201", "{name}");
        assert_eq!(reply.body["form"]["fields"]["Content-Type"], registered, "{name}");
    }
}

#[tokio::test]
async fn repeated_request_with_its_key_makes_one_place_whatever_fails() {
    let failed = each_failure(async |fakes, failure| {
        let owner = fakes.applicant(1);
        let ask = TestRequest::new("POST /v1/uploads").applicant(owner).json(&photo());
        let ask = ask.header("idempotency-key", "a-key-of-mine");
        let Fakes { table, objects, clock, chance, .. } = fakes;
        let handler = |req| handle(req, table, objects, clock, chance);
        let gate = async |req: &Request| authorize(req, table).await;
        let once = async || once_if(clock, table, &gate, handler, &ask, None).await;
        fakes.script.arm(failure);
        once().await;
        let failed = fakes.script.disarm();
        clock.advance(SignedDuration::from_secs(60));
        let again = once().await;
        assert_eq!(again.summary(), "201", "{failed:?}");
        let ids: Vec<_> = table.look().uploads.values().map(|upload| json!(upload.id)).collect();
        assert_eq!(ids, [again.body["uploadId"].clone()], "{failed:?}");
        failed
    })
    .await;
    let once = ["load_account", "begin", "load_account", "count", "sign_upload", "save_upload", "keep"];
    assert_eq!(failed, once);
}
