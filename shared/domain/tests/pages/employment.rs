use domain::collection::{
    AccountingExperience, Collection, Employment, MAX_EMPLOYMENTS, MAX_EXPERIENCES, NoSuchRow,
};
use domain::fault::Faults;
use domain::ids::{EmploymentId, ExperienceId};
use serde_json::{Value, json};

use crate::{check, check_length, check_nothing, check_shape, resident, said, ulid, upload, with};

/// An employment, with accounting, that has ended.
pub(crate) fn valid() -> Value {
    json!({
        "start": "2012-07", "end": "2020-12", "employer": "北京某某有限公司", "uscc": "91110101MA0123456B",
        "unitType": "33", "industry": "C", "division": "110101", "address": "东四大街1号",
        "phone": "010-65251234", "hasAccounting": true, "proof": upload(7),
    })
}

/// Accounting within that employment.
pub(crate) fn valid_experience() -> Value {
    json!({
        "start": "2013-01", "end": "2015-12", "posts": ["01", "09"], "duties": "记账\n报税", "title": "1",
        "titleSince": "2014-06",
    })
}

pub(crate) fn parse(body: &Value) -> Result<Employment, Faults> {
    Employment::parse(EmploymentId::new(ulid(1)), body, &resident())
}

pub(crate) fn parse_experience(
    body: &Value,
    employment: &Employment,
) -> Result<AccountingExperience, Faults> {
    AccountingExperience::parse(ExperienceId::new(ulid(1)), body, &resident(), employment)
}

fn within(changes: &Value) -> impl Fn(&Value) -> Result<AccountingExperience, Faults> + use<> {
    let employment = parse(&with(&valid(), changes)).unwrap();
    move |body| parse_experience(body, &employment)
}

#[test]
fn each_field_says_what_is_wrong_with_it_alone() {
    check(
        parse,
        &valid(),
        &[
            (json!({"employer": null}), "/employer form.REQUIRED"),
            (json!({"unitType": null}), "/unitType form.REQUIRED"),
            (json!({"unitType": "38"}), "/unitType code.UNKNOWN"),
            (json!({"industry": null}), "/industry form.REQUIRED"),
            (json!({"industry": "U"}), "/industry code.UNKNOWN"),
            (json!({"division": null}), "/division form.REQUIRED"),
            (json!({"division": "110000"}), "/division division.NOT_COUNTY"),
            (json!({"division": "990101"}), "/division division.UNKNOWN"),
            (json!({"address": null}), "/address form.REQUIRED"),
            (json!({"phone": null}), "/phone form.REQUIRED"),
            (json!({"phone": ""}), "/phone phone.EMPTY"),
            (json!({"phone": "12345"}), "/phone phone.FORMAT"),
            (json!({"phone": "\u{3164}"}), "/phone phone.EMPTY"),
            (json!({"phone": "(010)64001234 转801", "start": "2012.07", "end": "2020/12"}), ""),
            (json!({"uscc": "\u{202D}91110101–MA0123456B\u{202C}"}), ""),
            (json!({"accountingExperiences": []}), "/accountingExperiences form.UNKNOWN_FIELD"),
        ],
    );
    check_shape(parse, &valid());
    check_length(parse, &valid(), "/employer", 2..=100);
    check_length(parse, &valid(), "/address", 4..=120);
    check_nothing(parse, &valid(), "/employer", "form.TOO_SHORT");
    check_nothing(parse, &valid(), "/address", "form.TOO_SHORT");
    check_nothing(parse, &valid(), "/uscc", "employment.USCC_REQUIRED");
}

