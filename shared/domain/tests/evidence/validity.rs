//! 有效期限.

use domain::evidence::{Confidence, Evidence, Flag, Validity, ValidityStatus};
use jiff::civil::date;

use crate::{NUMBER, TODAY, emblem, judged, portrait};
use domain::evidence::CardSide;

#[test]
fn two_days_in_their_order_or_one_and_no_end() {
    for (text, expected) in [
        ("2015.03.02-2035.03.02", "2015.03.02-2035.03.02"),
        ("有效期限2015.03.02一2035.03.02", "2015.03.02-2035.03.02"),
        ("2015030220350302", "2015.03.02-2035.03.02"),
        ("2015.03.02-长期", "2015.03.02-长期"),
        ("2015.03.02-期", "2015.03.02-长期"),
        ("2015.03.02", ""),
        ("有效期限2015.03.02-", ""),
        ("2015.03.02-2035.03", ""),
        ("2015.03.02-2035.03.022", ""),
        ("2035.03.02-2015.03.02", ""),
        ("2015.03.02-2015.03.02", ""),
        ("2015.13.02-2035.03.02", ""),
        ("2015.02.29-2035.02.28", ""),
        ("长期", ""),
        ("", ""),
    ] {
        let read = Validity::parse(text).map_or_else(String::new, |validity| validity.to_string());
        assert_eq!(read, expected, "{text}");
    }
}

#[test]
fn cards_are_issued_for_five_ten_or_twenty_years_or_for_good() {
    for (text, lawful) in [
        ("2020.05.06-2025.05.06", true),
        ("2020.05.06-2030.05.06", true),
        ("2020.05.06-2040.05.06", true),
        ("2020.05.06-长期", true),
        ("2020.02.29-2030.02.28", true),
        ("2020.02.29-2030.03.01", true),
        ("2020.02.29-2040.02.29", true),
        ("2020.05.06-2030.05.05", true),
        ("2020.05.06-2030.05.08", false),
        ("2020.05.06-2035.05.06", false),
        ("2020.05.06-2030.06.06", false),
        ("2020.05.06-2090.05.06", false),
    ] {
        assert_eq!(Validity::parse(text).unwrap().is_of_a_lawful_term(), lawful, "{text}");
    }
}

#[test]
fn the_first_and_the_last_day_belong_to_it() {
    let validity = Validity { from: date(2020, 5, 6), until: Some(date(2030, 5, 6)) };
    for (today, standing) in [
        (date(2020, 5, 5), ValidityStatus::NotYet),
        (date(2020, 5, 6), ValidityStatus::Valid),
        (date(2030, 2, 4), ValidityStatus::Valid),
        (date(2030, 2, 5), ValidityStatus::EndsSoon),
        (date(2030, 5, 6), ValidityStatus::EndsSoon),
        (date(2030, 5, 7), ValidityStatus::Expired),
    ] {
        assert_eq!(validity.standing(today), standing, "{today}");
    }
    let forever = Validity { from: date(2020, 5, 6), until: None };
    assert_eq!(forever.standing(date(9999, 12, 31)), ValidityStatus::Valid);
}

fn flags(validity: &str, percent: u8) -> Vec<Flag> {
    let back = CardSide::Emblem(emblem(validity, percent));
    let Evidence { flags, .. } = judged("张伟", NUMBER, portrait("张伟", NUMBER), &back);
    flags
}

#[test]
fn a_card_that_is_not_good_today_is_told_when_it_was_read_surely() {
    assert_eq!(TODAY, date(2026, 11, 24));
    assert_eq!(flags("2016.11.23-2026.11.23", 99), [Flag::Expired]);
    assert_eq!(flags("2016.11.24-2026.11.24", 99), [Flag::ExpiresSoon]);
    assert_eq!(flags("2017.02.23-2027.02.23", 99), []);
    assert_eq!(flags("2017.02.22-2027.02.22", 99), [Flag::ExpiresSoon]);
    assert_eq!(flags("2026.11.25-2036.11.25", 99), [Flag::NotYetValid]);
    assert_eq!(flags("2016.11.23-2029.11.23", 99), [Flag::UnusualTerm]);
    assert_eq!(flags("2016.11.23-2026.11.23", 89), []);
    assert!(!Confidence::of_share(0.899).is_high() && Confidence::of_share(0.9).is_high());
}
