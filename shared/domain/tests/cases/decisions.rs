use domain::case::decision::{Decision, DecisionRequest};
use domain::fault::Faults;
use serde_json::{Value, json};

use crate::forms::{check, check_length, check_nothing, check_shape, said, with};

fn pages() -> Value {
    json!({
        "scope": {"scope": "1"}, "basic": {"photo": "upl_1"}, "educations": [{"school": "北京大学"}],
        "department": null, "a/b~": 1,
    })
}

fn parse(body: &Value) -> Result<DecisionRequest, Faults> {
    DecisionRequest::parse(body, true, &pages())
}

fn comment() -> Value {
    json!({"pointer": "/basic/photo", "reasonCode": "PHOTO_BLUR", "text": "请重新拍摄"})
}

fn valid() -> Value {
    json!({"version": 3, "decision": "return", "opinion": "请重新上传照片", "comments": [comment()]})
}

#[test]
fn each_field_says_what_is_wrong_with_it_alone() {
    check(
        parse,
        &valid(),
        &[
            (json!({"version": u64::MAX}), ""),
            (json!({"version": null}), "/version form.REQUIRED"),
            (json!({"version": "3"}), "/version form.TYPE"),
            (json!({"version": -1}), "/version form.TYPE"),
            (json!({"version": 3.0}), "/version form.TYPE"),
            (json!({"decision": null}), "/decision form.REQUIRED"),
            (json!({"decision": 1}), "/decision form.TYPE"),
            (json!({"opinion": 1}), "/opinion form.TYPE"),
            (json!({"comments": {}}), "/comments form.TYPE"),
            (json!({"comments": [comment(), 1]}), "/comments/1 form.TYPE"),
            (json!({"comments": vec![comment(); 50]}), ""),
            (json!({"comments": vec![comment(); 51]}), "/comments form.TOO_MANY"),
            (json!({"by": "rev_1"}), "/by form.UNKNOWN_FIELD"),
        ],
    );
    check_shape(parse, &valid());
    check_length(parse, &valid(), "/opinion", 5..=500);
    check_length(parse, &valid(), "/comments/0/text", 1..=500);
    check_nothing(parse, &valid(), "/opinion", "comment.REQUIRED");
    check_nothing(parse, &valid(), "/comments/0/text", "");
}

#[test]
fn an_unknown_word_is_told_with_real_faults_only() {
    let word = "/decision decision.NOT_ALLOWED";
    check(
        parse,
        &valid(),
        &[
            (json!({"decision": "Return"}), word),
            (json!({"decision": ""}), word),
            (json!({"decision": "withdraw", "opinion": null, "comments": []}), word),
            (
                json!({"decision": "x", "opinion": "短", "comments": [{"pointer": "x"}]}),
                "/decision decision.NOT_ALLOWED, /opinion form.TOO_SHORT, \
                 /comments/0/pointer comment.POINTER, /comments/0/reasonCode form.REQUIRED",
            ),
        ],
    );
}

#[test]
fn an_approval_has_no_comments_and_needs_no_opinion() {
    let approval = json!({"version": 3, "decision": "approve"});
    check(
        parse,
        &approval,
        &[
            (json!({"opinion": "", "comments": []}), ""),
            (json!({"opinion": "材料齐全，同意"}), ""),
            (json!({"opinion": "同意"}), "/opinion form.TOO_SHORT"),
            (json!({"comments": [comment()]}), "/comments decision.NO_COMMENTS"),
            (
                json!({"comments": [{"pointer": "/basic", "reasonCode": "x"}]}),
                "/comments/0/reasonCode code.UNKNOWN",
            ),
        ],
    );
}

#[test]
fn a_return_has_an_opinion_and_a_comment() {
    check(
        parse,
        &valid(),
        &[
            (json!({"opinion": null}), "/opinion comment.REQUIRED"),
            (json!({"opinion": " "}), "/opinion comment.REQUIRED"),
            (json!({"comments": null}), "/comments form.TOO_FEW"),
            (json!({"opinion": null, "comments": []}), "/comments form.TOO_FEW, /opinion comment.REQUIRED"),
        ],
    );
}

#[test]
fn a_rejection_has_an_opinion_and_is_for_collections_only() {
    let rejection = with(&valid(), &json!({"decision": "reject"}));
    check(
        parse,
        &rejection,
        &[(json!({"comments": []}), ""), (json!({"opinion": null}), "/opinion comment.REQUIRED")],
    );
    let of_pictures = |word| {
        let pages = json!({"idFront": "upl_1"});
        let body = with(&valid(), &json!({"decision": word, "/comments/0/pointer": "/idFront"}));
        said(DecisionRequest::parse(&body, false, &pages))
    };
    assert_eq!(of_pictures("return"), "");
    assert_eq!(of_pictures("reject"), "/decision decision.NOT_ALLOWED");
}

#[test]
fn a_comment_points_at_something_in_the_pages() {
    for pointer in ["/scope", "/educations/0/school", "/educations/0", "/department", "/a~1b~0"] {
        assert_eq!(said(parse(&with(&valid(), &json!({"/comments/0/pointer": pointer})))), "", "{pointer}");
    }
    for pointer in [
        "",
        "/",
        "basic",
        "#/basic",
        "/basic/",
        "/basic/sex",
        "/educations/1",
        "/educations/-",
        "/educations/00",
    ] {
        let body = with(&valid(), &json!({"/comments/0/pointer": pointer}));
        assert_eq!(said(parse(&body)), "/comments/0/pointer comment.POINTER", "{pointer:?}");
    }
}

#[test]
fn a_comment_has_a_reason_and_words_where_the_reason_asks_for_them() {
    check(
        parse,
        &valid(),
        &[
            (json!({"/comments/0/pointer": null}), "/comments/0/pointer form.REQUIRED"),
            (json!({"/comments/0/reasonCode": null}), "/comments/0/reasonCode form.REQUIRED"),
            (json!({"/comments/0/reasonCode": "BLUR"}), "/comments/0/reasonCode code.UNKNOWN"),
            (json!({"/comments/0/text": null}), ""),
            (json!({"/comments/0/reasonCode": "OTHER"}), ""),
            (
                json!({"/comments/0/reasonCode": "OTHER", "/comments/0/text": " "}),
                "/comments/0/text form.REQUIRED",
            ),
            (
                json!({"/comments/0/reasonCode": "x", "/comments/0/text": null}),
                "/comments/0/reasonCode code.UNKNOWN",
            ),
            (json!({"/comments/0/severity": 1}), "/comments/0/severity form.UNKNOWN_FIELD"),
        ],
    );
}

#[test]
fn a_decision_is_read_as_it_was_sent_and_read_back_as_it_was_stored() {
    for word in ["approve", "return", "reject"] {
        let mut body = with(&valid(), &json!({"decision": word}));
        if word == "approve" {
            body["comments"] = json!([]);
        }
        let request = parse(&body).unwrap();
        let stored = serde_json::to_value(&request.decision).unwrap();
        assert_eq!((request.version, &stored["decision"]), (3, &body["decision"]));
        if word != "approve" {
            assert_eq!((&stored["opinion"], &stored["comments"]), (&body["opinion"], &body["comments"]));
        }
        assert_eq!(serde_json::from_value::<Decision>(stored).unwrap(), request.decision);
    }
}
