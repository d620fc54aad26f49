//! The small words of the contract: ids, moments, months, numbers, and the codes of tables.
//!
//! What is sent is written in its plainest form: the functions also take numbers, days and months as people type and cards
//! print them (`docs/api.md`, What may be typed).

use std::borrow::Cow;

use domain::{
    case::State,
    codes,
    file_kind::FileKind,
    identity::IdType,
    ids::CaseKind,
    messages::Lang,
    notification::NotificationKind,
    person::SmsPurpose,
    real_name::{Next, RealNameState, Way, alipay},
    upload::Purpose,
};
use edge::ProblemKind;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Declares a component of the document that is a text.
macro_rules! texts {
    ($($(#[doc = $about:literal])+ $name:ident = $schema:expr;)+) => { $(
        $(#[doc = $about])+
        pub(crate) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let mut schema: Schema = $schema;
                schema.insert("type".to_owned(), json!("string"));
                schema.insert("description".to_owned(), json!(concat!($($about),+).trim()));
                schema
            }
        }
    )+ };
}

texts! {
    /// An applicant's account.
    AccountId = id("acc");
    /// A picture code.
    CaptchaId = id("cap");
    /// A request for an SMS code.
    SmsCodeId = id("sms");
    /// A picture or attachment.
    UploadId = id("upl");
    /// A copy of everything that is kept about a person.
    ExportId = id("xpt");
    /// A selection of cases that is approved at once.
    BulkId = id("blk");
    /// A list that is made into a file.
    CaseListId = id("ros");
    /// A notice.
    NotificationId = id("ntc");
    /// A row of the education page.
    EducationId = id("edu");
    /// A row of the work page.
    EmploymentId = id("emp");
    /// A row of accounting work within an employment.
    ExperienceId = id("exp");
    /// A case: its kind and its owner.
    CaseId = pattern(&format!("^({})-{ULID}$", CaseKind::ALL.map(CaseKind::as_str).join("|")));

    /// A moment, to the millisecond, in China Standard Time.
    Moment = json_schema!({
        "format": "date-time",
        "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}\+08:00$",
        "examples": [crate::example::NOW],
    });
    /// A day.
    Day = json_schema!({"format": "date", "pattern": DAY, "examples": ["2026-11-24"]});
    /// The last day on which a document is valid, or 长期 (for good).
    ValidTo = pattern("^([0-9]{4}-[0-9]{2}-[0-9]{2}|长期)$");
    /// A month.
    Month = pattern(&format!("^{MONTH}$"));
    /// A month, or 至今 (to the present).
    LastMonth = pattern(&format!("^({MONTH}|至今)$"));

    /// 行政区划, an administrative division of any level: six digits.
    DivisionCode = pattern("^[0-9]{6}$");
    /// 旗县区, a county-level division: six digits.
    CountyCode = pattern("^[0-9]{6}$");
    /// A department: its division, and its number there.
    DepartmentId = pattern("^[0-9]{6}-[1-9][0-9]{0,2}$");
    /// 手机号, a mobile number of mainland China.
    Mobile = pattern("^1[3-9][0-9]{9}$");
    /// 统一社会信用代码 (GB 32100-2015).
    Uscc = pattern("^[0-9A-HJ-NPQRTUWXY]{18}$");
    /// 单位电话: landline, mobile, 400 or 800 number, or a service number such as 95588; in one form, with hyphens after the area
    /// code and before an extension.
    WorkPhone = pattern("^[0-9][0-9-]{3,18}[0-9]$");
    /// The digits that were sent to a phone.
    SmsCode = pattern("^[0-9]{6}$");
    /// A place in a body: an RFC 6901 JSON Pointer, empty for the whole of it.
    Pointer = json_schema!({"format": "json-pointer", "pattern": "^(/[^/]*)*$"});

    /// 证件类型, a kind of identity document.
    IdTypeCode = named("id_types", IdType::ALL.map(IdType::code));
    /// 性别 (GB/T 2261.1-2003).
    SexCode = named("sexes", ["1", "2"]);
    /// 采集范围, who an applicant is to the collection.
    ScopeCode = table("collection_scopes");
    /// 培养方式, how one studied.
    StudyModeCode = table("study_modes");
    /// 学历, the level of education (GB/T 4658-2006).
    EducationLevelCode = table("education_levels");
    /// 学位, the degree (GB/T 6864-2003); `0` is 无学位.
    DegreeCode = table("degrees");
    /// 单位类型, the kind of employer.
    UnitTypeCode = table("unit_types");
    /// 所属行业, the employer's industry (GB/T 4754-2017).
    IndustryCode = table("industries");
    /// 会计工作岗位, the accounting post.
    AccountingPostCode = table("accounting_posts");
    /// 会计专业职务, the professional title.
    AccountingTitleCode = table("accounting_titles");
    /// 专业技术资格, a qualification that is held already.
    QualificationCode = named("accounting_titles", ["1", "2", "3", "4", "5"]);
    /// 审核不通过原因, why something is returned.
    ReviewReasonCode = table("review_reasons");
    /// 报名条件, a condition of the examination.
    ExamConditionCode = table("exam_conditions");
    /// 审核状态, where a case stands.
    CaseState = named("application_states", State::ALL.map(State::code));
    /// 实名认证状态, where the verification stands.
    RealNameStateCode = named("realname_states", RealNameState::ALL);
    /// A way to be verified: 支付宝扫码, 线上实名认证.
    RealNameWay = words(Way::ALL);
    /// What to do next about the verification.
    RealNameNext = words(Next::ALL.map(Next::code));
    /// An attempt with Alipay: its owner and its number; Alipay's outer order number as well.
    AttemptId = pattern(&format!("^{ULID}[0-9]{{6}}$"));
    /// How far an attempt with Alipay is.
    AttemptState = words(alipay::Progress::NAMES);
    /// Why an attempt has failed: the face is another one's, name and number are not taken, the result is about somebody else, or
    /// another account was verified with the number.
    AttemptReason = {
        use alipay::Reason;
        words([Reason::NotPassed, Reason::Refused, Reason::OtherPerson, Reason::NumberTaken])
    };
    /// What an attempt's state means.
    AttemptCode = words([
        "alipay.STARTED",
        "alipay.PASSED",
        "alipay.NOT_PASSED",
        "alipay.REFUSED",
        "alipay.OTHER_PERSON",
        "alipay.NUMBER_TAKEN",
        "alipay.CANCELLED",
        "alipay.EXPIRED",
    ]);

    /// What a case is about: 信息采集 or 实名认证.
    CaseKindName = words(CaseKind::ALL);
    /// What happened to a case.
    CaseEvent = {
        use domain::case::Event;
        words(Event::ALL)
    };
    /// How far a selection has come; `failed` where it is not done two hours after it was made.
    BulkState = words(["working", "done", "cancelled", "failed"]);
    /// A department's lists: 待审核, 已审核, 调转.
    ListName = words(domain::case::List::ALL.map(domain::case::List::as_str));
    /// What a list's file is.
    CaseListFormat = words(domain::case::case_list::Format::ALL);
    /// What a department says to a transfer: 同意调出, 同意调入, 不同意.
    TransferWord = words(["release", "accept", "refuse"]);
    /// What a notice tells: it arrived, 审核通过, 审核不通过 (to be corrected, or closed), it is late and seen by the division above,
    /// it is decided once more, 调转 (done, or refused).
    NotificationKindName = words(NotificationKind::ALL);
    /// What a picture is for: 标准证件照片, 证件人像面, 证件非人像面, 手持证件, 学历学位证书, 工作证明.
    PicturePurpose = words(Purpose::ALL);
    /// A picture's media type; `photo` takes JPEG only. Any case and any parameters; the last three are other names of the first
    /// two. The form has the registered name.
    PictureType = words(["image/jpeg", "image/png", "image/jpg", "image/pjpeg", "image/x-png"]);
    /// What a file is, by its content.
    FileKindName = words(FileKind::ALL.map(FileKind::as_str));
    /// What became of a picture: `flagged` may be used, and the reviewer is told.
    PictureState = words(["pending", "checking", "accepted", "flagged", "refused"]);
    /// How far a copy is; one that `failed` may be asked for again.
    CaseListState = words(["pending", "working", "ready", "failed"]);
    /// How far a copy is; one that `failed` may be asked for again, and one that was `removed`, because the consent to pictures
    /// was withdrawn after it was asked for.
    ExportState = words(["pending", "working", "ready", "failed", "removed"]);
    /// How far the reading of an identity card is: `none` where nothing was read and nothing is expected.
    EvidenceState = words(["pending", "ready", "none"]);
    /// A field of an identity card: 姓名, 公民身份号码, 住址, 签发机关, 有效期限.
    EvidenceField = words(domain::evidence::Field::ALL.map(domain::evidence::Field::as_str));
    /// What was read beside what was typed; `shown` where nothing was typed.
    EvidenceVerdict = words(domain::evidence::Verdict::ALL.map(domain::evidence::Verdict::as_str));
    /// How far the comparison with other cases is: `pending` just after a case was handed in, `none` where it was not made.
    ComparisonState = words(["pending", "ready", "none"]);
    /// What cases have in common: 图片, 证书编号, 单位电话.
    MatchKindName = words(domain::case::match_key::MatchKind::ALL.map(domain::case::match_key::MatchKind::as_str));
    /// How sure a finding is; a `certain` one has the picture refused.
    Certainty = words([domain::upload::Certainty::Certain, domain::upload::Certainty::Doubtful]);
    /// What a code sent to a phone is for: 注册, 找回密码, 更换手机号.
    SmsPurposeName = {
        use SmsPurpose as P;
        words([P::Registration, P::PasswordReset, P::MobileChange].map(P::as_str))
    };
    /// 属地, why a department is the right one: where one works, is registered, lives, or studies.
    Basis = {
        use domain::collection::department::Basis;
        words([Basis::Workplace, Basis::Household, Basis::Residence, Basis::School])
    };
    /// Who logs in.
    Role = words(["applicant", "reviewer"]);
    /// 审核结论: 通过, 退回修改, 终止 (of a collection only).
    Verdict = words(["approve", "return", "reject"]);
    /// How high a division is: 省, 市, 县.
    DivisionLevel = {
        use domain::divisions::Level;
        words([Level::Province, Level::City, Level::County])
    };
    /// Why no condition of the examination is met: too few months, or no education that counts.
    IneligibleReason = words(["YEARS_SHORT", "NO_QUALIFYING_EDUCATION"]);
    /// A table of reference data.
    TableName = words(codes::tables().map(|table| table.name).chain(["consents", "divisions"]));
    /// A stable reason such as `resident_id.CHECKSUM`.
    FaultCode = reason_codes();
    /// A stable code of a problem.
    ProblemCode = words(ProblemKind::ALL.iter().map(|kind| kind.code()));
}

