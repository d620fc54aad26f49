//! What `data.json` says.

use std::collections::HashSet;

use applicant::{registered_at, view};
use domain::{
    case::AuditEntry,
    evidence::{Printed, Transcript},
    fault::Code,
    ids::UploadId,
    messages::Lang,
    moment::Moment,
    person::Identity,
};
use ports::{
    evidence::KeptEvidence,
    notifications::StoredNotification,
    people::{Account, Person},
    pictures::Upload,
};
use serde_json::{Value, json};

use crate::archive::Archive;

/// What was read on a person's card, and what follows from it.
pub(crate) struct Card {
    pub(crate) kept: KeptEvidence,
    pub(crate) transcript: Transcript,
}

impl Card {
    fn json(&self) -> Value {
        let Transcript { name, number, address, authority, validity } = &self.transcript;
        let text = |printed: &Option<Printed>| printed.as_ref().map(|printed| printed.expose().to_owned());
        let fields = self.kept.evidence.fields.iter().map(|opinion| {
            let Code(verdict) = opinion.verdict.code();
            json!({"field": opinion.field.as_str(), "verdict": verdict, "confidence": opinion.confidence})
        });
        let flags = self.kept.evidence.flags.iter().map(|flag| Code::from(*flag).0);
        json!({
            "readAt": self.kept.at,
            "read": {
                "name": text(name),
                "number": text(number),
                "address": text(address),
                "authority": text(authority),
                "validity": validity.map(|validity| validity.to_string()),
            },
            "fields": fields.collect::<Value>(),
            "flags": flags.collect::<Value>(),
        })
    }
}

/// Everything that is kept about a person, pictures apart.
pub(crate) struct Data<'a> {
    pub(crate) account: &'a Account,
    pub(crate) identity: &'a Identity,
    pub(crate) person: &'a Person,
    pub(crate) card: Option<Card>,
    pub(crate) real_name_history: Vec<AuditEntry>,
    pub(crate) collection_history: Vec<AuditEntry>,
    pub(crate) notifications: Vec<StoredNotification>,
    pub(crate) now: Moment,
}

/// The pictures that there are clean copies of: first those that a page names.
pub(crate) fn pictures<'u>(person: &Person, uploads: &'u [Upload]) -> Vec<&'u Upload> {
    let real_name = person.real_name.iter().flat_map(|filed| filed.pages.uploads());
    let collection = person.collection.iter().flat_map(|filed| filed.pages.uploads());
    let named: HashSet<UploadId> = real_name.chain(collection).map(|used| used.upload).collect();
    let mut pictures: Vec<&Upload> = uploads.iter().filter(|upload| upload.is_usable()).collect();
    pictures.sort_by_key(|upload| (!named.contains(&upload.id), upload.id));
    pictures
}

impl Data<'_> {
    /// The text. It is the person's own: nothing of it is masked. Who reviewed is not theirs.
    pub(crate) fn json(&self, uploads: &[Upload], archive: &Archive) -> Value {
        let Self { account, identity, person, .. } = self;
        let at = registered_at(account.id);
        let collection = person.collection.as_ref().map(|filed| {
            let mut view = view::collection(filed, identity, Lang::Zh);
            view["identity"] = self.clear_identity();
            view["history"] = view::history(&self.collection_history);
            view
        });
        let has_begun = person.real_name.is_some() || person.alipay.is_some();
        let real_name = has_begun.then(|| {
            let mut view = view::real_name(person, self.now, Lang::Zh);
            view["request"] = json!(person.real_name.as_ref().map(|filed| &filed.pages));
            view["card"] = json!(self.card.as_ref().map(Card::json));
            view["history"] = view::history(&self.real_name_history);
            view["alipay"] = person
                .alipay
                .iter()
                .flat_map(|standing| &standing.attempts)
                .map(|attempt| {
                    let mut view = view::attempt(attempt, self.now, Lang::Zh);
                    view["consent"] = json!(attempt.consent);
                    view
                })
                .collect();
            view
        });
        let notifications = self.notifications.iter().map(|kept| {
            let mut view = view::notification(kept, Lang::Zh);
            view["sms"] = json!(kept.sms);
            view
        });
        let uploads = uploads.iter().map(|upload| {
            let mut view = view::upload(upload, Lang::Zh);
            view["file"] = json!(archive.name_of(upload.id));
            view
        });
        json!({
            "accountId": account.id,
            "registeredAt": at,
            "consents": [{"version": account.consent_version, "at": at}],
            "biometrics": view::biometrics(&account.biometrics),
            "identity": self.clear_identity(),
            "realName": real_name,
            "collection": collection,
            "uploads": uploads.collect::<Value>(),
            "notifications": notifications.collect::<Value>(),
        })
    }

    fn clear_identity(&self) -> Value {
        let basic = self.person.collection.as_ref().and_then(|filed| filed.pages.basic.as_ref());
        let mut view = view::identity(self.identity, basic);
        view["idNumber"] = json!(self.identity.number.expose());
        view["mobile"] = json!(self.identity.mobile.expose());
        view
    }
}
