//! What people are told about a [`Code`](crate::fault::Code): `infra/reference/messages.json`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A language that messages are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The language a browser likes best of those we have (RFC 9110, section 12.5.4); Chinese when it names
    /// neither.
    pub fn from_accept_language(header: Option<&str>) -> Self {
        let mut best = (Self::default(), 0.0);
        for range in header.unwrap_or_default().split(',') {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).unwrap_or(0.0);
            if let Some(lang) = Self::from_tag(tag).filter(|_| weight > best.1) {
                best = (lang, weight);
            }
        }
        best.0
    }

    /// The language of a tag such as `zh-CN`.
    fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split('-').next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else if primary.eq_ignore_ascii_case("zh") || primary == "*" {
            Some(Self::Zh)
        } else {
            None
        }
    }
}

#[derive(Deserialize)]
struct Message {
    code: String,
    zh: String,
    en: String,
}

static MESSAGES: LazyLock<HashMap<String, Message>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct File {
        items: Vec<Message>,
    }
    let json = include_str!("../../../infra/reference/messages.json");
    #[expect(clippy::expect_used, reason = "the file is embedded at build time and parsed by a test")]
    let file: File = serde_json::from_str(json).expect("the embedded messages");
    file.items.into_iter().map(|message| (message.code.clone(), message)).collect()
});

/// The text of a code, or a general one for a code without text.
pub fn text(code: &str, lang: Lang) -> &'static str {
    find(code, lang).unwrap_or(match lang {
        Lang::Zh => "填写有误，请核对",
        Lang::En => "Not acceptable; please check",
    })
}

/// The text of a code, where there is one.
pub fn find(code: &str, lang: Lang) -> Option<&'static str> {
    let message = MESSAGES.get(code)?;
    Some(match lang {
        Lang::Zh => &message.zh,
        Lang::En => &message.en,
    })
}

/// All codes, in no order.
pub fn codes() -> impl Iterator<Item = &'static str> {
    MESSAGES.keys().map(String::as_str)
}
