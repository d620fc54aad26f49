use domain::identity::IdType;
use domain::real_name::OnlineRequest;
use domain::upload::Purpose;
use serde_json::{Value, json};

use crate::{check, check_shape, said, upload, with};

fn valid() -> Value {
    json!({"idFront": upload(1), "idBack": upload(2), "idHolding": upload(3), "division": "110101"})
}

#[test]
fn each_field_says_what_is_wrong_with_it_alone() {
    let parse = |body: &Value| OnlineRequest::parse(body, IdType::Ric);
    check(
        parse,
        &valid(),
        &[
            (json!({"idFront": null}), "/idFront form.REQUIRED"),
            (json!({"idFront": "x"}), "/idFront upload.UNKNOWN"),
            (json!({"idFront": 1}), "/idFront form.TYPE"),
            (json!({"idBack": null}), "/idBack form.REQUIRED"),
            (json!({"idBack": ""}), "/idBack form.REQUIRED"),
            (json!({"idBack": "x"}), "/idBack upload.UNKNOWN"),
            (json!({"idHolding": null}), "/idHolding form.REQUIRED"),
            (json!({"idHolding": "x"}), "/idHolding upload.UNKNOWN"),
            (json!({"division": null}), "/division form.REQUIRED"),
            (json!({"division": "110100"}), "/division division.NOT_COUNTY"),
            (json!({"division": "1101"}), "/division division.UNKNOWN"),
        ],
    );
    check_shape(parse, &valid());
    assert_eq!(
        said(parse(&json!({"idHolding": 1, "division": "", "state": "VERIFIED"}))),
        "/idFront form.REQUIRED, /idBack form.REQUIRED, /idHolding form.TYPE, /division division.UNKNOWN, \
         /state form.UNKNOWN_FIELD"
    );
}

#[test]
fn only_a_passport_has_no_other_side() {
    let body = with(&valid(), &json!({"idBack": null}));
    for id_type in IdType::ALL {
        let expected = if id_type == IdType::Ppt { "" } else { "/idBack form.REQUIRED" };
        assert_eq!(said(OnlineRequest::parse(&body, id_type)), expected, "{id_type:?}");
        assert_eq!(said(OnlineRequest::parse(&valid(), id_type)), "", "{id_type:?}");
    }
}

#[test]
fn its_pictures_are_named_by_place_and_purpose() {
    let named = |body: &Value| -> Vec<_> {
        let request = OnlineRequest::parse(body, IdType::Ppt).unwrap();
        let uses = request.uploads().into_iter();
        uses.map(|used| (used.pointer.as_str().to_owned(), used.upload.to_string(), used.purpose)).collect()
    };
    let front = ("/idFront".to_owned(), upload(1), Purpose::IdFront);
    let back = ("/idBack".to_owned(), upload(2), Purpose::IdBack);
    let holding = ("/idHolding".to_owned(), upload(3), Purpose::IdHolding);
    assert_eq!(named(&valid()), [front.clone(), back, holding.clone()]);
    assert_eq!(named(&with(&valid(), &json!({"idBack": null}))), [front, holding]);
}
