//! The one table. Each module owns the keys of what it stores, and nobody else spells them; `docs/table.md`
//! lists them all, with who reads and writes them.

mod accounts;
mod alipay;
mod answers;
mod audit;
mod bulk;
mod captchas;
mod case_lists;
mod cases;
mod claims;
mod closing;
mod departments;
mod evidence;
mod exports;
mod limits;
mod log_in;
mod match_keys;
mod notifications;
mod numbers;
mod people;
mod queue;
mod reviewers;
mod sms_codes;
mod statistics;
mod tokens;
mod uploads;
mod windows;

use std::{collections::HashMap, time::Duration};

use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update},
};
use domain::{ids::AccountId, moment::Moment};
use ports::{PortError, PortResult};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::time::sleep;

use crate::failure::{failed, unbuilt};

/// How long a transaction waits, on average, before it is made again after it met another one: they take some
/// milliseconds each.
const MET_ANOTHER: [Duration; 3] =
    [Duration::from_millis(20), Duration::from_millis(60), Duration::from_millis(180)];

/// An item as DynamoDB has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The table.
#[derive(Debug)]
pub struct Table {
    client: Client,
    name: String,
}

/// A primary key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pk: String,
    sk: String,
}

impl Key {
    pub(crate) fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    fn item(self) -> Item {
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(self.pk)),
            ("sk".to_owned(), AttributeValue::S(self.sk)),
        ])
    }
}

/// The key of an item, and nothing else of it.
#[derive(Deserialize)]
pub(crate) struct KeyOnly {
    pk: String,
    sk: String,
}

/// The partition of everything about one applicant.
pub(crate) fn person(owner: AccountId) -> String {
    format!("PERSON#{}", owner.ulid())
}

/// What every item has beside its own attributes.
#[derive(Serialize)]
struct Envelope<'a, T> {
    pk: &'a str,
    sk: &'a str,
    r#type: &'static str,
    /// Counts up when the shape of this type of item changes.
    schema: u8,
    #[serde(rename = "updatedAt")]
    updated_at: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<i64>,
    #[serde(flatten)]
    body: &'a T,
}

/// Writes an item of that type.
pub(crate) fn item<T: Serialize>(key: &Key, kind: &'static str, at: Moment, body: &T) -> PortResult<Item> {
    expiring_item(key, kind, at, None, body)
}

