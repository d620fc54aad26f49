//! A text as a picture that a phone reads (ISO/IEC 18004).

use std::fmt::Write;

use qrcodegen::{QrCode, QrCodeEcc};

/// White around the code, in modules (ISO/IEC 18004, 6.3.8).
const QUIET: i32 = 4;

/// The text as an SVG picture, of no fixed size; `None` when it is longer than a code can hold.
pub(crate) fn svg(text: &str) -> Option<String> {
    // The lowest correction: an address of some 900 characters is to be read off a screen, which has no scratches.
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let side = code.size() + 2 * QUIET;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path stroke=\"#000\" d=\""
    );
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).fold(0, |run, _| run + 1);
            if run > 0 {
                // Writing to a String does not fail. A line lies in the middle of its modules.
                let _ = write!(svg, "M{} {}.5h{run}", x + QUIET, y + QUIET);
            }
            x += run + 1;
        }
    }
    svg.push_str("\"/></svg>");
    Some(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules that the picture draws, by rows.
    fn drawn(svg: &str) -> Vec<(i32, i32)> {
        let path = svg.split("d=\"").nth(2).unwrap().split('"').next().unwrap();
        let runs = path.split('M').filter(|run| !run.is_empty());
        runs.flat_map(|run| {
            let (at, length) = run.split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let (x, length): (i32, i32) = (x.parse().unwrap(), length.parse().unwrap());
            let y: i32 = y.strip_suffix(".5").unwrap().parse().unwrap();
            (x..x + length).map(move |x| (x - QUIET, y - QUIET))
        })
        .collect()
    }

    #[test]
    fn every_dark_module_is_drawn_and_no_other() {
        let text = format!("https://alipay.example/gateway.do?sign={}", "aB%2B".repeat(170));
        let (code, drawn) =
            (QrCode::encode_text(&text, QrCodeEcc::Low).unwrap(), drawn(&svg(&text).unwrap()));
        let all = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
        let dark: Vec<_> = all.filter(|(x, y)| code.get_module(*x, *y)).collect();
        assert_eq!(drawn, dark);
        assert!(dark.len() > 1_000);
    }

    #[test]
    fn what_no_code_can_hold_is_no_picture() {
        assert_eq!(svg(&"x".repeat(3_000)), None);
    }
}
