//! The collection.

use edge::ProblemKind;
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::{CONFIRMATION, CONFIRMS, reference::Department};
use crate::{
    example,
    operation::{Caller, Operation, operation},
    problems::Fault,
    texts::{
        AccountingPostCode, AccountingTitleCode, Basis, CaseEvent, CaseId, CaseState, CountyCode, Day,
        DegreeCode, DepartmentId, DivisionCode, EducationId, EducationLevelCode, EmploymentId,
        ExamConditionCode, ExperienceId, IdTypeCode, IndustryCode, IneligibleReason, LastMonth, Moment,
        Month, Pointer, QualificationCode, ReviewReasonCode, ScopeCode, SexCode, StudyModeCode, Ticked,
        UnitTypeCode, UploadId, Uscc, ValidTo, WorkPhone,
    },
};

// ---- What is sent ---------------------------------------------------------------------------------------------------

/// 采集范围.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct ScopeRequest {
    /// Who the applicant is to the collection.
    scope: ScopeCode,
    /// 采集须知 was read.
    notice_read: Ticked,
}

/// 基本信息. Name, number and phone are the account's and not repeated here.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct BasicRequest {
    /// 标准证件照片, a picture of the purpose `photo`.
    photo: UploadId,
    /// 身份证明人像面, of the purpose `id-front`.
    id_portrait: UploadId,
    /// 身份证明国徽面, of the purpose `id-back`; passports have none.
    id_emblem: Option<UploadId>,
    /// 性别, only where the number does not tell it.
    sex: Option<SexCode>,
    /// 出生日期, only where the number does not tell it.
    birth_date: Option<Day>,
    /// 证件有效期起.
    id_valid_from: Option<Day>,
    /// 证件有效期止; after today.
    id_valid_to: Option<ValidTo>,
    /// 专业技术资格 held already.
    #[schemars(length(max = 5))]
    qualifications: Option<Vec<QualificationRequest>>,
}

/// 专业技术资格, a qualification that is held already.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct QualificationRequest {
    /// 资格.
    title: QualificationCode,
    /// 取得时间.
    obtained: Month,
    /// 证书编号.
    #[schemars(length(min = 4, max = 40))]
    certificate_no: String,
}

/// 教育经历, an education whose certificate was obtained.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct EducationRequest {
    /// 培养方式.
    study_mode: StudyModeCode,
    /// 学校名称.
    #[schemars(length(min = 2, max = 100))]
    school: String,
    /// 学历.
    level: EducationLevelCode,
    /// 学位; may be `0`.
    degree: DegreeCode,
    /// 所学专业.
    #[schemars(length(min = 1, max = 60))]
    major: String,
    /// 入学时间.
    start: Month,
    /// 毕业时间.
    end: Month,
    /// 学历证书编号, by the rule of its year and level; needed unless overseas.
    #[schemars(length(min = 4, max = 40))]
    education_certificate_no: Option<String>,
    /// 学位证书编号; needed with a degree unless overseas.
    #[schemars(length(min = 4, max = 40))]
    degree_certificate_no: Option<String>,
    /// 教育部留学服务中心认证书编号; needed for an overseas education from 本科 up.
    #[schemars(length(min = 4, max = 40))]
    overseas_certificate_no: Option<String>,
    /// Pictures of the purpose `education-certificate`; at least one from 大专 up.
    #[schemars(length(max = 3), extend("uniqueItems" = true))]
    certificates: Option<Vec<UploadId>>,
}

/// 工作经历. The accounting work in it is in rows of its own.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct EmploymentRequest {
    /// 工作开始时间.
    start: Month,
    /// 工作结束时间.
    end: LastMonth,
    /// 单位名称.
    #[schemars(length(min = 2, max = 100))]
    employer: String,
    /// 统一社会信用代码; needed for all kinds of unit that have one.
    uscc: Option<Uscc>,
    /// 单位类型.
    unit_type: UnitTypeCode,
    /// 所属行业.
    industry: IndustryCode,
    /// 单位所在区县.
    division: CountyCode,
    /// 工作单位地址.
    #[schemars(length(min = 4, max = 120))]
    address: String,
    /// 工作单位电话.
    phone: WorkPhone,
    /// 是否有会计工作经历.
    has_accounting: bool,
    /// 会计工作经历证明, a picture of the purpose `work-proof`; needed with accounting work.
    proof: Option<UploadId>,
}

