//! The table on DynamoDB does what every table must do: the suite that the fake is held to as well.
//!
//! Needs a table, by `TABLE_NAME` and `AWS_ENDPOINT_URL` (with region and credentials, as for any function): `./dev test`
//! runs it beside the black-box tests. The table may be in use: the suite makes its own people.

use adapters::{Aws, SystemClock, setting};
use ports::{Clock, contract::table_contract};

#[tokio::test]
async fn the_table_keeps_the_contract() {
    if let Err(missing) = setting("TABLE_NAME").and(setting("AWS_ENDPOINT_URL")) {
        panic!("{missing}: this needs a running stack, see ./dev test");
    }
    let table = Aws::load().await.table().await.expect("TABLE_NAME is set");
    Box::pin(table_contract(&table, SystemClock.now())).await;
}
