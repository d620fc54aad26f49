use domain::eligibility::{Condition, Education, Eligible, Ineligible, intermediate, months_worked};
use domain::fault::Code;
use domain::period::{Period, YearMonth};

fn month(text: &str) -> YearMonth {
    YearMonth::parse(text).unwrap()
}

fn period(start: &str, end: &str) -> Period {
    serde_json::from_value(serde_json::json!({ "start": start, "end": end })).unwrap()
}

fn education<'a>(level: &'a str, degree: &'a str) -> Education<'a> {
    Education { level, degree, end: month("2020-07"), graduated: true }
}

fn judge(educations: &[Education<'_>], work: &[Period]) -> Result<Eligible, Ineligible> {
    intermediate(2026, educations, work, false, month("2026-06"))
}

#[test]
fn conditions_are_those_of_the_table() {
    let table = domain::codes::table("exam_conditions").unwrap();
    let json: serde_json::Value = serde_json::from_str(table.json).unwrap();
    let rows = json["items"].as_array().unwrap();
    assert_eq!(rows.len(), Condition::ALL.len());
    for (condition, row) in Condition::ALL.into_iter().zip(rows) {
        assert_eq!(row["code"], condition.code());
        assert_eq!(row["years"].as_i64(), Some(i64::from(condition.months_needed() / 12)));
    }
}

#[test]
fn each_education_opens_its_condition() {
    let since = |condition: Condition| match condition.months_needed() {
        0 => vec![],
        months => vec![period(&format!("{}-01", 2027 - months / 12), "至今")],
    };
    for (level, degree, condition) in [
        ("31", "0", Condition::JuniorCollege),
        ("21", "0", Condition::Bachelor),
        ("28", "0", Condition::Bachelor),
        ("14", "0", Condition::Bachelor),
        ("31", "4", Condition::Bachelor),
        ("21", "E4", Condition::GraduateClass),
        ("17", "0", Condition::GraduateClass),
        ("14", "346", Condition::Master),
        ("11", "2", Condition::Doctor),
    ] {
        let enough = since(condition);
        let months = condition.months_needed();
        assert_eq!(judge(&[education(level, degree)], &enough), Ok(Eligible { condition, months }));
        if let [open] = enough[..] {
            let start = open.start().to_string().replace("-01", "-02");
            let short = judge(&[education(level, degree)], &[period(&start, "至今")]);
            assert_eq!(short, Err(Ineligible::YearsShort { condition, months: months - 1 }));
            assert_eq!(Code::from(short.unwrap_err()).0, "eligibility_intermediate.YEARS_SHORT");
        }
    }
}

#[test]
fn the_easiest_condition_counts_and_unfinished_education_does_not() {
    let none = Ineligible::NoQualifyingEducation;
    let long = [period("2000-01", "至今")];
    assert_eq!(judge(&[], &long), Err(none));
    assert_eq!(judge(&[education("61", "0")], &long), Err(none));
    assert_eq!(judge(&[Education { graduated: false, ..education("21", "4") }], &long), Err(none));
    assert_eq!(judge(&[Education { end: month("2026-07"), ..education("21", "4") }], &long), Err(none));
    let best = judge(&[education("31", "0"), education("14", "3")], &long).unwrap();
    assert_eq!(best.condition, Condition::Master);
    let other = intermediate(2026, &[], &[], true, month("2026-06"));
    assert_eq!(other, Ok(Eligible { condition: Condition::OtherIntermediate, months: 0 }));
    assert_eq!(Code::from(none).0, "eligibility_intermediate.NO_QUALIFYING_EDUCATION");
}

#[test]
fn months_are_counted_once_and_up_to_the_cut_off() {
    let cut_off = month("2026-12");
    for (work, months) in [
        (vec![], 0),
        (vec![period("2020-01", "2020-12"), period("2020-06", "2021-05")], 17),
        (vec![period("2020-01", "2020-12"), period("2020-03", "2020-04")], 12),
        (vec![period("2020-06", "2020-06"), period("2020-01", "2020-01")], 2),
        (vec![period("2020-01", "2020-06"), period("2020-07", "2020-12")], 12),
        (vec![period("2026-01", "至今"), period("2026-03", "至今")], 12),
        (vec![period("2027-01", "至今")], 0),
        (vec![period("2026-12", "2027-05")], 1),
        (vec![period("2027-01", "2027-02"), period("2026-11", "至今")], 2),
    ] {
        assert_eq!(months_worked(&work, cut_off), months, "{work:?}");
    }
}
