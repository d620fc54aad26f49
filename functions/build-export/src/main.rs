//! An export was asked for: wiring.

use adapters::{Aws, SystemClock};
use events::SqsEvent;
use lambda_runtime::{LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let keys = aws.keys()?;
    let files = aws.clean_pictures()?;
    let (table, keys, files) = (&table, &keys, &files);
    let handler = |event: LambdaEvent<SqsEvent>| async move {
        // On the heap: the future is larger than what is moved about comfortably.
        let again = Box::pin(build_export::handle(event.payload, table, keys, files, &SystemClock)).await;
        Ok::<_, lambda_runtime::Error>(again)
    };
    lambda_runtime::run(service_fn(handler)).await
}
