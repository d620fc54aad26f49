//! 基本信息, the basic page with the ID photo (domain specification, section 7).

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{About, UploadUse, named_uploads, upload_id};
use crate::{
    codes::{AccountingTitle, CodeError},
    fault::{Code, Faults, Pointer},
    form::{Form, REQUIRED},
    free_text::Text,
    identity::{IdType, Sex},
    ids::UploadId,
    period::YearMonth,
    text::compact,
    upload::Purpose,
    written,
};

/// How cards print that they have no last day.
const INDEFINITE: &str = "长期";
/// Most qualifications that can be named (ours).
const MAX_QUALIFICATIONS: usize = 5;

/// The second page. Name, number and phone are the account's and not repeated here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Basic {
    /// 标准证件照片.
    pub photo: UploadId,
    /// 身份证明人像面.
    pub id_portrait: UploadId,
    /// 身份证明国徽面; passports have none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id_emblem: Option<UploadId>,
    /// 性别, where the number does not tell it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sex: Option<Sex>,
    /// 出生日期, where the number does not tell it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub birth_date: Option<Date>,
    /// 证件有效期起.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id_valid_from: Option<Date>,
    /// 证件有效期止.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id_valid_to: Option<ValidTo>,
    /// 专业技术资格.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub qualifications: Vec<Qualification>,
}

/// 专业技术资格, a professional qualification that is held already.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Qualification {
    /// 资格.
    pub title: AccountingTitle,
    /// 取得时间.
    pub obtained: YearMonth,
    /// 证书编号.
    pub certificate_no: Text<4, 40>,
}

/// The last day on which an identity document is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ValidTo {
    /// That day.
    Day(Date),
    /// 长期.
    Indefinite,
}

impl ValidTo {
    /// Whether the document is no good any more on that day of China. Its last day is one on which it is.
    pub(super) fn has_passed(self, today: Date) -> bool {
        matches!(self, Self::Day(day) if day < today)
    }

    /// Reads what a form has on the day `as_of`: a day, or 长期 as cards print it, or 长期有效.
    fn read(text: &str, as_of: Date) -> Result<Self, Code> {
        match compact(text).as_str() {
            INDEFINITE | "长期有效" => Ok(Self::Indefinite),
            _ => match Self::Day(written::valid_to(text, as_of)?) {
                end if end.has_passed(as_of) => Err(Code("basic.ID_EXPIRED")),
                end => Ok(end),
            },
        }
    }
}

impl fmt::Display for ValidTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Indefinite => f.write_str(INDEFINITE),
        }
    }
}

impl TryFrom<String> for ValidTo {
    type Error = Code;
    fn try_from(text: String) -> Result<Self, Code> {
        if text == INDEFINITE { Ok(Self::Indefinite) } else { written::day(&text).map(Self::Day) }
    }
}

impl From<ValidTo> for String {
    fn from(day: ValidTo) -> Self {
        day.to_string()
    }
}

impl Basic {
    /// Reads the page.
    pub fn parse(body: &Value, about: &About) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let photo = form.text("photo", upload_id);
            let id_portrait = form.text("idPortrait", upload_id);
            let id_emblem = form.optional_text("idEmblem", upload_id);
            if id_emblem == Some(None) && about.id_type != IdType::Ppt {
                form.fault("idEmblem", REQUIRED);
            }
            let birth = read_birth(form, about);
            let born = birth.and_then(|(_, date)| date).or(about.birth_date);
            let id_valid_from =
                form.optional_text("idValidFrom", |text| written::valid_from(text, born, about.as_of));
            let id_valid_to = form.optional_text("idValidTo", |text| ValidTo::read(text, about.as_of));
            let qualifications = form.rows("qualifications", MAX_QUALIFICATIONS, |row| {
                let title = row.text("title", held_title);
                let obtained = row.text("obtained", |text| written::working_month(text, born, about.as_of));
                let certificate_no = row.text("certificateNo", Text::parse_number);
                Some(Qualification { title: title?, obtained: obtained?, certificate_no: certificate_no? })
            });
            let (sex, birth_date) = birth?;
            Some(Self {
                photo: photo?,
                id_portrait: id_portrait?,
                id_emblem: id_emblem?,
                sex,
                birth_date,
                id_valid_from: id_valid_from?,
                id_valid_to: id_valid_to?,
                qualifications: qualifications?,
            })
        })
    }

    /// The pictures of the page at `at`.
    pub fn uploads(&self, at: &Pointer) -> Vec<UploadUse> {
        Self::named_uploads(&json!(self), at)
    }

    /// The pictures that a body of the page names, whatever else is wrong with it.
    pub fn named_uploads(body: &Value, at: &Pointer) -> Vec<UploadUse> {
        let fields =
            [("photo", Purpose::Photo), ("idPortrait", Purpose::IdFront), ("idEmblem", Purpose::IdBack)];
        named_uploads(body, at, &fields)
    }
}

/// Sex and birth date are read from the number where it tells them; then they are not fields of this form.
fn read_birth(form: &mut Form<'_>, about: &About) -> Option<(Option<Sex>, Option<Date>)> {
    if about.birth_from_number {
        return Some((None, None));
    }
    let sex = form.text("sex", Sex::parse);
    let birth_date = form.text("birthDate", |text| written::birth_date(text, about.as_of));
    Some((Some(sex?), Some(birth_date?)))
}

/// A title that is a qualification: 无 is one of the table, for those who hold none.
fn held_title(code: &str) -> Result<AccountingTitle, CodeError> {
    AccountingTitle::parse(code)
        .and_then(|title| if title.code() == "0" { Err(CodeError::Unknown) } else { Ok(title) })
}
