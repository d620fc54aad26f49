//! 短信, what is sent to phones: codes and notifications.
//!
//! A message is known by its template, so that it can be sent as text, or by a provider that has the templates and
//! takes the values only. In either case a phone shows the same words.

use crate::{
    ids::{CaseKind, NotificationId},
    notification::{self, NotificationKind},
    person::{SmsCode, SmsPurpose},
};

/// The name before the text of every message: 【报名】.
pub const SIGNATURE: &str = "报名";

/// UCS-2 characters in one part (3GPP TS 23.040, 9.2.3.24); each part is paid for.
pub const ONE_PART: usize = 70;

/// The name of the template of [`Sms::NumberLost`].
const NUMBER_LOST: &str = "number-lost";

/// What it says. It quotes no number and no name.
const NUMBER_LOST_TEXT: &str =
    "您账号登记的证件号码已由他人通过实名认证，账号已注销。如确为本人证件，请联系会计管理部门。";

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sms {
    /// A code, and what it is for.
    Code {
        /// What it is for.
        purpose: SmsPurpose,
        /// The digits.
        code: SmsCode,
    },
    /// A notice.
    Notification {
        /// Which, for whoever looks for it at the provider.
        id: NotificationId,
        /// What it is about.
        about: CaseKind,
        /// What happened.
        kind: NotificationKind,
    },
    /// The account lost its identity number to somebody who was verified with it, and is closed.
    NumberLost,
}

impl Sms {
    /// The name of its template, such as `code-registration` or `notice-collection-approved`.
    pub fn template(&self) -> String {
        match self {
            Self::Code { purpose, .. } => code_template(*purpose),
            Self::Notification { about, kind, .. } => notification_template(*about, *kind),
            Self::NumberLost => NUMBER_LOST.to_owned(),
        }
    }

    /// The values of its template.
    pub fn values(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Code { code, .. } => vec![("code", code.expose())],
            Self::Notification { .. } | Self::NumberLost => Vec::new(),
        }
    }

    /// The whole text, with the sender's name.
    pub fn text(&self) -> String {
        let text = match self {
            Self::Code { purpose, code } => code_text(*purpose, code.expose()),
            Self::Notification { about, kind, .. } => notification::sms_text(*about, *kind).to_owned(),
            Self::NumberLost => NUMBER_LOST_TEXT.to_owned(),
        };
        format!("【{SIGNATURE}】{text}")
    }

    /// What it is called at the provider; it tells nothing of whom it goes to.
    pub fn reference(&self) -> Option<NotificationId> {
        match self {
            Self::Code { .. } | Self::NumberLost => None,
            Self::Notification { id, .. } => Some(*id),
        }
    }
}

/// Every template: its name and its text, as a provider that keeps templates must have it, values as `${name}`.
pub fn templates() -> Vec<(String, String)> {
    let purposes = [SmsPurpose::Registration, SmsPurpose::PasswordReset, SmsPurpose::MobileChange];
    let codes = purposes.map(|purpose| (code_template(purpose), code_text(purpose, "${code}")));
    let notifications =
        CaseKind::ALL.into_iter().flat_map(|about| NotificationKind::ALL.map(|kind| (about, kind)));
    let notifications =
        notifications.filter(|(about, kind)| notification::exists(*about, *kind)).map(|(about, kind)| {
            (notification_template(about, kind), notification::sms_text(about, kind).to_owned())
        });
    let lost = (NUMBER_LOST.to_owned(), NUMBER_LOST_TEXT.to_owned());
    codes.into_iter().chain(notifications).chain([lost]).collect()
}

fn code_template(purpose: SmsPurpose) -> String {
    format!("code-{}", purpose.as_str())
}

fn notification_template(about: CaseKind, kind: NotificationKind) -> String {
    format!("notice-{}-{}", about.as_str(), kind.as_str())
}

fn code_text(purpose: SmsPurpose, code: &str) -> String {
    let what = match purpose {
        SmsPurpose::Registration => "注册",
        SmsPurpose::PasswordReset => "找回密码",
        SmsPurpose::MobileChange => "更换手机号",
    };
    format!("{what}验证码{code}，5分钟内有效。请勿告诉他人。")
}
