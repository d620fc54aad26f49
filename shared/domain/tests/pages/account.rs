use domain::person::{MobileChange, PasswordReset, SmsPurpose};
use serde_json::{Value, json};

use crate::{TODAY, check, check_shape};

fn change() -> Value {
    json!({
        "currentSmsCodeId": "sms_01JDEXAMP0E00000000000000A", "currentSmsCode": "004217",
        "mobile": "13900001234", "smsCodeId": "sms_01JDEXAMP0E00000000000000B", "smsCode": "104217",
    })
}

fn reset() -> Value {
    json!({
        "idType": "RIC", "idNumber": "110101199003070011", "name": "吕小明", "mobile": "13800001234",
        "password": "Kite-moon7", "passwordConfirmation": "Kite-moon7", "smsCode": "004217",
        "smsCodeId": "sms_01JDEXAMP0E00000000000000A",
    })
}

#[test]
fn a_change_of_phones_names_the_new_one_and_both_codes() {
    check(
        MobileChange::parse,
        &change(),
        &[
            (json!({"currentSmsCode": null}), "/currentSmsCode form.REQUIRED"),
            (json!({"currentSmsCode": "4217"}), "/currentSmsCode sms_code.WRONG"),
            (json!({"currentSmsCodeId": null}), "/currentSmsCodeId form.REQUIRED"),
            (json!({"currentSmsCodeId": "004217"}), "/currentSmsCodeId sms_code.WRONG"),
            (json!({"smsCodeId": null}), "/smsCodeId form.REQUIRED"),
            (json!({"mobile": null}), "/mobile form.REQUIRED"),
            (json!({"mobile": "+1 555 0100"}), "/mobile mobile.COUNTRY_CODE"),
            (json!({"mobile": "+86 139-0000-1234"}), ""),
            (json!({"smsCode": null}), "/smsCode form.REQUIRED"),
            (json!({"smsCode": 104_217}), "/smsCode form.TYPE"),
        ],
    );
    check_shape(MobileChange::parse, &change());
}

#[test]
fn a_reset_is_held_to_the_rules_of_a_registration() {
    let parse = |body: &Value| PasswordReset::parse(body, TODAY);
    check(
        parse,
        &reset(),
        &[
            (json!({"idType": null}), "/idType form.REQUIRED"),
            (json!({"idNumber": "110101199003070012"}), "/idNumber resident_id.CHECKSUM"),
            (json!({"smsCode": null}), "/smsCode form.REQUIRED"),
            (json!({"smsCodeId": null}), "/smsCodeId form.REQUIRED"),
            (json!({"passwordConfirmation": "kite-moon7"}), "/passwordConfirmation password.MISMATCH"),
            (json!({"consentVersion": "2026-11"}), "/consentVersion form.UNKNOWN_FIELD"),
        ],
    );
    check_shape(parse, &reset());
}

#[test]
fn purposes_are_called_as_they_are_written() {
    for purpose in [SmsPurpose::Registration, SmsPurpose::PasswordReset, SmsPurpose::MobileChange] {
        assert_eq!(SmsPurpose::parse(purpose.as_str()), Ok(purpose));
    }
    assert!(SmsPurpose::parse("login").is_err());
}
