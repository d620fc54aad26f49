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
    let phone: WorkPhone = serde_json::from_str(r#""+8613800001234""#).unwrap();
    assert_eq!(serde_json::to_string(&phone).unwrap(), r#""13800001234""#);
    assert!(serde_json::from_str::<WorkPhone>(r#""12""#).is_err());
}
