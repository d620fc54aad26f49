//! Verification by Alipay: the steps as a use case needs them, and what the protocol needs from the outside.

use std::{error::Error, fmt};

use domain::{
    moment::Moment,
    person::Identity,
    real_name::alipay::{AttemptHistory, AttemptId, CertifyId, QueryResult, ResponseDigest},
};
use serde::Deserialize;

use crate::{PortResult, write_causes};

/// Why Alipay did not do what was asked.
#[derive(thiserror::Error)]
pub enum GatewayError {
    /// It does not answer, or asks to come later: the same call may go through then.
    #[error("Alipay does not answer")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// An answer that is not Alipay's, as far as can be told: nothing follows from it.
    #[error("an answer that is not to be trusted: {0}")]
    Untrusted(&'static str),
    /// It does not take the call: our fault, or our contract's. Its code and sub-code, which name nobody.
    #[error("Alipay refuses the call: {0}")]
    Ours(String),
    /// Nobody has set Alipay up here.
    #[error("Alipay is not set up: {0}")]
    NotSetUp(&'static str),
}

/// The chain of causes in words, as the runtime logs it.
impl fmt::Debug for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_causes(self, f)
    }
}

/// What Alipay answers.
pub type GatewayOutcome<T> = Result<T, GatewayError>;

/// Verifies people by Alipay, in the order of the methods.
pub trait Certify: Sync {
    /// Tells Alipay of an attempt for that person; `None` when it does not take them. Telling it again is the same
    /// attempt.
    fn initialize(
        &self,
        attempt: AttemptId,
        identity: &Identity,
        now: Moment,
    ) -> impl Future<Output = GatewayOutcome<Option<CertifyId>>> + Send;

    /// The address that a phone opens to pass the attempt. Not to be logged or kept: whoever has it may try.
    fn page(&self, id: &CertifyId, now: Moment) -> impl Future<Output = GatewayOutcome<String>> + Send;

    /// The state of the attempt, which Alipay calls `id`, from a response that is fresh at `now`.
    fn query(
        &self,
        attempt: AttemptId,
        id: &CertifyId,
        now: Moment,
    ) -> impl Future<Output = GatewayOutcome<QueryResult>> + Send;
}

/// The outcome of saving attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavedStanding {
    /// They are stored.
    Stored,
    /// The response that they follow from was used before; nothing was written.
    ResponseUsed,
    /// They say that the account passed, and another account holds its identity number; nothing was written.
    NumberTaken,
}

/// Keeps people's attempts; [`LoadPerson`](crate::people::LoadPerson) reads them.
pub trait SaveStanding: Sync {
    /// The attempts as they are now; `Conflict` unless what is stored is the version before, the account is open, and
    /// the running attempt's id at Alipay is no other attempt's: an answer that was given before is nobody's twice.
    ///
    /// Attempts of which the last was passed at `at` make the account the holder of its identity number.
    ///
    /// `response` is the one that the change follows from: it is marked as used in the same write, and one that is
    /// marked already changes nothing.
    fn save_standing(
        &self,
        standing: &AttemptHistory,
        response: Option<&ResponseDigest>,
        at: Moment,
    ) -> impl Future<Output = PortResult<SavedStanding>> + Send;
}

/// What it takes to speak to Alipay, as its open platform gives it out: kept together, since address, number and keys
/// belong together.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Access {
    /// The gateway's address.
    pub gateway: String,
    /// 应用 APPID.
    pub app_id: String,
    /// 应用私钥, our key: PKCS #8 or PKCS #1, in Base64 or PEM.
    pub private_key: String,
    /// 支付宝公钥, Alipay's key, in Base64 or PEM.
    pub alipay_public_key: String,
    /// Which of the ways to show a face our contract with Alipay has (`biz_code`).
    pub biz_code: String,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Access(…)")
    }
}

/// Reads the access from wherever secrets are kept.
pub trait LoadAccess: Sync {
    /// The access as it stands; `None` where nobody has put one there.
    fn load_access(&self) -> impl Future<Output = PortResult<Option<Access>>> + Send;
}

/// Sends forms.
pub trait PostForm: Sync {
    /// Sends an `application/x-www-form-urlencoded` body in UTF-8; the body of an answer with the status 200.
    fn post_form(&self, url: &str, body: String) -> impl Future<Output = PortResult<Vec<u8>>> + Send;
}

/// A response whose headers sign its body (Alipay's protocol v3). A header that is missing is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignedResponse {
    /// The HTTP status.
    pub status: u16,
    /// `alipay-timestamp`: when it was signed, in milliseconds since 1970.
    pub timestamp: String,
    /// `alipay-nonce`: a random text, another one in each response.
    pub nonce: String,
    /// `alipay-signature`, in Base64.
    pub signature: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Gets signed responses.
pub trait GetSigned: Sync {
    /// The response to a GET with that `Authorization`, whatever its status.
    fn get_signed(
        &self,
        url: &str,
        authorization: &str,
    ) -> impl Future<Output = PortResult<SignedResponse>> + Send;
}
