//! The in-memory table passes the conformance suite.

use ports::{Clock, conformance::table_contract, fakes::Fakes};

#[tokio::test]
async fn memory_table_passes_conformance_suite_also_when_in_use() {
    let fakes = Fakes::new();
    for _ in 0..2 {
        Box::pin(table_contract(&fakes.table, fakes.clock.now())).await;
    }
}
