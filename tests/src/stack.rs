//! Where the running stack is: read once from the environment that `./dev test` and `./dev demo` set.

use std::fmt;
use std::path::{Path, PathBuf};

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use serde::Deserialize;

/// The county that most tests work in, 东城区 of Beijing.
pub const COUNTY: &str = "110101";
/// The city above [`COUNTY`].
pub const CITY: &str = "110100";

/// A seeded reviewer, as `./dev up` wrote it down.
#[derive(Clone, Debug, Deserialize)]
pub struct Staff {
    /// What the reviewer types at the login page.
    pub account: String,
    /// The password that was made for this copy of the stack.
    pub password: String,
    /// The division whose cases the reviewer sees.
    pub division: String,
}

/// One running copy of the stack: addresses and names, no connections.
#[derive(Clone, Debug)]
pub struct Stack {
    /// The origin in front of `/v1`, without a slash at the end.
    pub api: String,
    /// Where the AWS services answer.
    pub endpoint: String,
    /// The table of cases, accounts and the audit trail.
    pub table: String,
    /// The table into which picture codes and SMS codes are written, which exists only on an emulator.
    pub outbox: String,
    /// The state machine that waits for decisions.
    pub state_machine: String,
    /// The bucket to which applicants send pictures.
    pub quarantine: String,
    /// The queue of audit entries that applicants are told of.
    pub notifications: String,
    /// The dead-letter queues, as the stack puts them out.
    pub dead_letters: String,
    /// The local stand-in for Alipay.
    pub alipay: String,
    /// The pool of users.
    pub user_pool: String,
    /// The seeded reviewers.
    pub staff: Vec<Staff>,
    /// The folder of picture fixtures.
    pub fixtures: PathBuf,
    /// The folder of material that is handed around but not kept in the repository.
    pub shared: PathBuf,
}

/// A variable that the stack's description lacks, and what to do about it.
#[derive(Debug)]
pub struct Missing {
    variable: &'static str,
    why: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}: start the stack with ./dev up, then run the tests with ./dev test",
            self.variable, self.why
        )
    }
}

impl Stack {
    /// The stack that the environment describes, or the first variable that is missing.
    pub fn from_env() -> Result<Self, Missing> {
        Ok(Self {
            api: needed("BAOMING_API")?.trim_end_matches('/').to_owned(),
            endpoint: needed("AWS_ENDPOINT_URL")?,
            table: needed("BAOMING_TABLE")?,
            outbox: needed("BAOMING_OUTBOX_TABLE")?,
            state_machine: needed("BAOMING_STATE_MACHINE_ARN")?,
            quarantine: needed("BAOMING_QUARANTINE_BUCKET")?,
            notifications: needed("BAOMING_NOTIFICATIONS_QUEUE")?,
            dead_letters: needed("BAOMING_DEAD_LETTERS")?,
            alipay: needed("BAOMING_ALIPAY")?,
            user_pool: needed("BAOMING_USER_POOL")?,
            staff: staff(&needed("BAOMING_REVIEWERS")?)?,
            fixtures: folder("BAOMING_FIXTURES", "fixtures/pictures"),
            shared: folder("BAOMING_SHARED", "../../shared"),
        })
    }

    /// The stack that the environment describes; ends the test with one clear line where there is none.
    #[track_caller]
    pub fn required() -> Self {
        match Self::from_env() {
            Ok(stack) => stack,
            Err(missing) => panic!("{missing}"),
        }
    }

    /// The first seeded reviewer of a division.
    pub fn reviewer_of(&self, division: &str) -> Option<&Staff> {
        self.staff.iter().find(|staff| staff.division == division)
    }

    /// A seeded reviewer of a county that is neither [`COUNTY`] nor above it.
    pub fn reviewer_elsewhere(&self) -> Option<&Staff> {
        self.staff.iter().find(|staff| staff.division != COUNTY && !staff.division.ends_with("00"))
    }

    /// A client of the table service.
    pub async fn dynamo(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.sdk().await)
    }

    /// A client of the queue service.
    pub async fn sqs(&self) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::new(&self.sdk().await)
    }

    /// A client of the functions' service.
    pub async fn functions(&self) -> aws_sdk_lambda::Client {
        aws_sdk_lambda::Client::new(&self.sdk().await)
    }

    /// A client of the tables' streams.
    pub async fn streams(&self) -> aws_sdk_dynamodbstreams::Client {
        aws_sdk_dynamodbstreams::Client::new(&self.sdk().await)
    }

    /// A client of the state machine service.
    pub async fn states(&self) -> aws_sdk_sfn::Client {
        aws_sdk_sfn::Client::new(&self.sdk().await)
    }

    /// Region and key are the emulator's usual ones unless the environment says otherwise.
    async fn sdk(&self) -> aws_config::SdkConfig {
        let region = variable("AWS_REGION").unwrap_or_else(|| "us-east-1".to_owned());
        let loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .endpoint_url(&self.endpoint)
            .region(Region::new(region));
        if variable("AWS_ACCESS_KEY_ID").is_some() {
            return loader.load().await;
        }
        let key =
            Credentials::builder().access_key_id("test").secret_access_key("test").provider_name("emulator");
        loader.credentials_provider(key.build()).load().await
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn needed(name: &'static str) -> Result<String, Missing> {
    variable(name).ok_or_else(|| Missing { variable: name, why: "is not set".to_owned() })
}

fn folder(name: &str, below_this_crate: &str) -> PathBuf {
    let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join(below_this_crate);
    variable(name).map_or_else(usual, PathBuf::from)
}

fn staff(file: &str) -> Result<Vec<Staff>, Missing> {
    let trouble = |why: String| Missing { variable: "BAOMING_REVIEWERS", why };
    let text = std::fs::read_to_string(file).map_err(|error| trouble(format!("names {file}, {error}")))?;
    serde_json::from_str(&text).map_err(|error| trouble(format!("names {file}, which is no list: {error}")))
}
