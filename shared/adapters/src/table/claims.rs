//! The claims of each reviewer: `REVIEWER#<id>` / `CLAIMS`.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::{case::ReviewerClaims, ids::ReviewerId, moment::Moment};
use ports::{PortResult, cases::LoadClaims};

use super::{Key, Table, expiring_item, reviewers, value};
use crate::failure::unbuilt;

/// How long a record is kept after its last claim ended, in seconds (ours): it is of no use then.
const KEPT: i64 = 86_400;

fn key(reviewer: ReviewerId) -> Key {
    Key::new(reviewers::partition(reviewer), "CLAIMS")
}

impl LoadClaims for Table {
    async fn load_claims(&self, reviewer: ReviewerId) -> PortResult<ReviewerClaims> {
        Ok(self.get(key(reviewer)).await?.unwrap_or_else(|| ReviewerClaims::none(reviewer)))
    }
}

impl Table {
    /// In a transaction: the record of a reviewer's claims, if it was not written since it was read.
    pub(super) fn put_claims(&self, claims: &ReviewerClaims, at: Moment) -> PortResult<TransactWriteItem> {
        let last = claims.claims.iter().map(|claimed| claimed.until).max().unwrap_or(at);
        let ttl = Some(last.as_second() + KEPT);
        let item = expiring_item(&key(claims.reviewer), "reviewer-claims", at, ttl, claims)?;
        if claims.version == 1 {
            return self.put_new(item);
        }
        let put = self.put(item).condition_expression("version = :before");
        let put = put.expression_attribute_values(":before", value(&(claims.version - 1))?);
        Ok(TransactWriteItem::builder().put(put.build().map_err(unbuilt)?).build())
    }
}
