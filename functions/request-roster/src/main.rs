//! `/v1/review/exports`: wiring.

use adapters::{Aws, RandomChance, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let files = aws.clean_pictures()?;
    let authorize = async |call: &edge::Call| request_roster::authorize(call, &table).await;
    edge::serve_once(&SystemClock, &table, authorize, |call| {
        request_roster::handle(call, &table, &files, &SystemClock, &RandomChance)
    })
    .await
}
