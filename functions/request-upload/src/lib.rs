//! `POST /v1/uploads`: a place for one picture, and the form with which to send it there.

use domain::{
    fault::{Code, Faults},
    file_kind::FileKind,
    form::Form,
    ids::UploadId,
    moment::Moment,
    upload::{AttachmentError, Format, Purpose},
};
use edge::{Answer, Call, Kind, Problem, Standing};
use jiff::SignedDuration;
use ports::{
    Chance, Clock,
    codes::{Count, Rate, Subject},
    people::{Account, LoadAccount},
    pictures::{LoadUploads, Progress, SaveUpload, SignUpload, Upload},
};
use serde_json::{Value, json};

/// How long a form can be used.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// Six pictures are needed; this leaves room for many tries (ours).
const RATE: Rate = Rate { name: "upload-account", max: 60, window: SignedDuration::from_hours(1) };

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
async fn admit(call: &Call, table: &impl LoadAccount) -> Result<(Account, Command), Problem> {
    let account = applicant::account(call, table).await?;
    let command = Command::parse(&call.json()?)?;
    if account.biometrics.covers(command.purpose) {
        Ok((account, command))
    } else {
        Err(Problem::new(Kind::ConsentRequired))
    }
}

/// Whether the caller may ask: a kept answer holds a form that still works. For `edge::serve_once`.
pub async fn authorize(call: &Call, table: &impl LoadAccount) -> Result<Standing, Problem> {
    admit(call, table).await.map(|_| Standing::default())
}

/// Keeps a place and signs the form for it.
pub async fn handle(
    call: Call,
    table: &(impl LoadAccount + Count + LoadUploads + SaveUpload),
    quarantine: &impl SignUpload,
    clock: &impl Clock,
    chance: &impl Chance,
) -> Result<Answer, Problem> {
    let (Account { id: owner, .. }, Command { purpose, format }) = admit(&call, table).await?;
    let now = clock.now();
    let id = UploadId::new(call.new_id(chance));
    if call.is_taken_up_again()
        && let Some(upload) = table.load_uploads(owner, &[id]).await?.pop()
    {
        return answer(&upload, quarantine, now).await;
    }
    table.count(RATE, &Subject::Account(owner), now).await??;

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
async fn answer(upload: &Upload, quarantine: &impl SignUpload, now: Moment) -> Result<Answer, Problem> {
    let form = quarantine.sign_upload(upload, now).await?;
    Ok(Answer::created(&json!({"uploadId": upload.id, "expiresAt": upload.expires_at, "form": form})))
}
