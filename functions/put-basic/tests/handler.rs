//! The second page: its pictures are the caller's own, of the right kind, and accepted.

use domain::{
    ids::AccountId,
    upload::Purpose::{IdBack, IdFront, Photo},
};
use edge::testing::{TestRequest, TestResponse};
use ports::{
    fakes::{Fakes, body, each_failure},
    pictures::Progress,
};
use put_basic::handle;
use serde_json::Value;

async fn put(fakes: &Fakes, owner: AccountId, body: &Value) -> TestResponse {
    let ask = TestRequest::new("PUT /v1/collection/basic").applicant(owner).json(body);
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.keys, &fakes.clock).await)
}

fn good(fakes: &Fakes, owner: AccountId) -> Value {
    body::basic([Photo, IdFront, IdBack].map(|purpose| fakes.picture(owner, purpose)))
}

#[tokio::test]
async fn accepted_pictures_of_ones_own_make_the_page() {
    let fakes = Fakes::new();
    let owner = fakes.verified(1).await;
    let reply = put(&fakes, owner, &good(&fakes, owner)).await;
    assert_eq!((reply.summary().as_str(), &reply.body["version"]), ("200", &1.into()));
}

#[tokio::test]
async fn no_other_picture_will_do() {
    let fakes = Fakes::new();
    let (owner, other) = (fakes.verified(1).await, fakes.applicant(2));
    let checking = Progress::Checking { version_id: "1".to_owned() };
    let mut told = Vec::new();
    for photo in [
        fakes.picture(other, Photo),
        fakes.picture(owner, IdFront),
        fakes.upload(owner, Photo, Progress::Pending),
        fakes.upload(owner, Photo, checking),
        domain::ids::UploadId::new(owner.ulid()),
    ] {
        let mut body = good(&fakes, owner);
        body["photo"] = photo.to_string().into();
        let faults = put(&fakes, owner, &body).await.faults();
        assert!(faults.len() == 1 && faults[0].starts_with("/photo upload."), "{faults:?}");
        told.push(faults);
    }
    assert_eq!(told[0], told[4], "another's picture is none at all");
    assert!(fakes.table.look().cases.len() == 1, "nothing was saved");
}

#[tokio::test]
async fn whatever_fails_the_page_is_saved_in_the_end() {
    let failed = each_failure(async |fakes, failure| {
        let owner = fakes.verified(1).await;
        let body = good(fakes, owner);
        fakes.script.arm(failure);
        let first = put(fakes, owner, &body).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
        assert_eq!(put(fakes, owner, &body).await.summary(), "200", "{failure:?}");
        failed
    })
    .await;
    assert_eq!(failed, ["load_person", "open", "load_uploads", "save_draft"]);
}
