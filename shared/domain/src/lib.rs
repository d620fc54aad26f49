//! The rules for collecting, checking and reviewing applicants' information.
//!
//! No AWS, no clock, no I/O: everything that depends on the date takes it as an argument, so that every rule can be
//! tested with thousands of inputs and also be compiled into the web page.

pub mod calendar;
pub mod case;
pub mod certificate;
pub mod codes;
pub mod collection;
pub mod consent;
pub mod divisions;
pub mod eligibility;
pub mod evidence;
pub mod fault;
pub mod file_kind;
pub mod form;
pub mod free_text;
pub mod identity;
pub mod ids;
pub mod likeness;
pub mod messages;
pub mod mobile;
pub mod moment;
pub mod name;
pub mod network;
pub mod notification;
pub mod number;
pub mod password;
pub mod period;
pub mod person;
pub mod phone;
pub mod real_name;
mod reasons;
pub mod sms;
pub mod staff;
pub mod statistics;
pub mod text;
pub mod upload;
pub mod uscc;
pub mod window;
pub mod written;
