//! `/v1/review/approvals`: wiring.

use adapters::{Aws, SystemClock, SystemRandom};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let authorize = async |req: &edge::Request| bulk_approve::authorize(req, &table).await;
    edge::serve_once(&SystemClock, &table, authorize, |req| {
        bulk_approve::handle(req, &table, &SystemClock, &SystemRandom)
    })
    .await
}
