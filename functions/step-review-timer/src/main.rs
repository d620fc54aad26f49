//! A step of the waiting state machine: wiring.

use adapters::{Aws, SystemClock};
use lambda_runtime::{LambdaEvent, service_fn};
use step_review_timer::Step;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let workflow = aws.workflow()?;
    let (table, workflow) = (&table, &workflow);
    let handler =
        |event: LambdaEvent<Step>| step_review_timer::handle(event.payload, table, workflow, &SystemClock);
    lambda_runtime::run(service_fn(handler)).await
}
