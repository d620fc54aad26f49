//! What a reviewer decides, and the comments that point at fields.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::CommandName;
use crate::{
    codes::ReviewReason,
    fault::{Code, Faults, Pointer},
    form::{Form, REQUIRED, TOO_FEW},
    free_text::Text,
};

/// Most comments in one decision (ours).
const MAX_COMMENTS: usize = 50;

/// 审核意见, a reviewer's opinion in words (domain specification, section 17: 5 to 500 characters).
pub type ReviewNote = Text<5, 500>;

/// A decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "decision")]
pub enum Decision {
    /// 审核通过.
    Approve,
    /// 审核不通过, to be corrected.
    Return {
        /// What to do, in words.
        opinion: ReviewNote,
        /// What is wrong, field by field; at least one.
        comments: Vec<Comment>,
    },
    /// 审核不通过, closed for good.
    Reject {
        /// Why.
        opinion: ReviewNote,
        /// Field by field; may be none.
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

    /// The word for it in requests and answers.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Return { .. } => "return",
            Self::Reject { .. } => "reject",
        }
    }

    /// What it says: comments at fields, and the opinion.
    pub fn remarks(&self) -> (&[Comment], Option<&ReviewNote>) {
        match self {
            Self::Approve => (&[], None),
            Self::Return { opinion, comments } | Self::Reject { opinion, comments } => {
                (comments, Some(opinion))
            }
        }
    }
}

/// Which decisions a province has two reviewers take: the first says what it should be, the second has to say the same
/// (domain specification, section 17: the two-person rule for what is refused for good; more than that is ours).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FourEyes {
    /// Those that close a case for good.
    #[default]
    Rejections,
    /// All.
    All,
}

impl FourEyes {
    /// Whether that decision needs two.
    pub fn demand(self, decision: &Decision) -> bool {
        self == Self::All || matches!(decision, Decision::Reject { .. })
    }
}

/// A remark on one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// The field: a JSON Pointer into the pages.
    pub pointer: Pointer,
    /// Why, from the table of reasons.
    pub reason_code: ReviewReason,
    /// More, in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text: Option<Text<1, 500>>,
}

/// A decision as it was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionRequest {
    /// The version of the case that the reviewer saw.
    pub version: u64,
    /// What they decided.
    pub decision: Decision,
}

impl DecisionRequest {
    /// Reads a decision on a case with those pages, which may or may not be rejected; comments must point at something in
    /// them.
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
