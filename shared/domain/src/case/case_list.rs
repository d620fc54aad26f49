//! 名单导出: the export of a department's list to a file, for use in other programs.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    List, ReviewNote, State,
    desk::Reviewer,
    listing::{Filter, ListItem},
};
use crate::{
    codes,
    divisions::Division,
    fault::{Code, Faults},
    form::Form,
    ids::CaseKind,
    moment::Moment,
    person::Identity,
};

/// Maximum number of lines in a file (ours): five times a county's last day. Larger exports are requested per division.
pub const MAX_LINES: usize = 20_000;

/// The file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated values (RFC 4180), UTF-8.
    Csv,
    /// A workbook (ISO/IEC 29500, Office Open XML).
    Xlsx,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Xlsx];

    /// The name used in requests, and the file extension.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// A request for an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseListRequest {
    /// The exported list.
    pub list: List,
    /// Division whose list it is; the divisions below are included.
    pub division: Division,
    /// Restricts the export to one kind of case; `None` for both.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<CaseKind>,
    /// Further conditions for the lines.
    #[serde(default)]
    pub filter: Filter,
    /// Format of the file.
    pub format: Format,
    /// 明文导出原因: reason for exporting names, numbers and phones unmasked; without a reason they are masked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reveal: Option<ReviewNote>,
}

impl CaseListRequest {
    /// Parses the request of a reviewer of `own`. [`CaseListRequest::is_allowed`] checks whether they may make it.
    pub fn parse(body: &Value, own: Division) -> Result<Self, Faults> {
        const UNKNOWN: Code = Code("code.UNKNOWN");
        Form::read(body, |form| {
            let list = form.text("list", |name| List::parse(name).ok_or(UNKNOWN));
            let division = form.optional_text("division", Division::parse);
            let kind = form.optional_text("kind", |name| CaseKind::parse(name).ok_or(UNKNOWN));
            let state = form.optional_text("state", |name| State::parse(name).ok_or(UNKNOWN));
            let flagged = form.optional_flag("flagged");
            let resubmitted = form.optional_flag("resubmitted");
            let overdue = form.optional_flag("overdue");
            let format = form.text("format", |name| {
                Format::ALL.into_iter().find(|format| format.as_str() == name).ok_or(UNKNOWN)
            });
            let reveal = form.optional_text("revealReason", ReviewNote::parse);
            Some(Self {
                list: list?,
                division: division?.unwrap_or(own),
                kind: kind?,
                filter: Filter {
                    state: state?,
                    flagged: flagged?,
                    resubmitted: resubmitted?,
                    overdue: overdue?,
                },
                format: format?,
                reveal: reveal?,
            })
        })
    }

    /// Whether the reviewer may have the file: they must have access to the division's lists, and only supervisors may
    /// export unmasked lists.
    pub fn is_allowed(&self, reviewer: &Reviewer) -> bool {
        reviewer.may_list(self.division) && (self.reveal.is_none() || reviewer.supervisor)
    }
}

/// Why an export failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Failure {
    /// The request covers more than [`MAX_LINES`] lines.
    TooMany,
    /// The reviewer who requested it is no longer allowed to have it.
    NotAllowed,
    /// A permanent error; retrying does not help.
    Broken,
}

impl Failure {
    /// The code of its text.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooMany => "roster.TOO_MANY",
            Self::NotAllowed => "roster.NOT_ALLOWED",
            Self::Broken => "roster.BROKEN",
        }
    }
}

/// The content of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Text, written unchanged.
    Text(String),
    /// A number for calculations. Identity numbers are text.
    Number(u32),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// The column headings.
pub const HEADINGS: [&str; 15] = [
    "事项",
    "事项编号",
    "姓名",
    "证件类型",
    "证件号码",
    "手机号",
    "会计管理部门所在地",
    "行政区划代码",
    "状态",
    "提交次数",
    "进入列表时间",
    "办理期限",
    "是否超期",
    "有疑点",
    "正在审核",
];

/// A line of the file: a list item of this division at `at`, with the applicant's identity.
pub fn row(
    line: &ListItem,
    division: Division,
    person: &Identity,
    is_masked: bool,
    at: Moment,
) -> [Cell; HEADINGS.len()] {
    let (number, name, mobile) = (&person.number, &person.name, &person.mobile);
    let [name, number, mobile] = if is_masked {
        [name.masked(), number.masked(), mobile.masked()]
    } else {
        [name.expose().to_owned(), number.expose().to_owned(), mobile.expose().to_owned()]
    };
    let kind = match line.case.kind {
        CaseKind::Collection => "信息采集",
        CaseKind::RealName => "线上实名认证",
    };
    [
        kind.into(),
        Cell::Text(line.case.to_string()),
        Cell::Text(name),
        label("id_types", person.number.id_type().code()),
        Cell::Text(number),
        Cell::Text(mobile),
        Cell::Text(division.full_zh()),
        division.code().into(),
        label("application_states", line.state_at(at).code()),
        Cell::Number(line.round),
        Cell::Text(line.since.to_minute()),
        Cell::Text(line.due_at(at).map(Moment::to_minute).unwrap_or_default()),
        yes_or_no(line.is_overdue(at)),
        yes_or_no(line.flagged),
        yes_or_no(line.claim_at(at).is_some()),
    ]
}

/// The Chinese label of a code.
fn label(table: &str, code: &str) -> Cell {
    codes::table(table).and_then(|table| table.get(code)).map_or(code, |entry| &entry.zh).into()
}

fn yes_or_no(fact: bool) -> Cell {
    if fact { "是" } else { "否" }.into()
}
