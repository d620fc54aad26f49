//! The system as its users meet it: a typed driver for the API, and what the black-box tests and the
//! demonstration share.
//!
//! Nothing here starts or stops anything, and nothing here knows the functions' code: the driver speaks
//! `docs/api.md`, and reads the table, the outbox and the state machine only to check what was stored.
//! A failed expectation ends the test with a sentence, so functions here panic where a library would not.

pub mod admin;
pub mod alipay;
pub mod client;
pub mod contract;
pub mod machine;
pub mod numbers;
pub mod outbox;
pub mod pages;
pub mod people;
pub mod pictures;
pub mod queues;
pub mod response;
pub mod routes;
pub mod scenario;
pub mod stack;
pub mod table;
pub mod template;
pub mod tokens;
pub mod wait;
pub mod windows;

pub use client::Client;
pub use people::Person;
pub use response::Response;
pub use scenario::{Applicant, Draft, Reviewer};
pub use stack::Stack;
