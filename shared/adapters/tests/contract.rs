//! The table on DynamoDB does what every table must do: the suite that the fake is held to as well.
//!
//! Needs a table, by `TABLE_NAME` and `AWS_ENDPOINT_URL` (with region and credentials, as for any function); such as
//! the one of a running local stack. It may be in use: the suite makes its own people.

use adapters::{Aws, SystemClock, setting};
use ports::{Clock, contract::table_contract};

#[tokio::test]
async fn the_table_keeps_the_contract() {
    if let Err(missing) = setting("TABLE_NAME").and(setting("AWS_ENDPOINT_URL")) {
        println!("skipped: {missing}");
        return;
    }
    let table = Aws::load().await.table().await.expect("TABLE_NAME is set");
    table_contract(&table, SystemClock.now()).await;
}
