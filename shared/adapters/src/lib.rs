//! The ports on AWS. No other crate names an `aws_sdk_*` crate.
//!
//! [`Aws`] is the one place where clients are built: once in a process, with short timeouts, before the first
//! request. What a function needs it asks for by name, and learns at its start which setting is missing.

mod alipay;
mod failure;
mod keys;
mod local;
mod messages;
mod objects;
mod queues;
mod redrive;
mod staff;
mod table;
mod users;
mod workflow;

use std::{str::FromStr, time::Duration};

use aws_config::{BehaviorVersion, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use domain::case::ClaimLimits;

pub use alipay::{AlipayAccess, Forms};
pub use keys::Keys;
pub use local::{SystemClock, SystemRandom};
use messages::Outbox;
pub use messages::{Aliyun, CaptchaAnswers, Secret, Sms, Sns};
pub use objects::{CleanBucket, Quarantine};
pub use queues::{NotificationsQueue, Queues};
pub use redrive::DeadLetters;
pub use staff::StaffPool;
pub use table::Table;
pub use users::Users;
pub use workflow::{BulkWorkflow, Workflow};

/// A setting that a function needs is not in its environment, or says nothing that it could go by.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {0} is not set, or not to anything useful")]
pub struct MissingSetting(&'static str);

/// Reads a setting; called at a function's start only.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub fn setting(name: &'static str) -> Result<String, MissingSetting> {
    std::env::var(name).ok().filter(|value| !value.is_empty()).ok_or(MissingSetting(name))
}

/// How much a reviewer may claim (`CLAIMS_AT_ONCE`, `CLAIM_RENEWALS`).
pub fn claim_limits() -> Result<ClaimLimits, MissingSetting> {
    fn number<T: FromStr>(name: &'static str) -> Result<T, MissingSetting> {
        setting(name)?.parse().map_err(|_| MissingSetting(name))
    }
    let at_once = number("CLAIMS_AT_ONCE")?;
    let renewals = number("CLAIM_RENEWALS")?;
    if at_once == 0 { Err(MissingSetting("CLAIMS_AT_ONCE")) } else { Ok(ClaimLimits { at_once, renewals }) }
}

/// Builds clients.
#[derive(Debug)]
pub struct Aws {
    config: SdkConfig,
}

impl Aws {
    /// Reads region, credentials and endpoint from the environment.
    ///
    /// An attempt may take 3 s and a call 8 s with its retries: less than any function's own time limit, so that
    /// a call that hangs ends as an answer and not as a killed sandbox.
    pub async fn load() -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(2))
            .operation_attempt_timeout(Duration::from_secs(3))
            .operation_timeout(Duration::from_secs(8))
            .build();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(RetryConfig::standard().with_max_attempts(3))
            .timeout_config(timeouts)
            .load()
            .await;
        Self { config }
    }

    /// The table (`TABLE_NAME`), with its connection made.
    pub async fn table(&self) -> Result<Table, MissingSetting> {
        let table = Table::new(aws_sdk_dynamodb::Client::new(&self.config), setting("TABLE_NAME")?);
        table.warm().await;
        Ok(table)
    }

    /// The keys (`HASH_KEY`, `IDENTITY_KEY`).
    pub fn keys(&self) -> Result<Keys, MissingSetting> {
        Ok(Keys::new(aws_sdk_kms::Client::new(&self.config), setting("HASH_KEY")?, setting("IDENTITY_KEY")?))
    }

    /// The users (`USER_POOL_ID`, `USER_POOL_CLIENT_ID`).
    pub fn users(&self) -> Result<Users, MissingSetting> {
        let client = aws_sdk_cognitoidentityprovider::Client::new(&self.config);
        Ok(Users::new(client, setting("USER_POOL_ID")?, setting("USER_POOL_CLIENT_ID")?))
    }

    /// The reviewers' users (`USER_POOL_ID`), for administrators.
    pub fn staff(&self) -> Result<StaffPool, MissingSetting> {
        let client = aws_sdk_cognitoidentityprovider::Client::new(&self.config);
        Ok(StaffPool::new(client, setting("USER_POOL_ID")?))
    }

    /// The bucket where pictures arrive (`QUARANTINE_BUCKET`).
    pub fn quarantine(&self) -> Result<Quarantine, MissingSetting> {
        Ok(Quarantine::new(self.s3(), &self.config, setting("QUARANTINE_BUCKET")?))
    }

    /// The bucket of clean copies (`CLEAN_BUCKET`).
    pub fn clean_pictures(&self) -> Result<CleanBucket, MissingSetting> {
        Ok(CleanBucket::new(self.s3(), setting("CLEAN_BUCKET")?))
    }

    fn s3(&self) -> aws_sdk_s3::Client {
        // An emulator's address has no room for the bucket's name in the host.
        let path_style = self.config.endpoint_url().is_some();
        let config = aws_sdk_s3::config::Builder::from(&self.config).force_path_style(path_style).build();
        aws_sdk_s3::Client::from_conf(config)
    }

    /// The access to Alipay (`ALIPAY_SECRET`), read when it is first needed: without one everything else works.
    pub fn alipay_access(&self) -> Result<AlipayAccess, MissingSetting> {
        let client = aws_sdk_secretsmanager::Client::new(&self.config);
        Ok(AlipayAccess::new(client, setting("ALIPAY_SECRET")?))
    }

    /// What sends forms to others than AWS.
    pub fn forms(&self) -> Forms {
        Forms::new()
    }

    /// The state machine (`STATE_MACHINE_ARN`).
    pub fn workflow(&self) -> Result<Workflow, MissingSetting> {
        Ok(Workflow::new(aws_sdk_sfn::Client::new(&self.config), setting("STATE_MACHINE_ARN")?))
    }

    /// The state machine of bulk approvals (`BULK_MACHINE_ARN`).
    pub fn bulk_workflow(&self) -> Result<BulkWorkflow, MissingSetting> {
        Ok(BulkWorkflow::new(aws_sdk_sfn::Client::new(&self.config), setting("BULK_MACHINE_ARN")?))
    }

    /// The queues to which the table's stream is relayed (`NOTIFICATIONS_QUEUE_URL`, `STATISTICS_QUEUE_URL`,
    /// `EXPORTS_QUEUE_URL`, `CASE_LISTS_QUEUE_URL`, `ID_CARDS_QUEUE_URL`, `SHARED_EVIDENCE_QUEUE_URL`,
    /// `NUMBERS_QUEUE_URL`).
    pub fn queues(&self) -> Result<Queues, MissingSetting> {
        let urls = queues::QueueUrls {
            notifications: setting("NOTIFICATIONS_QUEUE_URL")?,
            statistics: setting("STATISTICS_QUEUE_URL")?,
            exports: setting("EXPORTS_QUEUE_URL")?,
            case_lists: setting("CASE_LISTS_QUEUE_URL")?,
            cards: setting("ID_CARDS_QUEUE_URL")?,
            match_keys: setting("SHARED_EVIDENCE_QUEUE_URL")?,
            numbers: setting("NUMBERS_QUEUE_URL")?,
        };
        Ok(Queues::new(aws_sdk_sqs::Client::new(&self.config), urls))
    }

    /// The queue of what applicants are told of (`NOTIFICATIONS_QUEUE_URL`), for whoever puts something off.
    pub fn notifications(&self) -> Result<NotificationsQueue, MissingSetting> {
        Ok(NotificationsQueue::new(
            aws_sdk_sqs::Client::new(&self.config),
            setting("NOTIFICATIONS_QUEUE_URL")?,
        ))
    }

    /// Dead-letter queues and whatever runs their letters again, for administrators.
    pub fn dead_letters(&self) -> DeadLetters {
        DeadLetters::new(&self.config)
    }

    /// The outbox of a local stack (`OUTBOX_TABLE`); none in an account, where there is no such table.
    fn outbox(&self) -> Option<Outbox> {
        let table = setting("OUTBOX_TABLE").ok()?;
        Some(Outbox::new(aws_sdk_dynamodb::Client::new(&self.config), table))
    }

    /// Where the answers of picture codes are shown.
    pub fn captcha_answers(&self) -> CaptchaAnswers {
        CaptchaAnswers(self.outbox())
    }

    /// Whatever sends SMS here: on a local stack the outbox, else the provider that `SMS_PROVIDER` names, `sns` or
    /// `aliyun`; the latter with `SMS_ENDPOINT`, `SMS_SIGN_NAME`, `SMS_TEMPLATES` (a JSON object from the names of
    /// [`domain::sms::templates`] to the provider's codes, all of them) and `SMS_SECRET`.
    pub fn sms(&self) -> Result<Sms, MissingSetting> {
        if let Some(outbox) = self.outbox() {
            return Ok(Sms::Outbox(outbox));
        }
        match setting("SMS_PROVIDER")?.as_str() {
            "sns" => Ok(Sms::Sns(Sns::new(&self.config))),
            "aliyun" => {
                let (endpoint, name) = (setting("SMS_ENDPOINT")?, setting("SMS_SIGN_NAME")?);
                let aliyun = Aliyun::new(endpoint, name, &setting("SMS_TEMPLATES")?);
                let client = aws_sdk_secretsmanager::Client::new(&self.config);
                let secret = Secret::new(client, setting("SMS_SECRET")?);
                Ok(Sms::Aliyun(aliyun.ok_or(MissingSetting("SMS_TEMPLATES"))?, secret))
            }
            _ => Err(MissingSetting("SMS_PROVIDER")),
        }
    }
}
