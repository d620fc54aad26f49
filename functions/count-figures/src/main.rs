//! Cases changed, and the desk's figures with them: wiring.

use adapters::{Aws, SystemClock};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use queue::Delivery;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let table = Aws::load().await.table().await?;
    let table = &table;
    let handler = |event: LambdaEvent<Delivery>| async move {
        Ok::<_, Error>(count_figures::handle(event.payload, table, &SystemClock).await)
    };
    lambda_runtime::run(service_fn(handler)).await
}
