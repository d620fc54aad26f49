//! The fake of the table does what every table must do.

use ports::{Clock, conformance::table_contract, fakes::Fakes};

#[tokio::test]
async fn the_fake_keeps_the_contract_also_when_it_is_in_use() {
    let fakes = Fakes::new();
    for _ in 0..2 {
        Box::pin(table_contract(&fakes.table, fakes.clock.now())).await;
    }
}
