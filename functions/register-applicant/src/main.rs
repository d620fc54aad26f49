//! `POST /v1/registrations`: wiring.

use adapters::{Aws, SystemClock, SystemRandom};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let keys = aws.keys()?;
    let users = aws.users()?;
    edge::serve_once(&SystemClock, &table, edge::anyone, |req| {
        register_applicant::handle(req, &table, &keys, &users, &SystemClock, &SystemRandom)
    })
    .await
}