#[test]
fn an_employment_may_last_to_the_present_and_starts_at_sixteen() {
    check(
        parse,
        &valid(),
        &[
            (json!({"end": "至今"}), ""),
            (json!({"end": "2026-06"}), ""),
            (json!({"end": "2012-07"}), ""),
            (json!({"end": "2012-06"}), "/end time_range.END_BEFORE_START"),
            (json!({"end": "2026-07"}), "/end time_range.END_FUTURE"),
            (json!({"end": null}), "/end time_range.END_EMPTY"),
            (json!({"start": "2006-03"}), ""),
            (json!({"start": "2006-02"}), "/start time_range.TOO_YOUNG"),
            (json!({"start": "2026-07", "end": "至今"}), "/start time_range.START_FUTURE"),
            (
                json!({"start": "2026-07", "end": "2026-08"}),
                "/start time_range.START_FUTURE, /end time_range.END_FUTURE",
            ),
            (json!({"start": null, "end": "至今"}), "/start time_range.START_EMPTY"),
            (json!({"start": 2012, "end": 2020}), "/start form.TYPE, /end form.TYPE"),
        ],
    );
}

#[test]
fn only_bodies_abroad_have_no_credit_code() {
    let required = "/uscc employment.USCC_REQUIRED";
    check(
        parse,
        &valid(),
        &[
            (json!({"uscc": null}), required),
            (json!({"uscc": ""}), required),
            (json!({"uscc": null, "unitType": "90"}), required),
            (json!({"uscc": null, "unitType": "94"}), ""),
            (json!({"unitType": "94"}), ""),
            (json!({"uscc": "91110101MA01234560", "unitType": "94"}), "/uscc uscc.CHECKSUM"),
            (json!({"uscc": 91}), "/uscc form.TYPE"),
            (json!({"uscc": null, "unitType": "x"}), "/unitType code.UNKNOWN"),
        ],
    );
}

#[test]
fn accounting_is_proved_by_a_picture() {
    check(
        parse,
        &valid(),
        &[
            (json!({"proof": null}), "/proof proof.REQUIRED"),
            (json!({"proof": " "}), "/proof proof.REQUIRED"),
            (json!({"proof": "x"}), "/proof upload.UNKNOWN"),
            (json!({"proof": [upload(7)]}), "/proof form.TYPE"),
            (json!({"hasAccounting": false, "proof": null}), ""),
            (json!({"hasAccounting": null, "proof": null}), "/hasAccounting form.REQUIRED"),
            (json!({"hasAccounting": "true", "proof": null}), "/hasAccounting form.TYPE"),
        ],
    );
}

#[test]
fn experience_lies_within_its_employment() {
    let outside = "/start time_range.OUTSIDE_EMPLOYMENT";
    check(
        within(&json!({})),
        &valid_experience(),
        &[
            (json!({"start": "2012-07", "end": "2020-12"}), ""),
            (json!({"start": "2012-06"}), outside),
            (json!({"end": "2021-01"}), outside),
            (json!({"end": "至今"}), outside),
            (json!({"start": "2000-01"}), "/start time_range.TOO_YOUNG"),
            (json!({"end": "2012-12"}), "/end time_range.END_BEFORE_START"),
            (json!({"start": "", "end": ""}), "/start time_range.START_EMPTY, /end time_range.END_EMPTY"),
        ],
    );
    check(
        within(&json!({"end": "至今"})),
        &valid_experience(),
        &[
            (json!({"end": "至今"}), ""),
            (json!({"end": "2026-06"}), ""),
            (json!({"start": "2012-06"}), outside),
        ],
    );
}

