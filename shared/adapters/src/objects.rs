//! Pictures in S3: the bucket where they arrive and the one of clean copies.

use std::{collections::BTreeMap, time::Duration, time::SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_s3::{Client, error::SdkError, presigning::PresigningConfig, primitives::ByteStream};
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use base64::{Engine, prelude::BASE64_STANDARD};
use domain::{
    ids::{AccountId, UploadId},
    moment::Moment,
    upload::Format,
};
use jiff::SignedDuration;
use ports::{
    Outcome, PortError,
    pictures::{FetchClean, FetchOriginal, Link, LinkPicture, SignUpload, StoreClean, Upload, UploadForm},
};
use serde_json::json;

use crate::failure::{failed, unbuilt};

/// How long a reviewer's link lives, in seconds (security checklist, item 55).
const LINK_SECONDS: u32 = 300;

/// Where a picture lies, in either bucket: made of ids only, and the same for good.
fn key(owner: AccountId, id: UploadId) -> String {
    format!("{owner}/{id}")
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
    async fn sign_upload(&self, upload: &Upload, now: Moment) -> Outcome<UploadForm> {
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
    async fn fetch_original(&self, key: &str, version_id: &str, max_bytes: u64) -> Outcome<Option<Vec<u8>>> {
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
pub struct CleanPictures {
    client: Client,
    bucket: String,
}

impl CleanPictures {
    pub(crate) fn new(client: Client, bucket: String) -> Self {
        Self { client, bucket }
    }
}

impl StoreClean for CleanPictures {
    async fn store_clean(
        &self,
        owner: AccountId,
        id: UploadId,
        format: Format,
        bytes: Vec<u8>,
    ) -> Outcome<()> {
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

impl FetchClean for CleanPictures {
    async fn fetch_clean(&self, owner: AccountId, id: UploadId) -> Outcome<Option<Vec<u8>>> {
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

impl LinkPicture for CleanPictures {
    async fn link_picture(&self, owner: AccountId, id: UploadId, now: Moment) -> Outcome<Link> {
        let lifetime = Duration::from_secs(u64::from(LINK_SECONDS));
        let signing = PresigningConfig::expires_in(lifetime).map_err(unbuilt)?;
        let request = self.client.get_object().bucket(&self.bucket).key(key(owner, id));
        let request = request.presigned(signing).await.map_err(failed)?;
        let expires_at = now.after(SignedDuration::from_secs(i64::from(LINK_SECONDS)));
        Ok(Link { url: request.uri().to_owned(), expires_at })
    }
}
