//! `POST /v1/sessions/refresh`: wiring.

use adapters::{Aws, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let users = aws.users()?;
    edge::serve(&SystemClock, |req| refresh_session::handle(req, &table, &users)).await
}