/// A ULID in its one spelling.
const ULID: &str = "[0-7][0-9A-HJKMNP-TV-Z]{25}";
const DAY: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
const MONTH: &str = "[0-9]{4}-(0[1-9]|1[0-2])";

fn id(prefix: &str) -> Schema {
    pattern(&format!("^{prefix}_{ULID}$"))
}

fn pattern(pattern: &str) -> Schema {
    json_schema!({"pattern": pattern})
}

/// Words as the domain's own types spell them.
fn words(words: impl IntoIterator<Item = impl Serialize>) -> Schema {
    json_schema!({"enum": words.into_iter().map(|word| json!(word)).collect::<Vec<_>>()})
}

/// Words that a table of reference data has names for.
fn named(table: &str, words: impl IntoIterator<Item = impl Serialize>) -> Schema {
    let words: Vec<Value> = words.into_iter().map(|word| json!(word)).collect();
    let name = |word: &Value| {
        let code = word.as_str()?;
        let entry = codes::table(table)?.get(code)?;
        Some((code.to_owned(), json!(format!("{} {}", entry.zh, entry.en))))
    };
    let names: Map<_, _> = words.iter().filter_map(name).collect();
    json_schema!({"enum": words, "x-enumDescriptions": names})
}

/// The codes of a table that may be chosen.
fn table(name: &str) -> Schema {
    let entries = codes::table(name).into_iter().flat_map(codes::Table::iter);
    named(name, entries.filter(|entry| entry.selectable).map(|entry| &entry.code))
}

/// The reasons that a field can be refused for, with their texts.
fn reason_codes() -> Schema {
    let reasons = crate::reasons::all();
    let names: Map<_, _> =
        reasons.iter().map(|one| (one.code.clone(), json!(format!("{} {}", one.zh, one.en)))).collect();
    let codes: Vec<_> = reasons.iter().map(|one| &one.code).collect();
    json_schema!({"enum": codes, "x-enumDescriptions": names})
}

/// A box that must be ticked.
pub(crate) struct Ticked;

impl JsonSchema for Ticked {
    fn schema_name() -> Cow<'static, str> {
        "Ticked".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "boolean", "const": true})
    }
}

/// A problem's text, `title` or `detail`.
pub(crate) fn problem(kind: ProblemKind, part: &str, lang: Lang) -> &'static str {
    domain::messages::text(&format!("problem.{}.{part}", kind.code()), lang)
}
