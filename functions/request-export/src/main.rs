//! `POST /v1/me/exports`: wiring.

use adapters::{Aws, RandomChance, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let authorize = async |call: &edge::Call| request_export::authorize(call, &table).await;
    edge::serve_once(&SystemClock, &table, authorize, |call| {
        request_export::handle(call, &table, &SystemClock, &RandomChance)
    })
    .await
}
