//! The review desk: wiring.

use adapters::{Aws, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let keys = aws.keys()?;
    let pictures = aws.clean_pictures()?;
    let limits = adapters::claim_limits()?;
    let authorize = async |call: &edge::Call| review::authorize(call, &table, &SystemClock).await;
    edge::serve_once(&SystemClock, &table, authorize, |call| {
        review::handle(call, &table, &keys, &pictures, limits, &SystemClock)
    })
    .await
}
