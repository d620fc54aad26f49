//! The contract as one page: no script, no picture, nothing from elsewhere.
//!
//! Written once from the document, chapter by chapter. A type is a link to its own paragraph further down.

use std::fmt::Write;

use serde_json::Value;

/// The page's style sheet.
pub(crate) const STYLE: &str = include_str!("style.css");

/// Writes a page about an `OpenAPI` document.
pub(crate) fn page(document: &Value) -> String {
    let page = Page(document);
    let title = escape(text(&document["info"]["title"]));
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head><body>{}<main>{}{}{}{}{}</main></body></html>",
        page.contents(&title),
        paragraphs(&document["info"]["description"]),
        page.chapters(),
        page.headers(),
        page.problems(),
        page.schemas(),
    )
}

/// The document that is being shown.
#[derive(Clone, Copy)]
struct Page<'d>(&'d Value);

/// An operation and where it is.
#[derive(Clone, Copy)]
struct Operation<'d> {
    method: &'d str,
    path: &'d str,
    says: &'d Value,
}

impl<'d> Operation<'d> {
    fn id(self) -> &'d str {
        text(&self.says["operationId"])
    }
}

impl<'d> Page<'d> {
    /// What a reference leads to, or the value itself.
    fn resolve(self, value: &'d Value) -> &'d Value {
        let target = value["$ref"].as_str().and_then(|path| self.0.pointer(path.trim_start_matches('#')));
        target.unwrap_or(value)
    }

    /// The operations of a chapter, in its order.
    fn operations(self, chapter: &Value) -> Vec<Operation<'d>> {
        let all = members(&self.0["paths"]).flat_map(|(path, item)| {
            members(item).map(move |(method, says)| Operation { method, path, says })
        });
        let all: Vec<_> = all.collect();
        let named = |name: &Value| all.iter().find(|operation| operation.id() == text(name)).copied();
        elements(&chapter["x-operations"]).filter_map(named).collect()
    }

    fn contents(self, title: &str) -> String {
        let info = &self.0["info"];
        let mut out = format!(
            "<nav><h1>{title}</h1><p class=\"soft\">{} · OpenAPI {} · <a href=\"openapi.json\">openapi.json</a></p>",
            escape(text(&info["version"])),
            escape(text(&self.0["openapi"])),
        );
        for (index, tag) in elements(&self.0["tags"]).enumerate() {
            let name = escape(text(&tag["name"]));
            push(
                &mut out,
                format_args!("<details><summary><a href=\"#chapter-{index}\">{name}</a></summary><ul>"),
            );
            for operation in self.operations(tag) {
                let (id, summary) = (operation.id(), escape(text(&operation.says["summary"])));
                push(&mut out, format_args!("<li><a href=\"#{id}\">{summary}</a></li>"));
            }
            out.push_str("</ul></details>");
        }
        out + "<p><a href=\"#headers\">Headers · 请求头</a></p><p><a href=\"#problems\">Problems · 错误</a></p>\
               <p><a href=\"#types\">Types · 类型</a></p></nav>"
    }

    fn chapters(self) -> String {
        let mut out = String::new();
        for (index, tag) in elements(&self.0["tags"]).enumerate() {
            let name = text(&tag["name"]);
            push(&mut out, format_args!("<section><h2 id=\"chapter-{index}\">{}</h2>", escape(name)));
            out += &paragraphs(&tag["description"]);
            out.extend(self.operations(tag).iter().map(|operation| self.operation(operation)));
            out.push_str("</section>");
        }
        out
    }

    fn operation(self, operation: &Operation<'d>) -> String {
        let Operation { method, path, says } = operation;
        let mut out = format!(
            "<article id=\"{}\"><h3>{}</h3><div class=\"line\"><span class=\"method {method}\">{}</span><code>{}</code>\
             <span class=\"soft\">{}</span></div>",
            operation.id(),
            escape(text(&says["summary"])),
            method.to_uppercase(),
            escape(path),
            caller(&says["security"]),
        );
        out += &paragraphs(&says["description"]);
        let (headers, parameters): (Vec<_>, Vec<_>) = elements(&says["parameters"])
            .map(|parameter| self.resolve(parameter))
            .partition(|parameter| parameter["in"] == "header");
        if !parameters.is_empty() {
            out.push_str("<h4>Parameters · 参数</h4><dl>");
            out.extend(parameters.into_iter().map(parameter));
            out.push_str("</dl>");
        }
        let header = |header: &&Value| {
            let name = escape(text(&header["name"]));
            format!("<li><a href=\"#header-{name}\"><code>{name}</code></a></li>")
        };
        let headers: String = headers.iter().map(header).collect();
        push(&mut out, format_args!("<h4>Headers · 请求头</h4><ul class=\"chips\">{headers}</ul>"));
        if let Some((_, body)) = members(&says["requestBody"]["content"]).next() {
            push(&mut out, format_args!("<h4>Body · 请求体 — {}</h4>", kind(&body["schema"])));
            out += &fields(self.resolve(&body["schema"]));
            out += &shown("Example · 示例", &body["example"]);
        }
        out + &self.answers(&says["responses"])
    }

