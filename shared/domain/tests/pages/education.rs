use domain::collection::{About, Collection, Education, MAX_EDUCATIONS, NoSuchRow};
use domain::fault::Faults;
use domain::ids::EducationId;
use serde_json::{Value, json};

use crate::{
    check, check_length, check_nothing, check_number, check_shape, resident, said, ulid, upload, with,
};

/// A regular bachelor's education.
pub(crate) fn valid() -> Value {
    json!({
        "studyMode": "1", "school": "北京大学", "level": "21", "degree": "4", "major": "会计学",
        "start": "2008-09", "end": "2012-07", "educationCertificateNo": "100011201205000001",
        "degreeCertificateNo": "1000142012000001", "certificates": [upload(4), upload(5)],
    })
}

pub(crate) fn parse(body: &Value) -> Result<Education, Faults> {
    Education::parse(EducationId::new(ulid(1)), body, &resident())
}

#[test]
fn each_field_says_what_is_wrong_with_it_alone() {
    check(
        parse,
        &valid(),
        &[
            (json!({"studyMode": null}), "/studyMode form.REQUIRED"),
            (json!({"studyMode": "9"}), "/studyMode code.UNKNOWN"),
            (json!({"studyMode": 1}), "/studyMode form.TYPE"),
            (json!({"school": null}), "/school form.REQUIRED"),
            (json!({"school": " 会 "}), "/school form.TOO_SHORT"),
            (json!({"level": null}), "/level form.REQUIRED"),
            (json!({"level": "20"}), "/level code.UNKNOWN"),
            (json!({"level": "22"}), "/level code.UNKNOWN"),
            (json!({"degree": null}), "/degree form.REQUIRED"),
            (json!({"degree": "1"}), "/degree code.UNKNOWN"),
            (json!({"degree": "E4"}), ""),
            (json!({"major": null}), "/major form.REQUIRED"),
            (json!({"major": ""}), "/major form.TOO_SHORT"),
            (json!({"certificates": [upload(4), upload(5), upload(6)]}), ""),
            (json!({"certificates": [1, 2, 3, 4]}), "/certificates form.TOO_MANY"),
            (json!({"certificates": upload(4)}), "/certificates form.TYPE"),
            (json!({"/certificates/1": upload(4)}), "/certificates/1 form.DUPLICATE"),
            (json!({"/certificates/1": "x"}), "/certificates/1 upload.UNKNOWN"),
            (json!({"certificates": [null]}), "/certificates/0 form.TYPE"),
            (json!({"id": "edu_1"}), "/id form.UNKNOWN_FIELD"),
        ],
    );
    check_shape(parse, &valid());
    check_length(parse, &valid(), "/school", 2..=100);
    check_length(parse, &valid(), "/major", 1..=60);
    check_nothing(parse, &valid(), "/school", "form.TOO_SHORT");
    check_nothing(parse, &valid(), "/major", "form.TOO_SHORT");
    check_nothing(parse, &valid(), "/educationCertificateNo", "education.CERT_NO_REQUIRED");
}

