//! `POST /v1/sessions`: wiring.

use adapters::{Aws, SystemClock, SystemRandom};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let keys = aws.keys()?;
    let users = aws.users()?;
    edge::serve(&SystemClock, |req| {
        open_session::handle(req, &table, &keys, &users, &SystemClock, &SystemRandom)
    })
    .await
}
