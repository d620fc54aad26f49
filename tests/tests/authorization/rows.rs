//! The table itself. Rows run from top to bottom, and the columns of a row from left to right, so that the
//! owner's draft is handed in, looked at, taken back and emptied on the way.

use journey::scenario::approval;
use journey::{Draft, Person, alipay, pages, stack::COUNTY};
use serde_json::{Value, json};

/// A kind of caller.
#[derive(Clone, Copy, Debug)]
pub enum Caller {
    /// No token.
    Nobody,
    /// A token whose claims were changed.
    Tampered,
    /// An applicant before the real-name verification.
    Unverified,
    /// A verified applicant who does not own what the path names.
    Other,
    /// A reviewer of another county.
    Elsewhere,
    /// A reviewer of the county that the owner chose.
    County,
    /// The verified applicant who owns what the path names.
    Owner,
}

/// The columns, in the order of [`Row::expected`].
pub const CALLERS: [Caller; 7] = [
    Caller::Nobody,
    Caller::Tampered,
    Caller::Unverified,
    Caller::Other,
    Caller::Elsewhere,
    Caller::County,
    Caller::Owner,
];

/// The statuses that a cell allows; several where the contract leaves the order of two checks open.
pub type Expected = &'static [u16];

/// A route and what each caller gets from it.
#[derive(Debug)]
pub struct Row {
    /// The method.
    pub method: &'static str,
    /// The path, with variables that the test fills in and perhaps a query.
    pub path: &'static str,
    /// Whether the route needs no token.
    pub open: bool,
    /// One cell per column.
    pub expected: [Expected; 7],
}

/// A route that asks nobody who they are: the same answer for all.
fn open(method: &'static str, path: &'static str, status: Expected) -> Row {
    Row { method, path, open: true, expected: [status; 7] }
}

/// A route for applicants.
fn applicant(method: &'static str, path: &'static str, cells: [Expected; 3]) -> Row {
    let [unverified, other, owner] = cells;
    Row { method, path, open: false, expected: [&[401], &[401], unverified, other, &[403], &[403], owner] }
}

/// A route for reviewers.
fn desk(method: &'static str, path: &'static str, elsewhere: Expected, county: Expected) -> Row {
    let expected: [Expected; 7] = [&[401], &[401], &[403], &[403], elsewhere, county, &[403]];
    Row { method, path, open: false, expected }
}

