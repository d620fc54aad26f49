//! What was read from a form is the same after it was stored and read again.

use domain::collection::{Basic, Collection};
use domain::identity::IdType;
use domain::real_name::OnlineRequest;
use proptest::{collection::vec, prelude::*};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{about, basic, complete, education, employment, upload, with};

/// Texts that a form takes, of several planes, with what JSON escapes.
fn texts() -> impl Strategy<Value = String> {
    "[会计𠮷Aa0\"\\\\/é~·\n]{4,40}"
        .prop_filter("something to see", |text| text.chars().filter(|c| !c.is_whitespace()).count() >= 4)
}

fn month() -> impl Strategy<Value = String> {
    (2013..=2015, 1..=12).prop_map(|(year, month)| format!("{year}-{month:02}"))
}

fn read_back<T: Serialize + DeserializeOwned>(stored: &T) -> T {
    serde_json::from_str(&serde_json::to_string(stored).unwrap()).unwrap()
}

/// A body without some of its optional fields.
fn without(body: &Value, fields: &[&str], left_out: &[bool]) -> Value {
    let mut body = body.clone();
    for (field, _) in fields.iter().zip(left_out).filter(|(_, left_out)| **left_out) {
        body[field] = Value::Null;
    }
    body
}

#[test]
fn a_whole_collection_is_read_back_as_it_was() {
    for pages in [complete(), Collection::default()] {
        assert_eq!(read_back(&pages), pages);
    }
}

proptest! {
    #[test]
    fn a_basic_page_is_read_back_as_it_was(
        left_out in vec(any::<bool>(), 4), sex in "[12]", month in month(), number in texts(), rows in 0..=5_usize,
    ) {
        let row = json!({"title": "2", "obtained": month, "certificateNo": number});
        let body = with(&basic::valid(), &json!({
            "sex": sex, "birthDate": "1993-11-28", "idValidTo": "长期", "qualifications": vec![row; rows],
        }));
        let body = without(&body, &["idEmblem", "idValidFrom", "idValidTo", "qualifications"], &left_out);
        let page = Basic::parse(&body, &about(IdType::Ppt, "E1234567")).unwrap();
        prop_assert_eq!(read_back(&page), page);
    }

    #[test]
    fn an_education_is_read_back_as_it_was(
        left_out in vec(any::<bool>(), 4), school in texts(), major in texts(), end in month(),
    ) {
        let body = with(&education::valid(), &json!({
            "studyMode": "8", "level": "41", "school": school, "major": major, "end": end,
            "overseasCertificateNo": "教留服认[美]00001号",
        }));
        let optional =
            ["educationCertificateNo", "degreeCertificateNo", "overseasCertificateNo", "certificates"];
        let row = education::parse(&without(&body, &optional, &left_out)).unwrap();
        prop_assert_eq!(read_back(&row), row);
    }

    #[test]
    fn an_employment_is_read_back_with_its_experiences(
        left_out in vec(any::<bool>(), 4), employer in texts(), duties in texts(), starts in vec(month(), 0..4),
        open: bool,
    ) {
        let body = with(&employment::valid(), &json!({
            "employer": employer, "unitType": "94", "hasAccounting": false,
            "end": if open { "至今" } else { "2020-12" },
        }));
        let mut row = employment::parse(&without(&body, &["uscc", "proof"], &left_out[..2])).unwrap();
        for start in starts {
            let body = with(&employment::valid_experience(), &json!({
                "start": start, "end": if open { "至今" } else { "2016-01" }, "duties": duties,
            }));
            let body = without(&body, &["title", "titleSince"], &left_out[2..]);
            let experience = employment::parse_experience(&body, &row).unwrap();
            row.add_experience(experience).unwrap();
        }
        prop_assert_eq!(read_back(&row), row);
    }

    #[test]
    fn a_real_name_request_is_read_back_as_it_was(back: bool, division in "110101|441900|659001") {
        let body = json!({
            "idFront": upload(1), "idBack": back.then(|| upload(2)), "idHolding": upload(3), "division": division,
        });
        let request = OnlineRequest::parse(&body, IdType::Ppt).unwrap();
        prop_assert_eq!(read_back(&request), request);
    }
}
