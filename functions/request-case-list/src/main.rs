//! `/v1/review/exports`: wiring.

use adapters::{Aws, SystemClock, SystemRandom};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let files = aws.clean_pictures()?;
    let authorize = async |req: &edge::Request| request_case_list::authorize(req, &table).await;
    edge::serve_once(&SystemClock, &table, authorize, |req| {
        request_case_list::handle(req, &table, &files, &SystemClock, &SystemRandom)
    })
    .await
}
