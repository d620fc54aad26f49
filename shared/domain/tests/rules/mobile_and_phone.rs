use domain::mobile::{Mobile, MobileError};
use domain::phone::{PhoneError, WorkPhone};

use crate::{check, code};

#[test]
fn mobiles_say_what_is_wrong() {
    let cases = [
        ("-", "mobile.EMPTY"),
        ("+85261234567", "mobile.COUNTRY_CODE"),
        ("+86", "mobile.CHARSET"),
        ("1380000123４x", "mobile.CHARSET"),
        ("1380000123", "mobile.LENGTH"),
        ("12800001234", "mobile.PREFIX"),
        ("86138000012", "mobile.PREFIX"),
        ("138 0000-1234", "OK"),
        ("+86 13800001234", "OK"),
        ("008613800001234", "OK"),
        ("8613800001234", "OK"),
    ];
    check(MobileError::ALL, &cases, |input| code(Mobile::parse(input)));
}

#[test]
fn a_mobile_is_sent_to_masked_and_redacted() {
    let mobile = Mobile::parse("+86 138-0000-1234").unwrap();
    assert_eq!(mobile.expose(), "13800001234");
    assert_eq!(mobile.e164(), "+8613800001234");
    assert_eq!(mobile.masked(), "138****1234");
    assert_eq!(format!("{mobile:?} {mobile}"), "Mobile(redacted) redacted");
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn employers_have_landlines_mobiles_and_service_numbers() {
    let cases = [
        ("", "phone.EMPTY"),
        ("010-12345678", "OK"),
        ("0512-1234567-801", "OK"),
        ("051212345678", "OK"),
        ("８２３４５６７８", "OK"),
        ("82345678-1234567", "phone.FORMAT"),
        ("82345678-", "phone.FORMAT"),
        ("010-02345678", "phone.FORMAT"),
        ("123456", "phone.FORMAT"),
        ("+86 138 0000 1234", "OK"),
        ("400-812-3123", "OK"),
        ("4008-123-123", "OK"),
        ("8008123123", "OK"),
        ("400-8123-12", "phone.FORMAT"),
        ("400--------8123123", "phone.FORMAT"),
        ("电话", "phone.FORMAT"),
    ];
    check(PhoneError::ALL, &cases, |input| code(WorkPhone::parse(input)));
    let one_form: [(&str, &[&str]); 11] = [
        (
            "010-64001234",
            &[
                "(010)64001234",
                "（010）6400 1234",
                "010 64001234",
                "01064001234",
                "+86-10-64001234",
                "+86 10 6400 1234",
                "86-10-64001234",
                "0086 10 64001234",
                "+86(0)10-64001234",
                "(+86)010-64001234",
                "861064001234",
                "010—64001234",
                "010.6400.1234",
                "０１０－６４００１２３４",
                "010-(64001234)",
                "+86-010-64001234",
                "\u{202D}010‑6400\u{AD}1234\u{202C}",
            ],
        ),
        (
            "010-64001234-801",
            &[
                "010-64001234转801",
                "010-64001234-801",
                "010-64001234 ext. 801",
                "(010)64001234 分机 801",
                "010-64001234转分机801号",
                "010-64001234x801",
                "010-64001234#801",
                "010-64001234(801)",
                "010-64001234（转801）",
                "+86-10-64001234-801",
                "010-64001234 EXT:801",
                "010-64001234，转801",
                "010-64001234分机号：801",
                "01064001234-801",
            ],
        ),
        ("64001234-8", &["64001234-8", "6400-1234转8"]),
        ("0755-26400123", &["+86 755 26400123", "0755-2640-0123", "075526400123"]),
        ("0999-8123123", &["09998123123", "(0999) 8123123", "0086-999-8123123"]),
        ("13800001234", &["+86 138 0000 1234", "86-138-0000-1234"]),
        ("95588", &["95588", "９５５８８", "955-88"]),
        ("955888", &["955888"]),
        ("96110", &["96110"]),
        ("4008123123", &["400-812-3123", "4008-123-123", "400 812 3123", "+86 4008123123"]),
        ("4008123123-12", &["400-812-3123转12", "4008123123-12"]),
    ];
    for (stored, ways) in one_form {
        for way in ways {
            let phone = WorkPhone::parse(way).map(|phone| phone.as_str().to_owned());
            assert_eq!(phone.as_deref(), Ok(stored), "{way:?}");
        }
        assert_eq!(WorkPhone::parse(stored).unwrap().as_str(), stored);
    }
    for wrong in [
        "(010 64001234",
        "010)64001234",
        "((010))64001234",
        "010-64001234转",
        "010-64001234转8012345",
        "转801",
        "12345",
        "9558",
        "0-64001234",
        "010-64001234/5",
        "010-64001234 65001234",
        "13800001234转1",
        "010--64001234",
        "+1 212 5551234",
        "010-",
        "86",
        "+86",
        "010-64001234转8转9",
    ] {
        assert_eq!(code(WorkPhone::parse(wrong)), "phone.FORMAT", "{wrong:?}");
    }
    assert_eq!(code(WorkPhone::parse("—–-")), "phone.EMPTY");
    let phone: WorkPhone = serde_json::from_str(r#""+8613800001234""#).unwrap();
    assert_eq!(serde_json::to_string(&phone).unwrap(), r#""13800001234""#);
    assert!(serde_json::from_str::<WorkPhone>(r#""12""#).is_err());
}
