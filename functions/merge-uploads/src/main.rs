//! `POST /v1/uploads/merges`: wiring.

use adapters::{Aws, RandomChance, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let pictures = aws.clean_pictures()?;
    let authorize = async |call: &edge::Call| merge_uploads::authorize(call, &table).await;
    edge::serve_once(&SystemClock, &table, authorize, |call| {
        merge_uploads::handle(call, &table, &pictures, &SystemClock, &RandomChance)
    })
    .await
}
