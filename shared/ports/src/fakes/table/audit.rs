//! Audit entries, views and anchors.

use domain::{
    case::chain::{Anchor, Stored as StoredEntry, StoredHead, Trail},
    ids::{CaseId, ReviewerId},
};

use super::MemoryTable;
use crate::{
    PortError, PortResult,
    audit::{
        Act, FindView, ListViews, LoadTrail, RecordView, SaveAnchors, ScanActs, ScanCases, ScanPlace, View,
    },
};

/// Cases per page of a scan; few, so that tests need several pages.
const PAGE: usize = 2;

impl RecordView for MemoryTable {
    async fn record_view(&self, view: &View) -> PortResult<()> {
        self.call("record_view", |stored| {
            if !stored.views.contains(view) {
                stored.views.push(*view);
            }
            Ok(())
        })
        .await
    }
}

impl FindView for MemoryTable {
    async fn has_opened(&self, case: CaseId, submission: u64, reviewer: ReviewerId) -> PortResult<bool> {
        self.call("has_opened", |stored| {
            let is_it = |view: &View| {
                (view.case, view.submission, view.by, view.case_list)
                    == (case, Some(submission), reviewer, None)
            };
            Ok(stored.views.iter().any(is_it))
        })
        .await
    }
}

impl ListViews for MemoryTable {
    async fn list_views(&self, id: CaseId) -> PortResult<Vec<View>> {
        self.call("list_views", |stored| {
            let mut views: Vec<View> = stored.views.iter().filter(|view| view.case == id).copied().collect();
            views.sort_by_key(|view| view.at);
            Ok(views)
        })
        .await
    }
}

impl LoadTrail for MemoryTable {
    async fn load_trail(&self, id: CaseId) -> PortResult<Trail> {
        self.call("load_trail", |stored| {
            let entries = stored.history.range((id, 0)..=(id, u64::MAX));
            let entries = entries
                .map(|((_, version), entry)| StoredEntry { version: *version, entry: Some(entry.clone()) });
            let head = stored.cases.get(&id);
            let head = head.map_or(StoredHead::Gone, |stored| StoredHead::Case(stored.case.last_audit));
            Ok(Trail { entries: entries.collect(), head, retain_until: None })
        })
        .await
    }
}

impl ScanCases for MemoryTable {
    async fn scan_cases(&self, after: Option<ScanPlace>) -> PortResult<(Vec<CaseId>, Option<ScanPlace>)> {
        self.call("scan_cases", |stored| {
            let all = stored.cases.keys().chain(stored.history.keys().map(|(case, _)| case));
            let mut all: Vec<CaseId> = all
                .copied()
                .filter(|case| after.as_ref().is_none_or(|place| case.to_string() > place.0))
                .collect();
            all.sort_unstable_by_key(ToString::to_string);
            all.dedup();
            all.truncate(PAGE);
            let next = all.last().map(|last| ScanPlace(last.to_string()));
            Ok((all, next))
        })
        .await
    }
}

impl ScanActs for MemoryTable {
    async fn scan_acts(
        &self,
        by: Option<ReviewerId>,
        after: Option<ScanPlace>,
    ) -> PortResult<(Vec<Act>, Option<ScanPlace>)> {
        self.call("scan_acts", |stored| {
            let entries = stored
                .history
                .values()
                .map(|entry| (entry.by.reviewer(), Act::Change(Box::new(entry.clone()))));
            let views = stored.views.iter().map(|view| (Some(view.by), Act::Look(*view)));
            // A page has few items, before they are filtered.
            let skipped = after.as_ref().and_then(|place| place.0.parse().ok()).unwrap_or(0);
            let settlements = stored.settlements.values().filter(|settlement| !settlement.lost.is_empty());
            let settlements = settlements.map(|settlement| (None, Act::Number(settlement.clone())));
            let page: Vec<_> = entries.chain(views).chain(settlements).skip(skipped).take(PAGE).collect();
            let next = (page.len() == PAGE).then(|| ScanPlace((skipped + PAGE).to_string()));
            let is_asked = |who: &Option<ReviewerId>| by.is_none() || by == *who;
            Ok((page.into_iter().filter(|(who, _)| is_asked(who)).map(|(_, act)| act).collect(), next))
        })
        .await
    }
}

impl SaveAnchors for MemoryTable {
    async fn save_anchor(&self, anchor: &Anchor) -> PortResult<()> {
        self.call("save_anchor", |stored| {
            if stored.anchors.contains_key(&anchor.date) {
                return Err(PortError::Conflict);
            }
            stored.anchors.insert(anchor.date, anchor.clone());
            Ok(())
        })
        .await
    }

    async fn list_anchors(&self) -> PortResult<Vec<Anchor>> {
        self.call("list_anchors", |stored| Ok(stored.anchors.values().cloned().collect())).await
    }
}
