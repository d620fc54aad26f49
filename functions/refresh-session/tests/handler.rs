//! Renewing a session, with the cookie that it was begun with.

use edge::testing::{TestRequest, TestResponse};
use ports::{
    accounts::{EndSession, LogIn, Username},
    fakes::{COUNTY, Fakes, PASSWORD, each_failure, typed},
};
use refresh_session::handle;

async fn refresh(fakes: &Fakes, cookie: &str) -> TestResponse {
    TestResponse::of(
        handle(
            TestRequest::new("POST /v1/sessions/refresh").cookie(cookie).call(),
            &fakes.table,
            &fakes.users,
        )
        .await,
    )
}

async fn log_in(fakes: &Fakes) {
    let user = Username::Applicant(fakes.applicant(1));
    assert!(matches!(fakes.users.log_in(user, &typed(PASSWORD)).await, Ok(Some(_))));
}

#[tokio::test]
async fn a_session_goes_on_until_it_is_ended() {
    let fakes = Fakes::new();
    log_in(&fakes).await;
    assert_eq!(refresh(&fakes, "baoming_refresh=refresh-1").await.summary(), "200");
    for cookie in ["baoming_refresh=forged", "baoming_refresh=", "refresh-1"] {
        assert_eq!(refresh(&fakes, cookie).await.summary(), "401 session-expired", "{cookie}");
    }
    assert!(fakes.users.end("refresh-1").await.is_ok());
    assert_eq!(refresh(&fakes, "baoming_refresh=refresh-1").await.summary(), "401 session-expired");
}

#[tokio::test]
async fn closed_account_and_dismissed_reviewer_renew_nothing() {
    let fakes = Fakes::new();
    log_in(&fakes).await;
    let reviewer = fakes.reviewer(COUNTY);
    fakes.users.add(Username::Reviewer(reviewer.id), PASSWORD);
    assert!(matches!(
        fakes.users.log_in(Username::Reviewer(reviewer.id), &typed(PASSWORD)).await,
        Ok(Some(_))
    ));
    assert_eq!(refresh(&fakes, "baoming_refresh=refresh-2").await.summary(), "200");
    {
        let mut stored = fakes.table.look();
        stored.accounts.clear();
        for reviewer in stored.reviewers.values_mut() {
            reviewer.active = false;
        }
    }
    for cookie in ["baoming_refresh=refresh-1", "baoming_refresh=refresh-2"] {
        assert_eq!(refresh(&fakes, cookie).await.summary(), "401 session-expired", "{cookie}");
    }
    assert_eq!(fakes.users.sessions(), 0, "they have ended");
}

#[tokio::test]
async fn a_failure_ends_no_session() {
    let failed = each_failure(async |fakes, failure| {
        log_in(fakes).await;
        fakes.script.arm(failure);
        let first = refresh(fakes, "baoming_refresh=refresh-1").await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
        assert_eq!(refresh(fakes, "baoming_refresh=refresh-1").await.summary(), "200");
        failed
    })
    .await;
    assert_eq!(failed, ["renew", "load_account"]);
}
