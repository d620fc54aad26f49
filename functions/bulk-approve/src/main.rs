//! `/v1/review/approvals`: wiring.

use adapters::{Aws, RandomChance, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let authorize = async |call: &edge::Call| bulk_approve::authorize(call, &table).await;
    edge::serve_once(&SystemClock, &table, authorize, |call| {
        bulk_approve::handle(call, &table, &SystemClock, &RandomChance)
    })
    .await
}
