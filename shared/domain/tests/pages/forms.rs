//! Tables of changes to a valid body, and what is said of each. The tests of decisions share them.

use std::ops::RangeInclusive;

use domain::fault::{Fault, Faults};
use domain::messages::{Lang, text};
use serde_json::{Value, json};

/// What is wrong, as `/pointer code, /pointer code`; empty when nothing is. Every code must have a text.
#[track_caller]
pub(crate) fn said<T>(result: Result<T, Faults>) -> String {
    let Err(faults) = result else { return String::new() };
    let say = |fault: &Fault| {
        let code = fault.code.0;
        assert_ne!(text(code, Lang::Zh), text("no.such.code", Lang::Zh), "{code} has no text");
        format!("{} {code}", fault.pointer.as_str())
    };
    faults.iter().map(say).collect::<Vec<_>>().join(", ")
}

/// A body with some fields set: by name at the top, by pointer (`/qualifications/0/title`) below.
pub(crate) fn with(body: &Value, changes: &Value) -> Value {
    let mut body = body.clone();
    for (place, value) in changes.as_object().unwrap() {
        let (parent, name) = place.rsplit_once('/').unwrap_or(("", place));
        match body.pointer_mut(parent).unwrap() {
            Value::Object(fields) => _ = fields.insert(name.to_owned(), value.clone()),
            list => list[name.parse::<usize>().unwrap()] = value.clone(),
        }
    }
    body
}

/// Checks a table of changes to a valid body: what is said of each, and nothing more.
#[track_caller]
pub(crate) fn check<T>(parse: impl Fn(&Value) -> Result<T, Faults>, valid: &Value, table: &[(Value, &str)]) {
    assert_eq!(said(parse(valid)), "");
    for (changes, expected) in table {
        assert_eq!(said(parse(&with(valid, changes))), *expected, "{changes}");
    }
}

/// Checks that only objects are forms, and that nobody can set what is not asked for.
#[track_caller]
pub(crate) fn check_shape<T>(parse: impl Fn(&Value) -> Result<T, Faults>, valid: &Value) {
    for body in [json!(null), json!([]), json!("x"), json!(7)] {
        assert_eq!(said(parse(&body)), " form.TYPE");
    }
    for (field, pointer) in
        [("role", "/role"), ("ownerId", "/ownerId"), ("version", "/version"), ("a/~b", "/a~1~0b")]
    {
        // A form may have such a field of its own.
        for value in [json!("admin"), json!(null)].into_iter().filter(|_| valid.get(field).is_none()) {
            let mut body = valid.clone();
            body[field] = value;
            assert_eq!(said(parse(&body)), format!("{pointer} form.UNKNOWN_FIELD"));
        }
    }
}

/// Checks a text's bounds with characters of four bytes and two UTF-16 units.
#[track_caller]
pub(crate) fn check_length<T>(
    parse: impl Fn(&Value) -> Result<T, Faults>,
    valid: &Value,
    pointer: &str,
    bounds: RangeInclusive<usize>,
) {
    let (min, max) = bounds.into_inner();
    let mut cases = vec![
        ("𠮷".repeat(min), None),
        ("𠮷".repeat(max), None),
        (format!(" \n{}\u{3000}", "𠮷".repeat(max)), None),
        ("𠮷".repeat(max + 1), Some("form.TOO_LONG")),
        ("𠮷".repeat(2_001), Some("form.TOO_LONG")),
        ("会计\u{202E}会计会计".to_owned(), Some("text.CHARSET")),
        (format!("{}\u{FE0F}\u{AD}", "𠮷".repeat(max)), None),
    ];
    if min > 1 {
        cases.push(("𠮷".repeat(min - 1), Some("form.TOO_SHORT")));
    }
    check_texts(parse, valid, pointer, cases);
}

/// What shows nothing, however often.
const NOTHING: [&str; 14] = [
    "\u{3164}",
    "\u{115F}",
    "\u{1160}",
    "\u{FFA0}",
    "\u{2800}",
    "\u{FE0F}",
    "\u{34F}",
    "\u{17B4}",
    "\u{180E}",
    "\u{E0041}",
    "\u{200B}",
    "\u{301}",
    "\u{202D}\u{202C}",
    "\u{2066}\u{2069}",
];

/// Checks what is said of a text that shows nothing; empty where it may be left out.
#[track_caller]
pub(crate) fn check_nothing<T>(
    parse: impl Fn(&Value) -> Result<T, Faults>,
    valid: &Value,
    pointer: &str,
    code: &'static str,
) {
    let code = Some(code).filter(|code| !code.is_empty());
    let cases = NOTHING.into_iter().flat_map(|nothing| [1, 7].map(|times| (nothing.repeat(times), code)));
    check_texts(parse, valid, pointer, cases.collect());
}

/// Checks a field with some texts, and what is said of each.
#[track_caller]
pub(crate) fn check_texts<T>(
    parse: impl Fn(&Value) -> Result<T, Faults>,
    valid: &Value,
    pointer: &str,
    cases: Vec<(String, Option<&str>)>,
) {
    for (text, code) in cases {
        let expected = code.map_or_else(String::new, |code| format!("{pointer} {code}"));
        let body = with(valid, &json!({ pointer: text }));
        assert_eq!(said(parse(&body)), expected, "{text:?}");
    }
}
