//! A request for real-name verification was handed in: wiring.

use adapters::{Aws, SystemClock};
use events::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let keys = aws.keys()?;
    let pictures = aws.clean_pictures()?;
    let (table, keys, pictures) = (&table, &keys, &pictures);
    let handler = |event: LambdaEvent<SqsEvent>| async move {
        // On the heap: the future is larger than what is moved about comfortably.
        Ok::<_, Error>(
            Box::pin(ocr_id_card::handle(event.payload, table, keys, pictures, &SystemClock)).await,
        )
    };
    lambda_runtime::run(service_fn(handler)).await
}