#[test]
fn only_finished_education_from_the_age_of_fourteen_is_entered() {
    check(
        parse,
        &valid(),
        &[
            (json!({"start": "2004-03"}), ""),
            (json!({"start": "2004-02"}), "/start time_range.TOO_YOUNG"),
            (json!({"start": "1997-07"}), "/start time_range.TOO_YOUNG"),
            (json!({"start": "1997-06"}), "/end time_range.TOO_LONG"),
            (json!({"start": "2026-07"}), "/start time_range.START_FUTURE"),
            (json!({"start": "2008-9", "end": "2012年7月"}), ""),
            (json!({"start": "2008.09", "end": "201207"}), ""),
            (json!({"start": "2008-9-1"}), "/start time_range.START_FORMAT"),
            (json!({"start": "\u{3164}"}), "/start time_range.START_EMPTY"),
            (json!({"end": " 至今\u{FE0F}"}), "/end time_range.END_PRESENT_NOT_ALLOWED"),
            (json!({"start": "至今"}), "/start time_range.START_FORMAT"),
            (json!({"start": null}), "/start time_range.START_EMPTY"),
            (json!({"start": 2008}), "/start form.TYPE"),
            (json!({"end": "2008-08"}), "/end time_range.END_BEFORE_START"),
            (json!({"end": "2008-09"}), "/end time_range.SAME_MONTH"),
            (json!({"end": "2026-07"}), "/end time_range.END_FUTURE"),
            (json!({"end": "至今"}), "/end time_range.END_PRESENT_NOT_ALLOWED"),
            (json!({"end": "2012"}), "/end time_range.END_FORMAT"),
            (json!({"end": ""}), "/end time_range.END_EMPTY"),
            (json!({"end": ["2012-07"]}), "/end form.TYPE"),
            (
                json!({"start": "", "end": "至今"}),
                "/start time_range.START_EMPTY, /end time_range.END_PRESENT_NOT_ALLOWED",
            ),
            (json!({"start": 1, "end": "x"}), "/start form.TYPE, /end time_range.END_FORMAT"),
            (json!({"start": "2027-01", "end": 1}), "/end form.TYPE, /start time_range.START_FUTURE"),
        ],
    );
    let unborn = About { birth_date: None, ..resident() };
    let body = with(&valid(), &json!({"start": "2000-01"}));
    let judge = |body: &Value| said(Education::parse(EducationId::new(ulid(1)), body, &unborn));
    assert_eq!(judge(&body), "", "the age is not known");
    let long_ago =
        with(&valid(), &json!({"start": "0001-09", "end": "0005-07", "studyMode": "8", "level": "41"}));
    let long_ago =
        with(&long_ago, &json!({"educationCertificateNo": null, "degreeCertificateNo": null, "degree": "0"}));
    assert_eq!(judge(&long_ago), "/start time_range.START_TOO_EARLY");
}

#[test]
fn a_domestic_education_needs_its_numbers_and_they_fit_the_row() {
    let (education, degree) = ("/educationCertificateNo", "/degreeCertificateNo");
    let of = |pointer: &str, code: &str| format!("{pointer} {code}");
    let table = [
        (json!({"educationCertificateNo": null}), of(education, "education.CERT_NO_REQUIRED")),
        (json!({"educationCertificateNo": " "}), of(education, "education.CERT_NO_REQUIRED")),
        (json!({"educationCertificateNo": 1}), of(education, "form.TYPE")),
        (json!({"educationCertificateNo": "100011201205000000"}), of(education, "edu_cert_no.SERIAL_ZERO")),
        (json!({"level": "31"}), of(education, "edu_cert_no.LEVEL_MISMATCH")),
        (
            json!({"end": "2014-07"}),
            format!("{education} edu_cert_no.YEAR_MISMATCH, {degree} degree_cert_no.YEAR_MISMATCH"),
        ),
        (json!({"end": "2013-07"}), String::new()),
        // 单证: a master's or doctor's degree of postgraduate study may stand without an education.
        (
            json!({"level": "14", "degree": "3", "degreeCertificateNo": "1000132012000001", "educationCertificateNo": null}),
            String::new(),
        ),
        (
            json!({"level": "14", "degree": "3", "degreeCertificateNo": null, "educationCertificateNo": null}),
            format!(
                "{}, {}",
                of(education, "education.CERT_NO_REQUIRED"),
                of(degree, "education.DEGREE_CERT_NO_REQUIRED")
            ),
        ),
        (
            json!({"degree": "3", "degreeCertificateNo": "1000132012000001", "educationCertificateNo": null}),
            of(education, "education.CERT_NO_REQUIRED"),
        ),
        (json!({"degreeCertificateNo": null}), of(degree, "education.DEGREE_CERT_NO_REQUIRED")),
        (json!({"degreeCertificateNo": "1000142012H00001"}), of(degree, "degree_cert_no.LETTER11")),
        (json!({"degree": "3"}), of(degree, "degree_cert_no.LEVEL_MISMATCH")),
        (json!({"degree": "0"}), of(degree, "degree_cert_no.LEVEL_MISMATCH")),
        (json!({"degree": "0", "degreeCertificateNo": null}), String::new()),
        (json!({"overseasCertificateNo": "会"}), "/overseasCertificateNo form.TOO_SHORT".to_owned()),
        // Numbers are not held against fields that are at fault themselves.
        (json!({"level": "x"}), "/level code.UNKNOWN".to_owned()),
        (json!({"degree": "x"}), "/degree code.UNKNOWN".to_owned()),
        (json!({"end": "x"}), "/end time_range.END_FORMAT".to_owned()),
        (
            json!({"studyMode": "x", "educationCertificateNo": null, "degreeCertificateNo": null}),
            "/studyMode code.UNKNOWN".to_owned(),
        ),
        (json!({"degree": "x", "degreeCertificateNo": null}), "/degree code.UNKNOWN".to_owned()),
    ];
    check(parse, &valid(), &table.each_ref().map(|(changes, expected)| (changes.clone(), expected.as_str())));
}

