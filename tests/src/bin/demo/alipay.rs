//! 支付宝认证: the code in the terminal, and waiting until somebody has scanned it.

use std::time::Duration;

use journey::alipay::{consent, order};
use journey::{Applicant, Stack};
use qrcodegen::{QrCode, QrCodeEcc};

use crate::show::Show;

/// Somewhat longer than an attempt may take.
const PATIENCE: Duration = Duration::from_mins(16);

/// Modules of white around the code.
const QUIET: i32 = 2;

/// Begins an attempt, shows it, and goes on by itself once it was passed; after any other end with another attempt.
pub async fn verify(stack: &Stack, show: &Show, applicant: &Applicant) {
    show.chapter("支付宝认证 Real-name verification by Alipay");
    let api = &applicant.api;
    loop {
        let begun = api.begin_alipay(&consent()).await;
        let begun = show.step(begun, 201, |answer| {
            format!("{}, until {}", answer.str("/state"), answer.str("/expiresAt"))
        });
        let link = begun.str("/link");
        println!(
            "\n{}\n\n  {link}\n\n  \"Scan\" it: open the link on this machine, and press a button.",
            picture(link)
        );
        let id = begun.str("/attemptId");
        let ended = show.wait_long("somebody to scan", PATIENCE, async || {
            tokio::time::sleep(Duration::from_secs(1)).await;
            // Who cancels comes back to the pages, which say so; here nobody would.
            let order = order(stack, id).await.unwrap_or_default();
            let answer = match order["state"].as_str() {
                Some("cancelled") => api.alipay_after_return(id).await,
                _ => api.alipay(id).await,
            };
            (answer.body["state"] != "STARTED").then_some(answer)
        });
        let ended = show
            .step(ended.await, 200, |answer| format!("{}: {}", answer.str("/state"), answer.str("/message")));
        if ended.str("/state") == "PASSED" {
            break;
        }
    }
    show.step(api.real_name().await, 200, |answer| {
        format!("{} by {}", answer.str("/state"), answer.str("/verification/way"))
    });
}

/// The code in half blocks, two modules high: dark on light, whatever colours the terminal has.
fn picture(text: &str) -> String {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).expect("a link is short enough");
    let is_dark = |x, y| code.get_module(x, y);
    let rows = (-QUIET..code.size() + QUIET).step_by(2).map(|y| {
        let blocks = (-QUIET..code.size() + QUIET).map(|x| match (is_dark(x, y), is_dark(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        });
        format!("  \u{1b}[30;107m{}\u{1b}[0m", blocks.collect::<String>())
    });
    rows.collect::<Vec<_>>().join("\n")
}