#[test]
fn each_field_of_experience_says_what_is_wrong_with_it_alone() {
    let parse = within(&json!({}));
    let all: Vec<_> =
        domain::codes::table("accounting_posts").unwrap().iter().map(|post| &post.code).collect();
    check(
        &parse,
        &valid_experience(),
        &[
            (json!({"posts": all}), ""),
            (json!({"posts": vec!["01"; 12]}), "/posts form.TOO_MANY"),
            (json!({"posts": []}), "/posts form.TOO_FEW"),
            (json!({"posts": null}), "/posts form.TOO_FEW"),
            (json!({"posts": "01"}), "/posts form.TYPE"),
            (json!({"posts": ["01", "10", "01"]}), "/posts/1 code.UNKNOWN, /posts/2 form.DUPLICATE"),
            (json!({"duties": null}), "/duties form.REQUIRED"),
            (json!({"title": null, "titleSince": null}), ""),
            (json!({"title": "0"}), ""),
            (json!({"title": "9"}), "/title code.UNKNOWN"),
            (json!({"titleSince": "2026-06"}), ""),
            (json!({"titleSince": "2026-07"}), "/titleSince date.FUTURE"),
            (json!({"titleSince": "2014"}), "/titleSince date.FORMAT"),
            (json!({"titleSince": "2006.03"}), ""),
            (json!({"titleSince": "2006-02"}), "/titleSince date.TOO_EARLY"),
            (json!({"titleSince": "0000-01"}), "/titleSince date.TOO_EARLY"),
            (json!({"proof": upload(7)}), "/proof form.UNKNOWN_FIELD"),
        ],
    );
    check_shape(&parse, &valid_experience());
    check_length(&parse, &valid_experience(), "/duties", 1..=200);
    check_nothing(&parse, &valid_experience(), "/duties", "form.TOO_SHORT");
}

#[test]
fn all_faults_are_told_at_once() {
    let body = json!({"end": "x", "unitType": "33", "division": "110000", "hasAccounting": true, "rows": []});
    assert_eq!(
        said(parse(&body)),
        "/start time_range.START_EMPTY, /end time_range.END_FORMAT, /employer form.REQUIRED, \
         /uscc employment.USCC_REQUIRED, /industry form.REQUIRED, /division division.NOT_COUNTY, \
         /address form.REQUIRED, /phone form.REQUIRED, /proof proof.REQUIRED, /rows form.UNKNOWN_FIELD"
    );
    let body = json!({"start": "x", "end": "x", "posts": ["x"], "title": "x", "titleSince": "x", "rows": []});
    assert_eq!(
        said(within(&json!({}))(&body)),
        "/start time_range.START_FORMAT, /end time_range.END_FORMAT, /posts/0 code.UNKNOWN, \
         /duties form.REQUIRED, /title code.UNKNOWN, /titleSince date.FORMAT, /rows form.UNKNOWN_FIELD"
    );
}

#[test]
fn there_is_room_for_thirty_employments_with_ten_experiences_each() {
    let id = |number| EmploymentId::new(ulid(number));
    let row = |number| Employment { id: id(number), ..parse(&valid()).unwrap() };
    let mut pages = Collection::default();
    for number in 0..MAX_EMPLOYMENTS {
        assert_eq!(said(pages.add_employment(row(number))), "");
    }
    assert_eq!((MAX_EMPLOYMENTS, said(pages.add_employment(row(99)))), (30, " form.TOO_MANY".to_owned()));
    assert_eq!(pages.remove_employment(id(4)), Ok(()));
    assert_eq!(
        (pages.remove_employment(id(4)), pages.employment(id(4)).err()),
        (Err(NoSuchRow), Some(NoSuchRow))
    );
    assert_eq!(said(pages.add_employment(row(99))), "");

    let nested = |number| ExperienceId::new(ulid(number));
    let employment = pages.employment(id(99)).unwrap();
    let row = |number| {
        let row = parse_experience(&valid_experience(), &parse(&valid()).unwrap()).unwrap();
        AccountingExperience { id: nested(number), ..row }
    };
    for number in 0..MAX_EXPERIENCES {
        assert_eq!(said(employment.add_experience(row(number))), "");
    }
    assert_eq!(
        (MAX_EXPERIENCES, said(employment.add_experience(row(99)))),
        (10, " form.TOO_MANY".to_owned())
    );
    assert_eq!(employment.experience(nested(5)).map(|row| row.id), Ok(nested(5)));
    assert_eq!(employment.remove_experience(nested(5)), Ok(()));
    assert_eq!(employment.remove_experience(nested(5)), Err(NoSuchRow));
    assert_eq!(
        (employment.experience(nested(5)).err(), employment.accounting_experiences.len()),
        (Some(NoSuchRow), 9)
    );
}
