//! What was said of a case before, and what the applicant made of it.

use applicant::view;
use domain::{
    case::{
        AuditEntry, Case,
        compare::{self, Difference, Remarked},
    },
    ids::CaseId,
    messages::Lang,
};
use futures_util::future::try_join_all;
use ports::{PortResult, cases::LoadSubmission};
use serde_json::{Value, json};

/// Returns that are looked into: the latest. Each costs a read.
const RETURNS: usize = 5;

/// In what the pages differ from those that were decided on before, and the comments so far.
pub(crate) struct Before {
    pub(crate) differences: Vec<Difference>,
    pub(crate) comments: Vec<Value>,
}

/// Looks back.
pub(crate) async fn look_back(
    table: &impl LoadSubmission,
    case: &Case,
    pages: &Value,
    history: &[AuditEntry],
    lang: Lang,
) -> PortResult<Before> {
    let differences = match case.compared_with(history) {
        Some(version) => {
            let before = table.load_submission(case.id, version).await?;
            before.map(|before| compare::differences(&before, pages)).unwrap_or_default()
        }
        None => Vec::new(),
    };
    let remarks = compare::remarks(history);
    let latest = remarks.iter().skip(remarks.len().saturating_sub(RETURNS));
    let comments =
        try_join_all(latest.map(|remarked| summary(table, case.id, remarked, pages, lang))).await?;
    Ok(Before { differences, comments: comments.concat() })
}

/// The comments of one decision, each with whether what it points at was changed since.
async fn summary(
    table: &impl LoadSubmission,
    id: CaseId,
    remarked: &Remarked<'_>,
    pages: &Value,
    lang: Lang,
) -> PortResult<Vec<Value>> {
    let about = table.load_submission(id, remarked.submission).await?.unwrap_or_default();
    let summary = remarked.comments.iter().map(|comment| {
        let mut summary = view::comment(comment, lang);
        summary["at"] = json!(remarked.entry.at);
        summary["round"] = json!(remarked.entry.round);
        summary["answered"] = json!(compare::is_answered(comment, &about, pages));
        summary
    });
    Ok(summary.collect())
}
