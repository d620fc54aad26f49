//! The identity provider: Cognito.
//!
//! Cognito is not offered in every country; another provider needs just these ports.

use std::fmt::Write;

use aws_sdk_cognitoidentityprovider::{
    Client,
    error::SdkError,
    types::{AuthFlowType, AuthenticationResultType, MessageActionType},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    ids::AccountId,
    password::{Password, TypedPassword},
};
use ports::{
    PortError, PortResult,
    accounts::{
        CreateUser, EndSession, LogIn, RemoveUser, RenewSession, Renewed, ResetPassword, Tokens, Username,
    },
};

use crate::failure::failed;

/// A Cognito user pool.
#[derive(Debug)]
pub struct Users {
    client: Client,
    pool: String,
    app: String,
}

impl Users {
    pub(crate) fn new(client: Client, pool: String, app: String) -> Self {
        Self { client, pool, app }
    }
}

/// A password as Cognito takes it: its API allows no white space. Every password has one such form, and no two share
/// theirs.
pub(crate) fn on_the_wire(password: &str) -> String {
    password.chars().fold(String::with_capacity(password.len()), |mut wire, c| {
        if c == '%' || c.is_whitespace() {
            // Writing to a String does not fail.
            let _ = write!(wire, "%{:X};", u32::from(c));
        } else {
            wire.push(c);
        }
        wire
    })
}

fn tokens(result: Option<AuthenticationResultType>) -> PortResult<Tokens> {
    // No result means that the pool asks for something more, such as a second factor: the template turns none on.
    let result = result.ok_or_else(|| PortError::Corrupt("a log-in without tokens".to_owned()))?;
    let access = result.access_token.ok_or_else(|| PortError::Corrupt("no access token".to_owned()))?;
    let expires_in = u32::try_from(result.expires_in).unwrap_or(0);
    Ok(Tokens { access, expires_in, refresh: result.refresh_token })
}

