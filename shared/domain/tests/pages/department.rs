use domain::collection::{DepartmentChoice, department::DepartmentId};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{check, check_shape, said};

pub(crate) fn valid() -> Value {
    json!({"departmentId": "110101-1", "basis": "workplace"})
}

#[test]
fn a_department_is_named_by_its_division_and_number() {
    let wrong = "/departmentId department.UNKNOWN";
    check(
        DepartmentChoice::parse,
        &valid(),
        &[
            (json!({"departmentId": "440000-255"}), ""),
            (json!({"departmentId": "110101-0"}), wrong),
            (json!({"departmentId": "110101-01"}), wrong),
            (json!({"departmentId": "110101-+1"}), wrong),
            (json!({"departmentId": "110101-256"}), wrong),
            (json!({"departmentId": "110101-１"}), wrong),
            (json!({"departmentId": "110101-1 "}), wrong),
            (json!({"departmentId": "110101"}), wrong),
            (json!({"departmentId": "990101-1"}), wrong),
            (json!({"departmentId": "110101-1-1"}), wrong),
            (json!({"departmentId": ""}), wrong),
            (json!({"departmentId": 1}), "/departmentId form.TYPE"),
            (json!({"departmentId": null}), "/departmentId form.REQUIRED"),
            (json!({"basis": "household"}), ""),
            (json!({"basis": "residence"}), ""),
            (json!({"basis": "school"}), ""),
            (json!({"basis": "Workplace"}), "/basis department.BASIS"),
            (json!({"basis": null}), "/basis form.REQUIRED"),
            (json!({"division": "110101"}), "/division form.UNKNOWN_FIELD"),
        ],
    );
    check_shape(DepartmentChoice::parse, &valid());
    let both = DepartmentChoice::parse(&json!({"departmentId": "", "basis": ""}));
    assert_eq!(said(both), "/departmentId department.UNKNOWN, /basis department.BASIS");
}

proptest! {
    #[test]
    fn an_id_has_one_spelling(text in "(110101|441900|[0-9]{6})-[+]?[0-9]{1,4}") {
        if let Ok(id) = DepartmentId::parse(&text) {
            prop_assert_eq!(id.to_string(), text);
            prop_assert!(id.number > 0);
        }
    }
}
