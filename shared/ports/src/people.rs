//! Stored applicants, reviewers and departments.

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

/// Everything about one applicant that a page may need, loaded in one read.
#[derive(Clone, Debug)]
pub struct Person {
    /// The account's id.
    pub id: AccountId,
    /// The kind of identity document.
    pub id_type: IdType,
    /// The identity, sealed.
    pub sealed: Sealed,
    /// The consent to pictures of the applicant's face.
    pub biometrics: Biometrics,
    /// The request for real-name verification, if there was one.
    pub real_name: Option<CaseFile<OnlineRequest>>,
    /// The attempts with Alipay, if there were any.
    pub alipay: Option<AttemptHistory>,
    /// The collection, if it was started.
    pub collection: Option<CaseFile<Collection>>,
}

impl Person {
    /// The applicant's case of that kind, if there is one.
    pub fn case(&self, kind: CaseKind) -> Option<&Case> {
        match kind {
            CaseKind::RealName => self.real_name.as_ref().map(|filed| &filed.case),
            CaseKind::Collection => self.collection.as_ref().map(|filed| &filed.case),
        }
    }

    /// All existing cases, the verification first.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        [CaseKind::RealName, CaseKind::Collection].into_iter().filter_map(|kind| self.case(kind))
    }

    /// The state of the real-name verification.
    pub fn stand(&self, now: Moment) -> VerificationStatus {
        let case = self.real_name.as_ref().map(|filed| &filed.case);
        VerificationStatus::of(self.id_type, case, self.alipay.as_ref(), Rules::in_force(), now)
    }
}

/// Reads an applicant's own data. The owner is the key, so another applicant's data cannot be read.
pub trait LoadPerson: Sync {
    /// Returns the applicant of that account.
    fn load_person(&self, id: AccountId) -> impl Future<Output = PortResult<Option<Person>>> + Send;
}

/// An open account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The kind of identity document.
    pub id_type: IdType,
    /// The applicant's identity, sealed.
    pub sealed: Sealed,
    /// The tag of the identity document.
    pub identity: Tag,
    /// The tag of the phone.
    pub mobile: Tag,
    /// The version of the general consent that the applicant gave.
    pub consent_version: String,
    /// The consent to pictures of the applicant's face.
    pub biometrics: Biometrics,
}

/// Saves consents to pictures of applicants' faces.
pub trait SaveBiometrics: Sync {
    /// Replaces the consent `before`; `Conflict` if the account is not open or has another consent.
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
    /// Returns the account, unless it is closed or being closed.
    fn load_account(&self, id: AccountId) -> impl Future<Output = PortResult<Option<Account>>> + Send;
}

/// A phone with an SMS code that was correct.
#[derive(Clone, Debug)]
pub struct ConfirmedMobile {
    /// The tag of the phone.
    pub mobile: Tag,
    /// Its code; the write uses it up.
    pub sms_code: ConfirmedSmsCode,
}

/// A change of an account's phone.
#[derive(Clone, Debug)]
pub struct NewMobile {
    /// The account's id.
    pub account: AccountId,
    /// The identity with the new phone, sealed.
    pub sealed: Sealed,
    /// The old phone.
    pub from: ConfirmedMobile,
    /// The new phone.
    pub to: ConfirmedMobile,
    /// The time of the change.
    pub at: Moment,
}

/// The result of a change of phones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// The account has the new phone.
    Done,
    /// Another account has the phone; nothing was written.
    Taken,
    /// A concurrent call used one of the codes; nothing was written.
    CodeGone,
}

/// Changes the phones of accounts.
pub trait SaveMobile: Sync {
    /// Saves the account, its unique phone tag and the use of both codes in one write; `Conflict` if the account
    /// changed since it was read.
    fn save_mobile(&self, change: &NewMobile) -> impl Future<Output = PortResult<Moved>> + Send;
}

/// A new account.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The account's id.
    pub id: AccountId,
    /// The kind of identity document.
    pub id_type: IdType,
    /// The identity, sealed.
    pub sealed: Sealed,
    /// The tag of the identity document; unique among verified accounts.
    pub identity: Tag,
    /// The tag of the phone; unique.
    pub mobile: Tag,
    /// The SMS code; the registration uses it up.
    pub sms_code: ConfirmedSmsCode,
    /// The version of the general consent that the applicant gave.
    pub consent_version: &'static str,
    /// The time of the registration.
    pub at: Moment,
}

/// The result of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    /// The account was created.
    New,
    /// The phone already has an account, or the identity number has a holder or the maximum number of accounts; nothing
    /// was written.
    Taken,
    /// A concurrent call used the SMS code; nothing was written.
    CodeGone,
}

/// Saves new accounts.
pub trait SaveAccount: Sync {
    /// Saves the account, its two unique tags and the use of the SMS code in one write.
    fn save_account(&self, account: &NewAccount) -> impl Future<Output = PortResult<Registered>> + Send;
}

/// Maximum number of accounts that are found for one identity document.
pub const MAX_CLAIMANTS: usize = domain::number::MAX_REGISTRANTS;

/// Finds accounts by what a user types.
pub trait FindAccount: Sync {
    /// Finds accounts by the tag of an identity document: the holder of the number, or else all accounts registered
    /// with it, oldest first; [`MAX_CLAIMANTS`] at most.
    fn find_by_identity(&self, tag: &Tag) -> impl Future<Output = PortResult<Vec<AccountId>>> + Send;
    /// Finds an account by the tag of a phone.
    fn find_by_mobile(&self, tag: &Tag) -> impl Future<Output = PortResult<Option<AccountId>>> + Send;
    /// Finds a reviewer by account name.
    fn find_staff(&self, account: &str) -> impl Future<Output = PortResult<Option<ReviewerId>>> + Send;
}

/// Reads reviewers.
pub trait LoadReviewer: Sync {
    /// Returns the current reviewer.
    fn load_reviewer(&self, id: ReviewerId) -> impl Future<Output = PortResult<Option<Reviewer>>> + Send;
}

/// Reads departments.
pub trait LoadDepartment: Sync {
    /// Returns that department.
    fn load_department(
        &self,
        id: DepartmentId,
    ) -> impl Future<Output = PortResult<Option<Department>>> + Send;
}

/// Lists departments.
pub trait ListDepartments: Sync {
    /// Lists the departments of a division.
    fn list_departments(
        &self,
        division: Division,
    ) -> impl Future<Output = PortResult<Vec<Department>>> + Send;
}

/// Saves departments.
pub trait SaveDepartment: Sync {
    /// Creates or replaces the department.
    fn save_department(
        &self,
        department: &Department,
        at: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;
}
