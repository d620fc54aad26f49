//! Who and what the examples are about. Whoever runs the examples against a stack puts the ids of real things in the
//! place of these.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::messages::{self, Lang};
use serde_json::{Value, json};

/// The account.
pub const ACCOUNT: &str = "acc_01KAWQ3F7M2T8V5X0Z4B6D9F1H";
/// The collection.
pub const COLLECTION: &str = "collection-01KAWQ3F7M2T8V5X0Z4B6D9F1H";
/// The request for real-name verification.
pub const REAL_NAME: &str = "real-name-01KAWQ3F7M2T8V5X0Z4B6D9F1H";
/// A picture code.
pub const CAPTCHA: &str = "cap_01KAWQ40S5N3W7Y9A1C2E4G6J8";
/// A request for an SMS code.
pub const SMS_CODE: &str = "sms_01KAWQ40S5N3W7Y9A1C2E4G6J8";
/// Another one, for another phone.
pub const OTHER_SMS_CODE: &str = "sms_01KAWQ41T6P4X8Z0B2D3F5H7K9";
/// The photo.
pub const PHOTO: &str = "upl_01KAWQ51A1B2C3D4E5F6G7H8J9";
/// A copy of everything.
pub const EXPORT: &str = "xpt_01KAWQ45T5N3W7Y9A1C2E4G6J8";
/// A notice.
pub const NOTIFICATION: &str = "ntc_01KAWQ46V5N3W7Y9A1C2E4G6J8";
/// An attempt with Alipay.
pub const ATTEMPT: &str = "01KAWQ3F7M2T8V5X0Z4B6D9F1H000001";
/// The portrait side of the identity document.
pub const ID_FRONT: &str = "upl_01KAWQ52B2C3D4E5F6G7H8J9K0";
/// Its other side.
pub const ID_BACK: &str = "upl_01KAWQ53C3D4E5F6G7H8J9K0M1";
/// The applicant holding it.
pub const ID_HOLDING: &str = "upl_01KAWQ54D4E5F6G7H8J9K0M1N2";
/// The certificate of education.
pub const CERTIFICATE: &str = "upl_01KAWQ55E5F6G7H8J9K0M1N2P3";
/// The proof of work.
pub const PROOF: &str = "upl_01KAWQ56F6G7H8J9K0M1N2P3Q4";
/// Its second page.
pub const SECOND_PROOF: &str = "upl_01KAWQ57G7H8J9K0M1N2P3Q4R5";
/// The education.
pub const EDUCATION: &str = "edu_01KAWQ61G7H8J9K0M1N2P3Q4R5";
/// The employment.
pub const EMPLOYMENT: &str = "emp_01KAWQ62H8J9K0M1N2P3Q4R5S6";
/// The accounting work in it.
pub const EXPERIENCE: &str = "exp_01KAWQ63J9K0M1N2P3Q4R5S6T7";
/// The county.
pub const COUNTY: &str = "110101";
/// Its department.
pub const DEPARTMENT: &str = "110101-1";
/// When it all happens.
pub const NOW: &str = "2026-11-24T16:07:55.123+08:00";
/// The key of a request that may be sent again.
pub const IDEMPOTENCY_KEY: &str = "5f0c9a52-7a4e-4f0b-9f3e-2f6f3f1c8f10";
/// The ID number (of nobody we know of).
pub(crate) const ID_NUMBER: &str = "110101199303070021";
/// The name.
pub(crate) const NAME: &str = "李清宁";

/// The page 采集范围.
pub(crate) fn scope() -> Value {
    json!({"scope": "1", "noticeRead": true})
}

/// The page 基本信息.
pub(crate) fn basic() -> Value {
    json!({
        "photo": PHOTO, "idPortrait": ID_FRONT, "idEmblem": ID_BACK,
        "idValidFrom": "2015-03-01", "idValidTo": "长期",
        "qualifications": [{"title": "1", "obtained": "2021-05", "certificateNo": "20210511000123"}],
    })
}

/// A row of 教育经历.
pub(crate) fn education() -> Value {
    json!({
        "studyMode": "1", "school": "中国人民大学", "level": "21", "degree": "4", "major": "会计学",
        "start": "2015-09", "end": "2019-06",
        "educationCertificateNo": "100021201905000123", "degreeCertificateNo": "1000242019000123",
        "certificates": [CERTIFICATE],
    })
}

/// A row of 工作经历.
pub(crate) fn employment() -> Value {
    json!({
        "start": "2019-07", "end": "至今", "employer": "北京东城示例制造有限公司", "uscc": "911101015123456786",
        "unitType": "31", "industry": "C", "division": COUNTY, "address": "东城区示例街1号",
        "phone": "010-64001234", "hasAccounting": true, "proof": PROOF,
    })
}

