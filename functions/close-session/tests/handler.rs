//! Logging out: as often as one likes.

use close_session::handle;
use edge::testing::{TestRequest, TestResponse};
use ports::{
    accounts::{LogIn, Username},
    fakes::{Fakes, PASSWORD, each_failure, typed},
};

async fn close(fakes: &Fakes, cookie: &str) -> TestResponse {
    TestResponse::of(
        handle(TestRequest::new("DELETE /v1/sessions/current").cookie(cookie).call(), &fakes.users).await,
    )
}

#[tokio::test]
async fn whatever_fails_the_session_has_ended_when_the_answer_says_so() {
    let failed = each_failure(async |fakes, failure| {
        let user = Username::Applicant(fakes.applicant(1));
        assert!(matches!(fakes.users.log_in(user, &typed(PASSWORD)).await, Ok(Some(_))));
        fakes.script.arm(failure);
        let first = close(fakes, "baoming_refresh=refresh-1").await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
        let again = close(fakes, "baoming_refresh=refresh-1").await;
        assert_eq!((again.summary().as_str(), fakes.users.sessions()), ("204", 0));
        assert!(again.header("set-cookie").is_some_and(|cookie| cookie.contains("Max-Age=0")));
        failed
    })
    .await;
    assert_eq!(failed, ["end"]);
}

#[tokio::test]
async fn without_a_session_there_is_nothing_to_end() {
    assert_eq!(close(&Fakes::new(), "other=1").await.summary(), "204");
}
