//! A case changed: wiring.

use adapters::{Aws, SystemClock};
use lambda_runtime::{LambdaEvent, service_fn};
use run_workflow::CaseEvents;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::init();
    let aws = Aws::load().await;
    let table = aws.table().await?;
    let workflow = aws.workflow()?;
    let (table, workflow) = (&table, &workflow);
    let handler = |event: LambdaEvent<CaseEvents>| async move {
        run_workflow::handle(event.payload, table, workflow, &SystemClock)
            .await
            .map_err(lambda_runtime::Error::from)
    };
    lambda_runtime::run(service_fn(handler)).await
}
