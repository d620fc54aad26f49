//! The table on DynamoDB does what every table must do: the suite that the fake is held to as well.
//!
//! Needs a stack, by `TABLE_NAME` and `AWS_ENDPOINT_URL` (with region and credentials, as for any function): `./dev test`
//! runs it beside the black-box tests. The suite gets an empty table with the keys of the stack's, without its stream:
//! functions would act on its cases, and fail to open what the suite only pretends to seal.

use std::time::Duration;

use adapters::{SystemClock, Table, setting};
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::{Client, client::Waiters, types::BillingMode};
use ports::{Clock, conformance::table_contract};
use ulid::Ulid;

/// Longest time for DynamoDB to make a table.
const CREATED: Duration = Duration::from_mins(1);

#[tokio::test]
async fn the_table_keeps_the_contract() {
    if let Err(missing) = setting("TABLE_NAME").and(setting("AWS_ENDPOINT_URL")) {
        panic!("{missing}: this needs a running stack, see ./dev test");
    }
    let client = Client::new(&aws_config::load_defaults(BehaviorVersion::latest()).await);
    let stack = setting("TABLE_NAME").expect("TABLE_NAME is set");
    let stack = client.describe_table().table_name(stack).send().await.unwrap().table.unwrap();

    let name = format!("contract-{}", Ulid::generate());
    let create = client.create_table().table_name(&name).billing_mode(BillingMode::PayPerRequest);
    let create =
        create.set_attribute_definitions(stack.attribute_definitions).set_key_schema(stack.key_schema);
    let _ = create.send().await.unwrap();
    let _ = client.wait_until_table_exists().table_name(&name).wait(CREATED).await.unwrap();

    Box::pin(table_contract(&Table::new(client.clone(), name.clone()), SystemClock.now())).await;
    let _ = client.delete_table().table_name(&name).send().await.unwrap();
}
