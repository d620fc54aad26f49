//! Something happened to a case that its applicant is told of: wiring.

use adapters::{Aws, SystemClock, setting};
use domain::notification::timing::QuietHours;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use send_notification::{Means, SqsEvent};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let means = Means {
        table: &aws.table().await?,
        keys: &aws.keys()?,
        sms: &aws.sms()?,
        queue: &aws.notifications()?,
        clock: &SystemClock,
        quiet: QuietHours { from: hour("QUIET_FROM")?, until: hour("QUIET_UNTIL")? },
    };
    let means = &means;
    let handler = |event: LambdaEvent<SqsEvent>| async move {
        // On the heap: the future is larger than what is moved about comfortably.
        Ok::<_, Error>(Box::pin(send_notification::handle(event.payload, means)).await)
    };
    lambda_runtime::run(service_fn(handler)).await
}

/// An hour of the day.
fn hour(name: &'static str) -> Result<u8, Error> {
    let hour = setting(name)?.parse().ok().filter(|hour| *hour < 24);
    hour.ok_or_else(|| format!("{name} is no hour of the day").into())
}
