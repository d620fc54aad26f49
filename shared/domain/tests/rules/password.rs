use domain::identity::{IdType, IdentityNumber};
use domain::mobile::Mobile;
use domain::name::PersonName;
use domain::password::{Password, PasswordContext, PasswordError, PasswordPolicy};

use crate::{check, code};

fn judge(input: &str) -> &'static str {
    let id_number = IdentityNumber::restore(IdType::Ric, "11010119900307002X".to_owned());
    let mobile = Mobile::restore("13800001234".to_owned());
    let name = PersonName::restore("吕小明".to_owned());
    let about = PasswordContext { id_number: Some(&id_number), mobile: Some(&mobile), name: Some(&name) };
    code(Password::parse(input, &about))
}

#[test]
fn passwords_say_what_is_wrong() {
    let long = "Ab1-".repeat(16) + "x";
    let cases = [
        ("Kite-7\tmoon", "password.CONTROL_CHAR"),
        ("Kite-7x", "password.TOO_SHORT"),
        (long.as_str(), "password.TOO_LONG"),
        ("P@ssw0rd", "password.COMMON"),
        ("kitemoon", "password.WEAK"),
        ("kitemoon77", "password.WEAK"),
        ("kitemoonsunday", "password.WEAK"),
        ("kitemoonsundays", "OK"),
        ("Kite-moon", "OK"),
        ("风筝月亮kite7", "OK"),
        ("x11010119900307002X", "password.PERSONAL"),
        ("Kite-07002x", "password.PERSONAL"),
        ("Kite-19900307", "password.PERSONAL"),
        ("Kite-13800001234", "password.PERSONAL"),
        ("Kite-LvXiaoMing7", "password.PERSONAL"),
    ];
    check(PasswordError::ALL, &cases, |input| judge(input));
}

#[test]
fn without_a_context_nothing_is_personal() {
    let nobody = PasswordContext::default();
    assert_eq!(code(Password::parse("Kite-13800001234", &nobody)), "OK");
}

#[test]
fn latin_names_count_by_their_letters() {
    let name = PersonName::restore("O'NEIL MARY".to_owned());
    let about = PasswordContext { name: Some(&name), ..PasswordContext::default() };
    assert_eq!(code(Password::parse("x-OneilMary-7", &about)), "password.PERSONAL");
    assert_eq!(code(Password::parse("x-Oneil-Joe-7", &about)), "OK");
}

#[test]
fn the_composition_is_a_setting() {
    let policy = PasswordPolicy { min_classes: 4, ..PasswordPolicy::default() };
    let nobody = PasswordContext::default();
    assert_eq!(code(Password::parse_with(policy, "Kite-moon", &nobody)), "password.WEAK");
    assert_eq!(code(Password::parse_with(policy, "Kite-moon7", &nobody)), "OK");
}

#[test]
fn a_password_keeps_its_spaces_composes_its_accents_and_stays_out_of_logs() {
    let password = Password::parse(" Kite-e\u{301} 7 ", &PasswordContext::default()).unwrap();
    assert_eq!(password.expose(), " Kite-é 7 ");
    assert_eq!(format!("{password:?} {password}"), "Password(redacted) redacted");
}

#[test]
fn the_list_of_common_passwords_is_lower_case_and_without_repeats() {
    let list = include_str!("../../../../infra/reference/common-passwords.txt");
    let words: Vec<_> = list.lines().filter(|line| !line.starts_with("# ")).collect();
    assert!(words.len() > 300);
    for pair in words.windows(2) {
        assert!(pair[0] < pair[1], "{pair:?}");
    }
    for word in words {
        assert!(word.len() >= 8 && word.to_lowercase() == word && word.trim() == word, "{word:?}");
        assert_eq!(judge(word), "password.COMMON", "{word}");
    }
}
