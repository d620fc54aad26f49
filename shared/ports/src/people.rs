//! Applicants, reviewers and departments as they are stored.

use domain::{
    case::{Case, CaseFile, desk::Reviewer},
    collection::{
        Collection,
        department::{Department, DepartmentId},
    },
    consent::Biometrics,
    divisions::Division,
    identity::IdType,
    ids::{AccountId, CaseKind, ReviewerId},
    moment::Moment,
    real_name::{OnlineRequest, Rules, VerificationStatus, alipay::AttemptHistory},
};

use crate::{
    PortResult,
    codes::ConfirmedSmsCode,
    secrets::{Sealed, Tag},
};

/// Everything about one applicant that a page may need, in one read.
#[derive(Clone, Debug)]
pub struct Person {
    /// Whose.
    pub id: AccountId,
    /// The kind of identity document.
    pub id_type: IdType,
    /// Who they are, sealed.
    pub sealed: Sealed,
    /// What they said about pictures of their face.
    pub biometrics: Biometrics,
    /// The request for real-name verification, if there was one.
    pub real_name: Option<CaseFile<OnlineRequest>>,
    /// Their attempts with Alipay, if there were any.
    pub alipay: Option<AttemptHistory>,
    /// The collection, if it was begun.
    pub collection: Option<CaseFile<Collection>>,
}

impl Person {
    /// Their case of that kind, if there is one.
    pub fn case(&self, kind: CaseKind) -> Option<&Case> {
        match kind {
            CaseKind::RealName => self.real_name.as_ref().map(|filed| &filed.case),
            CaseKind::Collection => self.collection.as_ref().map(|filed| &filed.case),
        }
    }

    /// The cases that there are, the verification first.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        [CaseKind::RealName, CaseKind::Collection].into_iter().filter_map(|kind| self.case(kind))
    }

    /// Where they stand with real-name verification.
    pub fn stand(&self, now: Moment) -> VerificationStatus {
        let case = self.real_name.as_ref().map(|filed| &filed.case);
        VerificationStatus::of(self.id_type, case, self.alipay.as_ref(), Rules::in_force(), now)
    }
}

/// Reads an applicant's own data. There is no way to ask for another's: the owner is the key.
pub trait LoadPerson: Sync {
    /// The applicant of that account.
    fn load_person(&self, id: AccountId) -> impl Future<Output = PortResult<Option<Person>>> + Send;
}

/// An open account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The kind of identity document.
    pub id_type: IdType,
    /// Who it is about, sealed.
    pub sealed: Sealed,
    /// What the identity document hashes to.
    pub identity: Tag,
    /// What the phone hashes to.
    pub mobile: Tag,
    /// The consent given.
    pub consent_version: String,
    /// What they said about pictures of their face.
    pub biometrics: Biometrics,
}

/// Writes down what people say about pictures of their face.
pub trait SaveBiometrics: Sync {
    /// What they say now instead of `before`; `Conflict` when the account is not open or it says something else.
    fn save_biometrics(
        &self,
        id: AccountId,
        before: &Biometrics,
        after: &Biometrics,
        at: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads accounts.
pub trait LoadAccount: Sync {
    /// The account, unless it was closed or is being closed.
    fn load_account(&self, id: AccountId) -> impl Future<Output = PortResult<Option<Account>>> + Send;
}

/// A phone whose code was right.
#[derive(Clone, Debug)]
pub struct ConfirmedMobile {
    /// What the phone hashes to.
    pub mobile: Tag,
    /// Its code; it is used up.
    pub sms_code: ConfirmedSmsCode,
}

/// Another phone for an account.
#[derive(Clone, Debug)]
pub struct NewMobile {
    /// Whose.
    pub account: AccountId,
    /// Who they are, sealed with the new phone.
    pub sealed: Sealed,
    /// The phone as it was.
    pub from: ConfirmedMobile,
    /// The phone as it is to be.
    pub to: ConfirmedMobile,
    /// When.
    pub at: Moment,
}

/// What became of a change of phones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// The account has the new phone.
    Done,
    /// Another account has it; nothing was written.
    Taken,
    /// A code was used by someone faster; nothing was written.
    CodeGone,
}

/// Changes the phones of accounts.
pub trait SaveMobile: Sync {
    /// The account, its unique tag and both used codes in one write; `Conflict` when the account changed in between.
    fn save_mobile(&self, change: &NewMobile) -> impl Future<Output = PortResult<Moved>> + Send;
}

/// A new account.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// The kind of identity document.
    pub id_type: IdType,
    /// Who they are, sealed.
    pub sealed: Sealed,
    /// What the identity document hashes to; unique among those who are verified.
    pub identity: Tag,
    /// What the phone hashes to; unique.
    pub mobile: Tag,
    /// The SMS code; it is used up by the registration, or there is none.
    pub sms_code: ConfirmedSmsCode,
    /// The consent given.
    pub consent_version: &'static str,
    /// When.
    pub at: Moment,
}

/// What became of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    /// There is a new account.
    New,
    /// The phone has an account, or the identity number has a holder or as many accounts as it may have; nothing was
    /// written.
    Taken,
    /// The SMS code was used by someone faster; nothing was written.
    CodeGone,
}

/// Saves new accounts.
pub trait SaveAccount: Sync {
    /// The account, its two unique tags and the used SMS code in one write.
    fn save_account(&self, account: &NewAccount) -> impl Future<Output = PortResult<Registered>> + Send;
}

/// Accounts that are found by one identity document, at most.
pub const MAX_CLAIMANTS: usize = domain::number::MAX_REGISTRANTS;

/// Finds accounts by what people type.
pub trait FindAccount: Sync {
    /// By the tag of an identity document: the account that holds the number, or else all that were registered with it,
    /// oldest first; [`MAX_CLAIMANTS`] at most.
    fn find_by_identity(&self, tag: &Tag) -> impl Future<Output = PortResult<Vec<AccountId>>> + Send;
    /// By the tag of a phone.
    fn find_by_mobile(&self, tag: &Tag) -> impl Future<Output = PortResult<Option<AccountId>>> + Send;
    /// By the account name of a reviewer.
    fn find_staff(&self, account: &str) -> impl Future<Output = PortResult<Option<ReviewerId>>> + Send;
}

/// Reads reviewers.
pub trait LoadReviewer: Sync {
    /// The reviewer as of now.
    fn load_reviewer(&self, id: ReviewerId) -> impl Future<Output = PortResult<Option<Reviewer>>> + Send;
}

/// Reads departments.
pub trait LoadDepartment: Sync {
    /// That department.
    fn load_department(
        &self,
        id: DepartmentId,
    ) -> impl Future<Output = PortResult<Option<Department>>> + Send;
}

/// Lists departments.
pub trait ListDepartments: Sync {
    /// The departments of a division.
    fn list_departments(
        &self,
        division: Division,
    ) -> impl Future<Output = PortResult<Vec<Department>>> + Send;
}

/// Administers departments.
pub trait SaveDepartment: Sync {
    /// The department as it is now to be.
    fn save_department(
        &self,
        department: &Department,
        at: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;
}
