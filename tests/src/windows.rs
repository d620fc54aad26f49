//! Collection windows and departments of provinces in which nobody else tries anything.
//!
//! Windows are written straight into the table, as the administrator's command stores them: a test about the
//! last moment cannot wait for a process to start.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use aws_sdk_dynamodb::types::AttributeValue;

use crate::stack::Stack;
use crate::table::{self, Item};

/// An hour, in milliseconds.
pub const HOUR: i64 = 3_600_000;

/// A province that one test has for itself.
#[derive(Clone, Copy, Debug)]
pub struct Province {
    /// Its code.
    pub code: &'static str,
    /// The code of one of its counties.
    pub county: &'static str,
}

/// A window; times are milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// The year of the examination.
    pub exam_year: i64,
    /// When it opens.
    pub opens: i64,
    /// When it closes.
    pub closes: i64,
    /// How long corrections are taken after that, in seconds.
    pub grace_seconds: i64,
    /// Whether one of the examination's conditions must be met.
    pub enforced: bool,
}

/// The time, in milliseconds since 1970. The emulator runs on this machine and has the same clock.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    i64::try_from(since.as_millis()).expect("a clock before the end of time")
}

/// A moment as answers and items have it.
pub fn text(millis: i64) -> String {
    let local = DateTime::from_millis(millis + 8 * HOUR).fmt(DateTimeFormat::DateTime);
    let local = local.expect("a moment of these years");
    format!("{}.{:03}+08:00", &local[..19], millis.rem_euclid(1_000))
}

impl Window {
    /// A window that opened an hour ago and closes in an hour, without a grace.
    pub fn open() -> Self {
        let now = now();
        Self { exam_year: 2030, opens: now - HOUR, closes: now + HOUR, grace_seconds: 0, enforced: false }
    }

    /// A window that opened two hours ago and closed an hour ago.
    pub fn closed() -> Self {
        let now = now();
        Self { opens: now - 2 * HOUR, closes: now - HOUR, ..Self::open() }
    }

    /// Until when corrections are taken.
    pub fn corrections_until(&self) -> i64 {
        self.closes + self.grace_seconds * 1_000
    }
}

impl Province {
    /// The id of the department of its county.
    pub fn department(&self) -> String {
        format!("{}-1", self.county)
    }

    /// Takes away the window and its history.
    pub async fn without_window(&self, stack: &Stack) {
        let partition = self.partition();
        for item in table::partition(stack, &partition, "").await {
            let sk = item["sk"].as_s().expect("a sort key is text");
            table::delete(stack, &partition, sk).await;
        }
    }

    /// Sets the window.
    pub async fn set(&self, stack: &Stack, window: &Window) {
        let text_of = |text: &str| AttributeValue::S(text.to_owned());
        let number = |number: i64| AttributeValue::N(number.to_string());
        let item = [
            ("pk", text_of(&self.partition())),
            ("sk", text_of("WINDOW")),
            ("type", text_of("window")),
            ("schema", number(1)),
            ("updatedAt", text_of(&text(now()))),
            ("province", text_of(self.code)),
            ("examYear", number(window.exam_year)),
            ("opensAt", text_of(&text(window.opens))),
            ("closesAt", text_of(&text(window.closes))),
            ("graceSeconds", number(window.grace_seconds)),
            ("enforcesEligibility", AttributeValue::Bool(window.enforced)),
        ];
        table::put(stack, named(item)).await;
    }

    /// Writes the department of its county.
    pub async fn with_department(&self, stack: &Stack) {
        let text_of = |text: &str| AttributeValue::S(text.to_owned());
        let id = self.department();
        let item = [
            ("pk", text_of(&format!("DEPARTMENT#{}", self.county))),
            ("sk", text_of(&format!("DEPARTMENT#{id}"))),
            ("type", text_of("department")),
            ("schema", AttributeValue::N("1".to_owned())),
            ("id", text_of(&id)),
            ("division", text_of(self.county)),
            ("name", text_of("示例财政局会计科")),
            ("address", text_of("示例街1号")),
            ("phone", text_of("021-12345678")),
            ("hours", text_of("工作日 9:00-17:00")),
        ];
        table::put(stack, named(item)).await;
    }

    /// Takes the department away.
    pub async fn without_department(&self, stack: &Stack) {
        let sk = format!("DEPARTMENT#{}", self.department());
        table::delete(stack, &format!("DEPARTMENT#{}", self.county), &sk).await;
    }

    /// What was done to the window, oldest first.
    pub async fn history(&self, stack: &Stack) -> Vec<Item> {
        table::partition(stack, &self.partition(), "CHANGE#").await
    }

    fn partition(&self) -> String {
        format!("WINDOW#{}", self.code)
    }
}

fn named<const N: usize>(members: [(&str, AttributeValue); N]) -> Item {
    HashMap::from(members.map(|(name, value)| (name.to_owned(), value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_with_milliseconds_in_china_standard_time() {
        assert_eq!(text(0), "1970-01-01T08:00:00.000+08:00");
        assert_eq!(text(1_795_535_999_007), "2026-11-24T23:59:59.007+08:00");
    }
}
