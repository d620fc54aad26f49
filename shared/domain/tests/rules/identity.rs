use domain::identity::{
    ForeignPermanentResidentError, HkmoPermitError, HkmoResidencePermitError, IdType, IdTypeError,
    IdentityNumber, PassportError, ResidentIdError, Sex, SexError, TwPermitError, TwResidencePermitError,
};
use jiff::civil::date;

use crate::{TODAY, check, code};

/// Appends the check character, computed from the weights as GB 11643-1999 prints them.
pub(crate) fn with_check(digits: &str) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.chars().zip(WEIGHTS).map(|(c, weight)| c.to_digit(10).unwrap() * weight).sum();
    format!("{digits}{}", char::from(b"10X98765432"[sum as usize % 11]))
}

fn judge(id_type: IdType) -> impl Fn(&String) -> &'static str {
    move |input| code(IdentityNumber::parse(id_type, input, TODAY))
}

fn owned<const N: usize>(cases: [(&str, &'static str); N]) -> Vec<(String, &'static str)> {
    cases.map(|(input, code)| (input.to_owned(), code)).to_vec()
}

#[test]
fn resident_id_says_what_is_wrong() {
    let mut cases = owned([
        ("\u{200B} ", "resident_id.EMPTY"),
        ("110101900307001", "resident_id.OLD_15_DIGIT"),
        ("1101011990030700", "resident_id.LENGTH"),
        ("11010119900307O017", "resident_id.CHARSET"),
        ("1101011990030700X1", "resident_id.CHARSET"),
        ("１２Ⅲ45678901234567", "resident_id.LENGTH"),
    ]);
    cases.extend(
        [
            ("11010119900307001", "OK"),
            ("11990119900307001", "OK"),
            ("81000019900307001", "resident_id.WRONG_TYPE_RESIDENCE_PERMIT"),
            ("93110119900307001", "resident_id.WRONG_TYPE_FPR"),
            ("16010119900307001", "resident_id.AREA"),
            ("11010119900230001", "resident_id.DATE"),
            ("11010100000307001", "resident_id.DATE"),
            ("11010120260701001", "resident_id.DATE_FUTURE"),
            ("11010119060630001", "resident_id.AGE_TOO_OLD"),
            ("11010119060701001", "OK"),
            ("11010120100701001", "resident_id.AGE_UNDER_16"),
            ("11010120100630001", "OK"),
        ]
        .map(|(digits, code)| (with_check(digits), code)),
    );
    let right = with_check("11010119900307001");
    cases.push((right.replacen("1990", "1909", 1), "resident_id.CHECKSUM"));
    check(ResidentIdError::ALL, &cases, judge(IdType::Ric));
}

#[test]
fn residence_permits_tell_each_other_apart() {
    let shared = |rule: &'static [&'static str; 8], prefix: &str| {
        vec![
            (String::new(), rule[0]),
            ("8".to_owned(), rule[1]),
            ("8".repeat(17) + "Y", rule[2]),
            (with_check(&format!("{prefix}19900230001")), rule[3]),
            (with_check(&format!("{prefix}20260701001")), rule[4]),
            (with_check(&format!("{prefix}19000101001")), rule[5]),
            (format!("{prefix}199003070010"), rule[6]),
            (with_check(&format!("{prefix}20200101001")), rule[7]),
            (with_check(&format!("{prefix}19900307001")), "OK"),
        ]
    };
    let mut cases = shared(
        &[
            "hkmo_residence_permit.EMPTY",
            "hkmo_residence_permit.LENGTH",
            "hkmo_residence_permit.CHARSET",
            "hkmo_residence_permit.DATE",
            "hkmo_residence_permit.DATE_FUTURE",
            "hkmo_residence_permit.AGE_TOO_OLD",
            "hkmo_residence_permit.CHECKSUM",
            "hkmo_residence_permit.AGE_UNDER_16",
        ],
        "820000",
    );
    cases.push((with_check("83000019900307001"), "hkmo_residence_permit.WRONG_TYPE_TAIWAN"));
    cases.push((with_check("11010119900307001"), "hkmo_residence_permit.PREFIX"));
    check(HkmoResidencePermitError::ALL, &cases, judge(IdType::Hmrp));

    let mut cases = shared(
        &[
            "tw_residence_permit.EMPTY",
            "tw_residence_permit.LENGTH",
            "tw_residence_permit.CHARSET",
            "tw_residence_permit.DATE",
            "tw_residence_permit.DATE_FUTURE",
            "tw_residence_permit.AGE_TOO_OLD",
            "tw_residence_permit.CHECKSUM",
            "tw_residence_permit.AGE_UNDER_16",
        ],
        "830000",
    );
    cases.push((with_check("81000019900307001"), "tw_residence_permit.WRONG_TYPE_HKMO"));
    cases.push((with_check("11010119900307001"), "tw_residence_permit.PREFIX"));
    check(TwResidencePermitError::ALL, &cases, judge(IdType::Twrp));
}

#[test]
fn travel_permits_have_nine_or_eleven_characters() {
    let cases = owned([
        ("", "hkmo_permit.EMPTY"),
        ("H1234-5678", "hkmo_permit.CHARSET"),
        ("HM1234567", "hkmo_permit.CHARSET"),
        ("H12345678A1", "hkmo_permit.CHARSET"),
        ("H123456780", "hkmo_permit.LENGTH"),
        ("T12345678", "hkmo_permit.PREFIX"),
        ("H0000000001", "hkmo_permit.ALL_ZERO"),
        ("h12345678", "OK"),
        ("M12345678（02）", "OK"),
    ]);
    check(HkmoPermitError::ALL, &cases, judge(IdType::Hmp));
    let cases = owned([
        (" ", "tw_permit.EMPTY"),
        ("1234-5678", "tw_permit.CHARSET"),
        ("1234567B", "tw_permit.CHARSET"),
        ("0123456789B", "tw_permit.OLD_FORMAT"),
        ("01234567890", "tw_permit.OLD_FORMAT"),
        ("B123456789", "tw_permit.WRONG_TYPE_TAIWAN_ID"),
        ("123456789", "tw_permit.LENGTH"),
        ("00000000", "tw_permit.ALL_ZERO"),
        ("02345678", "OK"),
    ]);
    check(TwPermitError::ALL, &cases, judge(IdType::Twp));
}

#[test]
fn foreign_cards_of_both_generations_are_read() {
    let mut cases = owned([
        ("", "foreign_permanent_resident.EMPTY"),
        ("9311", "foreign_permanent_resident.LENGTH"),
        ("éééèèèàààùùùôôô", "foreign_permanent_resident.CHARSET"),
        ("ééé123456789012", "foreign_permanent_resident.CHARSET"),
        ("FR1110090123105", "foreign_permanent_resident.CHARSET"),
        ("FRA110090123105", "OK"),
        ("XXX110090123105", "foreign_permanent_resident.COUNTRY"),
        ("CHN110090123105", "foreign_permanent_resident.COUNTRY"),
        ("FRA110090133105", "foreign_permanent_resident.DATE"),
        ("931250199003070010", "foreign_permanent_resident.CHECKSUM"),
    ]);
    cases.extend(
        [
            ("93125019900307001", "OK"),
            ("13125019900307001", "foreign_permanent_resident.PREFIX"),
            ("91625019900307001", "foreign_permanent_resident.AREA"),
            ("93115619900307001", "foreign_permanent_resident.COUNTRY"),
            ("93100019900307001", "foreign_permanent_resident.COUNTRY"),
            ("93125019901307001", "foreign_permanent_resident.DATE"),
            ("93125020270307001", "foreign_permanent_resident.DATE_FUTURE"),
            ("93125019000307001", "foreign_permanent_resident.AGE_TOO_OLD"),
            ("93125020200307001", "foreign_permanent_resident.AGE_UNDER_16"),
        ]
        .map(|(digits, code)| (with_check(digits), code)),
    );
    check(ForeignPermanentResidentError::ALL, &cases, judge(IdType::Fpr));
}

#[test]
fn passports_have_letters_and_digits() {
    let cases = owned([
        ("", "passport.EMPTY"),
        ("E_1234567", "passport.CHARSET"),
        ("E123", "passport.LENGTH"),
        ("E12345678901234567890", "passport.LENGTH"),
        ("e1234", "OK"),
        ("E-1234567", "OK"),
        ("E1234567890123456789", "OK"),
    ]);
    check(PassportError::ALL, &cases, judge(IdType::Ppt));
}

#[test]
fn id_types_are_the_enabled_rows_of_the_table() {
    let table = domain::codes::table("id_types").unwrap();
    let enabled: Vec<_> =
        table.iter().filter(|entry| entry.selectable).map(|entry| entry.code.as_str()).collect();
    assert_eq!(IdType::ALL.map(IdType::code).to_vec(), enabled);
    check(IdTypeError::ALL, &[("RIC", "OK"), ("MIL", "identity.TYPE"), ("ric", "identity.TYPE")], |input| {
        code(IdType::parse(input))
    });
    assert_eq!(serde_json::to_string(&IdType::Hmrp).unwrap(), r#""HMRP""#);
    assert!(serde_json::from_str::<IdType>(r#""MIL""#).is_err());
}

#[test]
fn sexes_are_gb_t_2261_codes() {
    check(SexError::ALL, &[("1", "OK"), ("0", "sex.UNKNOWN")], |input| code(Sex::parse(input)));
    for sex in [Sex::Male, Sex::Female] {
        assert_eq!(Sex::parse(sex.code()), Ok(sex));
        assert_eq!(serde_json::to_value(sex).unwrap(), sex.code());
    }
}

#[test]
fn a_number_tells_birth_sex_and_area() {
    let woman = IdentityNumber::parse(IdType::Ric, &with_check("11010119900307002"), TODAY).unwrap();
    assert_eq!(woman.birth_date(), Some(date(1990, 3, 7)));
    assert_eq!(woman.sex(), Some(Sex::Female));
    assert_eq!(woman.area(), Some("110101"));
    let man = IdentityNumber::parse(IdType::Fpr, &with_check("93125019900307001"), TODAY).unwrap();
    assert_eq!((man.sex(), man.area()), (Some(Sex::Male), None));
    let old = IdentityNumber::parse(IdType::Fpr, "FRA110090123105", TODAY).unwrap();
    assert_eq!((old.birth_date(), old.sex()), (None, None));
    let passport = IdentityNumber::parse(IdType::Ppt, &with_check("11010119900307002"), TODAY).unwrap();
    assert_eq!((passport.birth_date(), passport.sex(), passport.area()), (None, None, None));
}

#[test]
fn a_re_issued_permit_has_the_same_holder_and_another_type_another() {
    let holder = |id_type, number: &str| IdentityNumber::parse(id_type, number, TODAY).unwrap().holder_key();
    assert_eq!(holder(IdType::Hmp, "H12345678"), holder(IdType::Hmp, "H12345678(03)"));
    assert_ne!(holder(IdType::Hmp, "H12345678"), holder(IdType::Ppt, "H12345678"));
    assert_eq!(holder(IdType::Ppt, "H1234567803"), "PPT:H1234567803");
}

#[test]
fn a_number_is_masked_and_stays_out_of_logs() {
    let number = IdentityNumber::restore(IdType::Ric, "11010119900307002X".to_owned());
    assert_eq!(number.masked(), "110***********002X");
    assert_eq!(format!("{number:?} {number}"), "IdentityNumber(redacted) redacted");
    assert_eq!(IdentityNumber::restore(IdType::Twp, "12345678".to_owned()).masked(), "1*****78");
    assert_eq!(IdentityNumber::restore(IdType::Ppt, "E1234".to_owned()).masked(), "E**34");
}

#[test]
fn a_restored_number_of_another_shape_tells_nothing() {
    for stored in ["", "港澳", "1101011990023000112"] {
        for id_type in IdType::ALL {
            let number = IdentityNumber::restore(id_type, stored.to_owned());
            assert_eq!((number.birth_date(), number.sex(), number.area()), (None, None, None));
        }
    }
}
