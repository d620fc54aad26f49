//! `PUT /v1/collection/scope`: wiring.

use adapters::{Aws, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let keys = aws.keys()?;
    edge::serve(&SystemClock, |req| put_scope::handle(req, &table, &keys, &SystemClock)).await
}
