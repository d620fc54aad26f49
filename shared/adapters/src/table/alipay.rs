//! A person's attempts with Alipay: `PERSON#<ulid>` / `ALIPAY`. And whose attempt an id of Alipay's is:
//! `CERTIFY#<id>` / `CERTIFY`. And that a response was used: `CERTIFY-RESPONSE#<digest>` / `RESPONSE`.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::{
    ids::AccountId,
    moment::Moment,
    real_name::alipay::{AttemptHistory, AttemptId, CertifyId, Progress, ResponseDigest},
};
use ports::{
    PortError, PortResult,
    alipay::{SaveStanding, SavedStanding},
};
use serde::Serialize;

use super::{Key, Table, expiring_item, item, person, value};
use crate::failure::unbuilt;

/// The key of a person's attempts.
pub(super) fn key(owner: AccountId) -> Key {
    Key::new(person(owner), "ALIPAY")
}

/// How long an id of Alipay's stays one attempt's, in seconds: Alipay answers questions about it for three months.
const CLAIMED: i64 = 100 * 86_400;

/// How long a response stays used, in seconds: one day, and it is too old to be taken after minutes (`alipay` crate).
const USED: i64 = 86_400;

#[derive(Serialize)]
struct Claimed {
    attempt: AttemptId,
}

#[derive(Serialize)]
struct Used {
    attempt: Option<AttemptId>,
}

impl SaveStanding for Table {
    async fn save_standing(
        &self,
        standing: &AttemptHistory,
        response: Option<&ResponseDigest>,
        at: Moment,
    ) -> PortResult<SavedStanding> {
        let item = item(&key(standing.owner), "alipay", at, standing)?;
        let put = if standing.version == 1 {
            self.put_new(item)?
        } else {
            let put = self.put(item).condition_expression("version = :before");
            let put = put.expression_attribute_values(":before", value(&(standing.version - 1))?);
            TransactWriteItem::builder().put(put.build().map_err(unbuilt)?).build()
        };
        let mut writes = vec![self.while_open(standing.owner)?, put];
        if let Some((attempt, certify_id)) = initialized(standing) {
            writes.push(self.claim(attempt, certify_id, at)?);
        }
        let passed = standing.latest().is_some_and(|latest| latest.progress == Progress::Passed { at });
        let number = passed.then_some(writes.len());
        if passed {
            writes.extend(self.number_by_alipay(standing.owner, at).await?);
        }
        // The last one: the position tells why the transaction was refused.
        if let Some(response) = response {
            let attempt = standing.latest().map(|latest| latest.id);
            writes.push(self.use_up(response, attempt, at)?);
        }
        let used = response.map(|_| writes.len() - 1);
        let Err(failed) = self.try_transact(writes).await? else { return Ok(SavedStanding::Stored) };
        let mut failed = failed.iter().enumerate().filter_map(|(at, failed)| failed.then_some(at));
        let (first, others) = (failed.next(), failed.next());
        match (first, others) {
            (Some(at), _) if Some(at) == used => Ok(SavedStanding::ResponseUsed),
            (Some(at), None) if Some(at) == number => Ok(SavedStanding::NumberTaken),
            (Some(at), more) if Some(at) == number && more == used => Ok(SavedStanding::ResponseUsed),
            _ => Err(PortError::Conflict),
        }
    }
}

/// The running attempt that Alipay knows.
fn initialized(standing: &AttemptHistory) -> Option<(AttemptId, &CertifyId)> {
    let latest = standing.latest().filter(|latest| latest.progress == Progress::Started)?;
    Some((latest.id, latest.certify_id.as_ref()?))
}

impl Table {
    /// In a transaction: that id of Alipay's is this attempt's and no other's.
    fn claim(&self, attempt: AttemptId, certify_id: &CertifyId, at: Moment) -> PortResult<TransactWriteItem> {
        let key = Key::new(format!("CERTIFY#{}", certify_id.expose()), "CERTIFY");
        let item =
            expiring_item(&key, "certify-id", at, Some(at.as_second() + CLAIMED), &Claimed { attempt })?;
        let put = self.put(item).condition_expression("attribute_not_exists(pk) OR attempt = :attempt");
        let put = put.expression_attribute_values(":attempt", value(&attempt)?).build().map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// In a transaction: that response changes this attempt, and nothing else ever.
    fn use_up(
        &self,
        response: &ResponseDigest,
        attempt: Option<AttemptId>,
        at: Moment,
    ) -> PortResult<TransactWriteItem> {
        let key = Key::new(format!("CERTIFY-RESPONSE#{}", response.as_str()), "RESPONSE");
        self.put_new(expiring_item(
            &key,
            "certify-response",
            at,
            Some(at.as_second() + USED),
            &Used { attempt },
        )?)
    }
}
