//! A picture arrived in quarantine: it is judged, and its clean copy stored.
//!
//! Events come at least once, late, and in any order. The first version that arrives is pinned; whatever is
//! written depends on that pin, so that a repeated event changes nothing and a later version is ignored.

use aws_lambda_events::s3::S3EventRecord;
use domain::{
    ids::{AccountId, UploadId},
    upload::Verdict,
};
use picture::{CleanCopy, Judgement};
use ports::{
    Clock, PortError,
    people::LoadAccount,
    pictures::{DropClean, FetchOriginal, Judged, LoadUploads, PixelSize, RecordCheck, StoreClean},
};
use serde::Deserialize;
use serde_json::Value;
use telemetry::Metric;

/// What the bucket says. The test that it sends when it is told where to has no records.
#[derive(Debug, Deserialize)]
pub struct Arrivals {
    #[serde(rename = "Records", default)]
    records: Vec<Value>,
}

/// What arrived.
#[derive(Debug)]
struct Arrival {
    owner: AccountId,
    id: UploadId,
    key: String,
    version_id: String,
}

impl Arrival {
    /// Reads a record. Keys are made of our ids; any other is not ours to look at.
    fn parse(record: &S3EventRecord) -> Option<Self> {
        let object = &record.s3.object;
        // S3 writes keys as forms are encoded, which leaves letters, digits, `_` and `/` as they are: ours do not change.
        let key = object.key.clone()?;
        let (owner, id) = key.split_once('/')?;
        Some(Self {
            owner: AccountId::parse(owner).ok()?,
            id: UploadId::parse(id).ok()?,
            version_id: object.version_id.clone()?,
            key,
        })
    }
}

/// Judges what arrived. An error has the event delivered again, and in the end parked for `admin redrive`.
pub async fn handle(
    event: Arrivals,
    table: &(impl LoadUploads + RecordCheck + LoadAccount),
    quarantine: &impl FetchOriginal,
    clean: &(impl StoreClean + DropClean),
    clock: &impl Clock,
) -> Result<(), PortError> {
    for record in event.records {
        let record: Option<S3EventRecord> = serde_json::from_value(record).ok();
        match record.as_ref().and_then(Arrival::parse) {
            Some(arrival) => check(&arrival, table, quarantine, clean, clock).await?,
            None => poison(clock, "an event that names no upload of ours"),
        }
    }
    Ok(())
}

async fn check(
    arrival: &Arrival,
    table: &(impl LoadUploads + RecordCheck + LoadAccount),
    quarantine: &impl FetchOriginal,
    clean: &(impl StoreClean + DropClean),
    clock: &impl Clock,
) -> Result<(), PortError> {
    let Arrival { owner, id, key, version_id } = arrival;
    let found = table.load_uploads(*owner, &[*id]).await?;
    let Some(upload) = found.first() else {
        // Whoever closes an account, or takes a consent back, clears away what was announced before.
        match table.load_account(*owner).await? {
            Some(account) if account.biometrics.in_force().is_some() => {
                poison(clock, "a picture that nobody asked to send");
            }
            _ => tracing::info!(upload = %id, "it is wanted no more"),
        }
        return Ok(());
    };
    match table.begin_check(*owner, *id, version_id).await {
        Ok(()) => {}
        Err(PortError::Conflict) => {
            tracing::info!(upload = %id, "judged before, or not the version that counts");
            return Ok(());
        }
        Err(error) => return Err(error),
    }
    let limits = upload.purpose.limits();
    let Some(bytes) = quarantine.fetch_original(key, version_id, limits.max_bytes).await? else {
        poison(clock, "a picture that is gone");
        return Ok(());
    };

    let begun = clock.now();
    let judgement = picture::judge(&bytes, upload.purpose);
    let judged = judged(&judgement);
    if let Some(copy) = judgement.clean {
        clean.store_clean(*owner, *id, copy.format, copy.bytes).await?;
        // Closing an account and taking a consent back clear away what is there: what came after it has to go again.
        let account = table.load_account(*owner).await?;
        if !account.is_some_and(|account| account.biometrics.covers(upload.purpose)) {
            tracing::info!(upload = %id, "its account was closed, or its consent taken back, meanwhile");
            return clean.drop_clean(*owner, *id).await;
        }
    }
    match table.save_judgement(*owner, *id, version_id, &judged).await {
        Ok(()) | Err(PortError::Conflict) => {}
        Err(error) => return Err(error),
    }
    report(clock, begun.as_millisecond(), upload.purpose.as_str(), judged.verdict);
    Ok(())
}

fn judged(judgement: &Judgement) -> Judged {
    Judged {
        verdict: judgement.verdict,
        rules_run: judgement.rules_run.iter().map(|rule| (*rule).to_owned()).collect(),
        findings: judgement.findings.clone(),
        bytes: judgement.measures.bytes,
        width: judgement.measures.width,
        height: judgement.measures.height,
        sha256: judgement.clean.as_ref().map(CleanCopy::digest),
        clean: judgement.clean.as_ref().map(|copy| PixelSize { width: copy.width, height: copy.height }),
        likeness: judgement.likeness.clone(),
    }
}

fn report(clock: &impl Clock, begun: i64, purpose: &str, verdict: Verdict) {
    let now = clock.now().as_millisecond();
    let verdict = match verdict {
        Verdict::Accepted => "accepted",
        Verdict::Flagged => "flagged",
        Verdict::Refused => "refused",
    };
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of one call")]
    let millis = (now - begun) as f64;
    telemetry::record(
        now,
        &[("Purpose", purpose), ("Verdict", verdict)],
        &[(Metric::PictureVerdict, 1.0), (Metric::PictureMillis, millis)],
    );
}

/// Something that will not get better by trying again.
fn poison(clock: &impl Clock, why: &str) {
    tracing::error!(why, "an event was given up on");
    telemetry::record(
        clock.now().as_millisecond(),
        &[("Function", "check-picture")],
        &[(Metric::Poison, 1.0)],
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The captured event, with another key and version.
    fn record(key: &str, version_id: Option<&str>) -> S3EventRecord {
        let mut event: Value =
            serde_json::from_str(include_str!("../../../events/s3-object-created.json")).unwrap();
        let object = &mut event["Records"][0]["s3"]["object"];
        if !key.is_empty() {
            object["key"] = key.into();
        }
        if version_id.is_none() {
            object["versionId"] = Value::Null;
        }
        serde_json::from_value(event["Records"][0].take()).unwrap()
    }

    #[test]
    fn an_arrival_names_owner_upload_and_version() {
        let arrival = Arrival::parse(&record("", Some(""))).unwrap();
        assert_eq!(arrival.key, format!("{}/{}", arrival.owner, arrival.id));
        assert_eq!(arrival.version_id, "5d6b2e28-19e4-45d9-93e3-33823ea6f604");
    }

    #[test]
    fn keys_that_we_did_not_make_name_nothing() {
        let sound = Arrival::parse(&record("", Some(""))).unwrap().key;
        let traversal = sound.replace('/', "/../");
        let lower = sound.to_lowercase();
        for key in ["nothing", "a/b", "acc_1/upl_2", &traversal, &lower, &format!("{sound}/more")] {
            assert!(Arrival::parse(&record(key, Some(""))).is_none(), "{key}");
        }
        assert!(Arrival::parse(&record(&sound, None)).is_none(), "no version to pin");
    }
}
