use std::collections::BTreeSet;

use domain::codes::{
    AccountingPost, AccountingTitle, CodeError, CollectionScope, Degree, EducationLevel, Industry,
    ReviewReason, StudyMode, UnitType, table, tables,
};

use crate::{check, code};

#[test]
fn every_table_is_read_and_has_unique_codes() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/reference");
    let mut files: BTreeSet<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .collect();
    for other in ["consents", "divisions", "holidays", "messages", "notifications", "real_name"] {
        assert!(files.remove(other), "{other}");
    }
    assert_eq!(tables().map(|table| table.name.to_owned()).collect::<BTreeSet<_>>(), files);
    for table in tables() {
        let codes: BTreeSet<_> = table.iter().map(|entry| &entry.code).collect();
        assert!(!codes.is_empty());
        assert_eq!(codes.len(), table.iter().count(), "{}", table.name);
        let file = std::fs::read_to_string(format!("{folder}/{}.json", table.name)).unwrap();
        assert_eq!(table.json, file);
    }
    assert!(table("divisions").is_none());
}

#[test]
fn only_what_may_be_chosen_is_a_code() {
    let cases = [("21", "OK"), ("22", "code.UNKNOWN"), ("20", "code.UNKNOWN"), ("", "code.UNKNOWN")];
    check(CodeError::ALL, &cases, |input| code(EducationLevel::parse(input)));
    assert!(Degree::parse("1").is_err(), "honorary doctors have no certificate");
    for (accepted, refused) in [
        (StudyMode::parse("8").is_ok(), StudyMode::parse("9").is_ok()),
        (UnitType::parse("94").is_ok(), UnitType::parse("95").is_ok()),
        (Industry::parse("T").is_ok(), Industry::parse("U").is_ok()),
        (AccountingPost::parse("12").is_ok(), AccountingPost::parse("10").is_ok()),
        (AccountingTitle::parse("0").is_ok(), AccountingTitle::parse("6").is_ok()),
        (CollectionScope::parse("3").is_ok(), CollectionScope::parse("4").is_ok()),
        (ReviewReason::parse("OTHER").is_ok(), ReviewReason::parse("other").is_ok()),
    ] {
        assert!(accepted && !refused);
    }
}

#[test]
fn codes_are_stored_as_text_and_read_again() {
    let level = EducationLevel::parse("21").unwrap();
    assert_eq!(serde_json::to_string(&level).unwrap(), r#""21""#);
    assert_eq!(serde_json::from_str::<EducationLevel>(r#""21""#).unwrap(), level);
    // What was chosen while it could be stays readable.
    let past: EducationLevel = serde_json::from_str(r#""22""#).unwrap();
    assert_eq!((past.code(), past.zh()), ("22", "大学本科结业"));
    assert!(serde_json::from_str::<EducationLevel>(r#""999""#).is_err());
    assert_eq!((level.zh(), level.en()), ("大学本科毕业", "Undergraduate, graduated"));
    assert_eq!(format!("{level:?}"), "EducationLevel(21)");
    assert!(level < EducationLevel::parse("31").unwrap());
}

#[test]
fn codes_answer_what_the_forms_ask() {
    let level = |code| EducationLevel::parse(code).unwrap();
    for (code, bachelor, college) in [
        ("11", true, true),
        ("28", true, true),
        ("31", false, true),
        ("41", false, false),
        ("61", false, false),
    ] {
        assert_eq!(level(code).is_bachelor_or_above(), bachelor, "{code}");
        assert_eq!(level(code).is_college_or_above(), college, "{code}");
    }
    let degree = |code| Degree::parse(code).unwrap();
    for (code, group) in [("0", "0"), ("2", "2"), ("201", "2"), ("3", "3"), ("4", "4"), ("E4", "4")] {
        assert_eq!(degree(code).group(), group);
        assert_eq!(degree(code).is_none(), group == "0");
    }
    let overseas = |code| StudyMode::parse(code).unwrap().is_overseas();
    assert!(overseas("8") && !overseas("1"));
    let full_time = |code| StudyMode::parse(code).unwrap().is_full_time();
    assert!(full_time("1") && !full_time("2") && !full_time("7"));
    let exempt = |code| UnitType::parse(code).unwrap().is_uscc_exempt();
    assert!(exempt("94") && !exempt("90"));
    let scope = |code| CollectionScope::parse(code).unwrap();
    assert_eq!(["1", "2", "3"].map(|code| scope(code).requires_accounting()), [true, false, false]);
    assert_eq!(["1", "2", "3"].map(|code| scope(code).allows_employment()), [true, true, false]);
    let reason = |code| ReviewReason::parse(code).unwrap();
    assert!(reason("OTHER").requires_comment() && !reason("PHOTO_BLUR").requires_comment());
    assert_eq!(reason("PHOTO_BLUR").section(), "photo");
}
