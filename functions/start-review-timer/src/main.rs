//! A case changed: wiring.

use std::num::NonZeroU32;

use adapters::{Aws, SystemClock, setting};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use start_review_timer::{CaseEvents, Pace};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let workflow = aws.workflow()?;
    let bulks = aws.bulk_workflow()?;
    let (table, workflow, bulks) = (&table, &workflow, &bulks);
    let pace = Pace {
        until_reminder: seconds("REMIND_AFTER_SECONDS")?,
        until_escalation: seconds("ESCALATE_AFTER_SECONDS")?,
    };
    let handler = |event: LambdaEvent<CaseEvents>| async move {
        start_review_timer::handle(event.payload, table, workflow, bulks, &SystemClock, pace)
            .await
            .map_err(Error::from)
    };
    lambda_runtime::run(service_fn(handler)).await
}

/// A parameter of the stack; 0 stands for none.
fn seconds(name: &'static str) -> Result<Option<NonZeroU32>, Error> {
    let number = setting(name)?.parse().map_err(|_| format!("{name} is no number of seconds"))?;
    Ok(NonZeroU32::new(number))
}
