//! A case of a selection is approved: wiring.

use adapters::{Aws, SystemClock};
use approve_case::Turn;
use lambda_runtime::{LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::init();
    let table = Aws::load().await.table().await?;
    let table = &table;
    let handler = |event: LambdaEvent<Turn>| approve_case::handle(event.payload, table, &SystemClock);
    lambda_runtime::run(service_fn(handler)).await
}
