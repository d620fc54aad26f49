//! A person's attempts with Alipay: `PERSON#<ulid>` / `ALIPAY`. And whose attempt an id of Alipay's is:
//! `CERTIFY#<id>` / `CERTIFY`.

use aws_sdk_dynamodb::types::{ConditionCheck, TransactWriteItem};
use domain::{
    ids::AccountId,
    moment::Moment,
    real_name::alipay::{AttemptId, CertifyId, Progress, Standing},
};
use ports::{Outcome, alipay::SaveStanding};
use serde::Serialize;

use super::{Key, Table, accounts, expiring_item, item, person, value};
use crate::failure::unbuilt;

/// The key of a person's attempts.
pub(super) fn key(owner: AccountId) -> Key {
    Key::new(person(owner), "ALIPAY")
}

/// How long an id of Alipay's stays one attempt's, in seconds: Alipay answers questions about it for three months.
const CLAIMED: i64 = 100 * 86_400;

#[derive(Serialize)]
struct Claimed {
    attempt: AttemptId,
}

impl SaveStanding for Table {
    async fn save_standing(&self, standing: &Standing, at: Moment) -> Outcome<()> {
        // why: an account that is closed meanwhile clears its partition once; nothing may come there afterwards.
        let open = ConditionCheck::builder()
            .table_name(&self.name)
            .set_key(Some(accounts::key(standing.owner).item()))
            .condition_expression(accounts::OPEN)
            .expression_attribute_names("#state", "state")
            .build()
            .map_err(unbuilt)?;
        let open = TransactWriteItem::builder().condition_check(open).build();
        let item = item(&key(standing.owner), "alipay", at, standing)?;
        let put = if standing.version == 1 {
            self.put_new(item)?
        } else {
            let put = self.put(item).condition_expression("version = :before");
            let put = put.expression_attribute_values(":before", value(&(standing.version - 1))?);
            TransactWriteItem::builder().put(put.build().map_err(unbuilt)?).build()
        };
        let mut writes = vec![open, put];
        if let Some((attempt, certify_id)) = initialized(standing) {
            writes.push(self.claim(attempt, certify_id, at)?);
        }
        self.transact(writes).await
    }
}

/// The running attempt that Alipay knows.
fn initialized(standing: &Standing) -> Option<(AttemptId, &CertifyId)> {
    let latest = standing.latest().filter(|latest| latest.progress == Progress::Started)?;
    Some((latest.id, latest.certify_id.as_ref()?))
}

impl Table {
    /// In a transaction: that id of Alipay's is this attempt's and no other's.
    fn claim(&self, attempt: AttemptId, certify_id: &CertifyId, at: Moment) -> Outcome<TransactWriteItem> {
        let key = Key::new(format!("CERTIFY#{}", certify_id.expose()), "CERTIFY");
        let item =
            expiring_item(&key, "certify-id", at, Some(at.as_second() + CLAIMED), &Claimed { attempt })?;
        let put = self.put(item).condition_expression("attribute_not_exists(pk) OR attempt = :attempt");
        let put = put.expression_attribute_values(":attempt", value(&attempt)?).build().map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}
