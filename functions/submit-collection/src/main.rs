//! `/v1/collection/submission`: wiring.

use adapters::{Aws, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let authorize = async |call: &edge::Call| submit_collection::authorize(call, &table, &SystemClock).await;
    let handle = |call| submit_collection::handle(call, &table, &SystemClock);
    edge::serve_once(&SystemClock, &table, authorize, handle).await
}
