//! A case of a selection is approved: wiring.

use adapters::{Aws, SystemClock};
use lambda_runtime::{LambdaEvent, service_fn};
use step_bulk_approval::Turn;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::init();
    let table = Aws::load().await.table().await?;
    let table = &table;
    let handler = |event: LambdaEvent<Turn>| step_bulk_approval::handle(event.payload, table, &SystemClock);
    lambda_runtime::run(service_fn(handler)).await
}
