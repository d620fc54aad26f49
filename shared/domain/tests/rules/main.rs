//! The rules, case by case: one case per reason at the least, properties of every parser, and the shared
//! vectors where they are at hand.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

mod calendar;
mod certificate;
mod codes;
mod divisions;
mod eligibility;
mod file_kind;
mod identity;
mod messages;
mod mobile_and_phone;
mod name;
mod network;
mod password;
mod period;
mod properties;
mod runner;
mod typed;
mod uscc;
mod vectors;

use std::collections::BTreeSet;
use std::fmt::Debug;

use domain::fault::Code;
use jiff::civil::{Date, date};

/// The day on which all cases are judged.
const TODAY: Date = date(2026, 6, 30);

/// The code a rule gave, or `OK`.
fn code<T, E: Into<Code>>(result: Result<T, E>) -> &'static str {
    result.map_or_else(|error| error.into().0, |_| "OK")
}

/// Checks a table of inputs and codes, and that it has a case for every reason of the rule.
#[track_caller]
fn check<I: Debug, R: Copy + Into<Code>>(
    reasons: &[R],
    cases: &[(I, &str)],
    judge: impl Fn(&I) -> &'static str,
) {
    for (input, expected) in cases {
        assert_eq!(judge(input), *expected, "{input:?}");
    }
    let seen: BTreeSet<_> = cases.iter().map(|(_, code)| *code).collect();
    for reason in reasons {
        let code: Code = (*reason).into();
        assert!(seen.contains(code.0), "no case for {code}");
    }
    assert!(seen.contains("OK"), "no valid case");
}
