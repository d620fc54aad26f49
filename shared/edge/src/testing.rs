//! Requests for tests, built like real ones as events of the HTTP API in payload format 2.0; and parsed responses.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test must fail if its request cannot be built"
)]

use domain::{
    ids::{AccountId, ReviewerId},
    messages::Lang,
    moment::Moment,
};
use http::HeaderMap;
use lambda_http::{Body, Response as HttpResponse};
use ports::{Clock, idempotency::SaveResponse};
use serde_json::{Value, json};

use crate::{Arrival, Audience, Problem, ReplayScope, Request, Response};

/// The event that all requests are built from.
const EVENT: &str = include_str!("../../../events/http-registration.json");

/// The id of every request.
pub const REQUEST_ID: &str = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

/// A request to build.
#[derive(Clone, Debug)]
#[must_use]
pub struct TestRequest {
    event: Value,
}

impl TestRequest {
    /// Creates a request for a route as the API declares it, such as `GET /v1/uploads/{id}`, without a body or a token.
    pub fn new(route: &str) -> Self {
        let mut event: Value = serde_json::from_str(EVENT).expect("the event is JSON");
        event["body"] = Value::Null;
        event["routeKey"] = route.into();
        event["requestContext"]["routeKey"] = route.into();
        let (method, path) = route.split_once(' ').expect("a method and a path");
        event["requestContext"]["http"]["method"] = method.into();
        Self { event }.at(path)
    }

    /// Creates a request from an event.
    pub fn event(text: &str) -> Self {
        Self { event: serde_json::from_str(text).expect("the event is JSON") }
    }

    fn at(mut self, path: &str) -> Self {
        self.event["rawPath"] = path.into();
        self.event["requestContext"]["http"]["path"] = path.into();
        self
    }

    /// Sets a path parameter.
    pub fn path(mut self, name: &str, value: impl Into<String>) -> Self {
        let (name, value) = (name.to_owned(), value.into());
        let path = self.event["rawPath"].as_str().unwrap_or_default().replace(&format!("{{{name}}}"), &value);
        self.event["pathParameters"][name] = value.into();
        self.at(&path)
    }

    /// Sets the query, encoded as in an address.
    pub fn query(mut self, query: &str) -> Self {
        self.event["rawQueryString"] = query.into();
        self
    }

    /// Sets a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.body(&body.to_string())
    }

    /// Sets any body.
    pub fn body(mut self, body: &str) -> Self {
        self.event["body"] = body.into();
        self
    }

    /// Sets a body in Base64, as the gateway encodes binary bodies.
    pub fn base64(mut self, body: &str) -> Self {
        self.event["isBase64Encoded"] = true.into();
        self.body(body)
    }

    /// Sets or removes a header.
    pub fn header(mut self, name: &str, value: impl Into<Option<&'static str>>) -> Self {
        match value.into() {
            Some(value) => self.event["headers"][name] = value.into(),
            None => self.event["headers"] = without(&self.event["headers"], name),
        }
        self
    }

    /// Adds a cookie.
    pub fn cookie(mut self, cookie: &str) -> Self {
        self.event["cookies"] = json!([cookie]);
        self
    }

    /// Sets the caller's address.
    pub fn address(mut self, address: &str) -> Self {
        self.event["requestContext"]["http"]["sourceIp"] = address.into();
        self
    }

    /// Sets the time at which the gateway received the request.
    pub fn received_at(mut self, moment: Moment) -> Self {
        self.event["requestContext"]["timeEpoch"] = moment.as_millisecond().into();
        self
    }

    /// Sets the claims of a token that the gateway accepted.
    pub fn claims(mut self, claims: &Value) -> Self {
        self.event["requestContext"]["authorizer"] = json!({"jwt": {"claims": claims, "scopes": null}});
        self
    }

    /// Authenticates as an applicant.
    pub fn applicant(self, id: AccountId) -> Self {
        self.claims(&json!({"token_use": "access", "username": id}))
    }

    /// Authenticates as a reviewer.
    pub fn reviewer(self, id: ReviewerId) -> Self {
        self.claims(&json!({"token_use": "access", "username": id, "cognito:groups": "[reviewers]"}))
    }

    /// The request, whose response is due by `deadline`.
    fn call_until(&self, deadline: Option<Moment>) -> Request {
        Request::read(&self.event.to_string(), deadline).expect("a call")
    }

    /// The request.
    pub fn call(&self) -> Request {
        self.call_until(None)
    }
}

