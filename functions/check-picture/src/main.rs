//! A picture arrived: wiring.

use adapters::{Aws, SystemClock};
use check_picture::Arrivals;
use lambda_runtime::{LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let quarantine = aws.quarantine()?;
    let clean = aws.clean_pictures()?;
    let (table, quarantine, clean) = (&table, &quarantine, &clean);
    let handler = |event: LambdaEvent<Arrivals>| async move {
        check_picture::handle(event.payload, table, quarantine, clean, &SystemClock)
            .await
            .map_err(lambda_runtime::Error::from)
    };
    lambda_runtime::run(service_fn(handler)).await
}
