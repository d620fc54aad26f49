//! `/v1/collection/employments`: wiring.

use adapters::{Aws, RandomChance, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let keys = aws.keys()?;
    let authorize = async |call: &edge::Call| applicant::authorize_verified(call, &table, &SystemClock).await;
    edge::serve_once(&SystemClock, &table, authorize, |call| {
        edit_employments::handle(call, &table, &keys, &SystemClock, &RandomChance)
    })
    .await
}
