//! The HTTP layer around each handler.
//!
//! A function is a handler from a [`Request`] to a [`Response`] or a [`Problem`]. [`serve`] does what all functions
//! have in common: request ids, logs, security headers, languages, and limiting a panic to one request. Business rules
//! do not belong here, nor anything of AWS except the shape of its HTTP events.

mod event;
mod problem;
mod repeat;
mod request;
mod response;
pub mod session;
#[cfg(feature = "testing")]
pub mod testing;

use std::{
    panic::AssertUnwindSafe,
    sync::atomic::{AtomicBool, Ordering},
    time::Instant,
};

use domain::{messages::Lang, moment::Moment};
use futures_util::FutureExt;
use http::{Method, header};
use lambda_http::{
    Body, LambdaEvent, Response as HttpResponse, aws_lambda_events::apigw::ApiGatewayV2httpResponse,
    lambda_runtime, service_fn,
};
use ports::{Clock, idempotency::SaveResponse};
use serde_json::value::RawValue;
use telemetry::Metric;

pub use problem::{Audience, Problem, ProblemKind};
pub use request::{Request, RowAction};
pub use response::Response;

/// Serves a handler until the sandbox is shut down.
///
/// Events are parsed here, not by the runtime: an unreadable event gets a problem response like any other request.
pub async fn serve<H, F>(clock: &impl Clock, handler: H) -> Result<(), lambda_http::Error>
where
    H: Fn(Request) -> F + Sync,
    F: Future<Output = Result<Response, Problem>>,
{
    let handler = &handler;
    let started = &AtomicBool::new(false);
    let respond_to = move |event: LambdaEvent<Box<RawValue>>| async move {
        let cold = !started.swap(true, Ordering::Relaxed);
        let LambdaEvent { payload, context } = event;
        let deadline = i64::try_from(context.deadline).ok().filter(|deadline| *deadline > 0);
        let arrival = Arrival {
            event: payload.get(),
            request_id: &context.request_id,
            deadline: deadline.and_then(Moment::from_millisecond),
            cold,
        };
        // Boxed: the state of a waiting handler may be many kilobytes, and the runtime would hold it by value.
        Ok::<_, std::convert::Infallible>(to_gateway(Box::pin(respond(clock, handler, arrival)).await))
    };
    lambda_runtime::run(service_fn(respond_to)).await
}

/// Serves a handler whose `POST` requests can be repeated with an `Idempotency-Key`.
///
/// `authorize` checks whether the caller may make this request now; the handler makes the same check. It runs before a
/// stored response is looked up: a caller who lost the permission also loses the responses
/// (`docs/decisions/0026-authorization-before-replay.md`). A function that is open to everyone passes [`anyone`].
pub async fn serve_once<A, H, F>(
    clock: &impl Clock,
    answers: &impl SaveResponse,
    authorize: A,
    handler: H,
) -> Result<(), lambda_http::Error>
where
    A: AsyncFn(&Request) -> Result<ReplayScope, Problem> + Sync,
    H: Fn(Request) -> F + Sync,
    F: Future<Output = Result<Response, Problem>>,
{
    let (authorize, handler) = (&authorize, &handler);
    serve(clock, move |req: Request| async move {
        if req.method() == Method::POST {
            repeat::once(req, answers, clock, authorize, handler).await
        } else {
            handler(req).await
        }
    })
    .await
}

/// What a stored response is bound to besides the caller and the request. For a reviewer it is the division: after a
/// change of division, earlier responses are no longer theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplayScope(String);

impl ReplayScope {
    /// Binds responses to this text too.
    pub fn of(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// Allows every caller. Stored responses are bound to the caller's address and the whole content of the request.
pub async fn anyone(_: &Request) -> Result<ReplayScope, Problem> {
    Ok(ReplayScope::default())
}

/// A request as the function receives it.
struct Arrival<'a> {
    event: &'a str,
    request_id: &'a str,
    /// When the invocation ends, with or without a response.
    deadline: Option<Moment>,
    cold: bool,
}

async fn respond<H, F>(clock: &impl Clock, handler: &H, arrival: Arrival<'_>) -> HttpResponse<Body>
where
    H: Fn(Request) -> F + Sync,
    F: Future<Output = Result<Response, Problem>>,
{
    let begun = Instant::now();
    let Arrival { event, request_id, deadline, cold } = arrival;
    let (route, lang, audience, result) = match Request::read(event, deadline) {
        Ok(req) => {
            let (route, lang, audience) = (req.route(), req.lang(), req.audience());
            let result = AssertUnwindSafe(async { handler(req).await }).catch_unwind().await;
            let panicked = |_| Err(Problem::new(ProblemKind::Internal).because("the handler panicked"));
            (route, lang, audience, result.unwrap_or_else(panicked))
        }
        Err(unreadable) => {
            tracing::info!(request_id, part = unreadable.part, "unreadable request");
            let refused = Err(Problem::new(ProblemKind::MalformedRequest));
            (unreadable.route, unreadable.lang, Audience::default(), refused)
        }
    };
    let millis = begun.elapsed().as_secs_f64() * 1_000.0;
    log(&result, request_id, &route, millis, cold);
    let outcome = if result.is_ok() { "ok" } else { "problem" };
    telemetry::record(
        clock.now().as_millisecond(),
        &[("Route", &route), ("Outcome", outcome)],
        &[(Metric::Request, 1.0), (Metric::RequestMillis, millis)],
    );
    finish(result, request_id, audience, lang)
}

/// Converts a response to the gateway's payload format 2.0, with cookies separate from the other headers.
fn to_gateway(response: HttpResponse<Body>) -> ApiGatewayV2httpResponse {
    let (mut parts, body) = response.into_parts();
    let cookies = parts.headers.get_all(header::SET_COOKIE).iter();
    let cookies = cookies.filter_map(|cookie| cookie.to_str().ok().map(str::to_owned)).collect();
    parts.headers.remove(header::SET_COOKIE);
    let mut answer = ApiGatewayV2httpResponse::default();
    answer.status_code = parts.status.as_u16().into();
    answer.headers = parts.headers;
    answer.cookies = cookies;
    answer.is_base64_encoded = matches!(body, Body::Binary(_));
    answer.body = if matches!(body, Body::Empty) { None } else { Some(body) };
    answer
}

/// Logs a request and its result. Chains of causes are logged only here.
fn log(result: &Result<Response, Problem>, request_id: &str, route: &str, millis: f64, cold_start: bool) {
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

fn finish(
    result: Result<Response, Problem>,
    request_id: &str,
    audience: Audience,
    lang: Lang,
) -> HttpResponse<Body> {
    let answer = result.unwrap_or_else(|problem| problem.into_answer(request_id, audience, lang));
    answer.into_response(request_id)
}
