//! `read [--lines] FILE...`, or `--stdin` with a name on each line: one line of JSON for each picture, read as the function would.
//!
//! What it prints is what is on the card: for pictures of nobody's cards.

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use domain::evidence::{CardSide, Printed, Read, Validity};
use serde_json::{Value, json};

const USAGE: &str = "usage: read [--lines] FILE...   or   read --stdin, with a file's name on each line";

fn main() -> ExitCode {
    let (flags, files): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let asks = |name: &str| flags.iter().any(|flag| flag == name);
    let (lines, listed) = (asks("--lines"), asks("--stdin"));
    if flags.len() > usize::from(lines) + usize::from(listed) || files.is_empty() != listed {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    }
    let told: Box<dyn Iterator<Item = String>> = if listed {
        Box::new(std::io::stdin().lines().map_while(Result::ok))
    } else {
        Box::new(files.into_iter())
    };
    let mut sound = true;
    for file in told {
        let answer = match std::fs::read(&file) {
            Ok(bytes) => report(&bytes, lines),
            Err(error) => json!({ "error": error.to_string() }),
        };
        sound &= answer.get("error").is_none();
        let mut line = json!({ "file": file });
        if let (Some(line), Value::Object(answer)) = (line.as_object_mut(), answer) {
            line.extend(answer);
        }
        if writeln!(std::io::stdout(), "{line}").is_err() {
            // Nobody reads any more.
            return ExitCode::FAILURE;
        }
    }
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn report(bytes: &[u8], lines: bool) -> Value {
    let begun = Instant::now();
    let Some(picture) = picture::open(bytes) else {
        return json!({ "error": "no picture that can be read" });
    };
    let decoded = begun.elapsed();
    if lines {
        let found = ocr::lines(picture.pixels(), 960);
        let character = |one: &ocr::Character| json!([one.value, one.confidence, one.at]);
        let line = |line: &ocr::Line| {
            json!({
                "text": line.text(),
                "confidence": line.confidence(),
                "place": line.place.corners(),
                "characters": line.characters.iter().map(character).collect::<Vec<_>>(),
            })
        };
        return json!({ "lines": found.iter().map(line).collect::<Vec<_>>() });
    }
    let side = ocr::card::read(picture.pixels());
    let ms = |time: std::time::Duration| (time.as_secs_f64() * 1e4).round() / 10.0;
    let mut answer = match &side {
        CardSide::Portrait(side) => json!({
            "side": "portrait",
            "name": text(side.name.as_ref()),
            "birth": side.birth.map(|read| json!([read.value, read.confidence])),
            "address": text(side.address.as_ref()),
            "number": text(side.number.as_ref()),
        }),
        CardSide::Emblem(side) => json!({
            "side": "emblem",
            "authority": text(side.authority.as_ref()),
            "validity": side.validity.as_ref().map(validity),
        }),
        CardSide::Nothing => json!({ "side": null }),
    };
    answer["ms"] = json!(ms(begun.elapsed()));
    answer["decodeMs"] = json!(ms(decoded));
    answer["peakMb"] = json!(peak());
    answer
}

fn text(read: Option<&Read<Printed>>) -> Value {
    read.map_or(Value::Null, |read| json!([read.value.expose(), read.confidence]))
}

fn validity(read: &Read<Validity>) -> Value {
    json!([read.value.from, read.value.until, read.confidence])
}

/// The most memory that was in use, in MB.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    (kilobytes.unwrap_or_default() / 102.4).round() / 10.0
}
