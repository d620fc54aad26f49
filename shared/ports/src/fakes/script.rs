//! The script that every call of a fake goes through.

use std::{
    future::poll_fn,
    sync::{Mutex, MutexGuard},
    task::Poll,
};

use super::{Fakes, lock};
use crate::{PortError, PortResult};

/// Whether a failing call takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The request was lost: no effect.
    Before,
    /// The response was lost: the call took effect.
    After,
}

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// As [`PortError::Unavailable`].
    Unavailable,
    /// As [`PortError::Conflict`].
    Conflict,
    /// As [`PortError::Internal`].
    Internal,
}

impl How {
    fn error(self) -> PortError {
        match self {
            Self::Unavailable => PortError::Unavailable("made to be unavailable".into()),
            Self::Conflict => PortError::Conflict,
            Self::Internal => PortError::Internal("made to fail".into()),
        }
    }
}

/// A planned failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The number of the call that fails, counted from now, starting at 1.
    pub call: usize,
    /// Whether the call takes effect before it fails.
    pub when: When,
    /// How it fails.
    pub how: How,
}

/// An action that happens just before a call.
type Meanwhile = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct State {
    calls: Vec<&'static str>,
    failure: Option<Failure>,
    fired: Option<&'static str>,
    meanwhile: Option<(&'static str, Meanwhile)>,
}

/// The calls that were made, and the failure or action that is planned.
#[derive(Default)]
pub struct Script {
    state: Mutex<State>,
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.state().calls).finish()
    }
}

impl Script {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Plans a failure; calls are counted from now.
    pub fn arm(&self, failure: Failure) {
        *self.state() = State { failure: Some(failure), ..State::default() };
    }

    /// Cancels the planned failure; returns the name of the call that failed, if one did.
    pub fn disarm(&self) -> Option<&'static str> {
        let mut state = self.state();
        state.failure = None;
        state.fired.take()
    }

    /// Plans an action just before the next call of that name.
    pub fn meanwhile(&self, call: &'static str, happens: impl FnOnce() + Send + 'static) {
        self.state().meanwhile = Some((call, Box::new(happens)));
    }

    /// The names of the calls since the last call of this method.
    pub fn take_calls(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.state().calls)
    }

    /// Makes a call: yields to concurrent calls, runs the planned action, and fails if that is planned.
    pub(super) async fn call<T>(
        &self,
        name: &'static str,
        effect: impl FnOnce() -> PortResult<T>,
    ) -> PortResult<T> {
        others_first().await;
        let failure = {
            let mut state = self.state();
            state.calls.push(name);
            let failure = state.failure.filter(|failure| failure.call == state.calls.len());
            if failure.is_some() {
                state.fired = Some(name);
            }
            failure
        };
        let happens = self.state().meanwhile.take_if(|(call, _)| *call == name);
        if let Some((_, happens)) = happens {
            happens();
        }
        match failure {
            None => effect(),
            Some(Failure { when: When::Before, how, .. }) => Err(how.error()),
            Some(Failure { when: When::After, how, .. }) => effect().and_then(|_| Err(how.error())),
        }
    }
}

/// Yields once: two handlers that run concurrently make one call each in turn.
async fn others_first() {
    let mut gave_way = false;
    poll_fn(|context| {
        if std::mem::replace(&mut gave_way, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Runs `attempt` in new environments with the first call failing in every way, then the second, and so on, until an
/// attempt makes fewer calls. The attempt sets up its scene, [arms](Script::arm) the failure, acts, and
/// [disarms](Script::disarm) it, which returns the name of the call that failed. Returns the names of all calls that
/// failed, in order.
pub async fn each_failure(
    attempt: impl AsyncFn(&Fakes, Failure) -> Option<&'static str>,
) -> Vec<&'static str> {
    let mut failed = Vec::new();
    for call in 1.. {
        let mut name = None;
        for when in [When::Before, When::After] {
            for how in [How::Unavailable, How::Conflict, How::Internal] {
                let failed = attempt(&Fakes::new(), Failure { call, when, how }).await;
                name = name.or(failed);
            }
        }
        match name {
            Some(name) => failed.push(name),
            None => break,
        }
    }
    failed
}
