//! Pictures in S3: the bucket where they arrive and the one of clean copies, where exports lie as well.

use std::{collections::BTreeMap, time::Duration, time::SystemTime};

use aws_config::{SdkConfig, timeout::TimeoutConfig};
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_s3::{
    Client, error::SdkError, operation::get_object::builders::GetObjectFluentBuilder,
    presigning::PresigningConfig, primitives::ByteStream,
};
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use base64::{Engine, prelude::BASE64_STANDARD};
use domain::{
    case::case_list::{self, CaseListRequest},
    ids::{AccountId, UploadId},
    moment::Moment,
    upload::Format,
};
use futures_util::future::try_join_all;
use jiff::SignedDuration;
use ports::{
    PortError, PortResult,
    case_lists::{CaseList, LinkCaseList, StoreCaseList},
    closing::ClearPictures,
    exports::{DropExport, Export, LinkExport, StoreExport},
    pictures::{
        DropClean, FetchClean, FetchOriginal, LinkPicture, PresignedUrl, SignUpload, StoreClean, Upload,
        UploadForm,
    },
};
use serde_json::json;

use crate::failure::{failed, unbuilt};

/// How long a reviewer's link lives, in seconds (security checklist, item 55).
const LINK_SECONDS: u32 = 300;

/// Where a picture lies, in either bucket: made of ids only, and the same for good.
fn key(owner: AccountId, id: UploadId) -> String {
    format!("{owner}/{id}")
}

/// Where an export lies; the bucket's lifecycle goes by the first part.
fn export_key(export: &Export) -> String {
    format!("exports/{}/{}.zip", export.owner, export.id)
}

/// Where a list's file lies; the bucket's lifecycle goes by the first part.
fn case_list_key(case_list: &CaseList) -> String {
    format!("exports/{}/{}.{}", case_list.reviewer, case_list.id, case_list.asked.format.as_str())
}

/// Where a closed account's pictures lie for the time that they must be kept; the bucket's lifecycle goes by the
/// first part.
fn retained_key(key: &str) -> String {
    format!("retained/{key}")
}

/// The bucket where pictures arrive, unchecked.
#[derive(Debug)]
pub struct Quarantine {
    client: Client,
    bucket: String,
    url: String,
    region: String,
    credentials: Option<SharedCredentialsProvider>,
}

impl Quarantine {
    pub(crate) fn new(client: Client, config: &SdkConfig, bucket: String) -> Self {
        let region = config.region().map_or("us-east-1", |region| region.as_ref()).to_owned();
        let url = match config.endpoint_url() {
            Some(endpoint) => format!("{}/{bucket}", endpoint.trim_end_matches('/')),
            None if region.starts_with("cn-") => format!("https://{bucket}.s3.{region}.amazonaws.com.cn/"),
            None => format!("https://{bucket}.s3.{region}.amazonaws.com/"),
        };
        Self { client, bucket, url, region, credentials: config.credentials_provider() }
    }
}

impl SignUpload for Quarantine {
    /// The SDK signs no POST policies: this is the policy of "Browser-Based Uploads Using POST (AWS Signature
    /// Version 4)", with the signature from `aws-sigv4`. Only POST lets S3 hold a file to a range of sizes.
    async fn sign_upload(&self, upload: &Upload, now: Moment) -> PortResult<UploadForm> {
        let provider = self.credentials.as_ref().ok_or_else(|| unbuilt(std::fmt::Error))?;
        let credentials = provider.provide_credentials().await.map_err(unbuilt)?;
        let limits = upload.purpose.limits();
        let time = SystemTime::UNIX_EPOCH
            + Duration::from_millis(u64::try_from(now.as_millisecond()).unwrap_or_default());
        let stamp = utc(now, "%Y%m%dT%H%M%SZ");
        let scope = format!("{}/{}/s3/aws4_request", utc(now, "%Y%m%d"), self.region);

        let mut fields = BTreeMap::from([
            ("key".to_owned(), key(upload.owner, upload.id)),
            ("Content-Type".to_owned(), upload.format.media_type().to_owned()),
            ("x-amz-algorithm".to_owned(), "AWS4-HMAC-SHA256".to_owned()),
            ("x-amz-credential".to_owned(), format!("{}/{scope}", credentials.access_key_id())),
            ("x-amz-date".to_owned(), stamp),
        ]);
        if let Some(token) = credentials.session_token() {
            fields.insert("x-amz-security-token".to_owned(), token.to_owned());
        }
        let mut conditions: Vec<_> =
            fields.iter().map(|(name, value)| json!({name.as_str(): value})).collect();
        conditions.push(json!({"bucket": self.bucket}));
        conditions.push(json!(["content-length-range", limits.min_bytes, limits.max_bytes]));
        let policy = json!({
            "expiration": utc(upload.expires_at, "%Y-%m-%dT%H:%M:%SZ"),
            "conditions": conditions,
        });
        let policy = BASE64_STANDARD.encode(policy.to_string());
        let signing_key = generate_signing_key(credentials.secret_access_key(), time, &self.region, "s3");
        fields.insert("x-amz-signature".to_owned(), calculate_signature(signing_key, policy.as_bytes()));
        fields.insert("policy".to_owned(), policy);
        Ok(UploadForm { url: self.url.clone(), fields })
    }
}

