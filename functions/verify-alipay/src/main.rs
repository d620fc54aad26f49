//! `/v1/real-name/alipay`: wiring.

use adapters::{Aws, SystemClock, SystemRandom, setting};
use alipay::Gateway;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let keys = aws.keys()?;
    let gateway =
        Gateway::new(aws.alipay_access()?, aws.forms(), SystemRandom, setting("ALIPAY_RETURN_URL")?);
    // Not `serve_once`: beginning is the same for whoever begins again, and a kept answer would keep the link.
    edge::serve(&SystemClock, |req| verify_alipay::handle(req, &table, &keys, &gateway, &SystemClock)).await
}
