//! Whose an identity number is, among the accounts that were registered with it.
//!
//! Anybody can type anybody's number, so a registration proves nothing: accounts that are not verified may share a number.
//! Who passes real-name verification holds it, and the others lose it (`docs/decisions/0030-who-holds-a-number.md`).

use crate::ids::AccountId;

/// Most accounts that may be registered with a number that nobody holds (ours): room for a person and their mistakes, and
/// little for somebody who wants to keep them out.
pub const MAX_REGISTRANTS: usize = 5;

/// An identity number as the accounts have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredNumber {
    /// The open accounts that were registered with it, oldest first.
    pub registrants: Vec<AccountId>,
    /// Which of them passed real-name verification.
    pub holder: Option<AccountId>,
}

impl RegisteredNumber {
    /// Whether another account has passed verification with it.
    pub fn is_held_by_another(&self, account: AccountId) -> bool {
        self.holder.is_some_and(|holder| holder != account)
    }

    /// The accounts that were registered with it, apart from that one.
    pub fn others(&self, account: AccountId) -> Vec<AccountId> {
        self.registrants.iter().copied().filter(|other| *other != account).collect()
    }

    /// Whom the number names: its holder, or else everybody who was registered with it.
    pub fn named(&self) -> Vec<AccountId> {
        self.holder.map_or_else(|| self.registrants.clone(), |holder| vec![holder])
    }
}

#[cfg(test)]
mod tests {
    use ulid::Ulid;

    use super::*;

    #[test]
    fn number_without_a_holder_names_every_registrant() {
        let [one, other] = [1, 2].map(|id| AccountId::new(Ulid(id)));
        let open = RegisteredNumber { registrants: vec![one, other], holder: None };
        assert_eq!((open.named(), open.others(one)), (vec![one, other], vec![other]));
        assert!(!open.is_held_by_another(one) && !open.is_held_by_another(other));
        let held = RegisteredNumber { holder: Some(other), ..open };
        assert_eq!(held.named(), [other]);
        assert!(held.is_held_by_another(one) && !held.is_held_by_another(other));
    }
}