/// 会计专业工作经历, within its employment.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct AccountingExperienceRequest {
    /// 开始时间.
    start: Month,
    /// 结束时间.
    end: LastMonth,
    /// 会计工作岗位.
    #[schemars(length(min = 1, max = 11), extend("uniqueItems" = true))]
    posts: Vec<AccountingPostCode>,
    /// 工作内容.
    #[schemars(length(min = 1, max = 200))]
    duties: String,
    /// 会计专业职务.
    title: Option<AccountingTitleCode>,
    /// 聘任时间.
    title_since: Option<Month>,
}

/// 会计管理部门.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct DepartmentRequest {
    /// The department.
    department_id: DepartmentId,
    /// Why this one.
    basis: Basis,
}

/// Hands the collection in.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct SubmissionRequest {
    /// 承诺所提供信息真实有效.
    declared: Ticked,
}

// ---- What is answered -----------------------------------------------------------------------------------------------

/// Who an applicant is, masked.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(super) struct Identity {
    /// 证件类型.
    id_type: IdTypeCode,
    /// 证件号码, its middle hidden.
    id_number: String,
    /// 姓名.
    name: String,
    /// 性别, where it is known.
    sex: Option<SexCode>,
    /// 出生日期, where it is known.
    birth_date: Option<Day>,
    /// 手机号, its middle hidden.
    mobile: String,
}

/// The five pages as far as they are filled in.
#[derive(JsonSchema)]
pub(super) struct Pages {
    /// 采集范围.
    scope: Option<Scope>,
    /// 基本信息.
    basic: Option<Basic>,
    /// 教育经历.
    #[schemars(length(max = 15))]
    educations: Vec<Education>,
    /// 工作经历.
    #[schemars(length(max = 30))]
    employments: Vec<Employment>,
    /// 会计管理部门.
    department: Option<DepartmentChoice>,
}

/// The whole draft.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Collection {
    /// The case that it is, or will be.
    case_id: CaseId,
    /// Where it stands.
    state: CaseState,
    /// The state in words.
    state_text: String,
    /// Counts every change.
    version: u64,
    /// Whether it can be changed now.
    editable: bool,
    /// Whose it is.
    identity: Identity,
    /// The pages.
    #[schemars(flatten)]
    pages: Pages,
    /// What is to be mended, after a return.
    comments: Vec<Comment>,
    /// The reviewer's words.
    opinion: Option<String>,
}

/// 采集范围.
#[derive(JsonSchema)]
struct Scope {
    /// Who the applicant is to the collection.
    scope: ScopeCode,
}

/// 基本信息.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Basic {
    /// 标准证件照片.
    photo: UploadId,
    /// 身份证明人像面.
    id_portrait: UploadId,
    /// 身份证明国徽面.
    #[schemars(with = "UploadId", skip_serializing_if = "Option::is_none")]
    id_emblem: Option<UploadId>,
    /// 性别, where the number does not tell it.
    #[schemars(with = "SexCode", skip_serializing_if = "Option::is_none")]
    sex: Option<SexCode>,
    /// 出生日期, where the number does not tell it.
    #[schemars(with = "Day", skip_serializing_if = "Option::is_none")]
    birth_date: Option<Day>,
    /// 证件有效期起.
    #[schemars(with = "Day", skip_serializing_if = "Option::is_none")]
    id_valid_from: Option<Day>,
    /// 证件有效期止.
    #[schemars(with = "ValidTo", skip_serializing_if = "Option::is_none")]
    id_valid_to: Option<ValidTo>,
    /// 专业技术资格.
    #[schemars(
        with = "Vec<Qualification>",
        skip_serializing_if = "Option::is_none",
        length(min = 1, max = 5)
    )]
    qualifications: Option<Vec<Qualification>>,
}

