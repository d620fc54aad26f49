//! `DELETE /v1/sessions/current`: wiring.

use adapters::{Aws, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let users = aws.users()?;
    edge::serve(&SystemClock, |req| close_session::handle(req, &users)).await
}
