//! `POST /v1/sms-codes`: wiring.

use adapters::{Aws, SystemClock, SystemRandom, setting};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let keys = aws.keys()?;
    let sms = aws.sms()?;
    let per_day = setting("SMS_CODES_PER_DAY")?.parse().map_err(|_| "SMS_CODES_PER_DAY is no number")?;
    edge::serve_once(&SystemClock, &table, edge::anyone, |req| {
        send_sms_code::handle(req, &table, &keys, &sms, per_day, &SystemClock, &SystemRandom)
    })
    .await
}
