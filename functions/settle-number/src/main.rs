//! An account came to hold its identity number: wiring.

use adapters::{Aws, SystemClock};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use settle_number::{Means, SqsEvent};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let means = Means {
        table: &aws.table().await?,
        keys: &aws.keys()?,
        sms: &aws.sms()?,
        users: &aws.users()?,
        pictures: &aws.clean_pictures()?,
        clock: &SystemClock,
    };
    let means = &means;
    let handler = |event: LambdaEvent<SqsEvent>| async move {
        // On the heap: the future is larger than what is moved about comfortably.
        Ok::<_, Error>(Box::pin(settle_number::handle(event.payload, means)).await)
    };
    lambda_runtime::run(service_fn(handler)).await
}
