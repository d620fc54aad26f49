//! The operations, in the chapters of `docs/api.md`.

mod access;
mod account;
mod case_lists;
mod collection;
mod desk;
mod pictures;
mod real_name;
mod reference;
mod statistics;

use crate::operation::Operation;

/// The parameter that confirms what could not be submitted again.
const CONFIRMATION: &str = "afterWindowClosed";

/// What it says.
const CONFIRMS: &str =
    "`true` confirms that what is taken back cannot be submitted again for this examination.";

/// A chapter of the contract: a tag of the document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chapter {
    name: &'static str,
    about: &'static str,
    operations: fn() -> Vec<Operation>,
}

impl Chapter {
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn about(&self) -> &'static str {
        self.about
    }

    pub(crate) fn operations(&self) -> Vec<Operation> {
        (self.operations)()
    }
}

/// All chapters, in the order in which an applicant meets them.
pub(crate) const CHAPTERS: [Chapter; 7] = [
    Chapter {
        name: "Getting in · 注册登录",
        about: "Picture codes, SMS codes, accounts and sessions; for anybody. 图形验证码、短信验证码、注册与登录。",
        operations: access::operations,
    },
    Chapter {
        name: "One's account · 个人账户",
        about: "The caller's own data: seen, changed, copied, closed; for applicants. 查看、更换手机号、导出与注销。",
        operations: account::operations,
    },
    Chapter {
        name: "Pictures · 图片",
        about: "Announced, sent straight to the store, and judged; for applicants. 图片的上传与检查。",
        operations: pictures::operations,
    },
    Chapter {
        name: "Real-name verification · 实名认证",
        about: "By Alipay, or by three pictures that a county checks; for applicants. 支付宝认证与线上实名认证。",
        operations: real_name::operations,
    },
    Chapter {
        name: "Collection · 信息采集",
        about: "The five pages, and handing them in; for verified applicants. 填写并提交采集信息。",
        operations: collection::operations,
    },
    Chapter {
        name: "Review desk · 审核",
        about: "The queue of a division, and its decisions; for reviewers. 会计管理部门的审核工作台。",
        operations: desk::operations,
    },
    Chapter {
        name: "Reference · 参考数据",
        about: "Code tables, divisions, departments, windows, and this contract; for anybody. 代码表、区划、部门与开放时间。",
        operations: reference::operations,
    },
];
