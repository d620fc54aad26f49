//! `GET /v1/openapi.json` and `GET /v1/docs`: wiring.

use adapters::SystemClock;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    edge::serve(&SystemClock, get_openapi::handle).await
}
