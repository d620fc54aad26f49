//! Users with their passwords and sessions.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use domain::{
    ids::AccountId,
    password::{Password, TypedPassword},
};

use super::{Script, lock};
use crate::{
    PortError, PortResult,
    accounts::{
        CreateUser, EndSession, LogIn, RemoveUser, RenewSession, Renewed, ResetPassword, Tokens, Username,
    },
};

#[derive(Debug, Default)]
struct State {
    passwords: BTreeMap<String, String>,
    /// The users of the valid refresh tokens.
    sessions: BTreeMap<String, String>,
    begun: usize,
    /// The passwords that were tried, for any user.
    tried: Vec<String>,
}

/// A fake of the identity provider.
#[derive(Clone, Debug)]
pub struct MemoryUsers {
    state: Arc<Mutex<State>>,
    script: Arc<Script>,
}

impl MemoryUsers {
    pub(super) fn new(script: Arc<Script>) -> Self {
        Self { state: Arc::default(), script }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Sets the password of a user, such as a reviewer.
    pub fn add(&self, user: Username, password: &str) {
        self.state().passwords.insert(user.to_string(), password.to_owned());
    }

    /// The names of all users.
    pub fn names(&self) -> Vec<String> {
        self.state().passwords.keys().cloned().collect()
    }

    /// The number of sessions that can be renewed.
    pub fn sessions(&self) -> usize {
        self.state().sessions.len()
    }

    /// Deletes a user, as `DeleteUser` with their own token does.
    pub fn lose(&self, user: Username) {
        let mut state = self.state();
        state.passwords.remove(&user.to_string());
        state.sessions.retain(|_, owner| *owner != user.to_string());
    }

    /// The passwords that were tried since the last call of this method, for any user.
    pub fn take_tried(&self) -> Vec<String> {
        std::mem::take(&mut self.state().tried)
    }

    fn forget(&self, id: AccountId) {
        let (mut state, name) = (self.state(), id.to_string());
        state.passwords.remove(&name);
        state.sessions.retain(|_, user| *user != name);
    }
}

impl CreateUser for MemoryUsers {
    async fn create_user(&self, id: AccountId, password: &Password) -> PortResult<()> {
        self.script
            .call("create_user", || {
                if self.state().passwords.contains_key(&id.to_string()) {
                    return Err(PortError::Internal("there is such a user".into()));
                }
                self.add(Username::Applicant(id), password.expose());
                Ok(())
            })
            .await
    }

    async fn delete_user(&self, id: AccountId) -> PortResult<()> {
        self.script
            .call("delete_user", || {
                self.forget(id);
                Ok(())
            })
            .await
    }
}

impl RemoveUser for MemoryUsers {
    async fn remove_user(&self, id: AccountId) -> PortResult<()> {
        self.script
            .call("remove_user", || {
                self.forget(id);
                Ok(())
            })
            .await
    }
}

impl ResetPassword for MemoryUsers {
    async fn reset_password(&self, id: AccountId, password: &Password) -> PortResult<()> {
        self.script
            .call("reset_password", || {
                let (mut state, name) = (self.state(), id.to_string());
                state.passwords.insert(name.clone(), password.expose().to_owned());
                state.sessions.retain(|_, user| *user != name);
                Ok(())
            })
            .await
    }
}

impl LogIn for MemoryUsers {
    async fn log_in(&self, user: Username, password: &TypedPassword) -> PortResult<Option<Tokens>> {
        self.script
            .call("log_in", || {
                let (mut state, name) = (self.state(), user.to_string());
                state.tried.push(password.expose().to_owned());
                if state.passwords.get(&name).is_none_or(|right| right != password.expose()) {
                    return Ok(None);
                }
                state.begun += 1;
                let refresh = format!("refresh-{}", state.begun);
                state.sessions.insert(refresh.clone(), name.clone());
                Ok(Some(Tokens { access: format!("access-{name}"), expires_in: 900, refresh: Some(refresh) }))
            })
            .await
    }
}

impl RenewSession for MemoryUsers {
    async fn renew(&self, refresh: &str) -> PortResult<Option<Renewed>> {
        self.script
            .call("renew", || {
                let state = self.state();
                let user = state.sessions.get(refresh);
                Ok(user.and_then(|name| {
                    let tokens = Tokens { access: format!("access-{name}"), expires_in: 900, refresh: None };
                    Some(Renewed { user: Username::parse(name)?, tokens })
                }))
            })
            .await
    }
}

impl EndSession for MemoryUsers {
    async fn end(&self, refresh: &str) -> PortResult<()> {
        self.script
            .call("end", || {
                self.state().sessions.remove(refresh);
                Ok(())
            })
            .await
    }
}
