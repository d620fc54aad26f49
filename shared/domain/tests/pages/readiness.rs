use domain::collection::Collection;
use domain::fault::Faults;
use domain::period::Period;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{complete, employment, said, with};

const TODAY: Date = date(2026, 7, 1);

/// The complete pages with something changed, and what is missing then.
#[track_caller]
fn missing(change: impl FnOnce(&mut Collection)) -> String {
    let mut pages = complete();
    change(&mut pages);
    said(pages.readiness(TODAY))
}

fn choose_scope(pages: &mut Collection, code: &str) {
    pages.scope = Some(serde_json::from_value(json!({"scope": code})).unwrap());
}

fn unqualified(pages: &mut Collection) {
    pages.basic.as_mut().unwrap().qualifications.clear();
}

fn without_accounting(pages: &mut Collection) {
    let row = &mut pages.employments[0];
    row.has_accounting = false;
    row.accounting_experiences.clear();
}

#[test]
fn a_complete_collection_may_be_handed_in() {
    for scope in ["1", "2", "3"] {
        assert_eq!(missing(|pages| choose_scope(pages, scope)), "", "{scope}");
    }
}

#[test]
fn an_empty_collection_is_told_all_that_is_missing() {
    assert_eq!(
        said(Collection::default().readiness(TODAY)),
        "/scope scope.REQUIRED, /basic basic.REQUIRED, /educations education.REQUIRED, \
         /department department.REQUIRED"
    );
    let mut pages = Collection::default();
    choose_scope(&mut pages, "1");
    assert_eq!(
        said(pages.readiness(TODAY)),
        "/basic basic.REQUIRED, /educations education.REQUIRED, /employments employment.REQUIRED, \
         /department department.REQUIRED"
    );
}

#[test]
fn each_page_that_is_missing_is_told_alone() {
    assert_eq!(missing(|pages| pages.scope = None), "/scope scope.REQUIRED");
    assert_eq!(missing(|pages| pages.basic = None), "/basic basic.REQUIRED");
    assert_eq!(missing(|pages| pages.educations.clear()), "/educations education.REQUIRED");
    assert_eq!(missing(|pages| pages.employments.clear()), "/employments employment.REQUIRED");
    assert_eq!(missing(|pages| pages.department = None), "/department department.REQUIRED");
}

#[test]
fn a_document_that_expired_since_it_was_entered_is_told() {
    let valid_to = |day: &str| {
        let mut basic = json!(complete().basic);
        basic["idValidTo"] = json!(day);
        missing(|pages| pages.basic = serde_json::from_value(basic).unwrap())
    };
    assert_eq!(valid_to("2026-07-01"), "", "its last day");
    assert_eq!(valid_to("2026-06-30"), "/basic/idValidTo basic.ID_EXPIRED");
    assert_eq!(valid_to("长期"), "");
}

#[test]
fn accountants_show_accounting_and_need_no_qualification() {
    assert_eq!(missing(unqualified), "");
    assert_eq!(missing(without_accounting), "/employments accounting.REQUIRED");
    let one_of_two = |pages: &mut Collection| {
        pages.employments.push(pages.employments[0].clone());
        without_accounting(pages);
    };
    assert_eq!(missing(one_of_two), "");
}

#[test]
fn holders_of_a_qualification_name_it_and_need_no_work() {
    let holder = |pages: &mut Collection| {
        choose_scope(pages, "2");
        pages.employments.clear();
    };
    assert_eq!(missing(holder), "");
    let unnamed = |pages: &mut Collection| {
        holder(pages);
        unqualified(pages);
    };
    assert_eq!(missing(unnamed), "/basic/qualifications qualification.REQUIRED");
    let nobody = |pages: &mut Collection| {
        holder(pages);
        pages.basic = None;
    };
    assert_eq!(missing(nobody), "/basic basic.REQUIRED");
}

#[test]
fn newcomers_need_neither_work_nor_qualification() {
    let newcomer = |pages: &mut Collection| {
        choose_scope(pages, "3");
        pages.employments.clear();
        unqualified(pages);
    };
    assert_eq!(missing(newcomer), "");
}

#[test]
fn an_employment_has_experiences_exactly_when_it_says_so_in_every_scope() {
    for scope in ["1", "2", "3"] {
        let none = |pages: &mut Collection| {
            choose_scope(pages, scope);
            pages.employments[0].accounting_experiences.clear();
        };
        assert_eq!(missing(none), "/employments/0/accountingExperiences accounting.REQUIRED");
        let hidden = |pages: &mut Collection| {
            choose_scope(pages, scope);
            let mut row = pages.employments[0].clone();
            row.has_accounting = false;
            pages.employments.push(row);
        };
        assert_eq!(missing(hidden), "/employments/1/accountingExperiences accounting.NOT_ALLOWED");
    }
}

#[test]
fn shrinking_an_employment_after_its_experiences_were_entered_is_found() {
    let outside = "/employments/0/accountingExperiences/0/start time_range.OUTSIDE_EMPLOYMENT";
    for (start, end, expected) in [
        ("2013-01", "2015-12", ""),
        ("2013-02", "2015-12", outside),
        ("2013-01", "2015-11", outside),
        ("2012-07", "至今", ""),
    ] {
        let body = with(&employment::valid(), &json!({"start": start, "end": end}));
        let shrink = |pages: &mut Collection| {
            pages.employments[0].period = employment::parse(&body).unwrap().period;
        };
        assert_eq!(missing(shrink), expected, "{start} to {end}");
    }
}

#[test]
fn what_is_missing_in_several_places_is_told_at_once() {
    let change = |pages: &mut Collection| {
        let short: Period = serde_json::from_value(json!({"start": "2014-01", "end": "2014-02"})).unwrap();
        let mut row = pages.employments[0].clone();
        row.accounting_experiences.push(row.accounting_experiences[0].clone());
        row.period = short;
        pages.employments[0].accounting_experiences.clear();
        pages.employments.push(row);
        pages.educations.clear();
    };
    assert_eq!(
        missing(change),
        "/educations education.REQUIRED, /employments/0/accountingExperiences accounting.REQUIRED, \
         /employments/1/accountingExperiences/0/start time_range.OUTSIDE_EMPLOYMENT, \
         /employments/1/accountingExperiences/1/start time_range.OUTSIDE_EMPLOYMENT"
    );
}

#[test]
fn a_degree_without_an_education_is_looked_at_twice() {
    let warned = |change: Value| {
        let mut pages = complete();
        let row = with(&json!(pages.educations[0]), &change);
        pages.employments.clear();
        pages.educations = vec![serde_json::from_value(row).unwrap()];
        said(Faults::check(pages.warnings()))
    };
    let told = "/educations/0/educationCertificateNo education.DEGREE_ONLY";
    let master = json!({"level": "14", "degree": "3"});
    assert_eq!(warned(with(&master, &json!({"educationCertificateNo": null}))), told);
    assert_eq!(warned(master), "");
    assert_eq!(warned(json!({})), "");
}
