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
    let authorize = async |req: &edge::Request| review::authorize(req, &table, &SystemClock).await;
    edge::serve_once(&SystemClock, &table, authorize, |req| {
        review::handle(req, &table, &keys, &pictures, limits, &SystemClock)
    })
    .await
}
