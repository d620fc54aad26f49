//! Something was written that others follow: wiring.

use std::time::Duration;

use adapters::{Aws, SystemClock, setting};
use fan_out_stream::WriteEvents;
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let queues = Aws::load().await.queues()?;
    let queues = &queues;
    let name = "NOTIFICATION_DELAY_SECONDS";
    let seconds = setting(name)?.parse().map_err(|_| format!("{name} is no number of seconds"))?;
    let delay = Duration::from_secs(seconds);
    let handler = |event: LambdaEvent<WriteEvents>| async move {
        fan_out_stream::handle(event.payload, queues, &SystemClock, delay).await.map_err(Error::from)
    };
    lambda_runtime::run(service_fn(handler)).await
}
