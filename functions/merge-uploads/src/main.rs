//! `POST /v1/uploads/merges`: wiring.

use adapters::{Aws, SystemClock, SystemRandom};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let pictures = aws.clean_pictures()?;
    let authorize = async |req: &edge::Request| merge_uploads::authorize(req, &table).await;
    edge::serve_once(&SystemClock, &table, authorize, |req| {
        merge_uploads::handle(req, &table, &pictures, &SystemClock, &SystemRandom)
    })
    .await
}
