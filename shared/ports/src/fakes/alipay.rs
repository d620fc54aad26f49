//! Alipay without its protocol: stores attempts and returns the response that the test sets.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use domain::{
    moment::Moment,
    person::Identity,
    real_name::alipay::{AttemptId, Certified, CertifyId, QueryResult, ResponseDigest},
};

use super::{Script, lock};
use crate::{
    PortError,
    alipay::{Certify, GatewayError, GatewayOutcome},
};

#[derive(Debug)]
struct Told {
    refuses: bool,
    answer: Certified,
    responses: u64,
    replays: bool,
}

/// A fake of Alipay.
#[derive(Clone, Debug)]
pub struct MemoryAlipay {
    orders: Arc<Mutex<BTreeMap<AttemptId, CertifyId>>>,
    told: Arc<Mutex<Told>>,
    script: Arc<Script>,
}

impl MemoryAlipay {
    pub(super) fn new(script: Arc<Script>) -> Self {
        let told = Told { refuses: false, answer: Certified::NotYet, responses: 0, replays: false };
        Self { orders: Arc::default(), told: Arc::new(Mutex::new(told)), script }
    }

    /// The attempts that were initialized, without duplicates.
    pub fn orders(&self) -> Vec<AttemptId> {
        lock(&self.orders).keys().copied().collect()
    }

    /// Sets the response to all following queries.
    pub fn answers(&self, answer: Certified) {
        lock(&self.told).answer = answer;
    }

    /// Makes it return the last response again, as in a replay attack.
    pub fn replays(&self) {
        lock(&self.told).replays = true;
    }

    /// Makes it refuse every identity from now on.
    pub fn refuses(&self) {
        lock(&self.told).refuses = true;
    }
}

/// Converts the failure of a fake to a gateway's. A gateway has no conflicts, so a conflict becomes a response that
/// cannot be trusted.
fn failed(error: PortError) -> GatewayError {
    match error {
        PortError::Conflict => GatewayError::Untrusted("made to be wrong"),
        PortError::Unavailable(cause) => GatewayError::Unavailable(cause),
        PortError::Corrupt(_) | PortError::Internal(_) => GatewayError::Ours("made to fail".to_owned()),
    }
}

impl Certify for MemoryAlipay {
    async fn initialize(
        &self,
        attempt: AttemptId,
        _identity: &Identity,
        _now: Moment,
    ) -> GatewayOutcome<Option<CertifyId>> {
        let effect = || {
            if lock(&self.told).refuses {
                return Ok(None);
            }
            let mut orders = lock(&self.orders);
            let id = CertifyId::parse(&format!("certify-{attempt}"));
            if let Some(id) = &id {
                orders.insert(attempt, id.clone());
            }
            Ok(id)
        };
        self.script.call("initialize", effect).await.map_err(failed)
    }

    async fn page(&self, id: &CertifyId, _now: Moment) -> GatewayOutcome<String> {
        let effect = || Ok(format!("https://alipay.example/page?certify={}", id.expose()));
        self.script.call("page", effect).await.map_err(failed)
    }

    async fn query(&self, _attempt: AttemptId, id: &CertifyId, _now: Moment) -> GatewayOutcome<QueryResult> {
        let effect = || {
            let is_known = lock(&self.orders).values().any(|known| known == id);
            let mut told = lock(&self.told);
            if !told.replays {
                told.responses += 1;
            }
            let certified = if is_known { told.answer.clone() } else { Certified::Gone };
            let digest = ResponseDigest::of(&told.responses.to_be_bytes());
            Ok(QueryResult { certified, digest })
        };
        self.script.call("query", effect).await.map_err(failed)
    }
}
