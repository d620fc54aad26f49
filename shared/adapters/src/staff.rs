//! Reviewers' users, as administrators keep them. No function has a part in this.

use aws_sdk_cognitoidentityprovider::{Client, error::SdkError};
use domain::{ids::ReviewerId, password::Password};
use ports::{PortResult, staff::StaffUsers};

use crate::{
    failure::failed,
    users::{create, on_the_wire},
};

/// The user pool, seen by an administrator.
#[derive(Debug)]
pub struct StaffPool {
    client: Client,
    pool: String,
}

impl StaffPool {
    pub(crate) fn new(client: Client, pool: String) -> Self {
        Self { client, pool }
    }
}

/// The group of every reviewer's user (`template.yaml`); tokens name it.
const REVIEWERS: &str = "reviewers";

impl StaffUsers for StaffPool {
    async fn ensure_staff(&self, id: ReviewerId, password: &Password) -> PortResult<()> {
        let (pool, username) = (&self.pool, id.to_string());
        create(&self.client, pool, &username).await?;
        let join = self.client.admin_add_user_to_group().user_pool_id(pool).username(&username);
        join.group_name(REVIEWERS).send().await.map_err(failed)?;
        let set = self.client.admin_set_user_password().user_pool_id(pool).username(username);
        set.password(on_the_wire(password.expose())).permanent(true).send().await.map_err(failed)?;
        Ok(())
    }

    async fn enable_staff(&self, id: ReviewerId, enabled: bool) -> PortResult<bool> {
        let (pool, username) = (&self.pool, id.to_string());
        if enabled {
            let enable = self.client.admin_enable_user().user_pool_id(pool).username(username);
            return match enable.send().await {
                Err(SdkError::ServiceError(error)) if error.err().is_user_not_found_exception() => Ok(false),
                result => result.map(|_| true).map_err(failed),
            };
        }
        let disable = self.client.admin_disable_user().user_pool_id(pool).username(&username);
        match disable.send().await {
            Err(SdkError::ServiceError(error)) if error.err().is_user_not_found_exception() => {
                return Ok(false);
            }
            result => drop(result.map_err(failed)?),
        }
        let end = self.client.admin_user_global_sign_out().user_pool_id(pool).username(username);
        match end.send().await {
            Err(SdkError::ServiceError(error)) if error.err().is_user_not_found_exception() => Ok(false),
            result => result.map(|_| true).map_err(failed),
        }
    }
}
