//! HTTP in and out.
//!
//! A function is a handler from a [`Call`] to an [`Answer`] or a [`Problem`]; [`serve`] does what all have in
//! common: request ids, logs, security headers, languages, and panics that end one request only. Rules do not
//! belong here, nor anything of AWS but the shape of its HTTP events.

mod answer;
mod call;
mod problem;
mod repeat;
pub mod session;
#[cfg(feature = "testing")]
pub mod testing;

use std::{
    panic::AssertUnwindSafe,
    sync::atomic::{AtomicBool, Ordering},
    time::Instant,
};

use domain::messages::Lang;
use futures_util::FutureExt;
use http::Method;
use lambda_http::{Body, Request, RequestExt, Response, service_fn};
use ports::{Clock, idempotency::KeepAnswer};
use telemetry::Metric;

pub use answer::Answer;
pub use call::{Call, Verb};
pub use problem::{Kind, Problem};

/// Serves a handler until the sandbox ends.
pub async fn serve<H, F>(clock: &impl Clock, handler: H) -> Result<(), lambda_http::Error>
where
    H: Fn(Call) -> F + Sync,
    F: Future<Output = Result<Answer, Problem>> + Send,
{
    let handler = &handler;
    let started = &AtomicBool::new(false);
    lambda_http::run(service_fn(move |request| async move {
        let cold = !started.swap(true, Ordering::Relaxed);
        Ok::<_, std::convert::Infallible>(respond(clock, handler, request, cold).await)
    }))
    .await
}

/// Serves a handler whose `POST`s can be repeated with an `Idempotency-Key`.
pub async fn serve_once<H, F>(
    clock: &impl Clock,
    answers: &impl KeepAnswer,
    handler: H,
) -> Result<(), lambda_http::Error>
where
    H: Fn(Call) -> F + Sync,
    F: Future<Output = Result<Answer, Problem>> + Send,
{
    let handler = &handler;
    serve(clock, move |call: Call| async move {
        if call.method() == Method::POST {
            repeat::once(call, answers, clock, handler).await
        } else {
            handler(call).await
        }
    })
    .await
}

async fn respond<H, F>(clock: &impl Clock, handler: &H, request: Request, cold_start: bool) -> Response<Body>
where
    H: Fn(Call) -> F + Sync,
    F: Future<Output = Result<Answer, Problem>> + Send,
{
    let begun = Instant::now();
    let request_id =
        request.lambda_context_ref().map(|context| context.request_id.clone()).unwrap_or_default();
    let call = Call::new(request);
    let (route, lang) = (call.route(), call.lang());
    let result = AssertUnwindSafe(async { handler(call).await }).catch_unwind().await;
    let result = result.unwrap_or_else(|_| Err(Problem::new(Kind::Internal).because("the handler panicked")));
    let millis = begun.elapsed().as_secs_f64() * 1_000.0;
    log(&result, &request_id, &route, millis, cold_start);
    let outcome = if result.is_ok() { "ok" } else { "problem" };
    telemetry::record(
        clock.now().as_millisecond(),
        &[("Route", &route), ("Outcome", outcome)],
        &[(Metric::Request, 1.0), (Metric::RequestMillis, millis)],
    );
    finish(result, &request_id, lang)
}

/// The one place where a request and its outcome are logged; the chain of causes only here.
fn log(result: &Result<Answer, Problem>, request_id: &str, route: &str, millis: f64, cold_start: bool) {
    match result {
        Ok(answer) => {
            let status = answer.status();
            tracing::info!(request_id, route, status, millis, cold_start, "answered");
        }
        Err(problem) => {
            let (status, code) = (problem.kind().status(), problem.kind().code());
            let cause = problem.causes();
            if status >= 500 {
                tracing::error!(request_id, route, status, code, cause, millis, cold_start, "failed");
            } else {
                tracing::info!(request_id, route, status, code, millis, cold_start, "refused");
            }
        }
    }
}

fn finish(result: Result<Answer, Problem>, request_id: &str, lang: Lang) -> Response<Body> {
    let answer = result.unwrap_or_else(|problem| problem.into_answer(request_id, lang));
    answer.into_response(request_id)
}
