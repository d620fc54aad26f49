//! `GET /v1/collection/status`: wiring.

use adapters::{Aws, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    edge::serve(&SystemClock, |req| get_status::handle(req, &table, &SystemClock)).await
}