/// 专业技术资格.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Qualification {
    /// 资格.
    title: QualificationCode,
    /// 取得时间.
    obtained: Month,
    /// 证书编号.
    certificate_no: String,
}

/// 教育经历.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Education {
    /// The row.
    id: EducationId,
    /// 培养方式.
    study_mode: StudyModeCode,
    /// 学校名称.
    school: String,
    /// 学历.
    level: EducationLevelCode,
    /// 学位.
    degree: DegreeCode,
    /// 所学专业.
    major: String,
    /// 入学时间.
    start: Month,
    /// 毕业时间.
    end: Month,
    /// 学历证书编号.
    #[schemars(with = "String", skip_serializing_if = "Option::is_none")]
    education_certificate_no: Option<String>,
    /// 学位证书编号.
    #[schemars(with = "String", skip_serializing_if = "Option::is_none")]
    degree_certificate_no: Option<String>,
    /// 教育部留学服务中心认证书编号.
    #[schemars(with = "String", skip_serializing_if = "Option::is_none")]
    overseas_certificate_no: Option<String>,
    /// Pictures of the certificates.
    certificates: Vec<UploadId>,
}

/// 工作经历.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Employment {
    /// The row.
    id: EmploymentId,
    /// 工作开始时间.
    start: Month,
    /// 工作结束时间.
    end: LastMonth,
    /// 单位名称.
    employer: String,
    /// 统一社会信用代码.
    #[schemars(with = "Uscc", skip_serializing_if = "Option::is_none")]
    uscc: Option<Uscc>,
    /// 单位类型.
    unit_type: UnitTypeCode,
    /// 所属行业.
    industry: IndustryCode,
    /// 单位所在区县.
    division: DivisionCode,
    /// 工作单位地址.
    address: String,
    /// 工作单位电话.
    phone: WorkPhone,
    /// 是否有会计工作经历.
    has_accounting: bool,
    /// 会计工作经历证明.
    #[schemars(with = "UploadId", skip_serializing_if = "Option::is_none")]
    proof: Option<UploadId>,
    /// 会计专业工作经历.
    #[schemars(length(max = 10))]
    accounting_experiences: Vec<AccountingExperience>,
}

/// 会计专业工作经历.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct AccountingExperience {
    /// The row.
    id: ExperienceId,
    /// 开始时间.
    start: Month,
    /// 结束时间.
    end: LastMonth,
    /// 会计工作岗位.
    posts: Vec<AccountingPostCode>,
    /// 工作内容.
    duties: String,
    /// 会计专业职务.
    #[schemars(with = "AccountingTitleCode", skip_serializing_if = "Option::is_none")]
    title: Option<AccountingTitleCode>,
    /// 聘任时间.
    #[schemars(with = "Month", skip_serializing_if = "Option::is_none")]
    title_since: Option<Month>,
}

/// 会计管理部门, as it was chosen.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct DepartmentChoice {
    /// The department.
    department_id: DepartmentId,
    /// Why this one.
    basis: Basis,
}

/// A reviewer's remark on one field.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(super) struct Comment {
    /// The field: a place in the pages, such as `/basic/photo`.
    pointer: Pointer,
    /// Why, as a code.
    reason_code: ReviewReasonCode,
    /// Why, in words.
    reason: String,
    /// More, in the reviewer's words.
    text: Option<String>,
}

/// One line of a case's history.
#[derive(JsonSchema)]
pub(super) struct HistoryEntry {
    /// When.
    at: Moment,
    /// What happened.
    event: CaseEvent,
    /// The state after it.
    state: CaseState,
    /// The version that it made.
    version: u64,
    /// The submission that it belongs to.
    round: u32,
    /// Why, where a reason was asked for.
    reason: Option<String>,
}

