//! What a case shows has changed: wiring.

use adapters::{Aws, SystemClock};
use events::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let keys = aws.keys()?;
    let (table, keys) = (&table, &keys);
    let handler = |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(
            Box::pin(index_shared_evidence::handle(event.payload, table, keys, &SystemClock)).await,
        )
    };
    lambda_runtime::run(service_fn(handler)).await
}
