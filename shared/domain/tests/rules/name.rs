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

fn parse(input: &str, id_type: IdType) -> Result<String, NameError> {
    PersonName::parse(input, id_type).map(|name| name.expose().to_owned())
}

/// The kinds of documents that print a name in Latin letters.
const LATIN: [IdType; 2] = [IdType::Ppt, IdType::Fpr];

#[test]
fn passports_and_foreigners_cards_have_latin_names_as_they_print_them() {
    for id_type in LATIN {
        for (typed, printed) in [
            ("o'Neil  mary-jane ", "O'NEIL MARY-JANE"),
            ("Groß", "GROSS"),
            ("Nguyễn Văn An", "NGUYỄN VĂN AN"),
            ("NGUYE\u{302}\u{303}N VA\u{306}N AN", "NGUYỄN VĂN AN"),
            ("KUMAR S/O RAJAN", "KUMAR S/O RAJAN"),
            ("TAN AH KOW @ CHEN", "TAN AH KOW @ CHEN"),
            ("SITI BINTI ALI A/P", "SITI BINTI ALI A/P"),
            ("KAMEHAMEHA ʻOKINA", "KAMEHAMEHA ʻOKINA"),
            ("ʻOKINA", "ʻOKINA"),
            ("’T HOOFT", "’T HOOFT"),
            ("O\u{02BC}NEILL", "O\u{02BC}NEILL"),
            ("(ALI) KHAN", "(ALI) KHAN"),
            ("（ＡＬＩ）　ＫＨＡＮ", "(ALI) KHAN"),
            ("Smith, John Jr.", "SMITH, JOHN JR."),
            ("J．R．Smith", "J.R.SMITH"),
            ("Anne–Marie", "ANNE-MARIE"),
            ("Şükrü Ilıca", "ŞÜKRÜ ILICA"),
            ("Ọ̀ṣun", "Ọ̀ṢUN"),
            ("Đặng Ơn Ưu", "ĐẶNG ƠN ƯU"),
            ("Gal·la Coll", "GAL·LA COLL"),
            ("ŉDABA", "ʼNDABA"),
            ("约翰·史密斯", "约翰·史密斯"),
        ] {
            assert_eq!(parse(typed, id_type).as_deref(), Ok(printed), "{typed:?}");
            assert_eq!(parse(printed, id_type).as_deref(), Ok(printed), "as it is stored");
        }
        for (typed, error) in [
            ("X", NameError::TooShort),
            ("(X)", NameError::TooShort),
            ("Иван", NameError::Charset),
            ("JOHN 3RD", NameError::Digit),
            ("JOHN ٣", NameError::Digit),
            ("@ CHEN", NameError::Latin),
            ("/O RAJAN", NameError::Latin),
            ("-ANNE", NameError::Latin),
            ("=SUM(A)", NameError::Latin),
            ("JOHN 史密斯", NameError::Latin),
            ("Иvan", NameError::Latin),
            ("AN\u{301}\u{301}\u{301}\u{301}\u{301}A", NameError::Latin),
            ("AN \u{301}A", NameError::Latin),
            ("AN\u{345}A", NameError::Latin),
            ("AN\u{20DD}A", NameError::Latin),
            ("LEE😀", NameError::Latin),
            ("AN\u{202E}NA", NameError::ControlChar),
            ("AN\u{AD}NA", NameError::ControlChar),
            ("AN\u{34F}NA", NameError::ControlChar),
            ("AN\u{FE0F}NA", NameError::ControlChar),
            ("AN\u{7}NA", NameError::ControlChar),
            ("AN\u{E000}", NameError::PrivateUse),
            (&"ß".repeat(50), NameError::TooLong),
            ("约翰 史密斯", NameError::Space),
        ] {
            assert_eq!(parse(typed, id_type), Err(error), "{typed:?}");
        }
    }
}

#[test]
fn the_kind_of_document_decides_and_not_the_first_letter() {
    for id_type in IdType::ALL {
        let latin = parse("(ALI) KHAN", id_type);
        assert_eq!(latin.is_ok(), LATIN.contains(&id_type), "{id_type:?}");
        assert_eq!(parse("陈大文", id_type).as_deref(), Ok("陈大文"), "{id_type:?}");
    }
    assert_eq!(parse("Mary", IdType::Hmp), Err(NameError::Latin));
}

#[test]
fn every_latin_letter_may_stand_in_a_name() {
    for c in ('A'..='\u{1FFFF}').filter(|c| c.is_alphabetic()) {
        let is_latin = matches!(c, 'A'..='Z' | 'a'..='z' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ʯ' | 'Ḁ'..='ỿ' | 'Ɫ'..='Ɀ' | 'ꬰ'..='ꭚ');
        if is_latin {
            let name = parse(&format!("A{c}"), IdType::Ppt).unwrap();
            assert_eq!(parse(&name, IdType::Ppt).as_ref(), Ok(&name), "{c}");
        }
    }
}

#[test]
fn the_same_name_is_known_however_it_was_typed() {
    let name = |text: &str| PersonName::parse(text, IdType::Ppt).unwrap();
    for (one, other) in [
        ("O\u{02BC}NEILL", "o'neill"),
        ("O’NEILL", "OʻNEILL"),
        ("İBRAHİM ILICA", "ibrahim ılıca"),
        ("GROẞ", "groß"),
        ("GROSS", "groß"),
        ("S/O RAJAN", "s / o rajan"),
        ("ANNE–MARIE", "anne-marie"),
    ] {
        assert!(name(one).is_same_as(&name(other)), "{one} {other}");
    }
    for (one, other) in
        [("NGUYỄN", "NGUYEN"), ("ONEILL", "O'NEILL"), ("约翰", "约翰·史密斯"), ("ANNE MARIE", "ANNE-MARIE")]
    {
        assert!(!name(one).is_same_as(&name(other)), "{one} {other}");
    }
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
    assert_eq!(masked("(ALI) KHAN"), "(A**) ****");
    assert_eq!(masked("KUMAR S/O RAJAN"), "K**** */* *****");
    assert_eq!(masked("O\u{02BC}NEILL"), "O\u{02BC}*****");
    assert_eq!(masked("Ọ\u{300}ṢUN"), "Ọ\u{300}***");
    assert_eq!(masked("GAL·LA"), "G**·**");
    assert_eq!(masked(""), "");
    let name = PersonName::restore("张三".to_owned());
    assert_eq!(format!("{name:?} {name}"), "PersonName(redacted) redacted");
}