/// The table.
pub fn rows() -> Vec<Row> {
    const EDUCATION: &str = "/v1/collection/educations/{education}";
    const EMPLOYMENT: &str = "/v1/collection/employments/{employment}";
    const EXPERIENCES: &str = "/v1/collection/employments/{employment}/accounting-experiences";
    const EXPERIENCE: &str = "/v1/collection/employments/{employment}/accounting-experiences/{experience}";
    const GONE: Expected = &[200, 204];
    vec![
        open("POST", "/v1/captchas", &[201]),
        open("POST", "/v1/sms-codes", &[422]),
        open("POST", "/v1/registrations", &[422]),
        open("POST", "/v1/password-resets", &[422]),
        open("POST", "/v1/sessions", &[422]),
        open("POST", "/v1/sessions/refresh", &[401]),
        open("DELETE", "/v1/sessions/current", &[401, 204]),
        open("GET", "/v1/reference/{table}", &[200]),
        open("GET", "/v1/reference/divisions?parent=110100", &[200]),
        open("GET", "/v1/departments?division=110101", &[200]),
        open("GET", "/v1/windows", &[200]),
        open("GET", "/v1/openapi.json", &[200]),
        open("GET", "/v1/docs", &[200]),
        applicant("GET", "/v1/me", [&[200], &[200], &[200]]),
        applicant("PUT", "/v1/me/consents/biometrics", [&[200], &[200], &[200]]),
        applicant("PUT", "/v1/me/mobile", [&[422], &[422], &[422]]),
        applicant("DELETE", "/v1/me", [&[422], &[422], &[422]]),
        applicant("POST", "/v1/me/exports", [&[202], &[202], &[202]]),
        applicant("GET", "/v1/me/exports/{export}", [&[404], &[404], &[200]]),
        applicant("GET", "/v1/me/notifications", [&[200], &[200], &[200]]),
        applicant("PUT", "/v1/me/notifications/{notice}/read", [&[404], &[404], &[204]]),
        applicant("POST", "/v1/uploads", [&[201], &[201], &[201]]),
        applicant("GET", "/v1/uploads/{upload}", [&[404], &[404], &[200]]),
        // Two pictures of one purpose would be needed; `merges.rs` has them, and somebody else's.
        applicant("POST", "/v1/uploads/merges", [&[422], &[422], &[422]]),
        applicant("GET", "/v1/real-name", [&[200], &[200], &[200]]),
        applicant("POST", "/v1/real-name/online", [&[422], &[409, 422], &[409, 422]]),
        applicant("POST", "/v1/real-name/alipay", [&[201], &[409], &[409]]),
        // The attempt that came of it: that of the one who is not verified.
        applicant("GET", "/v1/real-name/alipay/{attempt}", [&[200], &[404], &[404]]),
        applicant("GET", "/v1/collection", [&[403], &[200], &[200]]),
        applicant("PUT", "/v1/collection/scope", [&[403], &[200], &[200]]),
        applicant("PUT", "/v1/collection/basic", [&[403], &[200], &[200]]),
        applicant("POST", "/v1/collection/educations", [&[403], &[201], &[201]]),
        applicant("GET", EDUCATION, [&[403], &[404], &[200]]),
        applicant("PUT", EDUCATION, [&[403], &[404], &[200]]),
        applicant("POST", "/v1/collection/employments", [&[403], &[201], &[201]]),
        applicant("GET", EMPLOYMENT, [&[403], &[404], &[200]]),
        applicant("PUT", EMPLOYMENT, [&[403], &[404], &[200]]),
        applicant("POST", EXPERIENCES, [&[403], &[404], &[201]]),
        applicant("GET", EXPERIENCE, [&[403], &[404], &[200]]),
        applicant("PUT", EXPERIENCE, [&[403], &[404], &[200]]),
        applicant("PUT", "/v1/collection/department", [&[403], &[200], &[200]]),
        applicant("GET", "/v1/collection/readiness", [&[403], &[200], &[200]]),
        applicant("GET", "/v1/collection/eligibility", [&[403], &[200], &[200]]),
        applicant("GET", "/v1/collection/form.pdf", [&[403], &[200], &[200]]),
        applicant("POST", "/v1/collection/submission", [&[403], &[201], &[201]]),
        applicant("GET", "/v1/collection/status", [&[403], &[200], &[200]]),
        desk("GET", "/v1/review/queue", &[200], &[200]),
        desk("GET", "/v1/review/statistics", &[200], &[200]),
        // Of no kind that there is: the cases of other tests stay where they are.
        desk("POST", "/v1/review/queue/next?kind=none", &[422], &[422]),
        desk("POST", "/v1/review/cases/{case}/claim", &[404], &[200]),
        desk("GET", "/v1/review/cases/{case}", &[404], &[200]),
        desk("GET", "/v1/review/cases/{case}/form.pdf", &[404], &[200]),
        // Of no case: what is in a selection is asked for each of them.
        desk("POST", "/v1/review/approvals", &[422], &[422]),
        desk("GET", "/v1/review/approvals/{export}", &[404], &[404]),
        desk("DELETE", "/v1/review/approvals/{export}", &[404], &[404]),
        desk("POST", "/v1/review/exports", &[202], &[202]),
        desk("GET", "/v1/review/exports", &[200], &[200]),
        desk("GET", "/v1/review/exports/{export}", &[404], &[404]),
        // A supervisor's, and none of these is one.
        desk("PUT", "/v1/review/cases/{case}/claim", &[404], &[403]),
        desk("POST", "/v1/review/cases/{case}/reopening", &[404], &[403]),
        desk("DELETE", "/v1/review/reviewers/{reviewer}/lock", &[403], &[403]),
        // No transfer is asked for, and nothing is decided: what follows has rows of its own in `again.rs`.
        desk("POST", "/v1/review/cases/{case}/transfer", &[404], &[409]),
        desk("DELETE", "/v1/review/cases/{case}/decision", &[404], &[409]),
        desk("DELETE", "/v1/review/cases/{case}/claim", &[404], &[204]),
        desk("POST", "/v1/review/cases/{case}/decision", &[404], &[409]),
        applicant("POST", "/v1/collection/amendment", [&[403], &[409], &[409]]),
        applicant("DELETE", "/v1/collection/amendment", [&[403], &[409], &[409]]),
        applicant("DELETE", "/v1/collection/transfer", [&[403], &[409], &[409]]),
        applicant("POST", "/v1/collection/transfer", [&[403], &[409, 422], &[422]]),
        applicant("DELETE", "/v1/collection/submission", [&[403], &[200], &[200]]),
        applicant("DELETE", EXPERIENCE, [&[403], &[404], GONE]),
        applicant("DELETE", EMPLOYMENT, [&[403], &[404], GONE]),
        applicant("DELETE", EDUCATION, [&[403], &[404], GONE]),
        applicant("DELETE", "/v1/me/consents/biometrics", [&[204], &[204], &[204]]),
    ]
}

