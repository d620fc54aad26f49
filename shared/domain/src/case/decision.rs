//! A reviewer's decision and its comments at fields.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::CommandName;
use crate::{
    codes::ReviewReason,
    fault::{Code, Faults, Pointer},
    form::{Form, REQUIRED, TOO_FEW},
    free_text::Text,
};

/// Maximum number of comments in one decision (ours).
const MAX_COMMENTS: usize = 50;

/// 审核意见, the review note of a whole case (domain specification, section 17: 5 to 500 characters).
pub type ReviewNote = Text<5, 500>;

/// A decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "decision")]
pub enum Decision {
    /// 审核通过.
    Approve,
    /// 审核不通过, for correction.
    Return {
        /// Review note: what the applicant has to correct.
        opinion: ReviewNote,
        /// Comments at fields; at least one.
        comments: Vec<Comment>,
    },
    /// 审核不通过, final.
    Reject {
        /// Review note: the reason.
        opinion: ReviewNote,
        /// Comments at fields; may be empty.
        comments: Vec<Comment>,
    },
}

impl Decision {
    /// The decision's name in the transition table.
    pub fn command(&self) -> CommandName {
        match self {
            Self::Approve => CommandName::Approve,
            Self::Return { .. } => CommandName::Return,
            Self::Reject { .. } => CommandName::Reject,
        }
    }

    /// The decision's name in requests and responses.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Return { .. } => "return",
            Self::Reject { .. } => "reject",
        }
    }

    /// The comments and the review note.
    pub fn remarks(&self) -> (&[Comment], Option<&ReviewNote>) {
        match self {
            Self::Approve => (&[], None),
            Self::Return { opinion, comments } | Self::Reject { opinion, comments } => {
                (comments, Some(opinion))
            }
        }
    }
}

/// Which decisions of a province need two reviewers: the first proposes, the second confirms (domain specification,
/// section 17: the two-person rule for rejections; more than that is ours).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FourEyes {
    /// Only rejections.
    #[default]
    Rejections,
    /// All decisions.
    All,
}

impl FourEyes {
    /// Whether the decision needs two reviewers.
    pub fn demand(self, decision: &Decision) -> bool {
        self == Self::All || matches!(decision, Decision::Reject { .. })
    }
}

/// A comment at a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// JSON Pointer to the field in the pages.
    pub pointer: Pointer,
    /// Reason from the reference table of review reasons.
    pub reason_code: ReviewReason,
    /// Explanation in addition to the reason.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text: Option<Text<1, 500>>,
}

/// A request to decide a case.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionRequest {
    /// Version of the case that the reviewer saw.
    pub version: u64,
    /// The requested decision.
    pub decision: Decision,
}

impl DecisionRequest {
    /// Parses a decision on a case with these pages; `may_be_rejected` allows rejections. Every comment must point at
    /// an existing field of the pages.
    pub fn parse(body: &Value, may_be_rejected: bool, pages: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let version = form.number("version");
            let word = form.text("decision", |word| match word {
                "approve" | "return" => Ok(word),
                "reject" if may_be_rejected => Ok(word),
                _ => Err(Code("decision.NOT_ALLOWED")),
            });
            let opinion = form.optional_text("opinion", ReviewNote::parse);
            let comments = form.rows("comments", MAX_COMMENTS, |row| {
                let pointer = row.text("pointer", |pointer| points_into(pages, pointer));
                let reason_code = row.text("reasonCode", ReviewReason::parse);
                let text = row.optional_text("text", Text::parse);
                if text == Some(None) && reason_code.is_some_and(ReviewReason::requires_comment) {
                    row.fault("text", REQUIRED);
                }
                Some(Comment { pointer: pointer?, reason_code: reason_code?, text: text? })
            });
            let has_no_comments = comments.as_ref().is_some_and(Vec::is_empty);
            match word {
                Some("approve") if comments.is_some() && !has_no_comments => {
                    form.fault("comments", Code("decision.NO_COMMENTS"));
                }
                Some("return") if has_no_comments => form.fault("comments", TOO_FEW),
                _ => {}
            }
            if opinion == Some(None) && matches!(word, Some("return" | "reject")) {
                form.fault("opinion", Code("comment.REQUIRED"));
            }
            let (opinion, comments) = (opinion?, comments?);
            let decision = match word? {
                "return" => Decision::Return { opinion: opinion?, comments },
                "reject" => Decision::Reject { opinion: opinion?, comments },
                _ => Decision::Approve,
            };
            Some(Self { version: version?, decision })
        })
    }
}

fn points_into(pages: &Value, pointer: &str) -> Result<Pointer, Code> {
    if pointer.is_empty() {
        return Err(Code("comment.POINTER"));
    }
    pages.pointer(pointer).map(|_| Pointer::from_checked(pointer)).ok_or(Code("comment.POINTER"))
}
