use domain::identity::IdType;
use domain::name::{NameError, PersonName};

use crate::{check, code};

#[test]
fn chinese_names_say_what_is_wrong() {
    let long = "张".repeat(51);
    let cases = [
        (" \u{3000}\u{FEFF}", "name.EMPTY"),
        ("张\u{7}三", "name.CONTROL_CHAR"),
        ("张\u{202E}三", "name.CONTROL_CHAR"),
        ("张\u{E000}三", "name.PRIVATE_USE"),
        (long.as_str(), "name.TOO_LONG"),
        ("张", "name.TOO_SHORT"),
        ("𠮷", "name.TOO_SHORT"),
        ("张 三", "name.SPACE"),
        ("张３", "name.DIGIT"),
        ("张ｓan", "name.LATIN"),
        ("张·", "name.DOT_PLACE"),
        ("张··三", "name.DOT_PLACE"),
        ("张（三）", "name.CHARSET"),
        ("张三", "OK"),
        ("𠮷田", "OK"),
        // Extension H, and a code point there that no Unicode version assigned yet.
        ("张\u{31350}", "OK"),
        ("张\u{323AF}", "OK"),
        ("〇明", "OK"),
    ];
    check(NameError::ALL, &cases, |input| code(PersonName::parse(input, IdType::Ric)));
}

#[test]
fn foreign_documents_may_print_latin_letters() {
    let parse = |input: &str, id_type| PersonName::parse(input, id_type).map(|name| name.expose().to_owned());
    for id_type in [IdType::Ppt, IdType::Fpr] {
        assert_eq!(parse("o'Neil  mary-jane ", id_type).as_deref(), Ok("O'NEIL MARY-JANE"));
        assert_eq!(parse("Groß", id_type).as_deref(), Ok("GROSS"));
        assert_eq!(parse("约翰·史密斯", id_type).as_deref(), Ok("约翰·史密斯"));
        assert_eq!(parse("X", id_type), Err(NameError::TooShort));
        assert_eq!(parse("Иван", id_type), Err(NameError::Charset));
    }
    assert_eq!(parse("Mary", IdType::Hmp), Err(NameError::Latin));
    assert_eq!(parse(&"ß".repeat(50), IdType::Ppt), Err(NameError::TooLong));
}

#[test]
fn all_dots_become_the_one_of_the_standard() {
    for dot in "·•・‧∙⋅･●．﹒᛫".chars() {
        let name = PersonName::parse(&format!("阿依{dot}古丽"), IdType::Ric).unwrap();
        assert_eq!(name.expose(), "阿依·古丽");
    }
}

#[test]
fn a_name_is_masked_and_stays_out_of_logs() {
    let masked = |name: &str| PersonName::restore(name.to_owned()).masked();
    assert_eq!(masked("张三"), "张*");
    assert_eq!(masked("王小明"), "王**");
    assert_eq!(masked("尼格买提·热合曼"), "尼格买提·***");
    assert_eq!(masked("NGUYEN VAN"), "N***** ***");
    assert_eq!(masked(""), "");
    let name = PersonName::restore("张三".to_owned());
    assert_eq!(format!("{name:?} {name}"), "PersonName(redacted) redacted");
}
