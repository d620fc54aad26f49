//! `POST /v1/me/exports`: wiring.

use adapters::{Aws, SystemClock, SystemRandom};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let authorize = async |req: &edge::Request| request_export::authorize(req, &table).await;
    edge::serve_once(&SystemClock, &table, authorize, |req| {
        request_export::handle(req, &table, &SystemClock, &SystemRandom)
    })
    .await
}
