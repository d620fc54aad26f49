//! Prints, as JSON, the tokens of an applicant and of a reviewer, and the contract with their things in its examples:
//! what `infra/local/contract.py` needs to have the running stack held against the contract.

use journey::contract::{Cast, Contract};
use journey::{Stack, table};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let stack = Stack::required();
    let cast = Box::pin(Cast::meet(&stack)).await;
    // Whoever tries everything asks for many picture codes.
    table::forget_addresses(&stack).await;
    println!(
        "{}",
        json!({
            "tokens": {"applicant": cast.applicant.api.token, "reviewer": cast.reviewer.api.token},
            "contract": Contract::read().about(&cast).0,
        })
    );
}