/// Whose access token that is. It comes from the provider itself: its signature is for others to check.
fn username(access: &str) -> Option<Username> {
    let payload = BASE64_URL_SAFE_NO_PAD.decode(access.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    Username::parse(claims["username"].as_str()?)
}

/// A user without a password that anybody knows; one that is there is no fault.
pub(crate) async fn create(client: &Client, pool: &str, username: &str) -> PortResult<()> {
    let create = client.admin_create_user().user_pool_id(pool).username(username);
    match create.message_action(MessageActionType::Suppress).send().await {
        Err(SdkError::ServiceError(error)) if error.err().is_username_exists_exception() => Ok(()),
        result => result.map(drop).map_err(failed),
    }
}

impl CreateUser for Users {
    async fn create_user(&self, id: AccountId, password: &Password) -> PortResult<()> {
        let (pool, username) = (&self.pool, id.to_string());
        let create = self.client.admin_create_user().user_pool_id(pool).username(&username);
        create.message_action(MessageActionType::Suppress).send().await.map_err(failed)?;
        let set = self.client.admin_set_user_password().user_pool_id(pool).username(username);
        set.password(on_the_wire(password.expose())).permanent(true).send().await.map_err(failed)?;
        Ok(())
    }

    async fn delete_user(&self, id: AccountId) -> PortResult<()> {
        let delete = self.client.admin_delete_user().user_pool_id(&self.pool).username(id.to_string());
        match delete.send().await {
            Err(SdkError::ServiceError(error)) if error.err().is_user_not_found_exception() => Ok(()),
            result => result.map(|_| ()).map_err(failed),
        }
    }
}

impl ResetPassword for Users {
    async fn reset_password(&self, id: AccountId, password: &Password) -> PortResult<()> {
        let (pool, username) = (&self.pool, id.to_string());
        let set = self.client.admin_set_user_password().user_pool_id(pool).username(&username);
        let set = set.password(on_the_wire(password.expose())).permanent(true);
        match set.clone().send().await {
            Err(SdkError::ServiceError(error)) if error.err().is_user_not_found_exception() => {
                create(&self.client, pool, &username).await?;
                set.send().await.map_err(failed)?;
                tracing::warn!(account = %id, "a user was missing and was made again");
            }
            result => drop(result.map_err(failed)?),
        }
        let end = self.client.admin_user_global_sign_out().user_pool_id(pool).username(username);
        end.send().await.map_err(failed)?;
        Ok(())
    }
}

impl RemoveUser for Users {
    async fn remove_user(&self, id: AccountId) -> PortResult<()> {
        let end = self.client.admin_user_global_sign_out().user_pool_id(&self.pool).username(id.to_string());
        match end.send().await {
            Err(SdkError::ServiceError(error)) if error.err().is_user_not_found_exception() => Ok(()),
            Err(error) => Err(failed(error)),
            Ok(_) => self.delete_user(id).await,
        }
    }
}

impl LogIn for Users {
    async fn log_in(&self, user: Username, password: &TypedPassword) -> PortResult<Option<Tokens>> {
        let result = self
            .client
            .admin_initiate_auth()
            .user_pool_id(&self.pool)
            .client_id(&self.app)
            .auth_flow(AuthFlowType::AdminUserPasswordAuth)
            .auth_parameters("USERNAME", user.to_string())
            .auth_parameters("PASSWORD", on_the_wire(password.expose()))
            .send()
            .await;
        match result {
            Ok(output) => tokens(output.authentication_result).map(Some),
            Err(SdkError::ServiceError(error))
                if error.err().is_not_authorized_exception()
                    || error.err().is_user_not_found_exception()
                    || error.err().is_user_not_confirmed_exception()
                    || error.err().is_password_reset_required_exception() =>
            {
                Ok(None)
            }
            Err(error) => Err(failed(error)),
        }
    }
}

impl RenewSession for Users {
    async fn renew(&self, refresh: &str) -> PortResult<Option<Renewed>> {
        let result = self
            .client
            .initiate_auth()
            .client_id(&self.app)
            .auth_flow(AuthFlowType::RefreshTokenAuth)
            .auth_parameters("REFRESH_TOKEN", refresh)
            .send()
            .await;
        match result {
            Ok(output) => {
                let tokens = tokens(output.authentication_result)?;
                let user = username(&tokens.access)
                    .ok_or_else(|| PortError::Corrupt("an access token that names no user".to_owned()))?;
                Ok(Some(Renewed { user, tokens }))
            }
            Err(SdkError::ServiceError(error))
                if error.err().is_not_authorized_exception()
                    || error.err().is_user_not_found_exception()
                    || error.err().is_invalid_parameter_exception() =>
            {
                Ok(None)
            }
            Err(error) => Err(failed(error)),
        }
    }
}

impl EndSession for Users {
    async fn end(&self, refresh: &str) -> PortResult<()> {
        let result = self.client.revoke_token().client_id(&self.app).token(refresh).send().await;
        match result {
            Err(SdkError::ServiceError(error))
                if error.err().is_unsupported_token_type_exception()
                    || error.err().is_invalid_parameter_exception()
                    || error.err().is_unauthorized_exception() =>
            {
                Ok(())
            }
            result => result.map(|_| ()).map_err(failed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_token_names_its_user() {
        let token = |claims: &str| format!("e30.{}.sig", BASE64_URL_SAFE_NO_PAD.encode(claims));
        let id = AccountId::parse("acc_01M86GZZ76GMAEDCT0NQP1KGT4").unwrap();
        let claims = format!(r#"{{"sub":"1","username":"{id}"}}"#);
        assert_eq!(username(&token(&claims)), Some(Username::Applicant(id)));
        for other in [token("{}"), token(r#"{"username":"root"}"#), "e30.%%.sig".to_owned(), String::new()] {
            assert_eq!(username(&other), None, "{other}");
        }
    }

    #[test]
    fn a_password_has_one_form_without_white_space() {
        assert_eq!(on_the_wire("correct horse 100%"), "correct%20;horse%20;100%25;");
        assert_ne!(on_the_wire("a b"), on_the_wire("a%20;b"));
        assert_eq!(on_the_wire("密码Aa1!"), "密码Aa1!");
    }
}
