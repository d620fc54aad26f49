//! Runs every file of test vectors of some folders: `cargo run -q -p domain --example vectors -- DIR...`.
//!
//! Without a folder, `vectors` and `cases/vectors` of `BAOMING_SHARED`, else of `../shared`. A folder has an `index.json` that
//! names the validators, and a file for each. Prints each case that comes out otherwise than it should, and at last how many did
//! and did not; the exit status is 1 for misses.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
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
    let mut folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if folders.is_empty() {
        let shared =
            std::env::var_os("BAOMING_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
        folders = ["vectors", "cases/vectors"].map(|name| shared.join(name)).to_vec();
    }
    let mut is_right = true;
    for folder in folders {
        match run(&folder) {
            Ok(report) => {
                report.misses.iter().for_each(|miss| println!("{miss}"));
                println!("{}: {} passed, {} failed", folder.display(), report.passed, report.misses.len());
                is_right &= report.misses.is_empty();
            }
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::from(2);
            }
        }
    }
    if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
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