#[test]
fn an_overseas_education_needs_its_recognition_from_bachelor_up_and_no_other_number() {
    let overseas = with(
        &valid(),
        &json!({
            "studyMode": "8", "educationCertificateNo": null, "degreeCertificateNo": null,
            "overseasCertificateNo": "教留服认[美]00001号",
        }),
    );
    let required = "/overseasCertificateNo education.CSCSE_REQUIRED";
    check(
        parse,
        &overseas,
        &[
            (json!({"overseasCertificateNo": "120190000001"}), ""),
            (json!({"overseasCertificateNo": null}), required),
            (json!({"overseasCertificateNo": "", "level": "11", "degree": "2"}), required),
            (json!({"overseasCertificateNo": null, "level": "31", "degree": "0"}), ""),
            (json!({"overseasCertificateNo": null, "level": "x"}), "/level code.UNKNOWN"),
            (json!({"overseasCertificateNo": null, "studyMode": "x"}), "/studyMode code.UNKNOWN"),
            (json!({"educationCertificateNo": "ABC-2012/7", "degreeCertificateNo": "BSc.2012-7"}), ""),
            (json!({"educationCertificateNo": "#"}), "/educationCertificateNo edu_cert_no.FREE_FORMAT"),
        ],
    );
    check_number(parse, &overseas, "/overseasCertificateNo", 4..=40);
    check_nothing(parse, &overseas, "/overseasCertificateNo", "education.CSCSE_REQUIRED");
}

#[test]
fn junior_college_and_above_is_proved_by_a_picture() {
    let missing = "/certificates form.TOO_FEW";
    let below = json!({"certificates": [], "level": "41", "degree": "0", "degreeCertificateNo": null});
    check(
        parse,
        &valid(),
        &[
            (json!({"certificates": []}), missing),
            (json!({"certificates": null}), missing),
            (
                json!({"certificates": [], "level": "31", "educationCertificateNo": "100011201206000001"}),
                missing,
            ),
            (below, ""),
            (json!({"certificates": [], "level": "x"}), "/level code.UNKNOWN"),
        ],
    );
}

#[test]
fn all_faults_are_told_at_once() {
    let body = json!({
        "studyMode": "1", "school": "", "level": "31", "degree": "4", "start": "2008", "end": "",
        "educationCertificateNo": 1, "certificates": [], "verified": true,
    });
    assert_eq!(
        said(parse(&body)),
        "/school form.TOO_SHORT, /major form.REQUIRED, /start time_range.START_FORMAT, \
         /end time_range.END_EMPTY, /educationCertificateNo form.TYPE, \
         /degreeCertificateNo education.DEGREE_CERT_NO_REQUIRED, /certificates form.TOO_FEW, \
         /verified form.UNKNOWN_FIELD"
    );
    assert_eq!(
        said(parse(&json!({}))),
        "/studyMode form.REQUIRED, /school form.REQUIRED, /level form.REQUIRED, /degree form.REQUIRED, \
         /major form.REQUIRED, /start time_range.START_EMPTY, /end time_range.END_EMPTY"
    );
}

#[test]
fn there_is_room_for_fifteen_rows_and_each_is_found_by_its_id() {
    let mut pages = Collection::default();
    let id = |number| EducationId::new(ulid(number));
    let row = |number| Education { id: id(number), ..parse(&valid()).unwrap() };
    for number in 0..MAX_EDUCATIONS {
        assert_eq!(said(pages.add_education(row(number))), "");
    }
    assert_eq!((MAX_EDUCATIONS, said(pages.add_education(row(99)))), (15, " form.TOO_MANY".to_owned()));
    assert_eq!(pages.education(id(3)).map(|row| row.id), Ok(id(3)));
    assert_eq!(pages.remove_education(id(3)), Ok(()));
    assert_eq!(
        (pages.remove_education(id(3)), pages.education(id(99)).err()),
        (Err(NoSuchRow), Some(NoSuchRow))
    );
    assert_eq!((pages.educations.len(), said(pages.add_education(row(99)))), (14, String::new()));
}
