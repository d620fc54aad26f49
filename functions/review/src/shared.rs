//! Which other cases show the same picture, number of a certificate or employer's telephone: a sign, shown with the case.

use std::collections::BTreeMap;

use domain::{
    case::{Case, desk::Reviewer, match_key::MatchKind},
    fault::Pointer,
    ids::CaseId,
    messages::{self, Lang},
    moment::Moment,
};
use futures_util::future::try_join_all;
use jiff::SignedDuration;
use ports::{
    PortResult,
    cases::LoadCase,
    match_keys::{LoadMatchKeys, TaggedMatchKey},
    secrets::Tag,
};
use serde_json::{Value, json};

/// Other cases that are told of one material; of more it is told that there are more.
const SHOWN: usize = 10;

/// Lines that are read for that: the applicant's own two cases may be among them, and the reviewer's; one more says that there
/// are more.
const LINES: usize = SHOWN + 5;

/// Tags that are asked about at once.
const AT_ONCE: usize = 20;

/// How long after it was handed in a case may not be indexed yet, so that a reviewer is told to look again.
const EXPECTED: SignedDuration = SignedDuration::from_hours(1);

/// A material that others have too.
struct Shared<'a> {
    match_key: &'a TaggedMatchKey,
    others: Vec<CaseId>,
}

/// Each material with the others that have it. A picture that looks the same as several has a tag in common with each of them,
/// and is one material; those that have the very same picture are told of as that.
fn together<'a>(match_keys: &'a [TaggedMatchKey], others: &BTreeMap<String, Vec<CaseId>>) -> Vec<Shared<'a>> {
    let mut shared: Vec<Shared<'a>> = Vec::new();
    for match_key in match_keys {
        let others = others.get(match_key.tag.as_str()).map_or(&[][..], Vec::as_slice);
        let is_told = |shared: &Shared<'_>, case| {
            let TaggedMatchKey { kind, pointer, .. } = shared.match_key;
            let is_picture = matches!(kind, MatchKind::Picture | MatchKind::SimilarPicture);
            is_picture && *pointer == match_key.pointer && shared.others.contains(case)
        };
        let is_similar = match_key.kind == MatchKind::SimilarPicture;
        let new: Vec<CaseId> = others
            .iter()
            .filter(|case| !is_similar || shared.iter().all(|shared| !is_told(shared, case)))
            .copied()
            .collect();
        let same = |shared: &&mut Shared<'_>| {
            shared.match_key.kind == match_key.kind && shared.match_key.pointer == match_key.pointer
        };
        match shared.iter_mut().find(same).filter(|_| is_similar) {
            Some(shared) => shared.others.extend(new),
            None if new.is_empty() => {}
            None => shared.push(Shared { match_key, others: new }),
        }
    }
    shared
}

/// What the case has in common with others. Cases that are not the reviewer's to see are counted and not named.
pub(crate) async fn view(
    case: &Case,
    reviewer: &Reviewer,
    table: &(impl LoadMatchKeys + LoadCase),
    now: Moment,
    lang: Lang,
) -> PortResult<Value> {
    let index = table.load_index(case.id).await?;
    let index = index.filter(|index| index.settled && Some(index.version) >= case.submitted_version);
    let Some(index) = index else {
        let is_expected = case.submitted_at.is_some_and(|at| now < at.after(EXPECTED));
        return Ok(json!({"state": if is_expected { "pending" } else { "none" }, "evidence": []}));
    };
    let mut others = Vec::new();
    for some in index.tags().chunks(AT_ONCE) {
        others.extend(try_join_all(some.iter().map(|tag| others_with(tag, case.id, reviewer, table))).await?);
    }
    let others: BTreeMap<String, Vec<CaseId>> = others.into_iter().collect();
    let shared = together(&index.match_keys, &others);
    let visible = visible(&shared, reviewer, table, now).await?;
    let match_keys: Vec<Value> = shared.iter().map(|shared| shared.json(&visible, lang)).collect();
    Ok(json!({"state": "ready", "evidence": match_keys}))
}

/// The tag, and the cases of other people that have it, the reviewer's own left out.
async fn others_with(
    tag: &Tag,
    own: CaseId,
    reviewer: &Reviewer,
    table: &impl LoadMatchKeys,
) -> PortResult<(String, Vec<CaseId>)> {
    let lines = table.list_sharing(tag, LINES).await?;
    let is_other = |case: &CaseId| case.owner != own.owner && !reviewer.is_own(case.owner);
    let others = lines.into_iter().filter(is_other).collect();
    Ok((tag.as_str().to_owned(), others))
}

/// Those of the cases that the reviewer may look at.
async fn visible(
    shared: &[Shared<'_>],
    reviewer: &Reviewer,
    table: &impl LoadCase,
    now: Moment,
) -> PortResult<Vec<CaseId>> {
    let mut ids: Vec<CaseId> = shared.iter().flat_map(Shared::shown).copied().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut visible = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        let cases = try_join_all(some.iter().map(|id| table.load_case(*id))).await?;
        let seen = cases.into_iter().flatten().filter(|case| reviewer.may_see(case, now));
        visible.extend(seen.map(|case| case.id));
    }
    Ok(visible)
}

impl Shared<'_> {
    fn shown(&self) -> &[CaseId] {
        &self.others[..self.others.len().min(SHOWN)]
    }

    fn json(&self, visible: &[CaseId], lang: Lang) -> Value {
        let TaggedMatchKey { kind, pointer, .. } = self.match_key;
        let cases: Vec<&CaseId> = self.shown().iter().filter(|case| visible.contains(case)).collect();
        view_of(*kind, pointer, self.shown().len(), self.others.len() > SHOWN, &cases, lang)
    }
}

fn view_of(
    kind: MatchKind,
    pointer: &Pointer,
    others: usize,
    more: bool,
    cases: &[&CaseId],
    lang: Lang,
) -> Value {
    let code = kind.code();
    json!({
        "pointer": pointer,
        "kind": kind.as_str(),
        "code": code,
        "message": messages::text(code.0, lang),
        "others": others,
        "more": more,
        "cases": cases,
    })
}
