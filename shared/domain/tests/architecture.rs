//! The transition tables in `docs/architecture.md` are those of the code.
//!
//! A table that differs is printed as it has to be: it goes between the two markers of its kind.

use domain::case::transition::table;
use domain::ids::CaseKind;

const PAGE: &str = include_str!("../../../docs/architecture.md");

/// What the page has between the markers of that kind.
fn shown(kind: CaseKind) -> Option<&'static str> {
    let begin = format!("<!-- transitions:{} -->\n", kind.as_str());
    let (_, rest) = PAGE.split_once(begin.as_str())?;
    Some(rest.split_once("<!-- /transitions -->")?.0)
}

#[track_caller]
fn check(kind: CaseKind) {
    let right = table(kind);
    assert!(
        shown(kind).is_some_and(|shown| shown.trim() == right.trim()),
        "docs/architecture.md, between `<!-- transitions:{} -->` and `<!-- /transitions -->`:\n\n{right}",
        kind.as_str(),
    );
}

#[test]
fn the_page_shows_the_transitions_of_a_collection() {
    check(CaseKind::Collection);
}

#[test]
fn the_page_shows_the_transitions_of_a_real_name_request() {
    check(CaseKind::RealName);
}
