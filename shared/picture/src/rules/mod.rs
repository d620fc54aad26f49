//! What a picture must show. A rule looks at the upright picture and reports; it does not decide.

mod aspect;
mod blank;

use domain::upload::{Finding, Purpose};

use crate::Picture;

/// One thing that is looked for in a picture.
pub trait Rule: Sync {
    /// The name in findings and in the list of rules that ran.
    fn name(&self) -> &'static str;

    /// Whether pictures for `purpose` are held to this rule.
    fn applies_to(&self, purpose: Purpose) -> bool;

    /// What was found; empty when the picture keeps the rule.
    fn examine(&self, picture: &Picture) -> Vec<Finding>;
}

/// All rules, in the order in which they run.
pub fn rules() -> &'static [&'static dyn Rule] {
    &[&aspect::Aspect, &blank::Blank]
}
