//! Pictures.

use std::collections::BTreeMap;

use edge::ProblemKind;
use schemars::JsonSchema;
use serde_json::json;

use crate::{
    example,
    operation::{Caller, Operation, operation},
    texts::{
        Certainty, FaultCode, FileKindName, Moment, PicturePurpose, PictureState, PictureType, UploadId,
    },
};

/// Announces a picture. What could never be accepted is refused before it travels.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct UploadRequest {
    /// What for.
    purpose: PicturePurpose,
    /// JPEG, or PNG but for the photo.
    media_type: PictureType,
    /// The size of the file: a photo 10,240 to 5,242,880, any other 20,481 to 512,000.
    #[schemars(range(min = 10_240, max = 5_242_880))]
    bytes: u64,
}

/// A place for a picture.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct UploadPlace {
    /// Names the picture in the pages.
    upload_id: UploadId,
    /// Until when it can be sent.
    expires_at: Moment,
    /// How to send it.
    form: UploadForm,
}

/// A form to send as `multipart/form-data`: all fields first, then the file as `file`.
#[derive(JsonSchema)]
struct UploadForm {
    /// Where to.
    url: String,
    /// The fields.
    fields: BTreeMap<String, String>,
}

/// What became of a picture.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(super) struct Upload {
    /// Which.
    upload_id: UploadId,
    /// What for.
    purpose: PicturePurpose,
    /// Whether it may be used.
    state: PictureState,
    /// The rules that were run, in order.
    rules_run: Vec<String>,
    /// What they found.
    findings: Vec<Finding>,
    /// Bytes that arrived, once it is judged.
    #[schemars(with = "u64", skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    /// Pixels across the picture that is shown, once it is judged; `null` when it may not be used, so that none is shown.
    #[schemars(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    /// Pixels down.
    #[schemars(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    /// The size of what arrived, turned upright, once it is judged.
    #[schemars(with = "OriginalSize", skip_serializing_if = "Option::is_none")]
    original: Option<OriginalSize>,
    /// The picture as it is kept, once it may be used.
    #[schemars(with = "KeptPicture", skip_serializing_if = "Option::is_none")]
    picture: Option<KeptPicture>,
    /// When it was announced.
    created_at: Moment,
    /// Until when it could be sent; at the desk, until when its link is good.
    expires_at: Moment,
}

/// The size of what arrived, turned upright. The picture that is shown may be smaller.
#[derive(JsonSchema)]
struct OriginalSize {
    /// Pixels across; `null` when it could not be decoded.
    width: Option<u32>,
    /// Pixels down.
    height: Option<u32>,
}

/// Where a picture can be seen.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct KeptPicture {
    /// A link to it.
    url: String,
    /// Until when the link is good.
    expires_at: Moment,
}

/// Asks for one picture of several proofs.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct MergeRequest {
    /// `work-proof` or `education-certificate`; the pictures' own.
    purpose: PicturePurpose,
    /// The caller's own pictures that may be used, in the order of the pages.
    #[schemars(length(min = 2, max = 8))]
    uploads: Vec<UploadId>,
}

/// One thing that a rule found in a picture.
#[derive(JsonSchema)]
struct Finding {
    /// The rule.
    rule: String,
    /// How sure.
    certainty: Certainty,
    /// The reason.
    code: FaultCode,
    /// The reason in words.
    message: String,
    /// What was measured, in the rule's own unit.
    value: Option<f64>,
    /// What it was held against.
    threshold: Option<f64>,
    /// Where: left, top, width and height in pixels of the picture that is shown; of one that may not be used, of the upright
    /// upload.
    place: Option<[f64; 4]>,
    /// What the file is, where that is why it is refused.
    kind: Option<FileKindName>,
}

pub(super) fn operations() -> Vec<Operation> {
    vec![
        operation("POST", "/v1/uploads", "requestUpload", "Announce a picture", "申请上传图片")
            .about("60 an hour and account. The form can be used for 10 minutes.", "每个账户每小时60次。上传表单10分钟内有效。")
            .by(Caller::Applicant)
            .once()
            .body::<UploadRequest>(json!({"purpose": "photo", "mediaType": "image/jpeg", "bytes": 48_213}))
            .problem(&[ProblemKind::ConsentRequired, ProblemKind::TooManyRequests])
            .answers::<UploadPlace>(
                201,
                json!({
                    "uploadId": example::PHOTO,
                    "expiresAt": "2026-11-24T16:17:55.123+08:00",
                    "form": {
                        "url": "https://quarantine.s3.cn-north-1.amazonaws.com.cn/",
                        "fields": {
                            "key": format!("{}/{}", example::ACCOUNT, example::PHOTO),
                            "Content-Type": "image/jpeg", "policy": "eyJleHBpcmF0aW9u…", "x-amz-signature": "9f2c…",
                        },
                    },
                }),
            ),
        operation("POST", "/v1/uploads/merges", "mergeUploads", "Make one picture of several proofs", "合并证明图片")
            .about(
                "Two to eight pages become one upload of at most 512,000 bytes, to be looked at by its link before it is named on a page. 20 an hour and account.",
                "将2至8页合并为一张不超过512000字节的图片，使用前可通过链接查看。每个账户每小时20次。",
            )
            .by(Caller::Applicant)
            .once()
            .body::<MergeRequest>(json!({"purpose": "work-proof", "uploads": [example::PROOF, example::SECOND_PROOF]}))
            .problem(&[ProblemKind::NotMergeable, ProblemKind::TooManyRequests])
            .answers::<Upload>(201, example::merged()),
        operation("GET", "/v1/uploads/{id}", "getUpload", "See what became of a picture", "查看图片检查结果")
            .by(Caller::Applicant)
            .path::<UploadId>("id", "The caller's own picture.", example::PHOTO)
            .answers::<Upload>(200, example::upload()),
    ]
}
