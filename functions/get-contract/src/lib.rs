//! `GET /v1/openapi.json` and `GET /v1/docs`: the contract, for programs and for people.

mod page;

use std::sync::LazyLock;

use edge::{Answer, Call, Kind, Problem};

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
pub async fn handle(call: Call) -> Result<Answer, Problem> {
    match call.route().as_str() {
        "GET /v1/openapi.json" => Ok(Answer::public(&call, DOCUMENT, MAX_AGE)),
        "GET /v1/docs" => Ok(Answer::html(&call, &PAGE, page::STYLE, MAX_AGE)),
        _ => Err(Problem::new(Kind::NotFound)),
    }
}