/// What was approved and holds until something else is approved.
#[derive(JsonSchema)]
pub(super) struct InForce {
    /// The version that the submission made.
    version: u64,
    /// When it was approved.
    at: Moment,
}

/// 调转, a transfer that was asked for.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(super) struct Transfer {
    /// The department that is asked for.
    department_id: DepartmentId,
    /// Why.
    reason: String,
    /// When it was asked for.
    asked_at: Moment,
    /// When the department that has the case let it go.
    released_at: Option<Moment>,
}

/// A change, or a transfer, was begun or ended.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Changed {
    /// The case.
    case_id: CaseId,
    /// Where it stands.
    state: CaseState,
    /// The version that this made.
    version: u64,
    /// What is in force.
    in_force: Option<InForce>,
    /// The transfer that is asked for.
    transfer: Option<Transfer>,
}

/// Which department, and why.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct TransferRequest {
    /// The department.
    department_id: DepartmentId,
    /// 调转原因.
    #[schemars(length(min = 5, max = 500))]
    reason: String,
}

/// A page or row as it is stored, and the version that it made of the draft.
macro_rules! stored {
    ($($(#[doc = $about:literal])+ $name:ident $member:ident: $what:ident;)+) => { $(
        $(#[doc = $about])+
        #[derive(JsonSchema)]
        #[schemars(rename_all = "camelCase")]
        struct $name {
            /// The draft's version.
            version: u64,
            /// As it is stored.
            $member: $what,
        }
    )+ };
}

stored! {
    /// The page 采集范围 as it is stored.
    ScopeStored scope: Scope;
    /// The page 基本信息 as it is stored.
    BasicStored basic: Basic;
    /// A row of 教育经历 as it is stored.
    EducationStored education: Education;
    /// A row of 工作经历 as it is stored.
    EmploymentStored employment: Employment;
    /// A row of 会计专业工作经历 as it is stored.
    ExperienceStored accounting_experience: AccountingExperience;
    /// The page 会计管理部门 as it is stored.
    DepartmentStored department: DepartmentChoice;
}

/// The collection was handed in, or taken back.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Receipt {
    /// The case.
    case_id: CaseId,
    /// Where it stands.
    state: CaseState,
    /// The version that this made.
    version: u64,
    /// How often it was handed in.
    round: u32,
    /// When it was last handed in.
    submitted_at: Option<Moment>,
    /// By when the department should have decided.
    due_at: Option<Moment>,
}

/// What a submission would be refused for, and what looks odd but stops nobody.
#[derive(JsonSchema)]
struct Readiness {
    /// The draft's version.
    version: u64,
    /// Whether there are no errors.
    ready: bool,
    /// What still stands in the way.
    errors: Vec<Fault>,
    /// What looks odd.
    warnings: Vec<Fault>,
}

/// Which of the examination's conditions is met, or how much is missing: an advice, unless it is enforced.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(super) struct Eligibility {
    /// The examination.
    exam_year: i16,
    /// Whether a condition is met.
    eligible: bool,
    /// The condition that is met.
    condition: Option<ExamConditionCode>,
    /// The condition that is met, or that asks for the least, in words.
    condition_text: Option<String>,
    /// Months of accounting work until the end of that year.
    months_worked: Option<i32>,
    /// Months that are missing to that condition.
    #[schemars(range(min = 0))]
    months_missing: Option<i32>,
    /// Why none is met.
    reason: Option<IneligibleReason>,
}

/// The same, and whether the province insists.
#[derive(JsonSchema)]
struct OwnEligibility {
    /// What is met.
    #[schemars(flatten)]
    eligibility: Eligibility,
    /// Whether the province refuses submissions that meet none.
    enforced: bool,
}

