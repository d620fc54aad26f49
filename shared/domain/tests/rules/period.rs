use domain::period::{Period, PeriodEnd, PeriodError, PeriodKind, YearMonth, YearMonthError};
use jiff::civil::date;

use crate::{TODAY, check, code};

fn judge(kind: PeriodKind, start: Option<&str>, end: Option<&str>) -> Result<Period, PeriodError> {
    let parent: Period = serde_json::from_str(r#"{"start":"2006-05","end":"2026-05"}"#).unwrap();
    let parent = (kind == PeriodKind::Work).then_some(&parent);
    Period::parse(kind, Some(date(1990, 5, 15)), start, end, TODAY, parent)
}

#[test]
fn periods_say_what_is_wrong_and_where() {
    use PeriodKind::{Education, Work};
    let cases = [
        ((Work, None, None), "time_range.START_EMPTY"),
        ((Work, Some("2020-1"), None), "time_range.START_FORMAT"),
        ((Work, Some("2020-00"), None), "time_range.START_FORMAT"),
        ((Work, Some("2020-01"), Some("")), "time_range.END_EMPTY"),
        ((Work, Some("2020-01"), Some("now")), "time_range.END_FORMAT"),
        ((Education, Some("2020-01"), Some("至今")), "time_range.END_PRESENT_NOT_ALLOWED"),
        ((Work, Some("2026-07"), Some("至今")), "time_range.START_FUTURE"),
        ((Work, Some("2026-06"), Some("2026-07")), "time_range.END_FUTURE"),
        ((Work, Some("2020-02"), Some("2020-01")), "time_range.END_BEFORE_START"),
        ((Education, Some("2020-02"), Some("2020-02")), "time_range.SAME_MONTH"),
        ((Education, Some("2005-09"), Some("2020-10")), "time_range.TOO_LONG"),
        ((Education, Some("2005-09"), Some("2020-09")), "OK"),
        ((Education, Some("2004-04"), Some("2008-07")), "time_range.TOO_YOUNG"),
        ((Work, Some("2006-04"), Some("2008-07")), "time_range.TOO_YOUNG"),
        ((Work, Some("2006-05"), Some("2006-05")), "OK"),
        ((Work, Some("2006-05"), Some("2026-06")), "time_range.OUTSIDE_EMPLOYMENT"),
        ((Work, Some("2006-05"), Some("至今")), "time_range.OUTSIDE_EMPLOYMENT"),
    ];
    let reasons: Vec<_> =
        PeriodError::ALL.iter().copied().filter(|reason| *reason != PeriodError::StartTooEarly).collect();
    check(&reasons, &cases, |&(kind, start, end)| code(judge(kind, start, end)));
    for ((kind, start, end), expected) in cases {
        if let Err(error) = judge(kind, start, end)
            && (expected.contains(".START") || expected.contains(".END"))
        {
            assert!(error.reason().to_lowercase().starts_with(error.field()), "{expected}");
        }
    }
}

#[test]
fn an_unknown_birth_date_skips_the_age() {
    let judge =
        |start| code(Period::parse(PeriodKind::Work, None, Some(start), Some("1951-01"), TODAY, None));
    assert_eq!(judge("1949-10"), "OK");
    assert_eq!(judge("1949-09"), "time_range.START_TOO_EARLY");
    assert_eq!(judge("0000-01"), "time_range.START_TOO_EARLY");
}

#[test]
fn an_open_period_lasts_to_this_month_and_into_an_open_employment() {
    let open = Period::parse(PeriodKind::Work, None, Some("2026-05"), Some("至今"), TODAY, None).unwrap();
    assert_eq!(open.months_inclusive(TODAY), 2);
    assert_eq!(open.end(), PeriodEnd::Present);
    assert!(open.contains(&open));
    let closed = Period::parse(PeriodKind::Work, None, Some("2026-05"), Some("2026-06"), TODAY, Some(&open));
    assert_eq!(closed.unwrap().months_inclusive(date(2030, 1, 1)), 2);
}

#[test]
fn months_are_ordered_counted_and_stored_as_text() {
    check(
        YearMonthError::ALL,
        &[("2026-06", "OK"), ("26-06", "month.FORMAT"), ("2026-13", "month.FORMAT")],
        |text| code(YearMonth::parse(text)),
    );
    let month = |text| YearMonth::parse(text).unwrap();
    assert!(month("2025-12") < month("2026-01"));
    assert_eq!(month("2026-01").months_since(month("2025-11")), 2);
    assert_eq!(month("2025-11").months_since(month("2026-01")), -2);
    assert_eq!(serde_json::to_string(&month("0987-06")).unwrap(), r#""0987-06""#);
    assert!(PeriodEnd::Present > PeriodEnd::Month(month("9999-12")));
}

#[test]
fn a_stored_period_cannot_end_before_it_starts() {
    let text = r#"{"start":"2020-02","end":"至今"}"#;
    let period: Period = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&period).unwrap(), text);
    assert!(serde_json::from_str::<Period>(r#"{"start":"2020-02","end":"2020-01"}"#).is_err());
}
