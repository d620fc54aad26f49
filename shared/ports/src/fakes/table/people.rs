//! Accounts, applicants, reviewers, departments and windows.

use domain::{
    case::{CaseFile, desk::Reviewer},
    collection::department::{Department, DepartmentId},
    consent::Biometrics,
    divisions::Division,
    ids::{AccountId, CaseId, CaseKind, ReviewerId},
    moment::Moment,
    real_name::{
        Way,
        alipay::{AttemptHistory, Progress, ResponseDigest},
    },
    window::Window,
};
use serde::de::DeserializeOwned;

use super::{MemoryTable, Stored};
use crate::{
    PortError, PortResult,
    alipay::{SaveStanding, SavedStanding},
    people::{
        Account, FindAccount, ListDepartments, LoadAccount, LoadDepartment, LoadPerson, LoadReviewer, Moved,
        NewAccount, NewMobile, Person, Registered, SaveAccount, SaveBiometrics, SaveDepartment, SaveMobile,
    },
    secrets::Tag,
    windows::{ListWindows, LoadWindow, SaveWindow, WindowChange},
};

impl SaveAccount for MemoryTable {
    async fn save_account(&self, account: &NewAccount) -> PortResult<Registered> {
        self.call("save_account", |stored| {
            let NewAccount { id, id_type, sealed, identity, mobile, sms_code, consent_version, .. } = account;
            let is_taken = stored.accounts.contains_key(id)
                || !stored.takes_registrant(identity)
                || stored.mobiles.contains_key(mobile);
            if is_taken {
                return Ok(Registered::Taken);
            }
            if !stored.has_sms_code(sms_code) {
                return Ok(Registered::CodeGone);
            }
            stored.sms_codes.remove(&sms_code.id);
            stored.numbers.entry(identity.clone()).or_default().registrants.insert(*id);
            stored.mobiles.insert(mobile.clone(), *id);
            let account = Account {
                id: *id,
                id_type: *id_type,
                sealed: sealed.clone(),
                identity: identity.clone(),
                mobile: mobile.clone(),
                consent_version: (*consent_version).to_owned(),
                biometrics: Biometrics::default(),
            };
            stored.accounts.insert(*id, account);
            Ok(Registered::New)
        })
        .await
    }
}

impl SaveBiometrics for MemoryTable {
    async fn save_biometrics(
        &self,
        id: AccountId,
        before: &Biometrics,
        after: &Biometrics,
        _at: Moment,
    ) -> PortResult<()> {
        self.call("save_biometrics", |stored| {
            let account = stored.accounts.get_mut(&id).ok_or(PortError::Conflict)?;
            if account.biometrics != *before {
                return Err(PortError::Conflict);
            }
            account.biometrics = after.clone();
            Ok(())
        })
        .await
    }
}

impl LoadAccount for MemoryTable {
    async fn load_account(&self, id: AccountId) -> PortResult<Option<Account>> {
        self.call("load_account", |stored| Ok(stored.accounts.get(&id).cloned())).await
    }
}

impl SaveMobile for MemoryTable {
    async fn save_mobile(&self, change: &NewMobile) -> PortResult<Moved> {
        self.call("save_mobile", |stored| {
            let NewMobile { account, sealed, from, to, .. } = change;
            let is_same = |account: &Account| account.mobile == from.mobile;
            if !stored.accounts.get(account).is_some_and(is_same) {
                return Err(PortError::Conflict);
            }
            if stored.mobiles.contains_key(&to.mobile) {
                return Ok(Moved::Taken);
            }
            if ![from, to].into_iter().all(|phone| stored.has_sms_code(&phone.sms_code)) {
                return Ok(Moved::CodeGone);
            }
            for phone in [from, to] {
                stored.sms_codes.remove(&phone.sms_code.id);
            }
            stored.mobiles.remove(&from.mobile);
            stored.mobiles.insert(to.mobile.clone(), *account);
            if let Some(account) = stored.accounts.get_mut(account) {
                (account.sealed, account.mobile) = (sealed.clone(), to.mobile.clone());
            }
            Ok(Moved::Done)
        })
        .await
    }
}

impl FindAccount for MemoryTable {
    async fn find_by_identity(&self, tag: &Tag) -> PortResult<Vec<AccountId>> {
        self.call("find_by_identity", |stored| {
            let number = stored.numbers.get(tag);
            Ok(number.map(|number| number.registered().named()).unwrap_or_default())
        })
        .await
    }

    async fn find_by_mobile(&self, tag: &Tag) -> PortResult<Option<AccountId>> {
        self.call("find_by_mobile", |stored| Ok(stored.mobiles.get(tag).copied())).await
    }

    async fn find_staff(&self, account: &str) -> PortResult<Option<ReviewerId>> {
        self.call("find_staff", |stored| Ok(stored.staff.get(account).copied())).await
    }
}

