//! 会计管理部门, the department that an applicant chooses (domain specification, section 10).

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    divisions::{Division, DivisionError},
    fault::{Code, Faults},
    form::Form,
};

/// The department is of a closed division.
pub const CLOSED: Code = Code("department.CLOSED");

/// Which department, by its county and its number there: `110101-1`.
///
/// A county may have several (development zones, the Production and Construction Corps), so the county alone
/// would not do; and since the county is part of the id, the two cannot disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DepartmentId {
    /// The division whose department it is.
    pub division: Division,
    /// Its number within the division, from 1.
    pub number: u8,
}

impl DepartmentId {
    /// The id that `text` spells.
    pub fn parse(text: &str) -> Result<Self, Code> {
        Self::read(text, Division::parse)
    }

    /// The id that `text` spells, if its division was not closed.
    pub fn parse_selectable(text: &str) -> Result<Self, Code> {
        let id = Self::parse(text)?;
        if id.division.is_selectable() { Ok(id) } else { Err(CLOSED) }
    }

    fn read(text: &str, division_of: fn(&str) -> Result<Division, DivisionError>) -> Result<Self, Code> {
        let unknown = Code("department.UNKNOWN");
        let (division, number) = text.split_once('-').ok_or(unknown)?;
        let id = Self {
            division: division_of(division).map_err(|_| unknown)?,
            number: number.parse().map_err(|_| unknown)?,
        };
        if id.number > 0 && id.to_string() == text { Ok(id) } else { Err(unknown) }
    }
}

impl fmt::Display for DepartmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.division.code(), self.number)
    }
}

impl TryFrom<String> for DepartmentId {
    type Error = Code;
    fn try_from(text: String) -> Result<Self, Code> {
        Self::read(&text, Division::stored)
    }
}

impl From<DepartmentId> for String {
    fn from(id: DepartmentId) -> Self {
        id.to_string()
    }
}

/// A department as applicants see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Department {
    /// Its id.
    pub id: DepartmentId,
    /// Its division.
    pub division: Division,
    /// 部门名称.
    pub name: String,
    /// 地址.
    pub address: String,
    /// 联系电话.
    pub phone: String,
    /// 办公时间.
    pub hours: String,
}

/// Why this department is the right one (属地管理).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// In service: the place of the employer.
    Workplace,
    /// 户籍, the place of household registration.
    Household,
    /// 居住地, the place of residence.
    Residence,
    /// Students: the place of the school.
    School,
}

impl Basis {
    fn parse(text: &str) -> Result<Self, Code> {
        match text {
            "workplace" => Ok(Self::Workplace),
            "household" => Ok(Self::Household),
            "residence" => Ok(Self::Residence),
            "school" => Ok(Self::School),
            _ => Err(Code("department.BASIS")),
        }
    }
}

/// The last page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DepartmentChoice {
    /// The department.
    pub department_id: DepartmentId,
    /// Why this one.
    pub basis: Basis,
}

impl DepartmentChoice {
    /// Reads the page. Whether there is such a department is for the caller to look up.
    pub fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let department_id = form.text("departmentId", DepartmentId::parse_selectable);
            let basis = form.text("basis", Basis::parse);
            Some(Self { department_id: department_id?, basis: basis? })
        })
    }
}
