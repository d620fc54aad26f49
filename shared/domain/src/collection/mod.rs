//! 信息采集, the collection: five pages that an applicant fills in and submits.
//!
//! Each page is a module with its data and its parser. The conditions for submitting the whole are in [`readiness`].

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

/// Maximum rows of the education page (ours).
pub const MAX_EDUCATIONS: usize = 15;
/// Maximum rows of the employment page (ours).
pub const MAX_EMPLOYMENTS: usize = 30;
/// Maximum accounting experiences of one employment (ours). With 30 employments the collection stays under 300 KB; a
/// table item holds at most 400 KB.
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

/// What the rules of a page need to know about the applicant and the current day.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Day on which the page is checked.
    pub as_of: Date,
    /// Kind of identity document.
    pub id_type: IdType,
    /// Birth date, from the number or else from the basic page.
    pub birth_date: Option<Date>,
    /// Whether the number contains sex and birth date, so that the applicant must not enter them.
    pub birth_from_number: bool,
}

/// The row does not exist.
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

    /// The education row with this id.
    pub fn education(&mut self, id: EducationId) -> Result<&mut Education, NoSuchRow> {
        self.educations.iter_mut().find(|row| row.id == id).ok_or(NoSuchRow)
    }

    /// Removes a row of the education page.
    pub fn remove_education(&mut self, id: EducationId) -> Result<(), NoSuchRow> {
        self.education(id)?;
        self.educations.retain(|row| row.id != id);
        Ok(())
    }

    /// Adds a row to the employment page.
    pub fn add_employment(&mut self, row: Employment) -> Result<(), Faults> {
        room(self.employments.len(), MAX_EMPLOYMENTS)?;
        self.employments.push(row);
        Ok(())
    }

    /// The employment with this id.
    pub fn employment(&mut self, id: EmploymentId) -> Result<&mut Employment, NoSuchRow> {
        self.employments.iter_mut().find(|row| row.id == id).ok_or(NoSuchRow)
    }

    /// Removes an employment with all its accounting experience.
    pub fn remove_employment(&mut self, id: EmploymentId) -> Result<(), NoSuchRow> {
        self.employment(id)?;
        self.employments.retain(|row| row.id != id);
        Ok(())
    }

    /// All uploads that the pages use, each with its pointer and required purpose.
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

    /// The accounting experience with this id.
    pub fn experience(&mut self, id: ExperienceId) -> Result<&mut AccountingExperience, NoSuchRow> {
        self.accounting_experiences.iter_mut().find(|row| row.id == id).ok_or(NoSuchRow)
    }

    /// Removes accounting experience.
    pub fn remove_experience(&mut self, id: ExperienceId) -> Result<(), NoSuchRow> {
        self.experience(id)?;
        self.accounting_experiences.retain(|row| row.id != id);
        Ok(())
    }
}

fn room(rows: usize, max: usize) -> Result<(), Faults> {
    if rows < max { Ok(()) } else { Err(Faults::one(Pointer::root(), TOO_MANY)) }
}

/// The use of an upload in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadUse {
    /// Field that names the upload.
    pub pointer: Pointer,
    /// Id of the upload.
    pub upload: UploadId,
    /// Purpose that the upload must have.
    pub purpose: Purpose,
}

/// Checks the uploads that a page uses: `found` returns the purpose and the verdict (`None`: not yet decided) of the
/// caller's own upload, or `None` if there is no such upload.
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

/// The uploads that `page` names in these fields, each a text or a list of texts, with their pointers.
///
/// Also reads invalid pages: the pictures of a page are checked even if it has other faults.
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

/// Maximum uploads read per list; no form allows more.
const MAX_NAMED_UPLOADS: usize = 10;

/// Parses the id of an upload.
pub(crate) fn upload_id(text: &str) -> Result<UploadId, Code> {
    UploadId::parse(text).map_err(|_| Code("upload.UNKNOWN"))
}