impl Row {
    /// What a well-meaning caller who is `person` and has `draft` sends to this route.
    pub fn body(&self, person: &Person, draft: &Draft) -> Option<Value> {
        let [photo, front, back] = &draft.basic;
        let education = pages::education(person, &draft.certificate);
        let body = match (self.method, self.path) {
            ("DELETE", "/v1/me") => json!({}),
            (_, "/v1/me/consents/biometrics") => json!({"version": "2026-11"}),
            ("GET" | "DELETE", _)
            | (
                _,
                "/v1/captchas"
                | "/v1/sessions/refresh"
                | "/v1/me/exports"
                | "/v1/review/queue/next?kind=none"
                | "/v1/collection/amendment",
            )
            | ("POST", "/v1/review/cases/{case}/claim") => return None,
            ("PUT", "/v1/review/cases/{case}/claim") => json!({"to": "nobody", "reason": "原审核员请假"}),
            (_, "/v1/review/cases/{case}/reopening") => json!({"reason": "须重新核验"}),
            (_, "/v1/review/cases/{case}/transfer") => json!({"answer": "release"}),
            (_, "/v1/review/approvals") => json!({"cases": []}),
            (_, "/v1/review/exports") => json!({"list": "open", "format": "csv"}),
            (_, "/v1/collection/transfer") => json!({"departmentId": "999999-1", "reason": "因户籍迁移"}),
            (_, "/v1/uploads") => json!({"purpose": "photo", "mediaType": "image/jpeg", "bytes": 30_000}),
            (_, "/v1/uploads/merges") => {
                json!({"purpose": "work-proof", "uploads": [draft.proof, draft.certificate]})
            }
            (_, "/v1/real-name/online") => {
                json!({"idFront": front, "idBack": back, "idHolding": photo, "division": COUNTY})
            }
            (_, "/v1/real-name/alipay") => alipay::consent(),
            (_, "/v1/collection/scope") => pages::scope(),
            (_, "/v1/collection/basic") => pages::basic(photo, front, back),
            (_, "/v1/collection/department") => pages::department(),
            (_, "/v1/collection/submission") => json!({"declared": true}),
            ("POST", "/v1/collection/educations") => {
                pages::spoilt(&education, "school", json!("另一所示例大学"))
            }
            ("POST", "/v1/collection/employments") => pages::plain_employment(person),
            ("POST", path) if path.ends_with("/accounting-experiences") => pages::later_experience(person),
            (_, path) if path.ends_with("/{education}") => education,
            (_, path) if path.ends_with("/{employment}") => pages::employment(person, &draft.proof),
            (_, path) if path.ends_with("/{experience}") => pages::experience(person),
            (_, path) if path.ends_with("/decision") => approval(1),
            _ => json!({}),
        };
        Some(body)
    }
}
