//! What looks odd in a collection but stops nobody: the applicant is told, and the department decides.

use super::{Collection, Education};
use crate::{
    fault::{Code, Fault, Pointer},
    period::{Period, PeriodEnd},
};

impl Collection {
    /// Everything that looks odd, each at its field.
    pub fn warnings(&self) -> Vec<Fault> {
        let root = Pointer::root();
        let mut warnings = Vec::new();
        let mut warn = |pointer: Pointer, code| warnings.push(Fault { pointer, code: Code(code) });

        // Scope 3 is for the junior examination (collection_scopes.json, note).
        if self.scope.as_ref().is_some_and(|page| !page.scope.allows_employment()) {
            warn(root.child("scope").child("scope"), "scope.NOT_INTERMEDIATE");
        }
        for (index, row) in self.educations.iter().enumerate() {
            let at = root.child("educations").child(index);
            if has_unusual_degree(row) {
                warn(at.child("degree"), "education.DEGREE_LEVEL");
            }
            if row.is_degree_only() {
                warn(at.child("educationCertificateNo"), "education.DEGREE_ONLY");
            }
            if self.studied_full_time_beside_work(row) {
                warn(at.child("start"), "education.OVERLAPS_WORK");
            }
        }
        for (index, row) in self.employments.iter().enumerate() {
            let at = root.child("employments").child(index);
            let others = self.employments.iter().enumerate().filter(|(other, _)| *other != index);
            let mut others = others.map(|(_, other)| other);
            if others.clone().any(|other| overlap(&row.period, &other.period)) {
                warn(at.child("start"), "time_range.OVERLAP");
            }
            // 至今 is for the latest employment only.
            let is_present = row.period.end() == PeriodEnd::Present;
            if is_present && others.any(|other| other.period.start() > row.period.start()) {
                warn(at.child("end"), "time_range.PRESENT_NOT_LATEST");
            }
            if let Some(uscc) = &row.uscc {
                if !uscc.warnings().is_empty() {
                    warn(at.child("uscc"), "uscc.ORG_CODE_CHECK");
                }
                if !row.unit_type.goes_with(uscc) {
                    warn(at.child("unitType"), "uscc.UNIT_TYPE");
                }
            }
        }
        if self.chose_another_county() {
            warn(root.child("department").child("departmentId"), "department.OTHER_COUNTY");
        }
        warnings
    }

    /// Study beside work is common, but full-time study beside full-time work is worth a second look.
    fn studied_full_time_beside_work(&self, education: &Education) -> bool {
        education.study_mode.is_full_time()
            && self.employments.iter().any(|work| overlap(&education.period, &work.period))
    }

    /// In service, the place of the employer decides (属地管理; domain specification, section 10).
    fn chose_another_county(&self) -> bool {
        let Some(choice) = &self.department else { return false };
        let mut current =
            self.employments.iter().filter(|row| row.period.end() == PeriodEnd::Present).peekable();
        current.peek().is_some()
            && !current.any(|row| choice.department_id.division.answers_for(row.division))
    }
}

/// A degree that does not usually come with that education: a bachelor's with 专科, a doctor's or master's without
/// postgraduate study (domain specification, section 8).
fn has_unusual_degree(row: &Education) -> bool {
    match row.degree.group() {
        "4" => !row.level.is_bachelor_or_above(),
        "2" | "3" => !row.level.is_postgraduate(),
        _ => false,
    }
}

/// Whether two periods share more than a month in which one ended and the other began.
fn overlap(one: &Period, other: &Period) -> bool {
    let ends_before = |a: &Period, b: &Period| a.end() <= PeriodEnd::Month(b.start());
    !ends_before(one, other) && !ends_before(other, one)
}
