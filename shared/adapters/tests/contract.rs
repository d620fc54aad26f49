//! The table on DynamoDB does what every table must do: the suite that the fake is held to as well.
//!
//! Needs a table, by `TABLE_NAME` and `AWS_ENDPOINT_URL` (with region and credentials, as for any function): `./dev test`
//! runs it beside the black-box tests. The table may be in use: the suite makes its own people, and the anchors that it
//! makes, of days before the year 1000, are taken away again, because a chain of anchors with those in it does not hold.

use adapters::{Aws, SystemClock, setting};
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::types::AttributeValue;
use ports::{Clock, contract::table_contract};

#[tokio::test]
async fn the_table_keeps_the_contract() {
    if let Err(missing) = setting("TABLE_NAME").and(setting("AWS_ENDPOINT_URL")) {
        panic!("{missing}: this needs a running stack, see ./dev test");
    }
    let table = Aws::load().await.table().await.expect("TABLE_NAME is set");
    Box::pin(table_contract(&table, SystemClock.now())).await;

    let name = setting("TABLE_NAME").expect("TABLE_NAME is set");
    let client = aws_sdk_dynamodb::Client::new(&aws_config::load_defaults(BehaviorVersion::latest()).await);
    let query = client.query().table_name(&name).key_condition_expression("pk = :pk AND sk < :end");
    let query = query.expression_attribute_values(":pk", AttributeValue::S("ANCHOR".to_owned()));
    let query = query.expression_attribute_values(":end", AttributeValue::S("ANCHOR#1000".to_owned()));
    let found = query.send().await.unwrap();
    assert!(found.count() >= 2, "the suite made two");
    for item in found.items() {
        let delete = client.delete_item().table_name(&name).key("pk", item["pk"].clone());
        delete.key("sk", item["sk"].clone()).send().await.unwrap();
    }
}
