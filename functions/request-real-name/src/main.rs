//! `POST /v1/real-name/online`: wiring.

use adapters::{Aws, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let authorize = async |req: &edge::Request| request_real_name::authorize(req, &table).await;
    let handle = |req| request_real_name::handle(req, &table, &SystemClock);
    edge::serve_once(&SystemClock, &table, authorize, handle).await
}