    fn answers(self, responses: &'d Value) -> String {
        let (mut out, mut refusals) = (String::from("<h4>Answers · 响应</h4>"), String::new());
        for (status, response) in members(responses) {
            let response = self.resolve(response);
            if !status.starts_with(['2', '3']) {
                let codes = members(&response["content"]["application/problem+json"]["examples"]);
                for (code, _) in codes {
                    push(
                        &mut refusals,
                        format_args!("<li><a href=\"#problem-{code}\">{status} <code>{code}</code></a></li>"),
                    );
                }
                continue;
            }
            push(&mut out, format_args!("<div class=\"line\"><b>{status}</b>"));
            let content = members(&response["content"]).next();
            match content {
                Some(("application/json", content)) => {
                    push(&mut out, format_args!("<span>{}</span></div>", kind(&content["schema"])));
                    out += &shown("Example · 示例", &content["example"]);
                }
                Some((media_type, _)) => push(&mut out, format_args!("<code>{media_type}</code></div>")),
                None => push(
                    &mut out,
                    format_args!(
                        "<span class=\"soft\">{}</span></div>",
                        escape(text(&response["description"]))
                    ),
                ),
            }
        }
        out + "<h4>Problems · 错误</h4><ul class=\"chips\">" + &refusals + "</ul></article>"
    }

    fn headers(self) -> String {
        let mut out = String::from("<section><h2 id=\"headers\">Headers · 请求头</h2><dl>");
        for (_, header) in members(&self.0["components"]["parameters"]) {
            let name = escape(text(&header["name"]));
            push(&mut out, format_args!("<div id=\"header-{name}\">{}</div>", parameter(header)));
        }
        out + "</dl></section>"
    }

    fn problems(self) -> String {
        let mut out = String::from(
            "<section><h2 id=\"problems\">Problems · 错误</h2><p>All are <code>application/problem+json</code> \
             (RFC 9457), of the type <a href=\"#type-Problem\">Problem</a>. Those that the gateway in front answers by \
             itself are <code>application/json</code>, of the type <a href=\"#type-GatewayMessage\">GatewayMessage</a>.</p>",
        );
        for (code, example) in members(&self.0["components"]["examples"]) {
            push(
                &mut out,
                format_args!(
                    "<article id=\"problem-{code}\"><div class=\"line\"><b><code>{code}</code></b><b>{}</b></div>\
                     <p>{}<br><span class=\"soft\">{}<br>{}</span></p>{}</article>",
                    example["value"]["status"],
                    escape(text(&example["summary"])),
                    escape(text(&example["description"])),
                    escape(text(&example["value"]["detail"])),
                    shown("Example · 示例", &example["value"]),
                ),
            );
        }
        out + "</section>"
    }

    fn schemas(self) -> String {
        let mut out = String::from("<section><h2 id=\"types\">Types · 类型</h2>");
        for (name, schema) in members(&self.0["components"]["schemas"]) {
            push(&mut out, format_args!("<article id=\"type-{name}\"><h3><code>{name}</code></h3>"));
            out += &paragraphs(&schema["description"]);
            out += &fields(schema);
            out += &words(schema);
            out.push_str("</article>");
        }
        out + "</section>"
    }
}

/// The members of an object.
fn fields(schema: &Value) -> String {
    if schema["properties"].is_null() {
        return String::new();
    }
    let needed = |name: &str| elements(&schema["required"]).any(|needed| needed == name);
    let mut out = String::from("<dl>");
    for first in [true, false] {
        for (name, field) in members(&schema["properties"]).filter(|(name, _)| needed(name) == first) {
            // What the type says of itself is said there.
            push(
                &mut out,
                format_args!(
                    "<dt><b><code>{}</code></b><span>{}</span>{}</dt><dd>{}</dd>",
                    escape(name),
                    kind(field),
                    need(first),
                    inline(text(&field["description"]))
                ),
            );
        }
    }
    out + "</dl>"
}

/// What a text may be.
fn words(schema: &Value) -> String {
    if schema["enum"].is_null() {
        return if schema["properties"].is_null() {
            format!("<p>{}</p>", kind(schema))
        } else {
            String::new()
        };
    }
    let names = &schema["x-enumDescriptions"];
    if names.is_null() {
        let words =
            elements(&schema["enum"]).map(|word| format!("<li><code>{}</code></li>", escape(text(word))));
        return format!("<ul class=\"chips\">{}</ul>", words.collect::<String>());
    }
    let words = elements(&schema["enum"]).map(text);
    let line =
        |word| format!("<dt><code>{}</code></dt><dd>{}</dd>", escape(word), escape(text(&names[word])));
    format!("<dl class=\"codes\">{}</dl>", words.map(line).collect::<String>())
}

