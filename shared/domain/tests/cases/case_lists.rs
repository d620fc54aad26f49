use domain::case::List;
use domain::case::desk::Reviewer;
use domain::case::listing::{Filter, ListItem};
use domain::case::case_list::{Cell, HEADINGS, CaseListRequest, row};
use domain::identity::{IdType, IdentityNumber};
use domain::ids::CaseKind;
use domain::mobile::Mobile;
use domain::name::PersonName;
use domain::person::Identity;
use serde_json::{Value, json};

use crate::{COUNTY, after, at, division, draft, of, submit};

fn read(body: &Value) -> Result<CaseListRequest, Vec<String>> {
    let faults = CaseListRequest::parse(body, division(COUNTY));
    faults.map_err(|faults| faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code.0)).collect())
}

#[test]
fn what_is_not_said_is_the_reviewers_own_division_everything_and_masked() {
    let request = read(&json!({"list": "open", "format": "csv"})).unwrap();
    assert_eq!((request.division, request.kind, request.list), (division(COUNTY), None, List::Open));
    assert_eq!((request.filter, request.reveal), (Filter::default(), None));
    let all = json!({
        "list": "decided", "format": "xlsx", "division": "110102", "kind": "real-name", "state": "APPROVED",
        "flagged": true, "resubmitted": false, "overdue": null, "revealReason": "核对纸质材料",
    });
    let request = read(&all).unwrap();
    assert_eq!((request.division, request.kind), (division("110102"), Some(CaseKind::RealName)));
    assert_eq!((request.filter.flagged, request.filter.resubmitted), (Some(true), Some(false)));
    let stored = serde_json::to_value(&request).unwrap();
    assert_eq!(serde_json::from_value::<CaseListRequest>(stored).unwrap(), request);
}

#[test]
fn all_faults_of_a_request_are_told_at_once() {
    let body = json!({
        "list": "closed", "format": "pdf", "division": "999999", "kind": "x", "state": "y", "flagged": "yes",
        "revealReason": "看", "masked": false,
    });
    assert_eq!(
        read(&body).unwrap_err(),
        [
            "/list code.UNKNOWN",
            "/division division.UNKNOWN",
            "/kind code.UNKNOWN",
            "/state code.UNKNOWN",
            "/flagged form.TYPE",
            "/format code.UNKNOWN",
            "/revealReason form.TOO_SHORT",
            "/masked form.UNKNOWN_FIELD",
        ]
    );
    assert_eq!(read(&json!({})).unwrap_err(), ["/list form.REQUIRED", "/format form.REQUIRED"]);
}

#[test]
fn only_supervisors_get_lists_unmasked_and_only_of_their_own() {
    let masked = read(&json!({"list": "open", "format": "csv"})).unwrap();
    let clear = read(&json!({"list": "open", "format": "csv", "revealReason": "核对纸质材料"})).unwrap();
    let supervisor = Reviewer { supervisor: true, ..of(COUNTY) };
    for (reviewer, may_masked, may_clear) in [
        (of(COUNTY), true, false),
        (supervisor.clone(), true, true),
        (Reviewer { supervisor: true, ..of("110000") }, true, true),
        (Reviewer { supervisor: true, ..of("110102") }, false, false),
        (Reviewer { active: false, ..supervisor }, false, false),
    ] {
        assert_eq!(masked.is_allowed(&reviewer), may_masked, "{reviewer:?}");
        assert_eq!(clear.is_allowed(&reviewer), may_clear, "{reviewer:?}");
    }
}

#[test]
fn a_row_has_a_cell_for_each_heading_and_hides_what_it_must() {
    let case = after(draft(CaseKind::Collection), &[submit(1)]);
    let line = ListItem::of(&case, &case.places()[0]);
    let today = at(0).date();
    let person = Identity {
        number: IdentityNumber::parse(IdType::Ric, "11010119900307002X", today).unwrap(),
        name: PersonName::parse("张小红", IdType::Ric).unwrap(),
        mobile: Mobile::parse("13800001234").unwrap(),
    };
    let texts = |is_masked: bool| {
        row(&line, division(COUNTY), &person, is_masked, at(60)).map(|cell| match cell {
            Cell::Text(text) => text,
            Cell::Number(number) => number.to_string(),
        })
    };
    let cells: Vec<_> = HEADINGS.into_iter().zip(texts(true)).collect();
    for (heading, text) in [
        ("事项", "信息采集"),
        ("姓名", "张**"),
        ("证件类型", "居民身份证"),
        ("证件号码", "110***********002X"),
        ("手机号", "138****1234"),
        ("会计管理部门所在地", "北京市东城区"),
        ("状态", "待审核"),
        ("提交次数", "1"),
        ("进入列表时间", "2026-06-30 16:00"),
        ("办理期限", "2026-07-03 16:00"),
        ("是否超期", "否"),
    ] {
        let found = cells.iter().find(|(name, _)| *name == heading).unwrap();
        assert_eq!(found.1, text, "{heading}");
    }
    let clear = texts(false);
    for secret in ["张小红", "11010119900307002X", "13800001234"] {
        assert!(clear.iter().any(|text| text == secret) && !texts(true).iter().any(|text| text == secret));
    }
}

#[test]
fn a_divisions_list_has_those_below_each_once() {
    let below = |code: &str| division(code).with_those_below().map(|it| it.code()).collect::<Vec<_>>();
    assert_eq!(below(COUNTY), [COUNTY]);
    let beijing = below("110000");
    assert!(beijing.starts_with(&["110000", "110100", COUNTY, "110102"]), "{beijing:?}");
    // 东莞市 stands in the table as a city and as the county in it.
    assert_eq!(below("441900"), ["441900"]);
    assert_eq!(below("440000").iter().filter(|code| **code == "441900").count(), 1);
}
