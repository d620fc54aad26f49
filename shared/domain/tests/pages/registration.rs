use domain::person::{CONSENT_VERSION, Registration, SmsCode};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{NUMBERS, TODAY, check, check_shape, said, with};

fn valid() -> Value {
    json!({
        "idType": "RIC", "idNumber": "110101199003070011", "name": "吕小明", "mobile": "13800001234",
        "password": "Kite-moon7", "passwordConfirmation": "Kite-moon7", "smsCode": "004217",
        "smsCodeId": "sms_01JDEXAMP0E00000000000000A", "consentVersion": CONSENT_VERSION,
    })
}

fn parse(body: &Value) -> Result<Registration, domain::fault::Faults> {
    Registration::parse(body, TODAY)
}

fn password(password: &str) -> Value {
    json!({"password": password, "passwordConfirmation": password})
}

/// So many different characters outside the basic plane: what counts is characters, not bytes.
fn rare(count: u32) -> String {
    (0..count).filter_map(|n| char::from_u32(0x2_0000 + 37 * n)).collect()
}

#[test]
fn each_field_says_what_is_wrong_with_it_alone() {
    check(
        parse,
        &valid(),
        &[
            (json!({"idType": null}), "/idType form.REQUIRED"),
            (json!({"idType": "MIL", "idNumber": "?", "name": "?"}), "/idType identity.TYPE"),
            (json!({"idNumber": null}), "/idNumber resident_id.EMPTY"),
            (json!({"idNumber": 110_101}), "/idNumber form.TYPE"),
            (json!({"idNumber": "110101199003070012"}), "/idNumber resident_id.CHECKSUM"),
            (json!({"idNumber": " 110101 19900307 0011 "}), ""),
            (json!({"idType": "PPT"}), ""),
            (json!({"name": null}), "/name name.EMPTY"),
            (json!({"name": "Mary"}), "/name name.LATIN"),
            (json!({"name": ["吕小明"]}), "/name form.TYPE"),
            (json!({"mobile": null}), "/mobile form.REQUIRED"),
            (json!({"mobile": "1380000123"}), "/mobile mobile.LENGTH"),
            (json!({"mobile": "+86 138-0000-1234"}), ""),
            (json!({"mobile": "\u{202D}+86 138–0000‑1234\u{202C}"}), ""),
            (json!({"mobile": "\u{3164}\u{FE0F}"}), "/mobile mobile.EMPTY"),
            (json!({"idNumber": "\u{202D}110101–19900307‑0011\u{202C}"}), ""),
            (json!({"idNumber": "\u{2066}\u{2069}"}), "/idNumber resident_id.EMPTY"),
            (json!({"smsCode": null}), "/smsCode form.REQUIRED"),
            (json!({"smsCode": 4217}), "/smsCode form.TYPE"),
            (json!({"smsCode": "04217"}), "/smsCode sms_code.WRONG"),
            (json!({"smsCode": "００４２１７"}), ""),
            (json!({"smsCode": "004 217"}), ""),
            (json!({"smsCode": "004-217"}), ""),
            (json!({"smsCode": "\u{202D}004–217\u{202C}"}), ""),
            (json!({"smsCode": "0042170"}), "/smsCode sms_code.WRONG"),
            (json!({"smsCode": "٠٠٤٢١٧"}), "/smsCode sms_code.WRONG"),
            (json!({"smsCode": " 004217 "}), ""),
            (json!({"smsCodeId": null}), "/smsCodeId form.REQUIRED"),
            (json!({"smsCodeId": 7}), "/smsCodeId form.TYPE"),
            (json!({"smsCodeId": "cap_01JDEXAMP0E00000000000000A"}), "/smsCodeId sms_code.WRONG"),
            (json!({"smsCodeId": "sms_01jdexamp0e00000000000000a"}), "/smsCodeId sms_code.WRONG"),
            (json!({"consentVersion": null}), "/consentVersion form.REQUIRED"),
            (json!({"consentVersion": "2019-01"}), "/consentVersion consent.VERSION"),
            (json!({"passwordConfirmation": null}), "/passwordConfirmation password.MISMATCH"),
            (json!({"passwordConfirmation": "kite-moon7"}), "/passwordConfirmation password.MISMATCH"),
            (json!({"passwordConfirmation": 7}), "/passwordConfirmation form.TYPE"),
            (json!({"password": 7}), "/password form.TYPE"),
            (password("Kite-7"), "/password password.TOO_SHORT"),
            (json!({"password": null, "passwordConfirmation": null}), "/password password.TOO_SHORT"),
            (password(&rare(64)), ""),
            (password(&rare(65)), "/password password.TOO_LONG"),
        ],
    );
    check_shape(parse, &valid());
}

#[test]
fn all_faults_are_told_at_once() {
    let body = json!({
        "idType": "RIC", "idNumber": "1", "name": "", "mobile": "", "password": "short",
        "passwordConfirmation": "other", "smsCode": "", "consentVersion": "", "state": "VERIFIED",
    });
    assert_eq!(
        said(parse(&body)),
        "/idNumber resident_id.LENGTH, /name name.EMPTY, /mobile mobile.EMPTY, \
         /passwordConfirmation password.MISMATCH, /password password.TOO_SHORT, /smsCodeId form.REQUIRED, \
         /smsCode sms_code.WRONG, /consentVersion consent.VERSION, /state form.UNKNOWN_FIELD"
    );
    assert_eq!(
        said(parse(&json!({}))),
        "/idType form.REQUIRED, /mobile form.REQUIRED, /password password.TOO_SHORT, /smsCodeId form.REQUIRED, \
         /smsCode form.REQUIRED, /consentVersion form.REQUIRED"
    );
}

#[test]
fn a_password_must_not_tell_of_the_person_even_beside_other_faults() {
    let personal = "/password password.PERSONAL";
    for secret in
        ["110101199003070011", "03070011", "070011", "19900307", "13800001234", "lvxiaoming", "LvXiaoMing"]
    {
        let body = with(&valid(), &password(&format!("Kite-{secret}-x")));
        assert_eq!(said(parse(&body)), personal, "{secret}");
    }
    let body = |changes: &Value, secret: &str| with(&with(&valid(), changes), &password(secret));
    let wrong_number = json!({"idNumber": "110101199003070012"});
    let checksum = "/idNumber resident_id.CHECKSUM";
    assert_eq!(said(parse(&body(&wrong_number, "Kite-13800001234"))), format!("{checksum}, {personal}"));
    assert_eq!(said(parse(&body(&wrong_number, "Kite-x-070012"))), checksum);
}

#[test]
fn every_kind_of_document_may_register() {
    for (id_type, number, _) in NUMBERS {
        let body = with(&valid(), &json!({"idType": id_type.code(), "idNumber": number}));
        let identity = parse(&body).unwrap().identity;
        assert_eq!((identity.number.id_type(), identity.number.expose()), (id_type, number));
    }
}

#[test]
fn the_consent_is_the_one_that_pages_show() {
    let consents: Value =
        serde_json::from_str(include_str!("../../../../infra/reference/consents.json")).unwrap();
    assert_eq!(consents["version"], CONSENT_VERSION);
}

#[test]
fn a_registration_keeps_out_of_logs() {
    let shown = format!("{:?}", parse(&valid()).unwrap());
    for secret in ["1101011990", "吕", "138", "Kite", "004217"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

proptest! {
    #[test]
    fn every_code_that_is_sent_can_be_typed(random: u64) {
        let code = SmsCode::from_random(random);
        prop_assert_eq!(SmsCode::parse(code.expose()), Ok(code.clone()));
    }
}
