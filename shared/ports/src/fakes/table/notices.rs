//! Notices.

use domain::{
    ids::{AccountId, NoticeId},
    moment::Moment,
    notice::Notice,
};

use super::MemoryTable;
use crate::{
    Outcome, PortError,
    notices::{KeepNotice, Kept, KeptNotice, ListNotices, LoadNotice, MoveSms, ReadNotice, SmsState},
};

impl KeepNotice for MemoryTable {
    async fn keep_notice(&self, notice: &Notice) -> Outcome<Kept> {
        self.call("keep_notice", |stored| {
            let key = (notice.case.owner, notice.id);
            if !stored.accounts.contains_key(&key.0) {
                return Ok(Kept::Closed);
            }
            if stored.notices.contains_key(&key) {
                return Ok(Kept::Known);
            }
            let kept = KeptNotice { notice: notice.clone(), sms: SmsState::Pending, read_at: None };
            stored.notices.insert(key, kept);
            Ok(Kept::New)
        })
        .await
    }
}

impl LoadNotice for MemoryTable {
    async fn load_notice(&self, owner: AccountId, id: NoticeId) -> Outcome<Option<KeptNotice>> {
        self.call("load_notice", |stored| Ok(stored.notices.get(&(owner, id)).cloned())).await
    }
}

impl MoveSms for MemoryTable {
    async fn move_sms(&self, owner: AccountId, id: NoticeId, from: SmsState, to: SmsState) -> Outcome<()> {
        self.call("move_sms", |stored| {
            let kept = stored.notices.get_mut(&(owner, id)).filter(|kept| kept.sms == from);
            kept.ok_or(PortError::Conflict)?.sms = to;
            Ok(())
        })
        .await
    }
}

impl ListNotices for MemoryTable {
    async fn list_notices(
        &self,
        owner: AccountId,
        before: Option<NoticeId>,
        limit: usize,
    ) -> Outcome<Vec<KeptNotice>> {
        self.call("list_notices", |stored| {
            let own = stored.notices.iter().rev().filter(|((of, _), _)| *of == owner);
            let older = own.filter(|((_, id), _)| before.is_none_or(|before| *id < before));
            Ok(older.take(limit).map(|(_, kept)| kept.clone()).collect())
        })
        .await
    }
}

impl ReadNotice for MemoryTable {
    async fn read_notice(&self, owner: AccountId, id: NoticeId, now: Moment) -> Outcome<bool> {
        self.call("read_notice", |stored| {
            let kept = stored.notices.get_mut(&(owner, id));
            Ok(kept.map(|kept| kept.read_at.get_or_insert(now)).is_some())
        })
        .await
    }
}
