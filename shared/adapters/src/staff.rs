//! Reviewers' users, as administrators keep them. No function has a part in this.

use aws_sdk_cognitoidentityprovider::{Client, error::SdkError, types::MessageActionType};
use domain::{ids::ReviewerId, password::Password};
use ports::{Outcome, staff::StaffUsers};

use crate::{failure::failed, users::on_the_wire};

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
    async fn ensure_staff(&self, id: ReviewerId, password: &Password) -> Outcome<()> {
        let (pool, username) = (&self.pool, id.to_string());
        let create = self.client.admin_create_user().user_pool_id(pool).username(&username);
        match create.message_action(MessageActionType::Suppress).send().await {
            Err(SdkError::ServiceError(error)) if error.err().is_username_exists_exception() => {}
            result => drop(result.map_err(failed)?),
        }
        let join = self.client.admin_add_user_to_group().user_pool_id(pool).username(&username);
        join.group_name(REVIEWERS).send().await.map_err(failed)?;
        let set = self.client.admin_set_user_password().user_pool_id(pool).username(username);
        set.password(on_the_wire(password.expose())).permanent(true).send().await.map_err(failed)?;
        Ok(())
    }

    async fn enable_staff(&self, id: ReviewerId, enabled: bool) -> Outcome<()> {
        let (pool, username) = (&self.pool, id.to_string());
        if enabled {
            let enable = self.client.admin_enable_user().user_pool_id(pool).username(username);
            enable.send().await.map_err(failed)?;
        } else {
            let disable = self.client.admin_disable_user().user_pool_id(pool).username(&username);
            disable.send().await.map_err(failed)?;
            let end = self.client.admin_user_global_sign_out().user_pool_id(pool).username(username);
            end.send().await.map_err(failed)?;
        }
        Ok(())
    }
}