/// Writes an item that DynamoDB may delete once `ttl`, in seconds since 1970, is past.
pub(crate) fn expiring_item<T: Serialize>(
    key: &Key,
    kind: &'static str,
    at: Moment,
    ttl: Option<i64>,
    body: &T,
) -> PortResult<Item> {
    let envelope = Envelope { pk: &key.pk, sk: &key.sk, r#type: kind, schema: 1, updated_at: at, ttl, body };
    serde_dynamo::to_item(envelope).map_err(unbuilt)
}

/// Reads an item; one that cannot be read is named by its partition, not quoted.
pub(crate) fn read<T: DeserializeOwned>(item: Item) -> PortResult<T> {
    let pk = item.get("pk").and_then(|pk| pk.as_s().ok()).cloned().unwrap_or_default();
    serde_dynamo::from_item(item).map_err(|_| PortError::Corrupt(pk))
}

/// A value of an expression.
pub(crate) fn value<T: Serialize>(value: &T) -> PortResult<AttributeValue> {
    serde_dynamo::to_attribute_value(value).map_err(unbuilt)
}

impl Table {
    /// The table of that name.
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// Makes the connection before the first request: the handshake is most of a cold start. Whether it
    /// succeeds does not matter here.
    pub(crate) async fn warm(&self) {
        if let Err(error) = self.get::<serde_json::Value>(Key::new("WARM", "WARM")).await {
            tracing::debug!(%error, "the first call only made the connection");
        }
    }

    /// The item of that key, as it is now.
    async fn get<T: DeserializeOwned>(&self, key: Key) -> PortResult<Option<T>> {
        self.get_item(key).await?.map(read).transpose()
    }

    /// The same, with attributes that are not read as others are.
    async fn get_item(&self, key: Key) -> PortResult<Option<Item>> {
        let get =
            self.client.get_item().table_name(&self.name).set_key(Some(key.item())).consistent_read(true);
        Ok(get.send().await.map_err(failed)?.item)
    }

    /// The items of those keys that there are, as they are now, in no order; at most 100 keys.
    async fn get_all(&self, keys: Vec<Key>) -> PortResult<Vec<Item>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let keys = keys.into_iter().map(Key::item).collect();
        let keys = aws_sdk_dynamodb::types::KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .consistent_read(true)
            .build()
            .map_err(unbuilt)?;
        let output =
            self.client.batch_get_item().request_items(&self.name, keys).send().await.map_err(failed)?;
        if output.unprocessed_keys.is_some_and(|keys| !keys.is_empty()) {
            return Err(PortError::Unavailable("the table asked to read more slowly".into()));
        }
        Ok(output.responses.and_then(|mut tables| tables.remove(&self.name)).unwrap_or_default())
    }

    /// Writes an item that must not be there yet.
    async fn create(&self, item: Item) -> PortResult<()> {
        let put = self.client.put_item().table_name(&self.name).set_item(Some(item));
        put.condition_expression("attribute_not_exists(pk)").send().await.map_err(failed)?;
        Ok(())
    }

    fn put(&self, item: Item) -> aws_sdk_dynamodb::types::builders::PutBuilder {
        Put::builder().table_name(&self.name).set_item(Some(item))
    }

    /// In a transaction: an item that must not be there yet.
    fn put_new(&self, item: Item) -> PortResult<TransactWriteItem> {
        let put = self.put(item).condition_expression("attribute_not_exists(pk)").build().map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// In a transaction: an item, whether it is there or not.
    fn put_any(&self, item: Item) -> PortResult<TransactWriteItem> {
        Ok(TransactWriteItem::builder().put(self.put(item).build().map_err(unbuilt)?).build())
    }

    /// In a transaction: the account is open. Closing one clears its partition once; nothing may come there afterwards.
    fn while_open(&self, owner: AccountId) -> PortResult<TransactWriteItem> {
        let open = ConditionCheck::builder()
            .table_name(&self.name)
            .set_key(Some(accounts::key(owner).item()))
            .condition_expression(accounts::OPEN)
            .expression_attribute_names("#state", "state")
            .build()
            .map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().condition_check(open).build())
    }

    fn delete(&self, key: Key) -> aws_sdk_dynamodb::types::builders::DeleteBuilder {
        Delete::builder().table_name(&self.name).set_key(Some(key.item()))
    }

    fn update(&self, key: Key) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        Update::builder().table_name(&self.name).set_key(Some(key.item()))
    }

    /// All of `writes` or none.
    async fn transact(&self, writes: Vec<TransactWriteItem>) -> PortResult<()> {
        self.try_transact(writes).await?.map_err(|_| PortError::Conflict)
    }

    /// All of `writes` or none; the inner error says of which writes the condition did not hold.
    ///
    /// A transaction that met another one was not judged by its conditions: it is made again, so that what is answered
    /// is what the conditions say. The SDK does not do so by itself.
    async fn try_transact(&self, writes: Vec<TransactWriteItem>) -> PortResult<Result<(), Vec<bool>>> {
        for pause in MET_ANOTHER {
            match self.transact_once(writes.clone()).await {
                Err(PortError::Conflict) => {}
                outcome => return outcome,
            }
            let jitter = rand::random_range(0.5..1.5);
            sleep(pause.mul_f64(jitter)).await;
        }
        self.transact_once(writes).await
    }

    /// The same, once; `Conflict` when it met another transaction.
    async fn transact_once(&self, writes: Vec<TransactWriteItem>) -> PortResult<Result<(), Vec<bool>>> {
        let transact = self.client.transact_write_items().set_transact_items(Some(writes));
        match transact.send().await {
            Ok(_) => Ok(Ok(())),
            Err(SdkError::ServiceError(error)) => {
                if let TransactWriteItemsError::TransactionCanceledException(cancelled) = error.err() {
                    let codes: Vec<&str> =
                        cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code()).collect();
                    if codes.contains(&"ConditionalCheckFailed") {
                        let failed = codes.iter().map(|code| *code == "ConditionalCheckFailed");
                        return Ok(Err(failed.collect()));
                    }
                    if codes.contains(&"TransactionConflict") {
                        return Err(PortError::Conflict);
                    }
                    return Err(PortError::Unavailable(Box::new(SdkError::ServiceError(error))));
                }
                Err(failed(SdkError::ServiceError(error)))
            }
            Err(error) => Err(failed(error)),
        }
    }
}
