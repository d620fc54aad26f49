//! `GET /v1/uploads/{id}`: wiring.

use adapters::{Aws, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let pictures = aws.clean_pictures()?;
    edge::serve(&SystemClock, |req| get_upload::handle(req, &table, &pictures, &SystemClock)).await
}
