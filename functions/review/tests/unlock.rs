//! The desk: a reviewer who is locked out is let in again by whoever answers for them.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::case::{ClaimLimits, desk::Reviewer};
use edge::testing::{TestRequest, TestResponse};
use jiff::SignedDuration;
use ports::{
    Clock,
    codes::{CheckRateLimit, RateLimitKey},
    fakes::{COUNTY, Fakes},
    log_in::{Login, PER_ACCOUNT, PER_ACCOUNT_AND_DAY, PER_ACCOUNT_AND_SOURCE},
    secrets::Tag,
};
use review::handle;

async fn run(fakes: &Fakes, ask: TestRequest) -> TestResponse {
    let Fakes { table, keys, objects, clock, .. } = fakes;
    TestResponse::of(handle(ask.call(), table, keys, objects, ClaimLimits::default(), clock).await)
}

fn supervisor(fakes: &Fakes, division: &str) -> Reviewer {
    let reviewer = fakes.reviewer(division);
    let mut stored = fakes.table.look();
    let reviewer = stored.reviewers.get_mut(&reviewer.id).unwrap();
    reviewer.supervisor = true;
    reviewer.clone()
}

#[tokio::test]
async fn a_lock_is_lifted_by_whoever_answers_for_the_reviewer() {
    let fakes = Fakes::new();
    let reviewer = fakes.reviewer(COUNTY);
    let (login, source) = (Login::from(reviewer.id), Tag::new("source".to_owned()));
    let lock = async || {
        for (rate, subject) in [
            (PER_ACCOUNT_AND_SOURCE, RateLimitKey::LoginFrom(login.clone(), source.clone())),
            (PER_ACCOUNT, RateLimitKey::Login(login.clone())),
            (PER_ACCOUNT_AND_DAY, RateLimitKey::Login(login.clone())),
        ] {
            while fakes.table.count(rate, &subject, fakes.clock.now()).await.unwrap().is_ok() {}
        }
        fakes.table.look().limits.len()
    };
    let lift = async |by: &Reviewer, account: &str| {
        let ask = TestRequest::new("DELETE /v1/review/reviewers/{account}/lock").path("account", account);
        run(&fakes, ask.reviewer(by.id)).await.summary()
    };
    let colleague = Reviewer { id: supervisor(&fakes, COUNTY).id, supervisor: false, ..reviewer.clone() };
    fakes.table.look().reviewers.insert(colleague.id, colleague.clone());
    let elsewhere = supervisor(&fakes, "110102");
    let heads = [supervisor(&fakes, COUNTY), supervisor(&fakes, "110000")];
    // The names of reviewers of one division are one in this scene.
    fakes.table.look().staff.insert("hers".to_owned(), reviewer.id);
    assert_eq!(lock().await, 3);
    assert_eq!(lift(&colleague, "hers").await, "403 forbidden");
    assert_eq!(lift(&elsewhere, "hers").await, "404 not-found");
    assert_eq!(lift(&heads[0], "nobody").await, "404 not-found");
    assert_eq!(lift(&heads[0], "a#b").await, "404 not-found");
    fakes.table.look().staff.insert("own".to_owned(), heads[0].id);
    assert_eq!(lift(&heads[0], "own").await, "404 not-found", "a second pair of eyes");
    assert!(fakes.table.look().lifts.is_empty() && fakes.table.look().limits.len() == 3);
    for (head, account) in heads.iter().zip(["hers", "HERS"]) {
        assert_eq!(lock().await, 3);
        assert_eq!(lift(head, account).await, "204");
        let stored = fakes.table.look();
        assert!(stored.limits.is_empty(), "{:?}", stored.limits);
        let kept = stored.lifts.last().unwrap();
        assert_eq!((kept.reviewer, &kept.by), (reviewer.id, &head.id.to_string()));
        drop(stored);
        fakes.clock.advance(SignedDuration::from_secs(1));
    }
}
