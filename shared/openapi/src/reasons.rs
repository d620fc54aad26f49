//! The reasons that a field can be refused for: `errors[].code`, and what is said of each.

use std::fmt::Write;

use serde::Deserialize;

/// What is said of a code.
#[derive(Debug, Deserialize)]
pub(crate) struct Reason {
    pub(crate) code: String,
    pub(crate) zh: String,
    pub(crate) en: String,
}

/// All reasons, sorted: whatever `messages.json` has words for, but problems, which are declared by the edge, and what
/// the pages say of themselves.
pub(crate) fn all() -> Vec<Reason> {
    #[derive(Deserialize)]
    struct File {
        items: Vec<Reason>,
    }
    let json = include_str!("../../../infra/reference/messages.json");
    #[expect(clippy::expect_used, reason = "the file is embedded at build time and parsed by a test")]
    let File { mut items } = serde_json::from_str(json).expect("the embedded messages");
    items.retain(|one| !one.code.starts_with("problem.") && !one.code.starts_with("ui."));
    items.sort_by(|one, other| one.code.cmp(&other.code));
    items
}

/// The table of all reasons that `docs/api.md` ends with.
pub fn table() -> String {
    let mut out = String::from("| code | 中文 | English |\n|---|---|---|\n");
    for Reason { code, zh, en } in all() {
        // Writing to a String does not fail.
        let _ = writeln!(out, "| `{code}` | {zh} | {en} |");
    }
    out
}
