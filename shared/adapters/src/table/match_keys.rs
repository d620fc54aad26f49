//! What cases show: `PERSON#<ulid>` / `MATERIALS#<kind>`, and a line for each tag, `MATERIAL#<tag>` / `<case>`, by which other
//! cases with the same are found; a line for a band of a picture's marks also names the picture. All go with their account.

use aws_sdk_dynamodb::types::{ConditionCheck, TransactWriteItem};
use domain::{
    ids::{AccountId, CaseId, CaseKind, UploadId},
    moment::Moment,
};
use ports::{
    PortError, PortResult,
    match_keys::{Band, LoadMatchKeys, SaveMatchKeys, SharedEvidenceIndex, TaggedMatchKey},
    secrets::Tag,
};
use serde::{Deserialize, Serialize};

use super::{Item, Key, Table, item, person, read, value};
use crate::failure::{failed, unbuilt};

/// Lines of one transaction: it may have 100 writes, and one is the look at the index.
const LINES: usize = 99;

fn key(case: CaseId) -> Key {
    Key::new(person(case.owner), format!("MATERIALS#{}", case.kind.as_str()))
}

fn line(tag: &Tag, case: CaseId) -> Key {
    Key::new(format!("MATERIAL#{}", tag.as_str()), case.to_string())
}

#[derive(Serialize, Deserialize)]
struct IndexItem {
    case: CaseId,
    version: u64,
    revision: u64,
    #[serde(rename = "materials")]
    match_keys: Vec<TaggedMatchKey>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    bands: Vec<Band>,
    leaving: Vec<Tag>,
    settled: bool,
    at: Moment,
}

#[derive(Serialize, Deserialize)]
struct LineItem {
    case: CaseId,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    upload: Option<UploadId>,
}

impl LoadMatchKeys for Table {
    async fn load_index(&self, case: CaseId) -> PortResult<Option<SharedEvidenceIndex>> {
        let found = self.get::<IndexItem>(key(case)).await?;
        Ok(found.map(|IndexItem { case, version, revision, match_keys, bands, leaving, settled, at }| {
            SharedEvidenceIndex { case, version, revision, match_keys, bands, leaving, settled, at }
        }))
    }

    async fn list_sharing(&self, tag: &Tag, limit: usize) -> PortResult<Vec<CaseId>> {
        let lines = self.lines(tag, limit, false).await?;
        Ok(lines.into_iter().map(|line| line.case).collect())
    }

    async fn list_alike(&self, band: &Tag, limit: usize) -> PortResult<Vec<(CaseId, UploadId)>> {
        let lines = self.lines(band, limit, true).await?;
        Ok(lines.into_iter().filter_map(|line| Some((line.case, line.upload?))).collect())
    }
}

impl SaveMatchKeys for Table {
    async fn save_index(&self, index: &SharedEvidenceIndex) -> PortResult<()> {
        let body = IndexItem {
            case: index.case,
            version: index.version,
            revision: index.revision,
            match_keys: index.match_keys.clone(),
            bands: index.bands.clone(),
            leaving: index.leaving.clone(),
            settled: index.settled,
            at: index.at,
        };
        let item = item(&key(index.case), "material-index", index.at, &body)?;
        let write = match index.revision {
            0 | 1 => self.put_new(item)?,
            revision => {
                let put = self
                    .put(item)
                    .condition_expression("revision = :before")
                    .expression_attribute_values(":before", value(&(revision - 1))?);
                TransactWriteItem::builder().put(put.build().map_err(unbuilt)?).build()
            }
        };
        self.transact(vec![self.while_open(index.case.owner)?, write]).await
    }

    /// Each transaction looks at the index: lines of a revision that is not the last any more are nobody's to write.
    async fn write_lines(&self, index: &SharedEvidenceIndex) -> PortResult<()> {
        let mut writes = Vec::new();
        for tag in index.tags() {
            writes.push(self.put_any(line_item(index, &tag, None)?)?);
        }
        for Band { tag, upload } in index.distinct_bands() {
            writes.push(self.put_any(line_item(index, tag, Some(*upload))?)?);
        }
        for tag in index.distinct_leaving() {
            let delete = self.delete(line(tag, index.case)).build().map_err(unbuilt)?;
            writes.push(TransactWriteItem::builder().delete(delete).build());
        }
        for some in writes.chunks(LINES) {
            let last = ConditionCheck::builder()
                .table_name(&self.name)
                .set_key(Some(key(index.case).item()))
                .condition_expression("revision = :revision")
                .expression_attribute_values(":revision", value(&index.revision)?)
                .build()
                .map_err(unbuilt)?;
            let look = TransactWriteItem::builder().condition_check(last).build();
            self.transact([vec![look], some.to_vec()].concat()).await?;
        }
        Ok(())
    }
}

fn line_item(index: &SharedEvidenceIndex, tag: &Tag, upload: Option<UploadId>) -> PortResult<Item> {
    let body = LineItem { case: index.case, upload };
    item(&line(tag, index.case), "material-line", index.at, &body)
}

impl Table {
    /// Lines for that tag, `limit` at most.
    async fn lines(&self, tag: &Tag, limit: usize, consistent: bool) -> PortResult<Vec<LineItem>> {
        let query = self.client.query().table_name(&self.name).key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", value(&format!("MATERIAL#{}", tag.as_str()))?);
        let query = query.limit(i32::try_from(limit).unwrap_or(i32::MAX)).consistent_read(consistent).send();
        let lines = query.await.map_err(failed)?.items.unwrap_or_default();
        lines.into_iter().map(read).collect()
    }

    /// No case of that person is found by what it shows any more. A function that is indexing one finds its revision gone.
    pub(super) async fn clear_match_keys(&self, owner: AccountId) -> PortResult<()> {
        for kind in [CaseKind::RealName, CaseKind::Collection] {
            let case = CaseId { kind, owner };
            let fence = self.client.update_item().table_name(&self.name).set_key(Some(key(case).item()));
            let fence =
                fence.update_expression("ADD revision :one").condition_expression("attribute_exists(pk)");
            match fence.expression_attribute_values(":one", value(&1)?).send().await.map_err(failed) {
                Ok(_) => {}
                Err(PortError::Conflict) => continue,
                Err(error) => return Err(error),
            }
            let Some(index) = self.load_index(case).await? else { continue };
            let bands = index.bands.iter().map(|band| &band.tag);
            for tag in index.tags().iter().chain(bands).chain(&index.leaving) {
                let delete = self.client.delete_item().table_name(&self.name);
                delete.set_key(Some(line(tag, case).item())).send().await.map_err(failed)?;
            }
        }
        Ok(())
    }
}
