//! Bodies of the collection's pages that an attentive applicant would send.

use serde_json::{Value, json};

use crate::numbers;
use crate::people::Person;
use crate::stack::COUNTY;

/// The department of [`COUNTY`] that tests choose.
pub const DEPARTMENT: &str = "110101-1";

/// 采集范围: somebody who does accounting work.
pub fn scope() -> Value {
    json!({"scope": "1", "noticeRead": true})
}

/// 基本信息: the three pictures, by their uploads.
pub fn basic(photo: &str, id_front: &str, id_back: &str) -> Value {
    json!({"photo": photo, "idPortrait": id_front, "idEmblem": id_back, "idValidFrom": "2015-03-01", "idValidTo": "长期"})
}

/// 教育经历: four years of full-time study that end with a bachelor's degree.
pub fn education(person: &Person, certificate: &str) -> Value {
    let year = person.graduation_year();
    json!({
        "studyMode": "1", "school": "中国人民大学", "level": "21", "degree": "4", "major": "会计学",
        "start": format!("{}-09", year - 4), "end": format!("{year}-06"),
        "educationCertificateNo": numbers::education_certificate(year),
        "degreeCertificateNo": numbers::degree_certificate(year),
        "certificates": [certificate],
    })
}

/// 工作经历: the employer to this day, with accounting work and its proof.
pub fn employment(person: &Person, proof: &str) -> Value {
    json!({
        "start": format!("{}-07", person.graduation_year()), "end": "至今",
        "employer": "北京东城示例制造有限公司", "uscc": numbers::credit_code(COUNTY),
        "unitType": "31", "industry": "C", "division": COUNTY,
        "address": "东城区示例街1号", "phone": "010-64001234",
        "hasAccounting": true, "proof": proof,
    })
}

/// 工作经历: a summer's work that was no accounting.
pub fn plain_employment(person: &Person) -> Value {
    let year = person.graduation_year();
    let body = spoilt(&employment(person, ""), "start", json!(format!("{}-07", year - 1)));
    let body =
        spoilt(&spoilt(&body, "end", json!(format!("{}-08", year - 1))), "hasAccounting", json!(false));
    spoilt(&body, "proof", Value::Null)
}

/// 会计专业工作经历: the first years of bookkeeping in the employment.
pub fn experience(person: &Person) -> Value {
    let year = person.graduation_year();
    json!({
        "start": format!("{year}-08"), "end": format!("{}-12", year + 2),
        "posts": ["03"], "duties": "资产、负债和净资产的核算",
    })
}

/// Another period in the same employment, after [`experience`].
pub fn later_experience(person: &Person) -> Value {
    let body = spoilt(&experience(person), "start", json!(format!("{}-01", person.graduation_year() + 3)));
    spoilt(&body, "end", json!("至今"))
}

/// 会计管理部门: the department where the employer is.
pub fn department() -> Value {
    json!({"departmentId": DEPARTMENT, "basis": "workplace"})
}

/// A copy of a body with one member set to something else, or to nothing where the value is `null`.
#[must_use]
pub fn spoilt(body: &Value, member: &str, value: Value) -> Value {
    let mut copy = body.clone();
    copy[member] = value;
    copy
}
