//! `GET /v1/reference/{table}`: wiring.

use adapters::SystemClock;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    edge::serve(&SystemClock, get_reference::handle).await
}
