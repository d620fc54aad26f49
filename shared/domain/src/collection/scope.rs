//! 采集范围, who an applicant is to the collection (domain specification, section 6).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    codes::CollectionScope,
    fault::{Code, Faults},
    form::Form,
};

/// The first page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scope {
    /// 采集范围.
    pub scope: CollectionScope,
}

impl Scope {
    /// Reads the page; 采集须知 must have been read.
    pub fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let scope = form.text("scope", CollectionScope::parse);
            if form.flag("noticeRead") == Some(false) {
                form.fault("noticeRead", Code("consent.REQUIRED"));
            }
            Some(Self { scope: scope? })
        })
    }
}
