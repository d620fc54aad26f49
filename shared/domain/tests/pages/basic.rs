use domain::collection::{Basic, basic::ValidTo};
use domain::fault::Faults;
use domain::identity::IdType;
use serde_json::{Value, json};

use crate::{NUMBERS, about, check, check_nothing, check_number, check_shape, resident, said, upload, with};

/// A page of someone whose number tells sex and birth date.
pub(crate) fn valid() -> Value {
    json!({
        "photo": upload(1), "idPortrait": upload(2), "idEmblem": upload(3),
        "idValidFrom": "2020-02-29", "idValidTo": "2040-02-29", "qualifications": [qualification()],
    })
}

fn qualification() -> Value {
    json!({"title": "1", "obtained": "2015-05", "certificateNo": "110123456"})
}

fn parse(body: &Value) -> Result<Basic, Faults> {
    Basic::parse(body, &resident())
}

#[test]
fn each_field_says_what_is_wrong_with_it_alone() {
    check(
        parse,
        &valid(),
        &[
            (json!({"photo": null}), "/photo form.REQUIRED"),
            (json!({"photo": ""}), "/photo upload.UNKNOWN"),
            (json!({"photo": upload(1).replace("upl_", "edu_")}), "/photo upload.UNKNOWN"),
            (json!({"photo": upload(1).to_lowercase()}), "/photo upload.UNKNOWN"),
            (json!({"photo": 1}), "/photo form.TYPE"),
            (json!({"idPortrait": null}), "/idPortrait form.REQUIRED"),
            (json!({"idPortrait": "x"}), "/idPortrait upload.UNKNOWN"),
            (json!({"idEmblem": null}), "/idEmblem form.REQUIRED"),
            (json!({"idEmblem": " "}), "/idEmblem form.REQUIRED"),
            (json!({"idEmblem": "x"}), "/idEmblem upload.UNKNOWN"),
            (json!({"idEmblem": false}), "/idEmblem form.TYPE"),
            (json!({"idValidFrom": null, "idValidTo": null, "qualifications": null}), ""),
            (json!({"idValidFrom": "", "idValidTo": "", "qualifications": []}), ""),
            (json!({"idValidFrom": "2026-06-30"}), ""),
            (json!({"idValidFrom": "2026-07-01"}), "/idValidFrom date.FUTURE"),
            (json!({"idValidFrom": "2021-02-29"}), "/idValidFrom date.FORMAT"),
            (json!({"idValidFrom": "2020-02-29T00:00"}), "/idValidFrom date.FORMAT"),
            (json!({"idValidFrom": "20200229"}), ""),
            (json!({"idValidFrom": "2020.02.29"}), ""),
            (json!({"idValidFrom": "1984-04-06"}), "/idValidFrom date.TOO_EARLY"),
            (json!({"idValidFrom": "1990-03-07"}), ""),
            (json!({"idValidFrom": "0000-01-01"}), "/idValidFrom date.TOO_EARLY"),
            (json!({"idValidFrom": "\u{3164}", "idValidTo": "\u{2800}"}), ""),
            (json!({"idValidFrom": "长期"}), "/idValidFrom date.FORMAT"),
            (json!({"idValidTo": "长期"}), ""),
            (json!({"idValidTo": "2026-07-01"}), ""),
            (json!({"idValidTo": "2026-06-30"}), ""),
            (json!({"idValidTo": "2026.06.29"}), "/idValidTo basic.ID_EXPIRED"),
            (json!({"idValidTo": "0000-01-01"}), "/idValidTo basic.ID_EXPIRED"),
            (json!({"idValidTo": "长期有效"}), ""),
            (json!({"idValidTo": "2056-06-30"}), ""),
            (json!({"idValidTo": "2056-07-01"}), "/idValidTo date.TOO_LATE"),
            (json!({"idValidTo": "9999-12-31"}), "/idValidTo date.TOO_LATE"),
            (json!({"idValidTo": "forever"}), "/idValidTo date.FORMAT"),
            (json!({"idValidTo": 2040}), "/idValidTo form.TYPE"),
            (json!({"sex": "2"}), "/sex form.UNKNOWN_FIELD"),
            (json!({"birthDate": "1990-03-07"}), "/birthDate form.UNKNOWN_FIELD"),
            (json!({"idNumber": "110101199003070011"}), "/idNumber form.UNKNOWN_FIELD"),
        ],
    );
    check_shape(parse, &valid());
}

