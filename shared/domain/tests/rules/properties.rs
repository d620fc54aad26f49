//! What holds for any input: parsers never panic, what they accept they accept again unchanged, and masked
//! values do not show the middle.

use domain::certificate::{DegreeCertificateNo, EducationCertificateNo};
use domain::divisions::Division;
use domain::identity::{IdType, IdentityNumber};
use domain::messages::Lang;
use domain::mobile::Mobile;
use domain::name::PersonName;
use domain::password::{Password, PasswordContext, TypedPassword};
use domain::period::{Period, PeriodKind, YearMonth};
use domain::phone::WorkPhone;
use domain::uscc::Uscc;
use proptest::prelude::*;

use crate::{TODAY, identity, uscc};

/// Anything, and texts near enough to numbers and names to get past the first checks.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9A-Zx*（）() \u{200B}-]{0,22}",
        "[0-9]{15}|[A-Z]{3}[0-9]{12}|[HM][0-9]{8,10}|[CZ]?[0-9]{10}[0-9A-Z][0-9]{5}",
        "[\u{4E00}-\u{9FFF}·•ßŉǰÀ-ɏa-z '.]{1,12}",
        "[A-Zß-ɏḀ-ỿʼʻ’@/(), \u{300}-\u{36F}-]{1,14}",
        "[０-９Ａ-Ｚ①㈠ﬁ]{1,18}",
    ]
}

fn id_types() -> impl Strategy<Value = IdType> {
    prop::sample::select(IdType::ALL.to_vec())
}

fn resident_ids() -> impl Strategy<Value = String> {
    (1950..2010_i32, 1..=12, 1..=28, 1..=999).prop_map(|(year, month, day, order)| {
        identity::with_check(&format!("110101{year}{month:02}{day:02}{order:03}"))
    })
}

proptest! {
    #[test]
    fn identity_numbers_are_accepted_again_and_masked(text in any_text(), id_type in id_types()) {
        if let Ok(number) = IdentityNumber::parse(id_type, &text, TODAY) {
            prop_assert_eq!(IdentityNumber::parse(id_type, number.expose(), TODAY), Ok(number.clone()));
            let (masked, length) = (number.masked(), number.expose().len());
            prop_assert_eq!(masked.len(), length);
            prop_assert!(masked.matches('*').count() * 3 >= length);
        }
        let restored = IdentityNumber::restore(id_type, text);
        let _ = (restored.birth_date(), restored.sex(), restored.masked(), restored.holder_key());
    }

    #[test]
    fn valid_resident_ids_hide_the_birth_date(number in resident_ids()) {
        let parsed = IdentityNumber::parse(IdType::Ric, &number, TODAY).unwrap();
        prop_assert_eq!(parsed.expose(), &number);
        let masked = parsed.masked();
        prop_assert_eq!(&masked[3..14], "***********");
        prop_assert_eq!((&masked[..3], &masked[14..]), (&number[..3], &number[14..]));
    }

    #[test]
    fn one_wrong_digit_is_always_noticed(number in resident_ids(), at in 0..17_usize, by in 1..10_u8) {
        let mut wrong = number.into_bytes();
        wrong[at] = (wrong[at] - b'0' + by) % 10 + b'0';
        let wrong = String::from_utf8(wrong).unwrap();
        prop_assert!(IdentityNumber::parse(IdType::Ric, &wrong, TODAY).is_err());
    }

    #[test]
    fn names_are_accepted_again_and_masked(text in any_text(), id_type in id_types()) {
        if let Ok(name) = PersonName::parse(&text, id_type) {
            prop_assert_eq!(PersonName::parse(name.expose(), id_type), Ok(name.clone()));
            let masked = name.masked();
            prop_assert_eq!(masked.chars().count(), name.expose().chars().count());
            // Of a Latin name the first letter; of a Chinese one that and what stands before its separator.
            prop_assert!(masked.contains('*'), "{}", masked);
            prop_assert!(name.is_same_as(&PersonName::parse(&name.expose().to_lowercase(), id_type).unwrap_or(name.clone())));
        }
    }

    #[test]
    fn mobiles_are_accepted_again_and_masked(text in prop_oneof![any_text(), "(\\+86|0086|86)?1[3-9][0-9]{9}"]) {
        if let Ok(mobile) = Mobile::parse(&text) {
            prop_assert_eq!(Mobile::parse(mobile.expose()), Ok(mobile.clone()));
            prop_assert_eq!(Mobile::parse(&mobile.e164()), Ok(mobile.clone()));
            prop_assert_eq!(&mobile.masked()[3..7], "****");
        }
    }

    #[test]
    fn phones_are_accepted_again(text in prop_oneof![
        any_text(),
        "(0[0-9]{2,3}-?)?[1-9][0-9]{6,7}(-[0-9]{1,6})?",
        "(\\+86|0086|86)?-?\\(?0?[0-9]{2,3}\\)?-?[0-9]{3,4}-?[0-9]{3,4}(转|ext|-|#)?[0-9]{0,6}",
        "[0-9()+转-]{5,14}",
    ]) {
        if let Ok(phone) = WorkPhone::parse(&text) {
            prop_assert!(phone.as_str().len() <= 20);
            prop_assert_eq!(WorkPhone::parse(phone.as_str()), Ok(phone));
        }
    }

    #[test]
    fn landlines_of_the_rule_are_phones(text in "(0[0-9]{2,3}-?)?[1-9][0-9]{6,7}(-[0-9]{1,6})?") {
        prop_assert!(WorkPhone::parse(&text).is_ok());
    }

    #[test]
    fn credit_codes_are_accepted_again(text in any_text(), body in "9[1239]110101[0-9A-HJ-NPQRTUWXY]{9}") {
        prop_assert!(Uscc::parse(&text).map_or(true, |uscc| Uscc::parse(uscc.as_str()) == Ok(uscc)));
        let code = uscc::with_check(&body);
        let parsed = Uscc::parse(&code).unwrap();
        prop_assert_eq!(parsed.as_str(), code);
    }

    #[test]
    fn certificate_numbers_are_accepted_again(text in any_text(), year in 1990..2030_i16) {
        if let Ok(number) = EducationCertificateNo::parse(&text, year, "21", TODAY) {
            prop_assert_eq!(EducationCertificateNo::parse(number.as_str(), year, "21", TODAY), Ok(number));
        }
        if let Ok(number) = DegreeCertificateNo::parse(&text, year, "4", TODAY) {
            prop_assert_eq!(DegreeCertificateNo::parse(number.as_str(), year, "4", TODAY), Ok(number));
        }
    }

    #[test]
    fn passwords_are_accepted_again(text in prop_oneof![any_text(), "\\PC{8,64}"]) {
        let nobody = PasswordContext::default();
        if let Ok(password) = Password::parse(&TypedPassword::new(&text), &nobody) {
            prop_assert!(Password::parse(&TypedPassword::new(password.expose()), &nobody) == Ok(password));
        }
    }

    #[test]
    fn months_are_read_as_they_are_written(year in 0..=9999, month in 1..=12) {
        let text = format!("{year:04}-{month:02}");
        prop_assert_eq!(YearMonth::parse(&text).unwrap().to_string(), text);
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in any_text(), other in any_text()) {
        let _ = Division::parse(&text);
        let _ = Lang::from_accept_language(Some(&text));
        let _ = YearMonth::parse(&text);
        for kind in [PeriodKind::Work, PeriodKind::Education] {
            let _ = Period::parse(kind, None, Some(&text), Some(&other), TODAY, None);
        }
    }
}
