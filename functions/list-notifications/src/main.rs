//! `/v1/me/notifications`: wiring.

use adapters::{Aws, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    edge::serve(&SystemClock, |req| list_notifications::handle(req, &table, &SystemClock)).await
}