#[test]
fn qualifications_are_rows_of_their_own() {
    check(
        parse,
        &valid(),
        &[
            (json!({"/qualifications/0/title": null}), "/qualifications/0/title form.REQUIRED"),
            (json!({"/qualifications/0/title": "9"}), "/qualifications/0/title code.UNKNOWN"),
            (json!({"/qualifications/0/title": "0"}), "/qualifications/0/title code.UNKNOWN"),
            (json!({"/qualifications/0/obtained": "2026-06"}), ""),
            (json!({"/qualifications/0/obtained": "2026-07"}), "/qualifications/0/obtained date.FUTURE"),
            (json!({"/qualifications/0/obtained": "2015.5"}), ""),
            (json!({"/qualifications/0/obtained": "2015-05-01"}), "/qualifications/0/obtained date.FORMAT"),
            (json!({"/qualifications/0/obtained": "2006-03"}), ""),
            (json!({"/qualifications/0/obtained": "2006-02"}), "/qualifications/0/obtained date.TOO_EARLY"),
            (json!({"/qualifications/0/id": "1"}), "/qualifications/0/id form.UNKNOWN_FIELD"),
            (json!({"qualifications": [qualification(), 5]}), "/qualifications/1 form.TYPE"),
            (json!({"qualifications": {}}), "/qualifications form.TYPE"),
            (json!({"qualifications": vec![qualification(); 5]}), ""),
            (json!({"qualifications": vec![json!(1); 6]}), "/qualifications form.TOO_MANY"),
        ],
    );
    check_number(parse, &valid(), "/qualifications/0/certificateNo", 4..=40);
    check_nothing(parse, &valid(), "/qualifications/0/certificateNo", "form.TOO_SHORT");
    check_nothing(parse, &valid(), "/idValidFrom", "");
}

#[test]
fn all_faults_are_told_at_once() {
    let body = json!({
        "photo": 1, "idPortrait": "", "idValidFrom": "2027-01-01", "idValidTo": "2020-01-01",
        "qualifications": [qualification(), {"title": "x", "obtained": "x", "certificateNo": "x"}], "state": 1,
    });
    assert_eq!(
        said(parse(&body)),
        "/photo form.TYPE, /idPortrait upload.UNKNOWN, /idEmblem form.REQUIRED, /idValidFrom date.FUTURE, \
         /idValidTo basic.ID_EXPIRED, /qualifications/1/title code.UNKNOWN, \
         /qualifications/1/obtained date.FORMAT, /qualifications/1/certificateNo form.TOO_SHORT, \
         /state form.UNKNOWN_FIELD"
    );
}

#[test]
fn sex_and_birth_date_are_asked_for_exactly_where_the_number_does_not_tell_them() {
    let told = json!({"sex": "2", "birthDate": "1990-03-07"});
    for (id_type, number, tells) in NUMBERS {
        let about = about(id_type, number);
        let judge = |body: &Value| said(Basic::parse(body, &about));
        let (without, with_both) = if tells {
            ("", "/birthDate form.UNKNOWN_FIELD, /sex form.UNKNOWN_FIELD")
        } else {
            ("/sex form.REQUIRED, /birthDate form.REQUIRED", "")
        };
        assert_eq!(judge(&valid()), without, "{number}");
        assert_eq!(judge(&with(&valid(), &told)), with_both, "{number}");
    }

    let passport = about(IdType::Ppt, "E1234567");
    check(
        |body| Basic::parse(body, &passport),
        &with(&valid(), &told),
        &[
            (json!({"sex": "1"}), ""),
            (json!({"sex": "0"}), "/sex sex.UNKNOWN"),
            (json!({"sex": 1}), "/sex form.TYPE"),
            (json!({"birthDate": "2026-07-01"}), "/birthDate date.FUTURE"),
            (json!({"birthDate": "1990-3-7"}), ""),
            (json!({"birthDate": "1990年3月7日"}), ""),
            (json!({"birthDate": "90-3-7"}), "/birthDate date.FORMAT"),
            (json!({"birthDate": "2010-06-30", "qualifications": [], "idValidFrom": null}), ""),
            (json!({"birthDate": "2010-07-01"}), "/birthDate basic.AGE_UNDER_16"),
            (json!({"birthDate": "1906-07-01", "idValidFrom": null, "qualifications": []}), ""),
            (json!({"birthDate": "1906-06-30"}), "/birthDate date.TOO_EARLY"),
            (
                json!({"birthDate": "2005-01-01", "idValidFrom": "2004-12-31", "qualifications": []}),
                "/idValidFrom date.TOO_EARLY",
            ),
            (json!({"sex": "", "birthDate": ""}), "/sex sex.UNKNOWN, /birthDate date.FORMAT"),
        ],
    );
}

#[test]
fn only_a_passport_has_no_emblem_side() {
    let body = with(&valid(), &json!({"idEmblem": null}));
    for (id_type, number, tells) in NUMBERS {
        let body =
            if tells { body.clone() } else { with(&body, &json!({"sex": "1", "birthDate": "1990-03-07"})) };
        let expected = if id_type == IdType::Ppt { "" } else { "/idEmblem form.REQUIRED" };
        assert_eq!(said(Basic::parse(&body, &about(id_type, number))), expected, "{number}");
    }
}

#[test]
fn what_was_read_is_what_was_sent() {
    let basic = parse(&valid()).unwrap();
    assert_eq!((basic.sex, basic.birth_date), (None, None));
    assert_eq!(serde_json::to_value(&basic).unwrap(), valid());
    assert_eq!(serde_json::from_value::<ValidTo>(json!("长期")).unwrap(), ValidTo::Indefinite);
    assert!(serde_json::from_value::<ValidTo>(json!("2021-02-29")).is_err());
}
