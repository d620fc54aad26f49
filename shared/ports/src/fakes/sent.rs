//! Outgoing calls: messages to people, and calls to the state machine.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use domain::{
    case::{Case, State, Waits},
    ids::{BulkId, CaptchaId, CaseId},
    mobile::Mobile,
    sms::Sms,
};

use super::{Script, lock};
use crate::{
    PortError, PortResult,
    bulk::{Bulk, StartBulk},
    messages::{SendSms, ShowCaptcha, Unsent},
    workflow::{ResumeReview, StartReview, TaskToken},
};

/// Records what was sent.
#[derive(Clone, Debug)]
pub struct Outgoing {
    sms: Arc<Mutex<Vec<(Mobile, Sms)>>>,
    captchas: Arc<Mutex<Vec<(CaptchaId, String)>>>,
    script: Arc<Script>,
}

impl Outgoing {
    pub(super) fn new(script: Arc<Script>) -> Self {
        Self { sms: Arc::default(), captchas: Arc::default(), script }
    }

    /// The messages that were sent.
    pub fn sms(&self) -> Vec<(Mobile, Sms)> {
        lock(&self.sms).clone()
    }

    /// The captcha answers that were shown.
    pub fn captchas(&self) -> Vec<(CaptchaId, String)> {
        lock(&self.captchas).clone()
    }
}

impl SendSms for Outgoing {
    /// A lost call may be repeated and a refused one may not; if the response was lost, the result is unknown.
    async fn send_sms(&self, to: &Mobile, sms: &Sms) -> Result<(), Unsent> {
        let mut was_sent = false;
        let outcome = self
            .script
            .call("send_sms", || {
                lock(&self.sms).push((to.clone(), sms.clone()));
                was_sent = true;
                Ok(())
            })
            .await;
        outcome.map_err(|error| match error {
            error if was_sent => Unsent::Unknown(Box::new(error)),
            PortError::Unavailable(source) => Unsent::Later(source),
            error => Unsent::Refused(error.to_string()),
        })
    }
}

impl ShowCaptcha for Outgoing {
    async fn show_captcha(&self, id: CaptchaId, answer: &str) -> PortResult<()> {
        self.script
            .call("show_captcha", || {
                lock(&self.captchas).push((id, answer.to_owned()));
                Ok(())
            })
            .await
    }
}

/// A state machine: executions by their unique names, and the decisions that resumed waiting ones.
#[derive(Clone, Debug)]
pub struct MemoryWorkflow {
    started: Arc<Mutex<BTreeMap<(CaseId, u64), Waits>>>,
    resumed: Arc<Mutex<Vec<(TaskToken, State)>>>,
    bulks: Arc<Mutex<BTreeSet<BulkId>>>,
    script: Arc<Script>,
}

impl MemoryWorkflow {
    pub(super) fn new(script: Arc<Script>) -> Self {
        Self { started: Arc::default(), resumed: Arc::default(), bulks: Arc::default(), script }
    }

    /// The bulk approvals whose executions were started.
    pub fn bulks(&self) -> Vec<BulkId> {
        lock(&self.bulks).iter().copied().collect()
    }

    /// The started executions: the case and the version of its submission.
    pub fn started(&self) -> Vec<(CaseId, u64)> {
        lock(&self.started).keys().copied().collect()
    }

    /// How long the executions of a case wait, in the order of its submissions.
    pub fn waits(&self, case: CaseId) -> Vec<Waits> {
        lock(&self.started).range((case, 0)..=(case, u64::MAX)).map(|(_, waits)| *waits).collect()
    }

    /// The tokens that were used, each with the state of the decision.
    pub fn resumed(&self) -> Vec<(TaskToken, State)> {
        lock(&self.resumed).clone()
    }
}

impl StartReview for MemoryWorkflow {
    async fn start_review(&self, case: &Case, waits: Waits) -> PortResult<()> {
        self.script
            .call("start_review", || {
                if let Some(version) = case.opened_version {
                    lock(&self.started).entry((case.id, version)).or_insert(waits);
                }
                Ok(())
            })
            .await
    }
}

impl StartBulk for MemoryWorkflow {
    async fn start_bulk(&self, bulk: &Bulk) -> PortResult<()> {
        self.script
            .call("start_bulk", || {
                lock(&self.bulks).insert(bulk.id);
                Ok(())
            })
            .await
    }
}

impl ResumeReview for MemoryWorkflow {
    async fn resume_review(&self, token: &TaskToken, case: &Case) -> PortResult<()> {
        self.script
            .call("resume_review", || {
                let mut resumed = lock(&self.resumed);
                if resumed.iter().all(|(used, _)| used != token) {
                    resumed.push((token.clone(), case.state));
                }
                Ok(())
            })
            .await
    }
}
