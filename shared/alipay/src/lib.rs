//! 支付宝身份认证 by Alipay's open platform (domain specification, section 18): `alipay.user.certify.open.initialize`,
//! `….certify` and `….query`.
//!
//! The first two use the protocol of `gateway.do`. The query, which decides, uses protocol v3, whose signed responses
//! contain a time and a nonce (`signed.rs`).
//!
//! [`Gateway`] implements the port [`Certify`] with the documented protocol. `domain` decides what follows from a
//! response; [`LoadAccess`] and [`PostForm`] provide credentials and network access.

mod answer;
mod keys;
mod request;
mod signed;

use domain::{
    moment::Moment,
    person::Identity,
    real_name::alipay::{AttemptId, CertType, Certified, CertifyId, QueryResult, ResponseDigest},
};
use ports::{
    PortError, Random,
    alipay::{Access, Certify, GatewayError, GatewayOutcome, GetSigned, LoadAccess, PostForm},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use answer::{Failure, Initialized, Queried, Said};
use keys::{PrivateKey, PublicKey};
use request::Request;

const INITIALIZE: &str = "alipay.user.certify.open.initialize";
const CERTIFY: &str = "alipay.user.certify.open.certify";
const QUERY: &str = "/v3/alipay/user/certify/open/query";

/// The error code for an attempt that Alipay does not know or no longer knows (as documented for `query`).
const GONE: &str = "OPEN_CERTIFY_BILL_NOT_EXIST";

/// Maximum number of tries. Both requests are safe to repeat: an order is identified by its number, and a query changes
/// nothing.
const TRIES: usize = 2;

/// Parsed credentials, which every request needs.
struct Terms {
    gateway: String,
    app_id: String,
    biz_code: String,
    private_key: PrivateKey,
    alipay_key: PublicKey,
}

impl Terms {
    fn read(access: Access) -> GatewayOutcome<Self> {
        // why: names and numbers must never leave this machine unencrypted.
        if !["https://", "http://127.0.0.1:"].iter().any(|start| access.gateway.starts_with(start)) {
            return Err(GatewayError::NotSetUp("gateway is no https address"));
        }
        let private_key = PrivateKey::read(&access.private_key);
        let alipay_key = PublicKey::read(&access.alipay_public_key);
        Ok(Self {
            private_key: private_key.ok_or(GatewayError::NotSetUp("privateKey is no RSA key"))?,
            alipay_key: alipay_key.ok_or(GatewayError::NotSetUp("alipayPublicKey is no key"))?,
            gateway: access.gateway,
            app_id: access.app_id,
            biz_code: access.biz_code,
        })
    }
}

/// Alipay's gateway.
#[derive(Debug)]
pub struct Gateway<A, P, R> {
    access: A,
    forms: P,
    chance: R,
    /// The address that the phone's browser opens after the attempt; its content is not trusted.
    return_url: String,
}

impl<A: LoadAccess, P: PostForm + GetSigned, R: Random> Gateway<A, P, R> {
    /// Creates the gateway that `access` configures.
    pub fn new(access: A, forms: P, chance: R, return_url: String) -> Self {
        Self { access, forms, chance, return_url }
    }

    async fn terms(&self) -> GatewayOutcome<Terms> {
        let access = self.access.load_access().await.map_err(unavailable)?;
        Terms::read(access.ok_or(GatewayError::NotSetUp("the secret holds no access"))?)
    }

    /// Sends a request, and repeats it if there was no response.
    async fn call<T: DeserializeOwned>(
        &self,
        terms: &Terms,
        method: &'static str,
        content: &Value,
        now: Moment,
    ) -> GatewayOutcome<Said<T>> {
        let mut tries = 1;
        loop {
            match self.send(terms, method, content, now).await {
                Ok(said) => return Ok(said),
                Err(failure) => again(method, &mut tries, failure)?,
            }
        }
    }

    async fn send<T: DeserializeOwned>(
        &self,
        terms: &Terms,
        method: &'static str,
        content: &Value,
        now: Moment,
    ) -> Result<Said<T>, Failure> {
        let form = Request::new(terms, method, content, now).form(terms);
        let (url, body) = form.map_err(Failure::Final)?;
        let answer = self.forms.post_form(&url, body).await.map_err(unanswered)?;
        answer::read(method, &answer, &terms.alipay_key)
    }

    /// Queries an attempt. Each request has a new nonce.
    async fn ask(
        &self,
        terms: &Terms,
        id: &CertifyId,
        now: Moment,
    ) -> Result<(Said<Queried>, ResponseDigest), Failure> {
        let nonce = self.chance.ulid().to_string();
        let request = signed::get(terms, QUERY, &[("certify_id", id.expose())], &nonce, now);
        let (url, authorization) = request.map_err(Failure::Final)?;
        let response = self.forms.get_signed(&url, &authorization).await.map_err(unanswered)?;
        signed::read(&response, terms, now)
    }
}

/// Counts a failed try; returns the error if the request must not be repeated.
fn again(what: &'static str, tries: &mut usize, failure: Failure) -> GatewayOutcome<()> {
    match failure {
        Failure::Again(error) if *tries < TRIES => {
            tracing::warn!(what, tries = *tries, ?error, "request failed and is repeated");
            *tries += 1;
            Ok(())
        }
        failure => Err(failure.into_error()),
    }
}

/// A request without a response may be repeated, unless it was never sent.
fn unanswered(error: PortError) -> Failure {
    match error {
        PortError::Unavailable(_) => Failure::Again(unavailable(error)),
        error => Failure::Final(unavailable(error)),
    }
}

fn unavailable(error: PortError) -> GatewayError {
    GatewayError::Unavailable(Box::new(error))
}

impl<A: LoadAccess, P: PostForm + GetSigned, R: Random> Certify for Gateway<A, P, R> {
    async fn initialize(
        &self,
        attempt: AttemptId,
        identity: &Identity,
        now: Moment,
    ) -> GatewayOutcome<Option<CertifyId>> {
        let Some(cert_type) = CertType::of(identity.number.id_type()) else { return Ok(None) };
        let terms = self.terms().await?;
        let content = json!({
            "outer_order_no": attempt,
            "biz_code": terms.biz_code,
            "identity_param": {
                "identity_type": "CERT_INFO",
                "cert_type": cert_type.as_str(),
                "cert_name": identity.name.expose(),
                "cert_no": identity.number.expose(),
            },
            // why: data that Alipay does not store cannot leak from there. By default Alipay stores pictures of faces.
            "merchant_config": {"return_url": self.return_url, "face_reserve_strategy": "never"},
        });
        match self.call::<Initialized>(&terms, INITIALIZE, &content, now).await? {
            Said::Done(done) => {
                let id = CertifyId::parse(&done.certify_id);
                id.map(Some).ok_or(GatewayError::Untrusted("no id of an attempt"))
            }
            Said::Refused(sub_code) => {
                tracing::info!(sub_code, "Alipay refused the order for this applicant");
                Ok(None)
            }
        }
    }

    async fn page(&self, id: &CertifyId, now: Moment) -> GatewayOutcome<String> {
        let terms = self.terms().await?;
        let content = json!({"certify_id": id.expose()});
        Request::new(&terms, CERTIFY, &content, now).returning_to(&self.return_url).address(&terms)
    }

    async fn query(&self, attempt: AttemptId, id: &CertifyId, now: Moment) -> GatewayOutcome<QueryResult> {
        let terms = self.terms().await?;
        let mut tries = 1;
        let (said, digest) = loop {
            match self.ask(&terms, id, now).await {
                Ok(answer) => break answer,
                Err(failure) => again(QUERY, &mut tries, failure)?,
            }
        };
        let certified = match said {
            Said::Done(queried) if !queried.is_about(attempt, id) => {
                return Err(GatewayError::Untrusted("a response about another attempt"));
            }
            Said::Done(Queried { passed: true, identity_info, .. }) => Certified::Passed(identity_info),
            Said::Done(Queried { fail_reason, .. }) => match fail_reason.as_deref() {
                None | Some("") => Certified::NotYet,
                Some(_) => Certified::NotPassed,
            },
            Said::Refused(code) if code == GONE => Certified::Gone,
            // why: another refusal says nothing about the face and may be temporary: the attempt continues.
            Said::Refused(code) => return Err(GatewayError::Ours(format!("refused {code}"))),
        };
        Ok(QueryResult { certified, digest })
    }
}

/// The link with which a phone's browser opens the Alipay app (`appId` is that of Alipay's scanner).
pub fn app_link(page: &str) -> String {
    let url: String = form_urlencoded::byte_serialize(page.as_bytes()).collect();
    format!("alipays://platformapi/startapp?appId=20000067&url={url}")
}
