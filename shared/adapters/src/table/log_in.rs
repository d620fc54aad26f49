//! The sources that accounts are known by: `PERSON#<ulid>` / `SOURCE#<source>`, of a reviewer `REVIEWER#<id>` /
//! `SOURCE#<source>`; and whose lock was lifted: `REVIEWER#<id>` / `UNLOCK#<moment>`.
//!
//! They lie with the person, so that they go when the account is closed.

use domain::moment::Moment;
use ports::{
    PortResult,
    accounts::Username,
    log_in::{KNOWN_FOR, KnowSource, LiftedLock, Login, RecordLift, RememberSource},
    secrets::Tag,
};
use serde::{Deserialize, Serialize};

use super::{Key, Table, expiring_item, item, person, reviewers};
use crate::failure::failed;

#[derive(Serialize, Deserialize)]
struct Known {
    until: Moment,
}

fn key(login: &Login, source: &Tag) -> Key {
    let partition = match login {
        Login::User(Username::Applicant(id)) => person(*id),
        Login::User(Username::Reviewer(id)) => reviewers::partition(*id),
        Login::Unknown(tag) => format!("UNKNOWN#{}", tag.as_str()),
    };
    Key::new(partition, format!("SOURCE#{}", source.as_str()))
}

impl KnowSource for Table {
    async fn is_known(&self, login: &Login, source: &Tag, now: Moment) -> PortResult<bool> {
        let known: Option<Known> = self.get(key(login, source)).await?;
        Ok(known.is_some_and(|known| known.until > now))
    }
}

impl RememberSource for Table {
    async fn remember_source(&self, login: &Login, source: &Tag, now: Moment) -> PortResult<()> {
        let until = now.after(KNOWN_FOR);
        let known = Known { until };
        let item = expiring_item(&key(login, source), "login-source", now, Some(until.as_second()), &known)?;
        // Without a condition: the last log-in counts, and of two at once either does.
        let put = self.client.put_item().table_name(&self.name).set_item(Some(item));
        put.send().await.map_err(failed)?;
        Ok(())
    }
}

impl RecordLift for Table {
    async fn record_lift(&self, lift: &LiftedLock) -> PortResult<()> {
        let key = Key::new(reviewers::partition(lift.reviewer), format!("UNLOCK#{}", lift.at));
        self.create(item(&key, "reviewer-unlock", lift.at, lift)?).await
    }
}
