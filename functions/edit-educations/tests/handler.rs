//! Rows of the education page.

#[path = "../../../shared/applicant/tests/rows/mod.rs"]
mod rows;

use domain::{collection::MAX_EDUCATIONS as MAX_ROWS, ids::AccountId, upload::Purpose};
use edit_educations::handle;
use ports::fakes::{Fakes, body};
use serde_json::Value;

const ROWS: &str = "educations";
const ROW: &str = "education";
const NOBODYS: &str = "edu_01M86GZZ76GMAEDCT0NQP1KGT4";

fn row(fakes: &Fakes, owner: AccountId) -> Value {
    body::education(fakes.picture(owner, Purpose::EducationCertificate))
}
