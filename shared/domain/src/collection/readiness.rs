//! What still stands between a draft and its submission.
//!
//! Pages are sound by construction; what is judged here is whether all of them are there and fit together.

use jiff::civil::Date;
use serde_json::Value;

use super::Collection;
use crate::{
    codes::AccountingTitle,
    eligibility::{self, Eligible, Ineligible},
    fault::{Code, Fault, Faults, Pointer},
    form::Form,
    period::{Period, YearMonth},
};

impl Collection {
    /// `Err` with everything that is missing on that day, each at the page where it is to be mended. What only the
    /// days that passed can have broken is judged again: an identity document that was valid when it was entered.
    ///
    /// Source: the guide's steps four to eight; what each scope asks for is ours (domain specification, section 6).
    pub fn readiness(&self, today: Date) -> Result<(), Faults> {
        let root = Pointer::root();
        let mut faults = Vec::new();
        let mut missing = |at: Pointer, code| faults.push(Fault { pointer: at, code: Code(code) });

        let scope = self.scope.as_ref().map(|page| page.scope.code());
        if scope.is_none() {
            missing(root.child("scope"), "scope.REQUIRED");
        }
        match &self.basic {
            None => missing(root.child("basic"), "basic.REQUIRED"),
            Some(basic) if basic.id_valid_to.is_some_and(|to| to.has_passed(today)) => {
                missing(root.child("basic").child("idValidTo"), "basic.ID_EXPIRED");
            }
            Some(_) => {}
        }
        if self.educations.is_empty() {
            missing(root.child("educations"), "education.REQUIRED");
        }
        let employments = root.child("employments");
        let does_accounting = self.employments.iter().any(|row| row.has_accounting);
        match scope {
            Some("1") if self.employments.is_empty() => missing(employments.clone(), "employment.REQUIRED"),
            Some("1") if !does_accounting => missing(employments.clone(), "accounting.REQUIRED"),
            Some("2") if self.basic.as_ref().is_some_and(|basic| basic.qualifications.is_empty()) => {
                missing(root.child("basic").child("qualifications"), "qualification.REQUIRED");
            }
            _ => {}
        }
        for (index, row) in self.employments.iter().enumerate() {
            let at = employments.child(index);
            let rows = at.child("accountingExperiences");
            match (row.has_accounting, row.accounting_experiences.is_empty()) {
                (true, true) => missing(rows, "accounting.REQUIRED"),
                (false, false) => missing(rows, "accounting.NOT_ALLOWED"),
                _ => {}
            }
            // The employment may have been changed after its experiences were entered.
            for (nested, experience) in row.accounting_experiences.iter().enumerate() {
                if !row.period.contains(&experience.period) {
                    let at = at.child("accountingExperiences").child(nested).child("start");
                    missing(at, "time_range.OUTSIDE_EMPLOYMENT");
                }
            }
        }
        if self.department.is_none() {
            missing(root.child("department"), "department.REQUIRED");
        }
        Faults::check(faults)
    }
}

impl Collection {
    /// Which of the examination's conditions is met, or why none (see [`crate::eligibility`]).
    pub fn eligibility(&self, exam_year: i16, today: Date) -> Result<Eligible, Ineligible> {
        let present = YearMonth::from(today);
        let educations: Vec<_> = self
            .educations
            .iter()
            .map(|row| eligibility::Education {
                level: row.level.code(),
                degree: row.degree.code(),
                end: row.period.end().month_or(present),
                // Only what a certificate was obtained for can be entered.
                graduated: true,
            })
            .collect();
        let experiences = self.employments.iter().flat_map(|row| &row.accounting_experiences);
        let work: Vec<Period> = experiences.map(|row| row.period).collect();
        let mut titles = self.basic.iter().flat_map(|basic| &basic.qualifications).map(|held| held.title);
        let other_intermediate = titles.any(AccountingTitle::is_other_intermediate);
        eligibility::intermediate(exam_year, &educations, &work, other_intermediate, present)
    }
}

/// Reads a submission: 承诺所提供信息真实有效 must be ticked.
pub fn parse_declaration(body: &Value) -> Result<(), Faults> {
    Form::read(body, |form| {
        if form.flag("declared") == Some(false) {
            form.fault("declared", Code("declaration.REQUIRED"));
        }
        Some(())
    })
}
