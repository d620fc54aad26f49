//! The whole document, put together.

use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{chapters::CHAPTERS, example, problems};

const ABOUT: &str = "\
Collecting, checking and reviewing candidates' information for China's accounting qualification examination.

会计专业技术资格考试考生信息的采集、核对与审核。

One origin, JSON in camelCase, at most 64 KiB a body. A caller names itself by `Authorization: Bearer <accessToken>`; \
the refresh token lives in an HttpOnly cookie and is never in a body. Unknown members of a body are refused; answers may \
gain members. Texts follow `Accept-Language`; codes are stable, texts are not. What to do about each problem is in \
`docs/api.md`.

同源访问；请求与响应均为 JSON（camelCase），请求体最大 64 KiB。调用方以 `Authorization: Bearer <accessToken>` 表明身份；\
刷新令牌保存在 HttpOnly Cookie 中，不出现在任何响应体里。请求体中的未知字段会被拒绝；响应可能增加字段。\
文字按 `Accept-Language` 返回；代码保持稳定，文字可能调整。";

/// The document as it is checked in: sorted, so that it depends on nothing but the contract.
pub fn text() -> String {
    format!("{:#}\n", document())
}

/// The `OpenAPI` document.
pub fn document() -> Value {
    let mut components = Components::default();
    let mut paths: Map<String, Value> = Map::new();
    let mut tags = Vec::new();
    for chapter in &CHAPTERS {
        let operations = chapter.operations();
        // The order of the chapter, which the paths do not keep.
        let order: Vec<_> = operations.iter().map(|operation| operation.id).collect();
        tags.push(json!({"name": chapter.name(), "description": chapter.about(), "x-operations": order}));
        for operation in operations {
            let (method, path) = (operation.method.to_lowercase(), operation.path);
            let item = paths.entry(path).or_insert_with(|| json!({}));
            item[method] = operation.write(chapter, &mut components);
        }
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Baoming · 报名信息采集",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": tags,
        "paths": paths,
        "components": {
            "responses": components.responses,
            "schemas": schemas(components.read, components.written),
            "examples": problems::examples(),
            "parameters": parameters(),
            "headers": headers(),
            "securitySchemes": {
                "accessToken": {
                    "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "Good for 15 minutes; the account decides whether it is an applicant's or a reviewer's.",
                },
                "refreshCookie": {
                    "type": "apiKey", "in": "cookie", "name": "baoming_refresh",
                    "description": "HttpOnly, for `/v1/sessions` only, good for 8 hours.",
                },
            },
        },
    });
    document.sort_all_objects();
    document
}

/// What operations refer to. Bodies are read and answers are written: the two kinds of schema differ in what must be
/// there.
pub(crate) struct Components {
    pub(crate) read: SchemaGenerator,
    pub(crate) written: SchemaGenerator,
    /// Refusals, by their codes.
    pub(crate) responses: Map<String, Value>,
}

impl Default for Components {
    fn default() -> Self {
        let settings = SchemaSettings::draft2020_12()
            .with(|settings| settings.definitions_path = "/components/schemas".into());
        Self {
            read: settings.clone().for_deserialize().into_generator(),
            written: settings.for_serialize().into_generator(),
            responses: Map::new(),
        }
    }
}

/// The schemas of both kinds; what is only a word is the same in both.
fn schemas(mut read: SchemaGenerator, mut written: SchemaGenerator) -> Map<String, Value> {
    let mut schemas = read.take_definitions(true);
    for (name, schema) in written.take_definitions(true) {
        let before = schemas.get(&name).cloned();
        debug_assert!(
            before.is_none_or(|before| before == schema),
            "{name} is read in one way and written in another"
        );
        schemas.insert(name, schema);
    }
    schemas
}

fn parameters() -> Value {
    json!({
        "AcceptLanguage": {
            "name": "Accept-Language", "in": "header", "schema": {"type": "string"}, "example": "zh-CN, en;q=0.5",
            "description": "`zh` (unless told) or `en`, for texts.",
        },
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "minLength": 8, "maxLength": 64},
            "description": "Made by the caller. The same request with the same key gets the answer to the first one for a day.",
        },
        "IfMatch": {
            "name": "If-Match", "in": "header", "schema": {"type": "string"}, "example": "*",
            "description": "The `ETag` of the collection that the caller saw, or `*`; another version is not changed.",
        },
        "IfNoneMatch": {
            "name": "If-None-Match", "in": "header", "schema": {"type": "string"},
            "description": "The `ETag` of the copy that the caller has.",
        },
    })
}

fn headers() -> Value {
    json!({
        "X-Request-Id": {"schema": {"type": "string"}, "description": "Names the request in our logs."},
        "ETag": {
            "schema": {"type": "string"}, "example": "\"6\"",
            "description": "What the answer shows, in one word; of a draft its version.",
        },
        "Cache-Control": {"schema": {"type": "string"}, "example": "public, max-age=86400"},
        "Retry-After": {"schema": {"type": "integer", "minimum": 0}, "description": "Seconds to wait.", "example": 2},
        "Idempotency-Replayed": {
            "schema": {"type": "string", "const": "true"},
            "description": "This is the answer that the same request got before.",
        },
        "Set-Cookie": {
            "schema": {"type": "string"}, "description": "The refresh token of the session, or its end.",
            "example": "baoming_refresh=…; Max-Age=28800; Path=/v1/sessions; HttpOnly; Secure; SameSite=Strict",
        },
        "Content-Disposition": {
            "schema": {"type": "string"}, "example": format!("inline; filename=\"{}.pdf\"", example::COLLECTION),
        },
    })
}
