use std::collections::BTreeSet;

use domain::fault::Code;
use domain::messages::{Lang, text};
use domain::{certificate, codes, divisions, identity, mobile, name, password, period, phone, upload, uscc};
use serde_json::Value;

fn codes_of<R: Copy + Into<Code>>(reasons: &[R]) -> Vec<&'static str> {
    reasons.iter().map(|&reason| reason.into().0).collect()
}

#[test]
fn every_reason_has_a_text_in_both_languages() {
    use upload::AttachmentError;
    let attachment = [
        AttachmentError::Format,
        AttachmentError::TooSmall,
        AttachmentError::TooBig,
        AttachmentError::Pixels,
    ];
    let all = [
        codes_of(identity::IdTypeError::ALL),
        codes_of(identity::SexError::ALL),
        codes_of(identity::ResidentIdError::ALL),
        codes_of(identity::HkmoResidencePermitError::ALL),
        codes_of(identity::TwResidencePermitError::ALL),
        codes_of(identity::HkmoPermitError::ALL),
        codes_of(identity::TwPermitError::ALL),
        codes_of(identity::ForeignPermanentResidentError::ALL),
        codes_of(identity::PassportError::ALL),
        codes_of(name::NameError::ALL),
        codes_of(mobile::MobileError::ALL),
        codes_of(phone::PhoneError::ALL),
        codes_of(password::PasswordError::ALL),
        codes_of(uscc::UsccError::ALL),
        codes_of(uscc::UsccWarning::ALL),
        codes_of(period::YearMonthError::ALL),
        codes_of(period::PeriodError::ALL),
        codes_of(certificate::EducationCertificateError::ALL),
        codes_of(certificate::DegreeCertificateError::ALL),
        codes_of(codes::CodeError::ALL),
        codes_of(divisions::DivisionError::ALL),
        codes_of(&attachment),
    ]
    .concat();
    let general = [Lang::Zh, Lang::En].map(|lang| text("no.such.code", lang));
    for code in all {
        let texts = [Lang::Zh, Lang::En].map(|lang| text(code, lang));
        assert!(texts[0] != general[0] && texts[1] != general[1], "{code} has no text");
    }
}

#[test]
fn the_file_has_each_code_once_and_no_empty_text() {
    let json: Value =
        serde_json::from_str(include_str!("../../../../infra/reference/messages.json")).unwrap();
    let mut seen = BTreeSet::new();
    for item in json["items"].as_array().unwrap() {
        let code = item["code"].as_str().unwrap();
        assert!(seen.insert(code), "{code} twice");
        assert_eq!(text(code, Lang::Zh), item["zh"].as_str().unwrap());
        assert_eq!(text(code, Lang::En), item["en"].as_str().unwrap());
        assert!(!text(code, Lang::Zh).is_ascii(), "{code} is not in Chinese");
        assert!(text(code, Lang::En).len() > 3);
    }
}

#[test]
fn the_browser_says_which_language() {
    for (header, lang) in [
        (None, Lang::Zh),
        (Some(""), Lang::Zh),
        (Some("en"), Lang::En),
        (Some("EN-us,en;q=0.9"), Lang::En),
        (Some("zh-CN,zh;q=0.9,en;q=0.8"), Lang::Zh),
        (Some("en;q=0.5, zh;q=0.4"), Lang::En),
        (Some("en;q=0.4, zh;q=0.5"), Lang::Zh),
        (Some("fr, en;q=0.1"), Lang::En),
        (Some("fr"), Lang::Zh),
        (Some("*"), Lang::Zh),
        (Some("en;q=0"), Lang::Zh),
        (Some("en;q=much"), Lang::Zh),
        (Some(";,;q=,-"), Lang::Zh),
    ] {
        assert_eq!(Lang::from_accept_language(header), lang, "{header:?}");
    }
}