/// 审核告知, what became of the collection.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Status {
    /// The case.
    case_id: CaseId,
    /// Where it stands.
    state: CaseState,
    /// The state in words.
    state_text: String,
    /// The case's version.
    version: u64,
    /// How often it was handed in.
    round: u32,
    /// When it was last handed in.
    submitted_at: Option<Moment>,
    /// By when the department should have decided.
    due_at: Option<Moment>,
    /// What was approved and holds until something else is approved.
    in_force: Option<InForce>,
    /// The transfer that is asked for.
    transfer: Option<Transfer>,
    /// The department, to be asked.
    department: Option<Department>,
    /// What is to be mended.
    comments: Vec<Comment>,
    /// The reviewer's words.
    opinion: Option<String>,
    /// What happened, oldest first.
    history: Vec<HistoryEntry>,
}

// ---- Operations -----------------------------------------------------------------------------------------------------

const EDUCATION: &str = "/v1/collection/educations/{id}";
const EMPLOYMENT: &str = "/v1/collection/employments/{id}";
const EXPERIENCES: &str = "/v1/collection/employments/{id}/accounting-experiences";
const EXPERIENCE: &str = "/v1/collection/employments/{id}/accounting-experiences/{experienceId}";

pub(super) fn operations() -> Vec<Operation> {
    let mut operations = pages();
    operations.extend(educations());
    operations.extend(employments());
    operations.extend(experiences());
    operations.extend(handing_in());
    operations
}

/// An operation of a verified applicant.
fn own(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    en: &'static str,
    zh: &'static str,
) -> Operation {
    operation(method, path, id, en, zh).by(Caller::Verified)
}

fn pages() -> Vec<Operation> {
    vec![
        own("GET", "/v1/collection", "getCollection", "See the whole draft", "查看采集信息")
            .about(
                "Pages that are not filled in yet are `null`; a collection that was never begun is empty.",
                "尚未填写的页面为 `null`；从未填写的采集信息为空。",
            )
            .versioned()
            .answers::<Collection>(200, example::collection()),
        own("PUT", "/v1/collection/scope", "putScope", "Fill in the scope", "填写采集范围")
            .changes_draft()
            .body::<ScopeRequest>(example::scope())
            .answers::<ScopeStored>(200, json!({"version": 6, "scope": {"scope": "1"}})),
        own("PUT", "/v1/collection/basic", "putBasic", "Fill in the basic page", "填写基本信息")
            .about(
                "Pictures must be the caller's own, of the right purpose, and accepted or flagged.",
                "图片须为本人上传、用途相符，且检查结果为通过或存疑。",
            )
            .changes_draft()
            .body::<BasicRequest>(example::basic())
            .problem(&[ProblemKind::ConsentRequired])
            .answers::<BasicStored>(200, json!({"version": 6, "basic": example::basic()})),
        own("PUT", "/v1/collection/department", "putDepartment", "Choose the department", "选择会计管理部门")
            .changes_draft()
            .body::<DepartmentRequest>(example::department())
            .answers::<DepartmentStored>(200, json!({"version": 6, "department": example::department()})),
    ]
}

fn educations() -> Vec<Operation> {
    let shown =
        || json!({"version": 6, "education": example::with_id(example::EDUCATION, example::education())});
    let row = |operation: Operation| operation.path::<EducationId>("id", "The row.", example::EDUCATION);
    vec![
        own("POST", "/v1/collection/educations", "addEducation", "Add an education", "新增教育经历")
            .about("At most 15 rows.", "最多15条。")
            .once()
            .changes_draft()
            .body::<EducationRequest>(example::education())
            .answers::<EducationStored>(201, shown()),
        row(own("GET", EDUCATION, "getEducation", "See an education", "查看教育经历"))
            .versioned()
            .answers::<EducationStored>(200, shown()),
        row(own("PUT", EDUCATION, "putEducation", "Replace an education", "修改教育经历"))
            .changes_draft()
            .body::<EducationRequest>(example::education())
            .answers::<EducationStored>(200, shown()),
        row(own("DELETE", EDUCATION, "deleteEducation", "Take an education away", "删除教育经历"))
            .changes_draft()
            .done(204),
    ]
}

