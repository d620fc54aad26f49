//! The whole journey of a candidate on the running stack, told step by step.
//!
//! Run it by `./dev demo` as often as you like: every run is a new person; with `--alipay` one who is verified by Alipay,
//! which waits for you to "scan". It uses the same driver as the
//! tests, and it stops at the first step that is not answered as `docs/api.md` says.

mod alipay;
mod applicant;
mod evidence;
mod reviewer;
mod show;

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use journey::{Applicant, Reviewer, Stack, stack::COUNTY, table};
use show::Show;

fn main() -> ExitCode {
    let stack = match Stack::from_env() {
        Ok(stack) => stack,
        Err(missing) => {
            println!("demo: {missing}");
            return ExitCode::FAILURE;
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("the operating system lets us wait for sockets");
    // The driver ends a failed expectation by a panic whose text names the step: that text is all to be said.
    panic::set_hook(Box::new(|_| ()));
    let show = Show::default();
    let by_alipay = std::env::args().any(|argument| argument == "--alipay");
    println!("Baoming at {}", stack.api);
    match panic::catch_unwind(AssertUnwindSafe(|| runtime.block_on(walk(&stack, &show, by_alipay)))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            let text = reason.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| reason.downcast_ref::<&str>().copied());
            show.broke_off(text.unwrap_or("no reason was given"));
            ExitCode::FAILURE
        }
    }
}

async fn walk(stack: &Stack, show: &Show, by_alipay: bool) {
    table::forget_addresses(stack).await;
    let mut applicant = applicant::register(stack, show).await;
    applicant::log_in(stack, show, &mut applicant).await;
    let reviewer = if by_alipay {
        alipay::verify(stack, show, &applicant).await;
        reviewer::log_in(stack, show, COUNTY).await
    } else {
        applicant::request_real_name(stack, show, &applicant).await;
        let reviewer = reviewer::log_in(stack, show, COUNTY).await;
        let real_name = applicant.real_name_case();
        let title = "实名审核 The county checks the pictures";
        reviewer::approve(show, &reviewer, "real-name", &real_name, title).await;
        reviewer
    };

    let case = collect(stack, show, &applicant, &reviewer).await;
    evidence::executions(stack, show, &case).await;
    evidence::audit_trail(stack, show, &applicant, &case).await;
    show.end();
}

/// From the empty draft to its approval; gives the case's id.
async fn collect(stack: &Stack, show: &Show, applicant: &Applicant, reviewer: &Reviewer) -> String {
    let draft = applicant::fill_in(stack, show, applicant).await;
    applicant::submit(show, applicant).await;
    reviewer::send_back(show, reviewer, &draft.case).await;
    applicant::correct(show, applicant, &draft).await;
    let title = "审核通过 The county looks again and approves";
    reviewer::approve(show, reviewer, "collection", &draft.case, title).await;
    applicant::result(show, applicant).await;
    draft.case
}