/// A row of 会计专业工作经历.
pub(crate) fn experience() -> Value {
    json!({
        "start": "2022-07", "end": "至今", "posts": ["03", "06"], "duties": "资产、负债和净资产的核算",
        "title": "1", "titleSince": "2022-07",
    })
}

/// The page 会计管理部门.
pub(crate) fn department() -> Value {
    json!({"departmentId": DEPARTMENT, "basis": "workplace"})
}

/// A row as it is stored.
pub(crate) fn with_id(id: &str, mut row: Value) -> Value {
    row["id"] = json!(id);
    row
}

/// The employment with its accounting work, as it is stored.
pub(crate) fn employment_with_experience() -> Value {
    let mut row = with_id(EMPLOYMENT, employment());
    row["accountingExperiences"] = json!([with_id(EXPERIENCE, experience())]);
    row
}

/// All pages, as they are stored.
fn pages() -> Value {
    json!({
        "scope": {"scope": "1"},
        "basic": basic(),
        "educations": [with_id(EDUCATION, education())],
        "employments": [employment_with_experience()],
        "department": department(),
    })
}

/// The applicant, masked.
pub(crate) fn identity() -> Value {
    json!({
        "idType": "RIC", "idNumber": "110***********0021", "name": NAME, "sex": "2",
        "birthDate": "1993-03-07", "mobile": "138****1234",
    })
}

/// The whole draft.
pub(crate) fn collection() -> Value {
    let mut collection = pages();
    let facts = json!({
        "caseId": COLLECTION, "state": "DRAFT", "stateText": "草稿", "version": 8, "editable": true,
        "identity": identity(), "comments": [], "opinion": null,
    });
    if let (Value::Object(collection), Value::Object(facts)) = (&mut collection, facts) {
        collection.extend(facts);
    }
    collection
}

/// A draft that lacks its basic page.
pub(crate) fn readiness() -> Value {
    let fault = |pointer: &str, code: &str| json!({"pointer": pointer, "code": code, "message": messages::text(code, Lang::Zh)});
    json!({
        "version": 6, "ready": false, "errors": [fault("/basic", "basic.REQUIRED")],
        "warnings": [fault("/department/departmentId", "department.OTHER_COUNTY")],
    })
}

/// A reviewer's remark.
pub(crate) fn comment(pointer: &str) -> Value {
    json!({"pointer": pointer, "reasonCode": "PHOTO_BLUR", "reason": "照片模糊", "text": "请重新拍摄。"})
}

/// What became of the collection.
pub(crate) fn status() -> Value {
    json!({
        "caseId": COLLECTION, "state": "RETURNED", "stateText": "审核不通过（待修改）", "version": 11, "round": 1,
        "submittedAt": NOW, "dueAt": null, "inForce": null, "transfer": null, "department": bureau(), "comments": [comment("/basic/photo")],
        "opinion": "请按批注修改后重新提交。", "history": history(),
    })
}

fn history() -> Value {
    json!([{"at": NOW, "event": "submitted", "state": "SUBMITTED", "version": 9, "round": 1, "reason": null}])
}

/// The department.
pub(crate) fn bureau() -> Value {
    json!({
        "id": DEPARTMENT, "division": COUNTY, "name": "北京市东城区财政局会计科",
        "address": "北京市东城区晨光胡同1号（示例地址）", "phone": "010-12345601", "hours": "工作日 9:00-11:30，13:30-17:00",
    })
}

/// A picture that may be used, with a doubt.
pub(crate) fn upload() -> Value {
    json!({
        "uploadId": PHOTO, "purpose": "photo", "state": "flagged", "rulesRun": ["format", "pixels", "aspect", "blank"],
        "findings": [{
            "rule": "aspect", "certainty": "doubtful", "code": "picture.ASPECT",
            "message": messages::text("picture.ASPECT", Lang::Zh),
            "value": 0.62, "threshold": 0.7, "place": null, "kind": null,
        }],
        "bytes": 48_213, "width": 1_180, "height": 1_652, "original": {"width": 2_362, "height": 3_307},
        "createdAt": NOW, "expiresAt": "2026-11-24T16:17:55.123+08:00",
    })
}

/// Two proofs of work as one picture.
pub(crate) fn merged() -> Value {
    json!({
        "uploadId": "upl_01KAWQ58H8J9K0M1N2P3Q4R5S6", "purpose": "work-proof", "state": "accepted",
        "rulesRun": ["format", "bytes", "header", "frames", "decode", "pixels", "blank", "clean"], "findings": [],
        "bytes": 431_220, "width": 1_240, "height": 3_508, "original": {"width": 1_240, "height": 3_508},
        "picture": {"url": "https://clean.s3.cn-north-1.amazonaws.com.cn/…", "expiresAt": "2026-11-24T16:12:55.123+08:00"},
        "createdAt": NOW, "expiresAt": NOW,
    })
}

/// The request for real-name verification.
pub(crate) fn real_name() -> Value {
    json!({"idFront": ID_FRONT, "idBack": ID_BACK, "idHolding": ID_HOLDING, "division": COUNTY})
}

