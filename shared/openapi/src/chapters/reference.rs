//! Reference: what anybody may read.

use edge::ProblemKind;
use schemars::JsonSchema;
use serde_json::json;

use crate::{
    example,
    operation::{Operation, operation},
    texts::{Day, DepartmentId, DivisionCode, DivisionLevel, Moment, TableName},
};

/// When the provinces take collections.
#[derive(JsonSchema)]
struct Windows {
    /// Provinces that are not here take them at any time.
    items: Vec<Window>,
}

/// When a province takes collections.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Window {
    /// The province.
    province: DivisionCode,
    /// The examination.
    exam_year: i16,
    /// From then on they are taken.
    opens_at: Moment,
    /// From then on no more, but corrections.
    closes_at: Moment,
    /// Until then what was returned is taken.
    corrections_until: Moment,
    /// Whether it is open now.
    open: bool,
}

/// The departments of a division.
#[derive(JsonSchema)]
struct Departments {
    /// One or more.
    items: Vec<Department>,
}

/// 会计管理部门, a department.
#[derive(JsonSchema)]
pub(super) struct Department {
    /// Its id.
    id: DepartmentId,
    /// Its division.
    division: DivisionCode,
    /// 部门名称.
    name: String,
    /// 地址.
    address: String,
    /// 联系电话.
    phone: String,
    /// 办公时间.
    hours: String,
}

/// A table of codes, as it stands in `infra/reference`; the consents; or the divisions below another.
#[derive(JsonSchema)]
#[schemars(extend("additionalProperties" = true))]
struct Table {
    /// Of the consents: what a registration says it agrees to.
    #[schemars(with = "String", skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// The rows.
    items: Vec<Row>,
}

/// A row of a table; most tables have further members.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", extend("additionalProperties" = true))]
struct Row {
    /// The code, unique in its table.
    code: String,
    /// The Chinese name.
    zh: String,
    /// The English name.
    en: String,
    /// Of a division: how high it is. Of a table of education, its own level.
    #[schemars(with = "serde_json::Value", skip_serializing_if = "Option::is_none")]
    level: Option<DivisionLevel>,
    /// Of a division: whether there are divisions below it.
    #[schemars(with = "bool", skip_serializing_if = "Option::is_none")]
    has_children: Option<bool>,
    /// Of a division: whether it can be chosen; a closed one cannot. Some other tables have rows that cannot be chosen either.
    #[schemars(with = "bool", skip_serializing_if = "Option::is_none")]
    selectable: Option<bool>,
    /// Of a division: the day on which it was closed.
    #[schemars(with = "Option<Day>", skip_serializing_if = "Option::is_none")]
    closed_since: Option<Day>,
    /// Of a division: which one took over from it, where it was closed.
    #[schemars(with = "Option<DivisionCode>", skip_serializing_if = "Option::is_none")]
    successor: Option<DivisionCode>,
}

pub(super) fn operations() -> Vec<Operation> {
    vec![
        operation("GET", "/v1/reference/{table}", "getReference", "See a table of codes", "查看代码表")
            .about("May be kept for a day.", "可以缓存一天。")
            .path::<TableName>("table", "The table.", "divisions")
            .query::<String>(
                "parent",
                "Of `divisions`: those directly below this one, the provinces unless told. Of other tables nothing.",
                &json!("110100"),
            )
            .cached()
            .answers::<Table>(200, example::divisions()),
        operation(
            "GET",
            "/v1/departments",
            "listDepartments",
            "See a division's departments",
            "查看会计管理部门",
        )
        .needed_query::<DivisionCode>("division", "The division.", &json!(example::COUNTY))
        .problem(&[ProblemKind::InvalidRequest])
        .answers::<Departments>(200, json!({"items": [example::bureau()]})),
        operation("GET", "/v1/windows", "listWindows", "See when collections are taken", "查看采集开放时间")
            .query::<DivisionCode>("province", "Only this province.", &json!("110000"))
            .problem(&[ProblemKind::InvalidRequest])
            .answers::<Windows>(200, example::window()),
        operation("GET", "/v1/openapi.json", "getOpenapi", "Read this contract", "获取接口契约")
            .cached()
            .answers::<Document>(200, json!({"openapi": "3.1.0", "info": {}, "paths": {}})),
        operation("GET", "/v1/docs", "readDocs", "Read this contract as a page", "阅读接口文档")
            .cached()
            .sends("text/html"),
    ]
}

/// An `OpenAPI` 3.1 document.
#[derive(JsonSchema)]
#[schemars(extend("additionalProperties" = true))]
struct Document {
    /// The version of `OpenAPI`.
    openapi: String,
    /// What it is about.
    info: serde_json::Map<String, serde_json::Value>,
    /// The operations.
    paths: serde_json::Map<String, serde_json::Value>,
}