impl Stored {
    fn filed<P: DeserializeOwned>(
        &self,
        kind: CaseKind,
        owner: AccountId,
    ) -> PortResult<Option<CaseFile<P>>> {
        let Some(found) = self.cases.get(&CaseId { kind, owner }) else { return Ok(None) };
        let pages = P::deserialize(&found.pages);
        let pages = pages.map_err(|_| PortError::Corrupt(format!("the pages of {}", found.case.id)))?;
        Ok(Some(CaseFile { case: found.case.clone(), pages }))
    }
}

impl LoadPerson for MemoryTable {
    async fn load_person(&self, id: AccountId) -> PortResult<Option<Person>> {
        self.call("load_person", |stored| {
            let Some(account) = stored.accounts.get(&id) else { return Ok(None) };
            Ok(Some(Person {
                id,
                id_type: account.id_type,
                sealed: account.sealed.clone(),
                biometrics: account.biometrics.clone(),
                real_name: stored.filed(CaseKind::RealName, id)?,
                alipay: stored.standings.get(&id).cloned(),
                collection: stored.filed(CaseKind::Collection, id)?,
            }))
        })
        .await
    }
}

impl SaveStanding for MemoryTable {
    async fn save_standing(
        &self,
        standing: &AttemptHistory,
        response: Option<&ResponseDigest>,
        at: Moment,
    ) -> PortResult<SavedStanding> {
        self.call("save_standing", |stored| {
            let before = stored.standings.get(&standing.owner).map_or(0, |before| before.version);
            if before + 1 != standing.version || !stored.accounts.contains_key(&standing.owner) {
                return Err(PortError::Conflict);
            }
            if response.is_some_and(|response| stored.responses.contains(response)) {
                return Ok(SavedStanding::ResponseUsed);
            }
            let latest = standing.latest().filter(|latest| latest.progress == Progress::Started);
            let claim = latest.and_then(|latest| Some((latest.certify_id.as_ref()?.expose(), latest.id)));
            if let Some((certify_id, attempt)) = claim {
                if stored.certify_ids.get(certify_id).is_some_and(|other| *other != attempt) {
                    return Err(PortError::Conflict);
                }
                stored.certify_ids.insert(certify_id.to_owned(), attempt);
            }
            let passed = standing.latest().is_some_and(|latest| latest.progress == Progress::Passed { at });
            if passed && !stored.may_hold(standing.owner) {
                return Ok(SavedStanding::NumberTaken);
            }
            if passed {
                stored.hold(standing.owner, Way::Alipay, at);
            }
            stored.responses.extend(response.cloned());
            stored.standings.insert(standing.owner, standing.clone());
            Ok(SavedStanding::Stored)
        })
        .await
    }
}

impl LoadReviewer for MemoryTable {
    async fn load_reviewer(&self, id: ReviewerId) -> PortResult<Option<Reviewer>> {
        self.call("load_reviewer", |stored| Ok(stored.reviewers.get(&id).cloned())).await
    }
}

impl SaveDepartment for MemoryTable {
    async fn save_department(&self, department: &Department, _at: Moment) -> PortResult<()> {
        self.call("save_department", |stored| {
            stored.departments.insert(department.id.to_string(), department.clone());
            Ok(())
        })
        .await
    }
}

impl LoadDepartment for MemoryTable {
    async fn load_department(&self, id: DepartmentId) -> PortResult<Option<Department>> {
        self.call("load_department", |stored| Ok(stored.departments.get(&id.to_string()).cloned())).await
    }
}

impl ListDepartments for MemoryTable {
    async fn list_departments(&self, division: Division) -> PortResult<Vec<Department>> {
        self.call("list_departments", |stored| {
            let all = stored.departments.values();
            Ok(all.filter(|department| department.division == division).cloned().collect())
        })
        .await
    }
}

impl LoadWindow for MemoryTable {
    async fn load_window(&self, province: Division) -> PortResult<Option<Window>> {
        self.call("load_window", |stored| Ok(stored.windows.get(province.code()).cloned())).await
    }
}

impl ListWindows for MemoryTable {
    async fn list_windows(&self, provinces: &[Division]) -> PortResult<Vec<Window>> {
        self.call("list_windows", |stored| {
            let found = provinces.iter().filter_map(|province| stored.windows.get(province.code()));
            Ok(found.cloned().collect())
        })
        .await
    }
}

impl SaveWindow for MemoryTable {
    async fn save_window(&self, change: &WindowChange) -> PortResult<()> {
        self.call("save_window", |stored| {
            let province = change.after.province;
            if stored.windows.get(province.code()) != change.before.as_ref() {
                return Err(PortError::Conflict);
            }
            stored.windows.insert(province.code(), change.after.clone());
            stored.window_changes.push(change.clone());
            Ok(())
        })
        .await
    }
}