/// An attempt with Alipay that runs.
pub(crate) fn attempt() -> Value {
    json!({
        "attemptId": ATTEMPT, "state": "STARTED", "reason": null, "code": "alipay.STARTED",
        "message": "请用支付宝扫码，并在截止时间前完成认证", "startedAt": NOW,
        "expiresAt": "2026-11-24T16:22:55.123+08:00", "endedAt": null, "askAgainAfter": 2,
    })
}

/// The caller's hold on a case.
pub(crate) fn claim() -> Value {
    json!({"mine": true, "until": "2026-11-24T16:37:55.123+08:00"})
}

/// A list that is made into a file.
pub(crate) const CASE_LIST: &str = "ros_01KAWQ58H8J9K0M1N2P3Q4R5S9";

/// Why a list is to be legible.
pub(crate) const REVEAL_REASON: &str = "逐一电话通知补正材料";

/// A selection.
pub(crate) const BULK: &str = "blk_01KAWQ58H8J9K0M1N2P3Q4R5S7";

/// Why something is asked for.
pub(crate) const REASON: &str = "因户籍迁移，现在西城区工作。";

/// What was approved.
pub(crate) fn in_force() -> Value {
    json!({"version": 9, "at": NOW})
}

/// A transfer that was asked for.
pub(crate) fn transfer() -> Value {
    json!({"departmentId": "110102-1", "reason": REASON, "askedAt": NOW, "releasedAt": null})
}

/// A page of the queue.
pub(crate) fn queue() -> Value {
    json!({
        "items": [{
            "caseId": COLLECTION, "kind": "collection", "state": "SUBMITTED", "round": 1,
            "since": NOW, "dueAt": "2026-11-27T16:07:55.123+08:00", "flagged": true, "claim": null,
        }],
        "next": cursor(),
    })
}

/// A place in the queue: opaque to callers.
pub(crate) fn cursor() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("open {COUNTY} {NOW} {COLLECTION}"))
}

/// A case at the desk.
pub(crate) fn case() -> Value {
    let mut picture = upload();
    picture["pointer"] = json!("/basic/photo");
    picture["url"] = json!("https://clean.s3.cn-north-1.amazonaws.com.cn/…");
    picture["expiresAt"] = json!("2026-11-24T16:12:55.123+08:00");
    json!({
        "caseId": COLLECTION, "kind": "collection", "state": "UNDER_REVIEW", "stateText": "审核中",
        "version": 10, "round": 1, "submittedAt": NOW, "dueAt": "2026-11-27T16:07:55.123+08:00",
        "escalatedAt": null, "flagged": true, "inForce": null, "proposal": null, "transfer": null,
        "claim": claim(), "applicant": identity(), "pages": pages(), "pictures": [picture], "evidence": null,
        "shared": {"state": "ready", "evidence": [{
            "pointer": "/educations/0/educationCertificateNo", "kind": "certificate",
            "code": "shared.CERTIFICATE", "message": "其他人也填写了同一证书编号，请核对",
            "others": 1, "more": false, "cases": [],
        }]},
        "otherAccounts": null,
        "eligibility": {
            "examYear": 2027, "eligible": true, "condition": "2",
            "conditionText": "具备大学本科学历或学士学位，从事会计工作满4年",
            "monthsWorked": 53, "monthsMissing": 0, "reason": null,
        },
        "verification": {"state": "VERIFIED", "since": NOW, "way": "online", "until": null},
        "obstacles": [],
        "differences": [{"pointer": "/educations/0/school", "before": "示例学院", "after": "示例大学"}],
        "comments": [{
            "at": NOW, "round": 1, "pointer": "/educations/0/school", "reasonCode": "OTHER", "reason": "其他",
            "text": "请填写毕业证书上的校名。", "answered": true,
        }],
        "opinion": null, "history": history(),
    })
}

/// A return.
pub(crate) fn decision() -> Value {
    json!({
        "version": 10, "decision": "return", "opinion": "请按批注修改后重新提交。",
        "comments": [{"pointer": "/basic/photo", "reasonCode": "PHOTO_BLUR", "text": "请重新拍摄。"}],
    })
}

/// The windows there are.
pub(crate) fn window() -> Value {
    json!({"items": [{
        "province": "110000", "examYear": 2027, "opensAt": "2026-11-01T00:00:00.000+08:00",
        "closesAt": "2026-12-31T18:00:00.000+08:00", "correctionsUntil": "2027-01-10T18:00:00.000+08:00", "open": true,
    }]})
}

/// The divisions below a city.
pub(crate) fn divisions() -> Value {
    json!({"items": [
        {"code": COUNTY, "zh": "东城区", "en": "Dongcheng Qu", "level": "county", "hasChildren": false,
         "selectable": true, "closedSince": null, "successor": null},
    ]})
}