/// A schema in a few words, the name of its type above all.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#type-{name}\">{name}</a>");
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        return choices.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().map(text).collect::<Vec<_>>().join(" or "),
        one => text(one).to_owned(),
    };
    let items = &schema["items"];
    let mut out = if items.is_null() { types } else { format!("{types} of {}", kind(items)) };
    if !schema["const"].is_null() {
        push(&mut out, format_args!(" <code>{}</code>", escape(&schema["const"].to_string())));
    }
    for (what, of) in [("Length", " characters"), ("Items", " elements"), ("imum", "")] {
        match (&schema[format!("min{what}")], &schema[format!("max{what}")]) {
            (Value::Null, Value::Null) => {}
            (least, Value::Null) => push(&mut out, format_args!(", at least {least}{of}")),
            (Value::Null, most) => push(&mut out, format_args!(", at most {most}{of}")),
            (least, most) if least == most => push(&mut out, format_args!(", {least}{of}")),
            (least, most) => push(&mut out, format_args!(", {least} to {most}{of}")),
        }
    }
    if let Some(format) =
        schema["format"].as_str().filter(|format| !format.contains("int") && *format != "double")
    {
        push(&mut out, format_args!(", {format}"));
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        push(&mut out, format_args!(", <code>{}</code>", escape(pattern)));
    }
    out
}

/// A parameter, or a header.
fn parameter(parameter: &Value) -> String {
    let place = match text(&parameter["in"]) {
        "path" => "in the path · 路径",
        "query" => "in the query · 查询",
        _ => "",
    };
    format!(
        "<dt><b><code>{}</code></b><span>{}</span><span class=\"soft\">{place}</span>{}</dt><dd>{}</dd>",
        escape(text(&parameter["name"])),
        kind(&parameter["schema"]),
        need(parameter["required"] == true),
        inline(text(&parameter["description"])),
    )
}

/// Who may call, in a word.
fn caller(security: &Value) -> &'static str {
    match (security[0]["accessToken"][0].as_str(), security[0].get("refreshCookie")) {
        (Some("reviewer"), _) => "a reviewer · 审核员",
        (Some(_), _) => "an applicant · 考生",
        (None, Some(_)) => "by the session's cookie · 凭会话 Cookie",
        (None, None) => "anybody · 公开",
    }
}

fn need(needed: bool) -> &'static str {
    if needed { "<span class=\"need\">required · 必填</span>" } else { "" }
}

/// JSON to be unfolded.
fn shown(title: &str, example: &Value) -> String {
    if example.is_null() {
        return String::new();
    }
    format!("<details><summary>{title}</summary><pre>{}</pre></details>", escape(&format!("{example:#}")))
}

/// The paragraphs of a text.
fn paragraphs(value: &Value) -> String {
    let paragraphs = text(value).split("\n\n").filter(|paragraph| !paragraph.is_empty());
    paragraphs.fold(String::new(), |mut out, paragraph| {
        push(&mut out, format_args!("<p>{}</p>", inline(paragraph)));
        out
    })
}

/// A text in which what stands between backticks is code.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        let part = escape(part);
        if index % 2 == 1 { push(&mut out, format_args!("<code>{part}</code>")) } else { out += &part }
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, member)| (name.as_str(), member))
}

fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String does not fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        serde_json::from_str(crate::DOCUMENT).unwrap()
    }

    #[test]
    fn every_operation_and_every_problem_has_its_place_and_every_link_leads_somewhere() {
        let (document, page) = (document(), crate::page());
        for (path, item) in members(&document["paths"]) {
            for (method, operation) in members(item) {
                let id = text(&operation["operationId"]);
                assert!(page.contains(&format!("<article id=\"{id}\">")), "{method} {path}");
            }
        }
        for target in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(page.contains(&format!("id=\"{target}\"")), "#{target} leads nowhere");
        }
    }

    #[test]
    fn nothing_is_run_or_fetched() {
        let page = crate::page();
        for forbidden in ["<script", "<img", "<link", " src=", " style=", " onclick", "url("] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert!(page.contains(&format!("<style>{STYLE}</style>")), "the style that the policy's hash is of");
    }

    #[test]
    fn texts_cannot_become_markup() {
        assert_eq!(inline("a < `b & \"c\"`"), "a &lt; <code>b &amp; &quot;c&quot;</code>");
    }
}