fn without(object: &Value, name: &str) -> Value {
    let mut object = object.clone();
    if let Some(members) = object.as_object_mut() {
        members.remove(name);
    }
    object
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    media_type.is_some_and(|media_type| media_type.ends_with("json"))
}

/// A parsed response.
#[derive(Clone, Debug)]
pub struct TestResponse {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body: JSON, else a string; null if it is empty.
    pub body: Value,
}

impl TestResponse {
    /// Parses the result of a handler, in English.
    pub fn of(result: Result<Response, Problem>) -> Self {
        Self::read(&crate::finish(result, REQUEST_ID, Audience::Applicants, Lang::En))
    }

    fn read(response: &HttpResponse<Body>) -> Self {
        let body = match response.body() {
            Body::Text(text) if is_json(response.headers()) => {
                serde_json::from_str(text).expect("the body is JSON")
            }
            Body::Text(text) => Value::String(text.clone()),
            _ => Value::Null,
        };
        Self { status: response.status().as_u16(), headers: response.headers().clone(), body }
    }

    /// The value of a header that occurs exactly once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(value)
    }

    /// The status, followed by the code of a problem.
    pub fn summary(&self) -> String {
        match self.body["code"].as_str() {
            Some(code) if self.status >= 400 => format!("{} {code}", self.status),
            _ => self.status.to_string(),
        }
    }

    /// The pointers and codes of a problem's faults.
    pub fn faults(&self) -> Vec<String> {
        let faults = self.body["errors"].as_array().into_iter().flatten();
        let text = |fault: &Value, member: &str| fault[member].as_str().unwrap_or_default().to_owned();
        faults.map(|fault| format!("{} {}", text(fault, "pointer"), text(fault, "code"))).collect()
    }

    /// Whether the response reports a failure that may be retried or reported.
    pub fn is_failure(&self) -> bool {
        matches!(self.summary().as_str(), "409 conflict" | "500 internal" | "503 unavailable")
    }
}

/// Serves one request like [`crate::serve`].
pub async fn serve<H, F>(clock: &impl Clock, handler: &H, ask: &TestRequest) -> TestResponse
where
    H: Fn(Request) -> F + Sync,
    F: Future<Output = Result<Response, Problem>>,
{
    serve_event(clock, handler, &ask.event.to_string()).await
}

/// Serves any event text as if the gateway sent it.
pub async fn serve_event<H, F>(clock: &impl Clock, handler: &H, event: &str) -> TestResponse
where
    H: Fn(Request) -> F + Sync,
    F: Future<Output = Result<Response, Problem>>,
{
    let arrival = Arrival { event, request_id: REQUEST_ID, deadline: None, cold: false };
    TestResponse::read(&crate::respond(clock, handler, arrival).await)
}

/// Serves one request like [`crate::serve_once`] serves a `POST` that everyone may make, without a deadline.
pub async fn once<F>(
    clock: &impl Clock,
    answers: &impl SaveResponse,
    handler: impl Fn(Request) -> F,
    ask: &TestRequest,
) -> TestResponse
where
    F: Future<Output = Result<Response, Problem>>,
{
    once_if(clock, answers, &crate::anyone, handler, ask, None).await
}

/// Serves one request like [`crate::serve_once`] serves a `POST`, in an invocation that ends at `deadline`.
pub async fn once_if<A, F>(
    clock: &impl Clock,
    answers: &impl SaveResponse,
    authorize: &A,
    handler: impl Fn(Request) -> F,
    ask: &TestRequest,
    deadline: Option<Moment>,
) -> TestResponse
where
    A: AsyncFn(&Request) -> Result<ReplayScope, Problem>,
    F: Future<Output = Result<Response, Problem>>,
{
    TestResponse::of(crate::repeat::once(ask.call_until(deadline), answers, clock, authorize, handler).await)
}
