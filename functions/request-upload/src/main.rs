//! `POST /v1/uploads`: wiring.

use adapters::{Aws, SystemClock, SystemRandom};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let quarantine = aws.quarantine()?;
    let authorize = async |req: &edge::Request| request_upload::authorize(req, &table).await;
    edge::serve_once(&SystemClock, &table, authorize, |req| {
        request_upload::handle(req, &table, &quarantine, &SystemClock, &SystemRandom)
    })
    .await
}
