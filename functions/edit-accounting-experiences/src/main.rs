//! `/v1/collection/employments/{id}/accounting-experiences`: wiring.

use adapters::{Aws, SystemClock, SystemRandom};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let keys = aws.keys()?;
    let authorize =
        async |req: &edge::Request| applicant::authorize_verified(req, &table, &SystemClock).await;
    edge::serve_once(&SystemClock, &table, authorize, |req| {
        edit_accounting_experiences::handle(req, &table, &keys, &SystemClock, &SystemRandom)
    })
    .await
}
