//! `GET /v1/departments`: wiring.

use adapters::{Aws, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    edge::serve(&SystemClock, |req| list_departments::handle(req, &table)).await
}
