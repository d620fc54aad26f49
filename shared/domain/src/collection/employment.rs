//! 工作经历 and 会计专业工作经历, rows of the work page (domain specification, section 9).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{About, UploadUse, education::read_period, named_uploads, upload_id};
use crate::{
    codes::{AccountingPost, AccountingTitle, Industry, UnitType},
    divisions::Division,
    fault::{Code, Faults, Pointer},
    form::{Form, TOO_FEW},
    free_text::Text,
    ids::{EmploymentId, ExperienceId, UploadId},
    period::{Period, PeriodKind, YearMonth},
    phone::WorkPhone,
    upload::Purpose,
    uscc::Uscc,
    written,
};

/// Most posts named by one accounting experience: all that there are.
const MAX_POSTS: usize = 11;

/// An employment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Employment {
    /// The row's id.
    pub id: EmploymentId,
    /// 工作开始时间 and 工作结束时间.
    #[serde(flatten)]
    pub period: Period,
    /// 单位名称.
    pub employer: Text<2, 100>,
    /// 统一社会信用代码; some kinds of unit have none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub uscc: Option<Uscc>,
    /// 单位类型.
    pub unit_type: UnitType,
    /// 所属行业.
    pub industry: Industry,
    /// 单位所在区县.
    pub division: Division,
    /// 工作单位地址.
    pub address: Text<4, 120>,
    /// 工作单位电话.
    pub phone: WorkPhone,
    /// 是否有会计工作经历.
    pub has_accounting: bool,
    /// 会计工作经历证明.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proof: Option<UploadId>,
    /// 会计专业工作经历.
    #[serde(default)]
    pub accounting_experiences: Vec<AccountingExperience>,
}

/// Accounting work within an employment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountingExperience {
    /// The row's id.
    pub id: ExperienceId,
    /// 开始时间 and 结束时间.
    #[serde(flatten)]
    pub period: Period,
    /// 会计工作岗位.
    pub posts: Vec<AccountingPost>,
    /// 工作内容.
    pub duties: Text<1, 200>,
    /// 会计专业职务.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<AccountingTitle>,
    /// 聘任时间.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title_since: Option<YearMonth>,
}

impl Employment {
    /// Reads a row, without the accounting experiences: those are rows of their own.
    pub fn parse(id: EmploymentId, body: &Value, about: &About) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let period = read_period(form, PeriodKind::Work, about, None);
            let employer = form.text("employer", Text::parse);
            let unit_type = form.text("unitType", UnitType::parse);
            let uscc = form.optional_text("uscc", Uscc::parse);
            if uscc == Some(None) && unit_type.is_some_and(|unit_type| !unit_type.is_uscc_exempt()) {
                form.fault("uscc", Code("employment.USCC_REQUIRED"));
            }
            let industry = form.text("industry", Industry::parse);
            let division = form.text("division", Division::parse_county);
            let address = form.text("address", Text::parse);
            let phone = form.text("phone", WorkPhone::parse);
            let has_accounting = form.flag("hasAccounting");
            let proof = form.optional_text("proof", upload_id);
            if has_accounting == Some(true) && proof == Some(None) {
                form.fault("proof", Code("proof.REQUIRED"));
            }
            Some(Self {
                id,
                period: period?,
                employer: employer?,
                uscc: uscc?,
                unit_type: unit_type?,
                industry: industry?,
                division: division?,
                address: address?,
                phone: phone?,
                has_accounting: has_accounting?,
                proof: proof?,
                accounting_experiences: Vec::new(),
            })
        })
    }

    /// The pictures of the row at `at`.
    pub fn uploads(&self, at: &Pointer) -> Vec<UploadUse> {
        Self::named_uploads(&json!(self), at)
    }

    /// The pictures that a body of the row names, whatever else is wrong with it.
    pub fn named_uploads(body: &Value, at: &Pointer) -> Vec<UploadUse> {
        named_uploads(body, at, &[("proof", Purpose::WorkProof)])
    }
}

impl AccountingExperience {
    /// Reads a row that must lie within `employment`.
    pub fn parse(
        id: ExperienceId,
        body: &Value,
        about: &About,
        employment: &Employment,
    ) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let period = read_period(form, PeriodKind::Work, about, Some(&employment.period));
            let posts = form.texts("posts", MAX_POSTS, AccountingPost::parse);
            if posts.as_ref().is_some_and(Vec::is_empty) {
                form.fault("posts", TOO_FEW);
            }
            let duties = form.text("duties", Text::parse);
            let title = form.optional_text("title", AccountingTitle::parse);
            let title_since = form.optional_text("titleSince", |text| {
                written::working_month(text, about.birth_date, about.as_of)
            });
            Some(Self {
                id,
                period: period?,
                posts: posts?,
                duties: duties?,
                title: title?,
                title_since: title_since?,
            })
        })
    }
}
