//! 信息采集, the collection: five pages that an applicant fills in and hands in.
//!
//! Each page is a module: what it holds, and how it is read from a request. What has to be there before the
//! whole can be handed in is in [`readiness`].

pub mod basic;
pub mod department;
pub mod education;
pub mod employment;
pub mod readiness;
pub mod scope;
mod warnings;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    fault::{Code, Fault, Faults, Pointer},
    form::TOO_MANY,
    identity::IdType,
    ids::{EducationId, EmploymentId, ExperienceId, UploadId},
    upload::{Purpose, Verdict},
};
pub use basic::Basic;
pub use department::DepartmentChoice;
pub use education::Education;
pub use employment::{AccountingExperience, Employment};
pub use scope::Scope;

/// Most rows of the education page (ours).
pub const MAX_EDUCATIONS: usize = 15;
/// Most rows of the work page (ours).
pub const MAX_EMPLOYMENTS: usize = 30;
/// Most accounting experiences of one employment (ours). With 30 employments the collection stays under 300 KB; an
/// item of the table holds 400 KB.
pub const MAX_EXPERIENCES: usize = 10;

/// The five pages as far as they are filled in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Collection {
    /// 采集范围.
    pub scope: Option<Scope>,
    /// 基本信息.
    pub basic: Option<Basic>,
    /// 教育经历.
    pub educations: Vec<Education>,
    /// 工作经历.
    pub employments: Vec<Employment>,
    /// 会计管理部门.
    pub department: Option<DepartmentChoice>,
}

/// What the rules of a page need to know about the applicant and the day.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// The day on which the page is judged.
    pub as_of: Date,
    /// The kind of identity document.
    pub id_type: IdType,
    /// The birth date, from the number or else from the basic page.
    pub birth_date: Option<Date>,
    /// Whether the number tells sex and birth date, so that the applicant must not.
    pub birth_from_number: bool,
}

/// There is no such row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such row")]
pub struct NoSuchRow;

impl Collection {
    /// Adds a row to the education page.
    pub fn add_education(&mut self, row: Education) -> Result<(), Faults> {
        room(self.educations.len(), MAX_EDUCATIONS)?;
        self.educations.push(row);
        Ok(())
    }

    /// The education row of that id.
    pub fn education(&mut self, id: EducationId) -> Result<&mut Education, NoSuchRow> {
        self.educations.iter_mut().find(|row| row.id == id).ok_or(NoSuchRow)
    }

    /// Takes a row off the education page.
    pub fn remove_education(&mut self, id: EducationId) -> Result<(), NoSuchRow> {
        self.education(id)?;
        self.educations.retain(|row| row.id != id);
        Ok(())
    }

    /// Adds a row to the work page.
    pub fn add_employment(&mut self, row: Employment) -> Result<(), Faults> {
        room(self.employments.len(), MAX_EMPLOYMENTS)?;
        self.employments.push(row);
        Ok(())
    }

    /// The employment of that id.
    pub fn employment(&mut self, id: EmploymentId) -> Result<&mut Employment, NoSuchRow> {
        self.employments.iter_mut().find(|row| row.id == id).ok_or(NoSuchRow)
    }

    /// Takes an employment off the work page, with all accounting experience in it.
    pub fn remove_employment(&mut self, id: EmploymentId) -> Result<(), NoSuchRow> {
        self.employment(id)?;
        self.employments.retain(|row| row.id != id);
        Ok(())
    }

    /// Every picture that the pages name, with its place and the purpose it must have.
    pub fn uploads(&self) -> Vec<UploadUse> {
        let root = Pointer::root();
        let mut uses = Vec::new();
        if let Some(basic) = &self.basic {
            uses.extend(basic.uploads(&root.child("basic")));
        }
        for (index, row) in self.educations.iter().enumerate() {
            uses.extend(row.uploads(&root.child("educations").child(index)));
        }
        for (index, row) in self.employments.iter().enumerate() {
            uses.extend(row.uploads(&root.child("employments").child(index)));
        }
        uses
    }
}

impl Employment {
    /// Adds accounting experience.
    pub fn add_experience(&mut self, row: AccountingExperience) -> Result<(), Faults> {
        room(self.accounting_experiences.len(), MAX_EXPERIENCES)?;
        self.accounting_experiences.push(row);
        Ok(())
    }

    /// The accounting experience of that id.
    pub fn experience(&mut self, id: ExperienceId) -> Result<&mut AccountingExperience, NoSuchRow> {
        self.accounting_experiences.iter_mut().find(|row| row.id == id).ok_or(NoSuchRow)
    }

    /// Takes accounting experience away.
    pub fn remove_experience(&mut self, id: ExperienceId) -> Result<(), NoSuchRow> {
        self.experience(id)?;
        self.accounting_experiences.retain(|row| row.id != id);
        Ok(())
    }
}

fn room(rows: usize, max: usize) -> Result<(), Faults> {
    if rows < max { Ok(()) } else { Err(Faults::one(Pointer::root(), TOO_MANY)) }
}

/// A page names a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadUse {
    /// Where it is named.
    pub pointer: Pointer,
    /// The picture.
    pub upload: UploadId,
    /// What it must be for.
    pub purpose: Purpose,
}

/// Checks the pictures that a page names against what is known of them: `found` answers with the purpose and
/// the verdict (`None`: none yet) of the caller's own upload, or `None` when there is no such upload.
pub fn check_uploads(
    uses: &[UploadUse],
    found: impl Fn(UploadId) -> Option<(Purpose, Option<Verdict>)>,
) -> Result<(), Faults> {
    let faults = uses.iter().filter_map(|used| {
        let code = match found(used.upload) {
            None => "upload.UNKNOWN",
            Some((purpose, _)) if purpose != used.purpose => "upload.PURPOSE",
            Some((_, Some(verdict))) if verdict.is_usable() => return None,
            Some(_) => "upload.NOT_ACCEPTED",
        };
        Some(Fault { pointer: used.pointer.clone(), code: Code(code) })
    });
    Faults::check(faults.collect())
}

/// The pictures that `page` names in those fields, each a text or a list of texts, with the place of each.
///
/// Reads what is there, sound or not: a page that is at fault elsewhere has its pictures looked at all the same.
pub(crate) fn named_uploads(page: &Value, at: &Pointer, fields: &[(&str, Purpose)]) -> Vec<UploadUse> {
    let mut uses = Vec::new();
    for (field, purpose) in fields {
        let at = at.child(field);
        let mut note = |pointer, value: &Value| {
            let upload = value.as_str().and_then(|text| UploadId::parse(text).ok());
            uses.extend(upload.map(|upload| UploadUse { pointer, upload, purpose: *purpose }));
        };
        match &page[field] {
            Value::Array(values) => {
                let values = values.iter().take(MAX_NAMED_UPLOADS).enumerate();
                values.for_each(|(index, value)| note(at.child(index), value));
            }
            value => note(at, value),
        }
    }
    uses
}

/// No list of any form names more pictures; further ones are not looked at.
const MAX_NAMED_UPLOADS: usize = 10;

/// Reads the id of a picture.
pub(crate) fn upload_id(text: &str) -> Result<UploadId, Code> {
    UploadId::parse(text).map_err(|_| Code("upload.UNKNOWN"))
}
