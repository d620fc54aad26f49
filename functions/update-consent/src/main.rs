//! `/v1/me/consents/biometrics`: wiring.

use adapters::{Aws, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let files = aws.clean_pictures()?;
    edge::serve(&SystemClock, |req| update_consent::handle(req, &table, &files, &SystemClock)).await
}
