//! `/v1/collection/submission`: wiring.

use adapters::{Aws, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let authorize = async |req: &edge::Request| submit_collection::authorize(req, &table, &SystemClock).await;
    let handle = |req| submit_collection::handle(req, &table, &SystemClock);
    edge::serve_once(&SystemClock, &table, authorize, handle).await
}
