//! `POST /v1/captchas`: wiring.

use adapters::{Aws, SystemClock, SystemRandom};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let keys = aws.keys()?;
    let answers = aws.captcha_answers();
    edge::serve_once(&SystemClock, &table, edge::anyone, |req| {
        create_captcha::handle(req, &table, &keys, &answers, &SystemClock, &SystemRandom)
    })
    .await
}
