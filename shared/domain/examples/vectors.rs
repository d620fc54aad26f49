//! Runs every file of test vectors of a folder: `cargo run -q -p domain --example vectors -- DIR`.
//!
//! The folder has an `index.json` that names the validators, and a file for each. Prints each case that comes
//! out otherwise than it should, and at last how many did and did not; the exit status is 1 for misses.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use serde::Deserialize;
use serde_json::Value;

#[path = "../tests/rules/runner.rs"]
mod runner;

#[derive(Deserialize)]
struct Index {
    validators: BTreeMap<String, Value>,
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: vectors DIR");
        return ExitCode::from(2);
    };
    match run(Path::new(&folder)) {
        Ok(report) => {
            report.misses.iter().for_each(|miss| println!("{miss}"));
            println!("{} passed, {} failed", report.passed, report.misses.len());
            if report.misses.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// Runs all files that the index names.
fn run(folder: &Path) -> Result<runner::Report, String> {
    let index = folder.join("index.json");
    let text = std::fs::read_to_string(&index).map_err(|error| format!("{}: {error}", index.display()))?;
    let index: Index = serde_json::from_str(&text).map_err(|error| format!("index.json: {error}"))?;
    let mut total = runner::Report::default();
    for validator in index.validators.keys() {
        let report = runner::run(folder, validator)?;
        total.passed += report.passed;
        total.misses.extend(report.misses);
    }
    Ok(total)
}
