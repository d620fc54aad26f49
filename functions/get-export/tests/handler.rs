//! How far an export has come, and to whom it is linked.

use domain::ids::{AccountId, ExportId};
use edge::testing::{TestRequest, TestResponse};
use get_export::handle;
use jiff::SignedDuration;
use ports::{
    Clock, Random,
    exports::{Export, ExportState},
    fakes::Fakes,
};
use serde_json::{Value, json};

fn ready(fakes: &Fakes, owner: AccountId) -> ExportId {
    let id = ExportId::new(fakes.chance.ulid());
    let requested_at = fakes.clock.now();
    let export = Export { id, owner, requested_at, state: ExportState::Ready, done: 1, total: 1 };
    fakes.table.look().exports.insert((owner, id), export);
    id
}

async fn show(fakes: &Fakes, owner: AccountId, id: ExportId) -> TestResponse {
    let ask = TestRequest::new("GET /v1/me/exports/{id}").path("id", id).applicant(owner);
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.objects, &fakes.clock).await)
}

#[tokio::test]
async fn export_is_linked_to_its_owner_while_the_account_is_open() {
    let fakes = Fakes::new();
    let (owner, other) = (fakes.applicant(1), fakes.applicant(2));
    let id = ready(&fakes, owner);
    let shown = show(&fakes, owner, id).await;
    assert_eq!((shown.status, &shown.body["state"]), (200, &json!("ready")));
    assert!(shown.body["url"].is_string());
    assert_eq!(show(&fakes, other, id).await.summary(), "404 not-found");
    fakes.table.look().accounts.clear();
    assert_eq!(show(&fakes, owner, id).await.summary(), "401 unauthenticated");
}

#[tokio::test]
async fn export_from_before_a_withdrawal_is_not_linked_even_where_its_file_is_still_there() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let before = ready(&fakes, owner);
    fakes.clock.advance(SignedDuration::from_secs(1));
    let now = fakes.clock.now();
    fakes.table.look().accounts.entry(owner).and_modify(|account| {
        account.biometrics = account.biometrics.withdrawn(now).given(now);
    });
    fakes.clock.advance(SignedDuration::from_secs(1));
    let after = ready(&fakes, owner);
    let shown = show(&fakes, owner, before).await;
    assert_eq!((&shown.body["state"], &shown.body["url"]), (&json!("removed"), &Value::Null));
    assert_eq!(show(&fakes, owner, after).await.body["state"], "ready");
}