/// The moment in UTC, as S3 writes it.
fn utc(moment: Moment, format: &str) -> String {
    let timestamp = jiff::Timestamp::from_second(moment.as_second()).unwrap_or_default();
    timestamp.strftime(format).to_string()
}

impl FetchOriginal for Quarantine {
    async fn fetch_original(
        &self,
        key: &str,
        version_id: &str,
        max_bytes: u64,
    ) -> PortResult<Option<Vec<u8>>> {
        let get = self.client.get_object().bucket(&self.bucket).key(key).version_id(version_id);
        let output = match get.range(format!("bytes=0-{max_bytes}")).send().await {
            Ok(output) => output,
            Err(SdkError::ServiceError(error)) => {
                return match error.raw().status().as_u16() {
                    404 => Ok(None),
                    // An empty object has no first byte.
                    416 => Ok(Some(Vec::new())),
                    _ => Err(failed(SdkError::ServiceError(error))),
                };
            }
            Err(error) => return Err(failed(error)),
        };
        let bytes = output.body.collect().await.map_err(|error| PortError::Unavailable(Box::new(error)))?;
        Ok(Some(bytes.to_vec()))
    }
}

/// The bucket of clean copies.
#[derive(Debug)]
pub struct CleanBucket {
    client: Client,
    bucket: String,
}

impl CleanBucket {
    pub(crate) fn new(client: Client, bucket: String) -> Self {
        Self { client, bucket }
    }
}

impl StoreClean for CleanBucket {
    async fn store_clean(
        &self,
        owner: AccountId,
        id: UploadId,
        format: Format,
        bytes: Vec<u8>,
    ) -> PortResult<()> {
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(key(owner, id))
            .content_type(format.media_type())
            .content_disposition("inline")
            .cache_control("private, no-store")
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(failed)?;
        Ok(())
    }
}

