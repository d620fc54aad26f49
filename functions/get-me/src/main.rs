//! `GET /v1/me`: wiring.

use adapters::{Aws, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let keys = aws.keys()?;
    edge::serve(&SystemClock, |req| get_me::handle(req, &table, &keys)).await
}
