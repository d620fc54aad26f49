//! `/v1/review/approvals`: wiring.

use adapters::{Aws, RandomChance, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let workflow = aws.bulk_workflow()?;
    edge::serve_once(&SystemClock, &table, |call| {
        bulk_approve::handle(call, &table, &workflow, &SystemClock, &RandomChance)
    })
    .await
}
