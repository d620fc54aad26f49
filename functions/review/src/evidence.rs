//! What the identity card says beside what was typed: advice, shown with the pictures.

use domain::{
    case::Case,
    evidence::{Evidence, Field, FieldComparison, Flag, Printed, Transcript},
    fault::Code,
    identity::IdentityNumber,
    ids::CaseKind,
    messages::{self, Lang},
    moment::Moment,
    person::Identity,
};
use jiff::SignedDuration;
use ports::{
    PortResult,
    evidence::{IdCardOcrQueue, LoadEvidence, OpenTranscript},
};
use serde_json::{Value, json};

/// How long after it was handed in a card may still be read, so that a reviewer is told to wait for it: longer than the queue tries,
/// before somebody has to look.
const EXPECTED: SignedDuration = SignedDuration::from_hours(1);

/// What is known of a case's card; null of a case that shows none.
pub(crate) async fn view(
    case: &Case,
    identity: &Identity,
    table: &impl LoadEvidence,
    keys: &impl OpenTranscript,
    now: Moment,
    lang: Lang,
) -> PortResult<Value> {
    let (CaseKind::RealName, Some(version)) = (case.id.kind, case.shown_version()) else {
        return Ok(Value::Null);
    };
    let Some(kept) = table.load_evidence(IdCardOcrQueue { case: case.id, version }).await? else {
        let is_expected = case.submitted_at.is_some_and(|at| now < at.after(EXPECTED));
        let state = if is_expected { "pending" } else { "none" };
        return Ok(json!({"state": state, "readAt": null, "fields": [], "flags": []}));
    };
    let transcript = match &kept.transcript {
        Some(sealed) => keys.open_transcript(case.id.owner, sealed).await?,
        None => Transcript::default(),
    };
    let Evidence { fields, flags } = &kept.evidence;
    let field = |opinion: &FieldComparison| field(*opinion, identity, &transcript, lang);
    Ok(json!({
        "state": "ready",
        "readAt": kept.at,
        "fields": fields.iter().map(field).collect::<Vec<_>>(),
        "flags": flags.iter().map(|flag| flag_view(*flag, lang)).collect::<Vec<_>>(),
    }))
}

fn field(opinion: FieldComparison, identity: &Identity, transcript: &Transcript, lang: Lang) -> Value {
    let (typed, read) = texts(opinion.field, identity, transcript);
    let Code(code) = opinion.verdict.code();
    json!({
        "field": opinion.field.as_str(),
        "verdict": opinion.verdict.as_str(),
        "differing": opinion.verdict.differing(),
        "confidence": opinion.confidence,
        "typed": typed,
        "read": read,
        "code": code,
        "message": messages::text(code, lang),
    })
}

/// What was typed and what was read. Numbers are masked as everywhere at the desk.
fn texts(field: Field, identity: &Identity, transcript: &Transcript) -> (Option<String>, Option<String>) {
    let text = |printed: &Option<Printed>| printed.as_ref().map(|printed| printed.expose().to_owned());
    match field {
        Field::Name => (Some(identity.name.expose().to_owned()), text(&transcript.name)),
        Field::Number => {
            let id_type = identity.number.id_type();
            let masked = |number: String| IdentityNumber::restore(id_type, number).masked();
            (Some(identity.number.masked()), text(&transcript.number).map(masked))
        }
        Field::Address => (None, text(&transcript.address)),
        Field::Authority => (None, text(&transcript.authority)),
        Field::Validity => (None, transcript.validity.map(|validity| validity.to_string())),
    }
}

fn flag_view(flag: Flag, lang: Lang) -> Value {
    let Code(code) = flag.into();
    json!({"code": code, "message": messages::text(code, lang)})
}
