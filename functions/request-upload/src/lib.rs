//! `POST /v1/uploads`: a place for one picture, and the form with which to send it there.

use domain::{
    fault::{Code, Faults},
    file_kind::FileKind,
    form::Form,
    ids::UploadId,
    moment::Moment,
    upload::{AttachmentError, Format, Purpose},
};
use edge::{Problem, ProblemKind, ReplayScope, Request, Response};
use jiff::SignedDuration;
use ports::{
    Clock, Random,
    codes::{CheckRateLimit, RateLimit, RateLimitKey},
    people::{Account, LoadAccount},
    pictures::{LoadUploads, Progress, SaveUpload, SignUpload, Upload},
};
use serde_json::{Value, json};

/// How long a form can be used.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// Six pictures are needed; this leaves room for many tries (ours).
const RATE: RateLimit = RateLimit { name: "upload-account", max: 60, window: SignedDuration::from_hours(1) };

struct Command {
    purpose: Purpose,
    format: Format,
}

impl Command {
    /// Reads what is going to be sent; a file that could never be accepted is refused before it travels.
    fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let purpose = form.text("purpose", |name| Purpose::parse(name).ok_or(Code("code.UNKNOWN")));
            let format = form.text("mediaType", |media_type| {
                Format::from_media_type(media_type)
                    .ok_or_else(|| FileKind::from_media_type(media_type).code())
            });
            let bytes = form.number("bytes");
            let (purpose, format, bytes) = (purpose?, format?, bytes?);
            match purpose.limits().check_file(Some(format), bytes) {
                Ok(()) => {}
                Err(AttachmentError::Format) => form.fault("mediaType", FileKind::from(format).code()),
                Err(error) => form.fault("bytes", error),
            }
            Some(Self { purpose, format })
        })
    }
}

/// The account that may ask for a form of that kind, now: pictures of a face need a consent in force.
async fn admit(req: &Request, table: &impl LoadAccount) -> Result<(Account, Command), Problem> {
    let account = applicant::account(req, table).await?;
    let command = Command::parse(&req.json()?)?;
    if account.biometrics.covers(command.purpose) {
        Ok((account, command))
    } else {
        Err(Problem::new(ProblemKind::ConsentRequired))
    }
}

/// Whether the caller may ask: a kept answer holds a form that still works. For `edge::serve_once`.
pub async fn authorize(req: &Request, table: &impl LoadAccount) -> Result<ReplayScope, Problem> {
    admit(req, table).await.map(|_| ReplayScope::default())
}

/// Keeps a place and signs the form for it.
pub async fn handle(
    req: Request,
    table: &(impl LoadAccount + CheckRateLimit + LoadUploads + SaveUpload),
    quarantine: &impl SignUpload,
    clock: &impl Clock,
    chance: &impl Random,
) -> Result<Response, Problem> {
    let (Account { id: owner, .. }, Command { purpose, format }) = admit(&req, table).await?;
    let now = clock.now();
    let id = UploadId::new(req.new_id(chance));
    if req.is_taken_up_again()
        && let Some(upload) = table.load_uploads(owner, &[id]).await?.pop()
    {
        return answer(&upload, quarantine, now).await;
    }
    table.count(RATE, &RateLimitKey::Account(owner), now).await??;

    let upload = Upload {
        id,
        owner,
        purpose,
        format,
        created_at: now,
        expires_at: now.after(LIFETIME),
        progress: Progress::Pending,
    };
    let answer = answer(&upload, quarantine, now).await?;
    if let Err(error) = table.save_upload(&upload).await {
        return Err(applicant::not_kept(error, owner, table).await);
    }
    Ok(answer)
}

/// The place, and a form for it.
async fn answer(upload: &Upload, quarantine: &impl SignUpload, now: Moment) -> Result<Response, Problem> {
    let form = quarantine.sign_upload(upload, now).await?;
    Ok(Response::created(&json!({"uploadId": upload.id, "expiresAt": upload.expires_at, "form": form})))
}