impl FetchClean for CleanBucket {
    async fn fetch_clean(&self, owner: AccountId, id: UploadId) -> PortResult<Option<Vec<u8>>> {
        let get = self.client.get_object().bucket(&self.bucket).key(key(owner, id));
        let output = match get.send().await {
            Ok(output) => output,
            Err(SdkError::ServiceError(error)) if error.err().is_no_such_key() => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let bytes = output.body.collect().await.map_err(|error| PortError::Unavailable(Box::new(error)))?;
        Ok(Some(bytes.to_vec()))
    }
}

impl LinkPicture for CleanBucket {
    async fn link_picture(&self, owner: AccountId, id: UploadId, now: Moment) -> PortResult<PresignedUrl> {
        self.link(self.client.get_object().key(key(owner, id)), now).await
    }
}

impl LinkExport for CleanBucket {
    async fn link_export(&self, export: &Export, now: Moment) -> PortResult<PresignedUrl> {
        let get = self.client.get_object().key(export_key(export));
        let name = format!("attachment; filename=\"{}.zip\"", export.id);
        self.link(get.response_content_disposition(name), now).await
    }
}

impl LinkCaseList for CleanBucket {
    async fn link_case_list(&self, case_list: &CaseList, now: Moment) -> PortResult<PresignedUrl> {
        let get = self.client.get_object().key(case_list_key(case_list));
        let CaseListRequest { list, division, format, .. } = &case_list.asked;
        let (list, division, format) = (list.as_str(), division.code(), format.as_str());
        let name = format!("{list}-{division}-{}.{format}", case_list.requested_at.date());
        self.link(get.response_content_disposition(format!("attachment; filename=\"{name}\"")), now).await
    }
}

impl StoreCaseList for CleanBucket {
    async fn store_case_list(&self, case_list: &CaseList, file: Vec<u8>) -> PortResult<()> {
        let media_type = match case_list.asked.format {
            case_list::Format::Csv => "text/csv; charset=utf-8",
            case_list::Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        };
        self.store_large(case_list_key(case_list), media_type, file).await
    }
}

impl StoreExport for CleanBucket {
    async fn store_export(&self, export: &Export, file: Vec<u8>) -> PortResult<()> {
        self.store_large(export_key(export), "application/zip", file).await
    }
}

impl DropExport for CleanBucket {
    async fn drop_export(&self, export: &Export) -> PortResult<()> {
        self.erase(self.versions(&export_key(export)).await?).await
    }
}

impl DropClean for CleanBucket {
    async fn drop_clean(&self, owner: AccountId, id: UploadId) -> PortResult<()> {
        self.erase(self.versions(&key(owner, id)).await?).await
    }
}

impl ClearPictures for CleanBucket {
    /// Everything kept is copied before anything is erased: if it stops in between, the next try finds the rest.
    async fn clear_pictures(&self, owner: AccountId, kept: &[UploadId]) -> PortResult<()> {
        let pictures = self.versions(&format!("{owner}/")).await?;
        let kept: Vec<String> = kept.iter().map(|id| key(owner, *id)).collect();
        for picture in pictures.iter().filter(|picture| picture.is_current && kept.contains(&picture.key)) {
            let copy = self.client.copy_object().bucket(&self.bucket).key(retained_key(&picture.key));
            // Ids are letters, digits and underscores: nothing to encode.
            let source = format!("{}/{}", self.bucket, picture.key);
            match copy.copy_source(source).send().await {
                // Another call clears the same account away: it was copied before it went.
                Err(SdkError::ServiceError(error)) if error.err().code() == Some("NoSuchKey") => {}
                result => drop(result.map_err(failed)?),
            }
        }
        self.erase(pictures).await?;
        self.erase(self.versions(&format!("exports/{owner}/")).await?).await
    }
}

/// One version of an object.
struct Version {
    key: String,
    id: String,
    /// Whether it is what a reader gets.
    is_current: bool,
}

/// Versions that are deleted at once. One call for many would need a permission to delete the current one as well, on
/// the emulator.
const ERASED_AT_ONCE: usize = 25;

impl CleanBucket {
    /// Stores a file that people save.
    async fn store_large(&self, key: String, media_type: &str, file: Vec<u8>) -> PortResult<()> {
        // Tens of megabytes take longer than the calls that other clients' time limits are made for.
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(Duration::from_secs(20))
            .operation_timeout(Duration::from_secs(45))
            .build();
        let put = self.client.put_object().bucket(&self.bucket).key(key);
        let put = put.content_type(media_type).cache_control("private, no-store");
        let put = put.body(ByteStream::from(file)).customize();
        let patient = aws_sdk_s3::config::Builder::new().timeout_config(timeouts);
        put.config_override(patient).send().await.map_err(failed)?;
        Ok(())
    }

    /// A link to what `get` fetches, good for five minutes.
    async fn link(&self, get: GetObjectFluentBuilder, now: Moment) -> PortResult<PresignedUrl> {
        let lifetime = Duration::from_secs(u64::from(LINK_SECONDS));
        let signing = PresigningConfig::expires_in(lifetime).map_err(unbuilt)?;
        let request = get.bucket(&self.bucket).presigned(signing).await.map_err(failed)?;
        let expires_at = now.after(SignedDuration::from_secs(i64::from(LINK_SECONDS)));
        Ok(PresignedUrl { url: request.uri().to_owned(), expires_at })
    }

    /// All versions of whatever begins with `prefix`, the marks of deletions too.
    async fn versions(&self, prefix: &str) -> PortResult<Vec<Version>> {
        let mut found = Vec::new();
        let (mut after_key, mut after_version) = (None, None);
        loop {
            let list = self.client.list_object_versions().bucket(&self.bucket).prefix(prefix);
            let list = list.set_key_marker(after_key).set_version_id_marker(after_version);
            let page = list.send().await.map_err(failed)?;
            let objects = page.versions.unwrap_or_default().into_iter();
            let objects = objects.map(|it| (it.key, it.version_id, it.is_latest.unwrap_or_default()));
            let marks = page.delete_markers.unwrap_or_default().into_iter();
            let all = objects.chain(marks.map(|it| (it.key, it.version_id, false)));
            found.extend(
                all.filter_map(|(key, id, is_current)| Some(Version { key: key?, id: id?, is_current })),
            );
            if page.is_truncated != Some(true) {
                return Ok(found);
            }
            (after_key, after_version) = (page.next_key_marker, page.next_version_id_marker);
        }
    }

    /// Deletes versions for good.
    async fn erase(&self, versions: Vec<Version>) -> PortResult<()> {
        for some in versions.chunks(ERASED_AT_ONCE) {
            try_join_all(some.iter().map(|version| {
                let delete = self.client.delete_object().bucket(&self.bucket);
                delete.key(&version.key).version_id(&version.id).send()
            }))
            .await
            .map_err(failed)?;
        }
        Ok(())
    }
}
