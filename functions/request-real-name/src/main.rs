//! `POST /v1/real-name/online`: wiring.

use adapters::{Aws, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let authorize = async |call: &edge::Call| request_real_name::authorize(call, &table).await;
    let handle = |call| request_real_name::handle(call, &table, &SystemClock);
    edge::serve_once(&SystemClock, &table, authorize, handle).await
}
