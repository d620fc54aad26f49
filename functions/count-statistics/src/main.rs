//! Cases changed, and the desk's statistics with them: wiring.

use adapters::{Aws, SystemClock};
use events::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let table = Aws::load().await.table().await?;
    let table = &table;
    let handler = |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(count_statistics::handle(event.payload, table, &SystemClock).await)
    };
    lambda_runtime::run(service_fn(handler)).await
}
