//! `DELETE /v1/me`: wiring.

use adapters::{Aws, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let keys = aws.keys()?;
    let users = aws.users()?;
    let pictures = aws.clean_pictures()?;
    edge::serve(&SystemClock, |req| {
        close_account::handle(req, &table, &keys, &users, &pictures, &SystemClock)
    })
    .await
}
