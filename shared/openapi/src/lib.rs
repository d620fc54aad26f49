//! The API's contract as `OpenAPI` 3.1: what may be asked, what is answered, and an example of each.
//!
//! `chapters` says it, operation by operation, beside the types of what is sent and answered; codes, lengths and
//! problems come from the domain. `docs/openapi.json` is the text of it, checked in: a change of the contract is seen
//! in the diff. Nothing at run time depends on this crate.

#[expect(
    dead_code,
    clippy::struct_field_names,
    reason = "types are there for their schemas, named as in the API"
)]
mod chapters;
mod document;
pub mod example;
mod operation;
#[expect(dead_code, reason = "the types are declared for their schemas")]
mod problems;
mod reasons;
mod texts;

pub use document::{document, text};
pub use reasons::table as reasons;