fn employments() -> Vec<Operation> {
    let shown = || json!({"version": 7, "employment": example::employment_with_experience()});
    let added = || {
        let mut row = example::with_id(example::EMPLOYMENT, example::employment());
        row["accountingExperiences"] = json!([]);
        json!({"version": 7, "employment": row})
    };
    let row = |operation: Operation| operation.path::<EmploymentId>("id", "The row.", example::EMPLOYMENT);
    vec![
        own("POST", "/v1/collection/employments", "addEmployment", "Add an employment", "新增工作经历")
            .about("At most 30 rows.", "最多30条。")
            .once()
            .changes_draft()
            .body::<EmploymentRequest>(example::employment())
            .answers::<EmploymentStored>(201, added()),
        row(own("GET", EMPLOYMENT, "getEmployment", "See an employment", "查看工作经历"))
            .versioned()
            .answers::<EmploymentStored>(200, shown()),
        row(own("PUT", EMPLOYMENT, "putEmployment", "Replace an employment", "修改工作经历"))
            .about("The accounting work in it stays.", "其中的会计工作经历保留不变。")
            .changes_draft()
            .body::<EmploymentRequest>(example::employment())
            .answers::<EmploymentStored>(200, shown()),
        row(own("DELETE", EMPLOYMENT, "deleteEmployment", "Take an employment away", "删除工作经历"))
            .about("With all accounting work in it.", "其中的会计工作经历一并删除。")
            .changes_draft()
            .done(204),
    ]
}

fn experiences() -> Vec<Operation> {
    let shown = || json!({"version": 8, "accountingExperience": example::with_id(example::EXPERIENCE, example::experience())});
    let within =
        |operation: Operation| operation.path::<EmploymentId>("id", "The employment.", example::EMPLOYMENT);
    let row = |operation: Operation| {
        within(operation).path::<ExperienceId>("experienceId", "The row.", example::EXPERIENCE)
    };
    vec![
        within(own(
            "POST",
            EXPERIENCES,
            "addAccountingExperience",
            "Add accounting work",
            "新增会计工作经历",
        ))
        .about(
            "At most 10 rows in an employment, within its period.",
            "每段工作经历最多10条，时间须在该工作经历之内。",
        )
        .once()
        .changes_draft()
        .body::<AccountingExperienceRequest>(example::experience())
        .answers::<ExperienceStored>(201, shown()),
        row(own("GET", EXPERIENCE, "getAccountingExperience", "See accounting work", "查看会计工作经历"))
            .versioned()
            .answers::<ExperienceStored>(200, shown()),
        row(own("PUT", EXPERIENCE, "putAccountingExperience", "Replace accounting work", "修改会计工作经历"))
            .changes_draft()
            .body::<AccountingExperienceRequest>(example::experience())
            .answers::<ExperienceStored>(200, shown()),
        row(own(
            "DELETE",
            EXPERIENCE,
            "deleteAccountingExperience",
            "Take accounting work away",
            "删除会计工作经历",
        ))
        .changes_draft()
        .done(204),
    ]
}

