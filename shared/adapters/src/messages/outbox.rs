//! The outbox: what a local stack would have sent. In an account there is no such table.

use aws_sdk_dynamodb::types::AttributeValue;
use ports::{Clock, PortResult};

use crate::{SystemClock, failure::failed};

/// Keeps what a local stack would have sent, for `./dev outbox`.
#[derive(Debug)]
pub struct Outbox {
    client: aws_sdk_dynamodb::Client,
    table: String,
}

impl Outbox {
    pub(crate) fn new(client: aws_sdk_dynamodb::Client, table: String) -> Self {
        Self { client, table }
    }

    pub(super) async fn put(&self, kind: &str, to: &str, body: &str) -> PortResult<()> {
        let at = SystemClock.now();
        let text = |text: &str| AttributeValue::S(text.to_owned());
        self.client
            .put_item()
            .table_name(&self.table)
            .item("pk", text(&format!("{kind}#{to}")))
            .item("sk", text(&at.to_string()))
            .item("kind", text(kind))
            .item("to", text(to))
            .item("body", text(body))
            .item("createdAt", text(&at.to_string()))
            .item("ttl", AttributeValue::N((at.as_second() + 86_400).to_string()))
            .send()
            .await
            .map_err(failed)?;
        Ok(())
    }
}
