//! A picture's state: its owner's to see.

use domain::{ids::AccountId, upload::Purpose};
use edge::testing::{Ask, Reply};
use get_upload::handle;
use ports::{fakes::Fakes, pictures::Progress};

async fn get(fakes: &Fakes, owner: AccountId, id: &str) -> Reply {
    let ask = Ask::new("GET /v1/uploads/{id}").path("id", id).applicant(owner);
    Reply::of(handle(ask.call(), &fakes.table, &fakes.objects, &fakes.clock).await)
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
