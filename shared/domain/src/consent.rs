//! 单独同意, consent of its own to the use of pictures of one's face (PIPL, articles 28 and 29): given for a version of the
//! text, and taken back (article 15) as easily.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    fault::{Code, Faults},
    form::Form,
    moment::Moment,
    upload::Purpose,
};

/// The version of the text in force; the text is the item `biometrics` of `infra/reference/consents.json`.
pub const BIOMETRICS_VERSION: &str = "2026-11";

/// How many are remembered (ours): whoever changes their mind more often loses the oldest.
const REMEMBERED: usize = 20;

/// A consent that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Given {
    /// To which text.
    pub version: String,
    /// When.
    pub given_at: Moment,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub withdrawn_at: Option<Moment>,
}

/// What somebody said about pictures of their face, oldest first. Nothing is not a yes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Biometrics(Vec<Given>);

impl Biometrics {
    /// The consent that stands: the last one, to the text in force, if it was not taken back.
    pub fn in_force(&self) -> Option<&Given> {
        let last = self.0.last()?;
        (last.version == BIOMETRICS_VERSION && last.withdrawn_at.is_none()).then_some(last)
    }

    /// Whether what was submitted may still be looked at and decided: the last consent, to whichever text, was not withdrawn.
    ///
    /// A new text asks for a new consent before anything more is submitted. What waits was submitted under the text of its
    /// time: no reader of a new text could have said no to it, and no applicant is at the desk to say yes.
    pub fn stands(&self) -> bool {
        self.0.last().is_some_and(|last| last.withdrawn_at.is_none())
    }

    /// When the last consent was withdrawn; nothing while it stands, and where there never was one.
    pub fn withdrawn_at(&self) -> Option<Moment> {
        self.0.last().and_then(|last| last.withdrawn_at)
    }

    /// Whether pictures for that purpose may be taken: those that show a face need a consent that stands.
    pub fn covers(&self, purpose: Purpose) -> bool {
        !purpose.shows_face() || self.in_force().is_some()
    }

    /// Whether a consent was taken back at `at` or later: what was made of pictures before may show what is no longer to be
    /// shown.
    pub fn was_withdrawn_since(&self, at: Moment) -> bool {
        self.0.iter().any(|given| given.withdrawn_at.is_some_and(|withdrawn| withdrawn >= at))
    }

    /// All that is remembered, oldest first.
    pub fn history(&self) -> &[Given] {
        &self.0
    }

    /// With the text in force consented to at `at`; as it is where that stands already.
    #[must_use]
    pub fn given(&self, at: Moment) -> Self {
        if self.in_force().is_some() {
            return self.clone();
        }
        let given = Given { version: BIOMETRICS_VERSION.to_owned(), given_at: at, withdrawn_at: None };
        let before = &self.0[self.0.len().saturating_sub(REMEMBERED - 1)..];
        Self(before.iter().cloned().chain([given]).collect())
    }

    /// With the last one taken back at `at`, to whichever text it was; as it is where there is nothing to take back.
    #[must_use]
    pub fn withdrawn(&self, at: Moment) -> Self {
        let mut after = self.clone();
        if let Some(last) = after.0.last_mut() {
            last.withdrawn_at.get_or_insert(at);
        }
        after
    }
}

/// Reads a consent: which text was read is part of it, so that nobody consents to one they were not shown.
pub fn parse_consent(body: &Value) -> Result<(), Faults> {
    Form::read(body, |form| {
        form.text("version", |version| {
            if version == BIOMETRICS_VERSION { Ok(()) } else { Err(Code("consent.VERSION")) }
        })
    })
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use serde_json::json;

    use super::*;

    fn at(seconds: i64) -> Moment {
        Moment::new(Timestamp::from_second(1_795_000_000).unwrap()).after(SignedDuration::from_secs(seconds))
    }

    #[test]
    fn nothing_is_not_a_yes_and_a_yes_lasts_until_it_is_taken_back() {
        let nothing = Biometrics::default();
        assert!(nothing.in_force().is_none() && nothing.withdrawn(at(1)).history().is_empty());
        let given = nothing.given(at(1));
        assert_eq!(given.in_force().unwrap().given_at, at(1));
        assert_eq!(given.given(at(2)), given, "given again it is the same");
        let withdrawn = given.withdrawn(at(3));
        assert!(withdrawn.in_force().is_none() && !withdrawn.stands() && !nothing.stands());
        assert_eq!((withdrawn.withdrawn_at(), given.withdrawn_at()), (Some(at(3)), None));
        assert_eq!(withdrawn.withdrawn(at(4)), withdrawn, "taken back again it is the same");
        let again = withdrawn.given(at(5));
        assert_eq!(again.in_force().unwrap().given_at, at(5));
        assert_eq!(again.history()[0].withdrawn_at, Some(at(3)), "what was is remembered");
    }

    #[test]
    fn what_was_made_before_a_withdrawal_is_known_also_after_another_yes() {
        let again = Biometrics::default().given(at(1)).withdrawn(at(3)).given(at(5));
        for (made, expected) in [(0, true), (2, true), (3, true), (4, false), (6, false)] {
            assert_eq!(again.was_withdrawn_since(at(made)), expected, "{made}");
        }
        assert!(!Biometrics::default().given(at(1)).was_withdrawn_since(at(0)));
    }

    #[test]
    fn pictures_of_a_face_need_a_yes_that_stands_and_others_none() {
        let given = Biometrics::default().given(at(1));
        let not = [Biometrics::default(), given.withdrawn(at(2))];
        for purpose in Purpose::ALL {
            assert!(given.covers(purpose));
            assert!(not.iter().all(|none| none.covers(purpose) != purpose.shows_face()), "{purpose:?}");
        }
    }

    #[test]
    fn a_yes_to_another_text_is_none_and_can_be_taken_back_all_the_same() {
        let old: Biometrics =
            serde_json::from_value(json!([{"version": "2025-01", "givenAt": at(0)}])).unwrap();
        assert!(old.in_force().is_none());
        assert!(old.stands() && !old.withdrawn(at(1)).stands(), "what waits is decided under its own text");
        assert_eq!(old.withdrawn(at(1)).history()[0].withdrawn_at, Some(at(1)));
        assert_eq!(old.given(at(1)).history().len(), 2);
    }

    #[test]
    fn the_last_twenty_are_remembered() {
        let often =
            (0..50).fold(Biometrics::default(), |all, n| all.given(at(2 * n)).withdrawn(at(2 * n + 1)));
        assert_eq!(often.history().len(), REMEMBERED);
        assert_eq!(often.history().last().unwrap().withdrawn_at, Some(at(99)));
    }

    #[test]
    fn a_consent_names_the_text_in_force() {
        assert_eq!(parse_consent(&json!({"version": BIOMETRICS_VERSION})), Ok(()));
        for (body, code) in [
            (json!({"version": "2025-01"}), "consent.VERSION"),
            (json!({}), "form.REQUIRED"),
            (json!({"version": BIOMETRICS_VERSION, "all": true}), "form.UNKNOWN_FIELD"),
        ] {
            let faults = parse_consent(&body).unwrap_err();
            assert_eq!(faults.iter().next().unwrap().code.0, code, "{body}");
        }
    }
}
