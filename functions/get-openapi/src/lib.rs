//! `GET /v1/openapi.json` and `GET /v1/docs`: the contract, for programs and for people.

mod page;

use std::sync::LazyLock;

use edge::{Problem, ProblemKind, Request, Response};

/// The contract changes with a deployment: a client may be that many seconds behind (ours).
const MAX_AGE: u32 = 300;

/// The document as it is checked in.
const DOCUMENT: &str = include_str!("../../../docs/openapi.json");

static PAGE: LazyLock<String> = LazyLock::new(page);

/// The contract as a page.
pub fn page() -> String {
    page::page(&serde_json::from_str(DOCUMENT).unwrap_or_default())
}

/// Shows the contract.
#[expect(clippy::unused_async, reason = "handlers are asynchronous")]
pub async fn handle(req: Request) -> Result<Response, Problem> {
    match req.route().as_str() {
        "GET /v1/openapi.json" => Ok(Response::public(&req, DOCUMENT, MAX_AGE)),
        "GET /v1/docs" => Ok(Response::html(&req, &PAGE, page::STYLE, MAX_AGE)),
        _ => Err(Problem::new(ProblemKind::NotFound)),
    }
}
