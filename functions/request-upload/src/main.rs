//! `POST /v1/uploads`: wiring.

use adapters::{Aws, RandomChance, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let quarantine = aws.quarantine()?;
    let authorize = async |call: &edge::Call| request_upload::authorize(call, &table).await;
    edge::serve_once(&SystemClock, &table, authorize, |call| {
        request_upload::handle(call, &table, &quarantine, &SystemClock, &RandomChance)
    })
    .await
}
