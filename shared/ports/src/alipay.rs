//! Verification by Alipay: the steps of the use case, and the ports that the protocol needs.

use std::{error::Error, fmt};

use domain::{
    moment::Moment,
    person::Identity,
    real_name::alipay::{AttemptHistory, AttemptId, CertifyId, QueryResult, ResponseDigest},
};
use serde::Deserialize;

use crate::{PortResult, write_causes};

/// Why a request to Alipay failed.
#[derive(thiserror::Error)]
pub enum GatewayError {
    /// Alipay does not respond, or asks to retry later: the same request may succeed then.
    #[error("Alipay does not answer")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// A response that could not be verified as Alipay's. The caller must not act on it.
    #[error("an answer that is not to be trusted: {0}")]
    Untrusted(&'static str),
    /// Alipay refuses the request: our mistake, or one in our agreement with Alipay. Contains its code and sub-code,
    /// which contain no personal data.
    #[error("Alipay refuses the call: {0}")]
    Ours(String),
    /// Alipay is not configured in this deployment.
    #[error("Alipay is not set up: {0}")]
    NotSetUp(&'static str),
}

/// The chain of causes as text, for the log.
impl fmt::Debug for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_causes(self, f)
    }
}

/// The result of a request to Alipay.
pub type GatewayOutcome<T> = Result<T, GatewayError>;

/// Verifies applicants by Alipay; the methods are called in this order.
pub trait Certify: Sync {
    /// Registers an attempt for that identity with Alipay; `None` if Alipay refuses the identity. A repeated call
    /// returns the same attempt.
    fn initialize(
        &self,
        attempt: AttemptId,
        identity: &Identity,
        now: Moment,
    ) -> impl Future<Output = GatewayOutcome<Option<CertifyId>>> + Send;

    /// The address that the applicant's phone opens for the attempt. Must not be logged or stored: anyone who has it
    /// can use the attempt.
    fn page(&self, id: &CertifyId, now: Moment) -> impl Future<Output = GatewayOutcome<String>> + Send;

    /// Queries the state of the attempt, which Alipay calls `id`. The response must be fresh at `now`.
    fn query(
        &self,
        attempt: AttemptId,
        id: &CertifyId,
        now: Moment,
    ) -> impl Future<Output = GatewayOutcome<QueryResult>> + Send;
}

/// The result of saving attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavedStanding {
    /// The attempts were saved.
    Stored,
    /// The response that they are based on was used before; nothing was written.
    ResponseUsed,
    /// The attempts say that the account passed, but another account holds its identity number; nothing was written.
    NumberTaken,
}

/// Saves applicants' attempts; [`LoadPerson`](crate::people::LoadPerson) reads them.
pub trait SaveStanding: Sync {
    /// Saves the attempts. Returns `Conflict` unless the stored version is the one before, the account is open, and no
    /// other attempt has the running attempt's id at Alipay: an id that was issued before cannot be used twice.
    ///
    /// If the last attempt was passed at `at`, the account becomes the holder of its identity number.
    ///
    /// `response` is the response that the change is based on. The same write marks it as used; if it is already
    /// marked, nothing is changed.
    fn save_standing(
        &self,
        standing: &AttemptHistory,
        response: Option<&ResponseDigest>,
        at: Moment,
    ) -> impl Future<Output = PortResult<SavedStanding>> + Send;
}

/// The credentials for Alipay's open platform. One value, because address, application number and keys belong together.
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
    /// `biz_code`: the face verification product that our agreement with Alipay includes.
    pub biz_code: String,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Access(…)")
    }
}

/// Reads the credentials from the secret store.
pub trait LoadAccess: Sync {
    /// Returns the current credentials; `None` if none were stored.
    fn load_access(&self) -> impl Future<Output = PortResult<Option<Access>>> + Send;
}

/// Posts forms.
pub trait PostForm: Sync {
    /// Posts an `application/x-www-form-urlencoded` body in UTF-8. Returns the body of a response with status 200.
    fn post_form(&self, url: &str, body: String) -> impl Future<Output = PortResult<Vec<u8>>> + Send;
}

/// A response whose headers sign its body (Alipay's protocol v3). A missing header is an empty string.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignedResponse {
    /// The HTTP status.
    pub status: u16,
    /// `alipay-timestamp`: the time of signing, in milliseconds since 1970.
    pub timestamp: String,
    /// `alipay-nonce`: random text, different in each response.
    pub nonce: String,
    /// `alipay-signature`, in Base64.
    pub signature: String,
    /// The response body.
    pub body: Vec<u8>,
}

/// Fetches signed responses.
pub trait GetSigned: Sync {
    /// Sends a GET request with that `Authorization` header. Returns the response, whatever its status.
    fn get_signed(
        &self,
        url: &str,
        authorization: &str,
    ) -> impl Future<Output = PortResult<SignedResponse>> + Send;
}