fn handing_in() -> Vec<Operation> {
    let changed = |state: &str, transfer: Value| {
        json!({
            "caseId": example::COLLECTION, "state": state, "version": 13,
            "inForce": example::in_force(), "transfer": transfer,
        })
    };
    let receipt = |state: &str, due_at: Value| {
        json!({
            "caseId": example::COLLECTION, "state": state, "version": 9, "round": 1,
            "submittedAt": example::NOW, "dueAt": due_at,
        })
    };
    vec![
        own("GET", "/v1/collection/readiness", "getReadiness", "See what is missing", "查看提交前检查")
            .about("What a submission would be refused for, and what looks odd but stops nobody.", "列出会导致提交被拒绝的问题，以及仅作提示的疑点。")
            .versioned()
            .answers::<Readiness>(200, example::readiness()),
        own("GET", "/v1/collection/eligibility", "getEligibility", "See which condition is met", "查看报名条件")
            .query::<i16>(
                "examYear",
                "The examination's year, at most ten years off; that of the province's window, or the next, unless told.",
                &json!(2027),
            )
            .problem(&[ProblemKind::InvalidRequest])
            .answers::<OwnEligibility>(
                200,
                json!({
                    "examYear": 2027, "eligible": true, "condition": "2",
                    "conditionText": "具备大学本科学历或学士学位，从事会计工作满4年",
                    "monthsWorked": 53, "monthsMissing": 0, "reason": null, "enforced": false,
                }),
            ),
        own("GET", "/v1/collection/form.pdf", "printCollection", "Print the pages", "打印采集表")
            .about("A4; a draft has a watermark.", "A4纸；草稿带有水印。")
            .with_header("Content-Disposition")
            .sends("application/pdf"),
        own("POST", "/v1/collection/submission", "submitCollection", "Hand the collection in", "提交审核")
            .once()
            .body::<SubmissionRequest>(json!({"declared": true}))
            .changes_draft()
            .problem(&[ProblemKind::ConsentRequired, ProblemKind::OutsideWindow, ProblemKind::NotReady])
            .answers::<Receipt>(201, receipt("SUBMITTED", json!("2026-11-27T16:07:55.123+08:00"))),
        own("DELETE", "/v1/collection/submission", "withdrawCollection", "Take the collection back", "撤回提交")
            .about(
                "While no reviewer has claimed it. It is open to change again. Once the collection window has closed, or from ten minutes before, it could not be submitted again: that has to be confirmed.",
                "审核人员领取前可以撤回；撤回后可再次修改。采集窗口关闭后（及关闭前10分钟内）撤回将不能再次提交，须经确认。",
            )
            .query::<bool>(CONFIRMATION, CONFIRMS, &json!(false))
            .changes_draft()
            .problem(&[ProblemKind::ConfirmationRequired, ProblemKind::InvalidRequest])
            .answers::<Receipt>(200, receipt("DRAFT", Value::Null)),
        own("POST", "/v1/collection/amendment", "amendCollection", "Begin to change what is in force", "申请信息变更")
            .about(
                "What was approved stays in force until the change is approved. The department stays; the identity too.",
                "变更审核通过前，原已审核通过的信息继续有效；身份信息和会计管理部门不能在变更中修改。",
            )
            .once()
            .changes_draft()
            .problem(&[ProblemKind::OutsideWindow])
            .answers::<Changed>(200, changed("CHANGE_DRAFT", Value::Null)),
        own("DELETE", "/v1/collection/amendment", "discardAmendment", "Leave what is in force as it is", "放弃信息变更")
            .about(
                "The pages are again what they were when they were approved. Once the collection window has closed, or from ten minutes before, no other amendment could be submitted: that has to be confirmed.",
                "信息恢复为已审核通过的内容。采集窗口关闭后（及关闭前10分钟内）放弃将不能再次申请变更，须经确认。",
            )
            .query::<bool>(CONFIRMATION, CONFIRMS, &json!(false))
            .changes_draft()
            .problem(&[ProblemKind::ConfirmationRequired, ProblemKind::InvalidRequest])
            .answers::<Changed>(200, changed("APPROVED", Value::Null)),
        own("POST", "/v1/collection/transfer", "requestTransfer", "Ask for another department", "申请调转")
            .about(
                "Of what waits or was approved. The department that has it lets it go, the other takes it.",
                "待审核或已审核通过的信息可以申请；由原部门同意调出、新部门同意调入后生效。",
            )
            .once()
            .body::<TransferRequest>(json!({"departmentId": "110102-1", "reason": example::REASON}))
            .changes_draft()
            .answers::<Changed>(200, changed("APPROVED", example::transfer())),
        own("DELETE", "/v1/collection/transfer", "cancelTransfer", "Ask for it no more", "撤销调转申请")
            .changes_draft()
            .answers::<Changed>(200, changed("APPROVED", Value::Null)),
        own("GET", "/v1/collection/status", "getStatus", "See what became of it", "查看审核状态")
            .versioned()
            .answers::<Status>(200, example::status()),
    ]
}
