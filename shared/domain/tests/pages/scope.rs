use domain::collection::{Scope, readiness::parse_declaration};
use serde_json::{Value, json};

use crate::{check, check_shape, said};

pub(crate) fn valid() -> Value {
    json!({"scope": "1", "noticeRead": true})
}

#[test]
fn a_scope_is_chosen_by_those_who_have_read_the_notification() {
    check(
        Scope::parse,
        &valid(),
        &[
            (json!({"scope": "2"}), ""),
            (json!({"scope": "3"}), ""),
            (json!({"scope": null}), "/scope form.REQUIRED"),
            (json!({"scope": "4"}), "/scope code.UNKNOWN"),
            (json!({"scope": 1}), "/scope form.TYPE"),
            (json!({"noticeRead": false}), "/noticeRead consent.REQUIRED"),
            (json!({"noticeRead": null}), "/noticeRead form.REQUIRED"),
            (json!({"noticeRead": "true"}), "/noticeRead form.TYPE"),
            (json!({"scope": "", "noticeRead": false}), "/scope code.UNKNOWN, /noticeRead consent.REQUIRED"),
        ],
    );
    check_shape(Scope::parse, &valid());
    assert_eq!(said(Scope::parse(&json!({}))), "/scope form.REQUIRED, /noticeRead form.REQUIRED");
}

#[test]
fn a_submission_is_declared_to_be_true() {
    check(
        parse_declaration,
        &json!({"declared": true}),
        &[
            (json!({"declared": false}), "/declared declaration.REQUIRED"),
            (json!({"declared": null}), "/declared form.REQUIRED"),
            (json!({"declared": 1}), "/declared form.TYPE"),
        ],
    );
    check_shape(parse_declaration, &json!({"declared": true}));
}
