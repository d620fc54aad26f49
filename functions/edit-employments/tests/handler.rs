//! Rows of the work page.

#[path = "../../../shared/applicant/tests/rows/mod.rs"]
mod rows;

use domain::{collection::MAX_EMPLOYMENTS as MAX_ROWS, ids::AccountId, upload::Purpose};
use edit_employments::handle;
use ports::fakes::{Fakes, body};
use serde_json::Value;

const ROWS: &str = "employments";
const ROW: &str = "employment";
const NOBODYS: &str = "emp_01M86GZZ76GMAEDCT0NQP1KGT4";

fn row(fakes: &Fakes, owner: AccountId) -> Value {
    body::employment(fakes.picture(owner, Purpose::WorkProof))
}
