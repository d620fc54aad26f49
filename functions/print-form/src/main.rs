//! `form.pdf`: wiring.

use adapters::{Aws, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let keys = aws.keys()?;
    let pictures = aws.clean_pictures()?;
    edge::serve(&SystemClock, |req| print_form::handle(req, &table, &keys, &pictures, &SystemClock)).await
}
