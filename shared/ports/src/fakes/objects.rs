//! Stored objects: originals by version, clean copies, and exported files.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use domain::{
    ids::{AccountId, CaseListId, ExportId, UploadId},
    moment::Moment,
    upload::Format,
};
use jiff::SignedDuration;

use super::{Script, lock};
use crate::{
    PortResult,
    case_lists::{CaseList, LinkCaseList, StoreCaseList},
    closing::ClearPictures,
    exports::{DropExport, Export, LinkExport, StoreExport},
    pictures::{
        DropClean, FetchClean, FetchOriginal, LinkPicture, PresignedUrl, SignUpload, StoreClean, Upload,
        UploadForm,
    },
};

#[derive(Debug, Default)]
struct State {
    originals: BTreeMap<(String, String), Vec<u8>>,
    clean: BTreeMap<(AccountId, UploadId), (Format, Vec<u8>)>,
    exports: BTreeMap<ExportId, Vec<u8>>,
    case_lists: BTreeMap<CaseListId, Vec<u8>>,
}

/// Both buckets.
#[derive(Clone, Debug)]
pub struct MemoryObjects {
    state: Arc<Mutex<State>>,
    script: Arc<Script>,
}

impl MemoryObjects {
    pub(super) fn new(script: Arc<Script>) -> Self {
        Self { state: Arc::default(), script }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Adds a version of an object to quarantine.
    pub fn arrive(&self, key: &str, version_id: &str, bytes: Vec<u8>) {
        self.state().originals.insert((key.to_owned(), version_id.to_owned()), bytes);
    }

    /// The owner, id, format and size of each clean copy.
    pub fn clean(&self) -> Vec<(AccountId, UploadId, Format, usize)> {
        let state = self.state();
        let copies = state.clean.iter();
        copies.map(|((owner, id), (format, bytes))| (*owner, *id, *format, bytes.len())).collect()
    }

    /// The files of case list exports, by id.
    pub fn case_lists(&self) -> BTreeMap<CaseListId, Vec<u8>> {
        self.state().case_lists.clone()
    }

    /// Deletes the file of an export, as another process would.
    pub fn forget_export(&self, id: ExportId) {
        self.state().exports.remove(&id);
    }

    /// The files of exports, by id.
    pub fn exports(&self) -> BTreeMap<ExportId, Vec<u8>> {
        self.state().exports.clone()
    }
}

impl StoreCaseList for MemoryObjects {
    async fn store_case_list(&self, case_list: &CaseList, file: Vec<u8>) -> PortResult<()> {
        self.script
            .call("store_roster", || {
                self.state().case_lists.insert(case_list.id, file);
                Ok(())
            })
            .await
    }
}

impl LinkCaseList for MemoryObjects {
    async fn link_case_list(&self, case_list: &CaseList, now: Moment) -> PortResult<PresignedUrl> {
        let url = format!("https://clean.example/exports/{}/{}", case_list.reviewer, case_list.id);
        let expires_at = now.after(SignedDuration::from_mins(5));
        self.script.call("link_roster", || Ok(PresignedUrl { url, expires_at })).await
    }
}

impl StoreExport for MemoryObjects {
    async fn store_export(&self, export: &Export, file: Vec<u8>) -> PortResult<()> {
        self.script
            .call("store_export", || {
                self.state().exports.insert(export.id, file);
                Ok(())
            })
            .await
    }
}

impl LinkExport for MemoryObjects {
    async fn link_export(&self, export: &Export, now: Moment) -> PortResult<PresignedUrl> {
        let url = format!("https://clean.example/exports/{}/{}", export.owner, export.id);
        let expires_at = now.after(SignedDuration::from_mins(5));
        self.script.call("link_export", || Ok(PresignedUrl { url, expires_at })).await
    }
}

impl DropExport for MemoryObjects {
    async fn drop_export(&self, export: &Export) -> PortResult<()> {
        self.script
            .call("drop_export", || {
                self.state().exports.remove(&export.id);
                Ok(())
            })
            .await
    }
}

impl SignUpload for MemoryObjects {
    async fn sign_upload(&self, upload: &Upload, _now: Moment) -> PortResult<UploadForm> {
        let key = format!("{}/{}", upload.owner, upload.id);
        let media_type = upload.format.media_type().to_owned();
        let fields = BTreeMap::from([("key".to_owned(), key), ("Content-Type".to_owned(), media_type)]);
        let form = UploadForm { url: "https://quarantine.example/".to_owned(), fields };
        self.script.call("sign_upload", || Ok(form)).await
    }
}

impl FetchOriginal for MemoryObjects {
    async fn fetch_original(
        &self,
        key: &str,
        version_id: &str,
        max_bytes: u64,
    ) -> PortResult<Option<Vec<u8>>> {
        let longest = usize::try_from(max_bytes).map_or(usize::MAX, |max| max.saturating_add(1));
        self.script
            .call("fetch_original", || {
                let state = self.state();
                let found = state.originals.get(&(key.to_owned(), version_id.to_owned()));
                Ok(found.map(|bytes| bytes[..bytes.len().min(longest)].to_vec()))
            })
            .await
    }
}

impl StoreClean for MemoryObjects {
    async fn store_clean(
        &self,
        owner: AccountId,
        id: UploadId,
        format: Format,
        bytes: Vec<u8>,
    ) -> PortResult<()> {
        self.script
            .call("store_clean", || {
                self.state().clean.insert((owner, id), (format, bytes));
                Ok(())
            })
            .await
    }
}

impl DropClean for MemoryObjects {
    async fn drop_clean(&self, owner: AccountId, id: UploadId) -> PortResult<()> {
        self.script
            .call("drop_clean", || {
                self.state().clean.remove(&(owner, id));
                Ok(())
            })
            .await
    }
}

impl ClearPictures for MemoryObjects {
    async fn clear_pictures(&self, owner: AccountId, kept: &[UploadId]) -> PortResult<()> {
        self.script
            .call("clear_pictures", || {
                self.state().clean.retain(|(of, id), _| *of != owner || kept.contains(id));
                Ok(())
            })
            .await
    }
}

impl FetchClean for MemoryObjects {
    async fn fetch_clean(&self, owner: AccountId, id: UploadId) -> PortResult<Option<Vec<u8>>> {
        self.script
            .call("fetch_clean", || Ok(self.state().clean.get(&(owner, id)).map(|(_, bytes)| bytes.clone())))
            .await
    }
}

impl LinkPicture for MemoryObjects {
    async fn link_picture(&self, owner: AccountId, id: UploadId, now: Moment) -> PortResult<PresignedUrl> {
        let url = format!("https://clean.example/{owner}/{id}");
        let expires_at = now.after(SignedDuration::from_mins(5));
        self.script.call("link_picture", || Ok(PresignedUrl { url, expires_at })).await
    }
}
