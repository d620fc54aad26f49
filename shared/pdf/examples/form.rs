//! Prints the form of an invented applicant: `cargo run -p pdf --example form -- OUT.pdf [EMPLOYMENTS] [draft]`.
//!
//! Writes one line of JSON with the duration of the first print and of a warm one (the median of a hundred), and the
//! program's peak memory. `bench/paper.py` reads it.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "an example")]

mod sample;

use std::{env, fs, time::Instant};

use sample::Sample;
use serde_json::json;

fn main() {
    let arguments: Vec<_> = env::args().collect();
    let path = arguments.get(1).map_or("form.pdf", String::as_str);
    let employments = arguments.get(2).and_then(|number| number.parse().ok()).unwrap_or(1);
    let sample = Sample::new("𠮷田·〇明", employments);
    let form = if arguments.get(3).is_some() { sample.draft() } else { sample.form() };

    let start = Instant::now();
    let pdf = pdf::form(&form).unwrap();
    let first = milliseconds(start);
    let mut warm = [0.0; 100];
    for time in &mut warm {
        let start = Instant::now();
        let again = pdf::form(&form).unwrap();
        *time = milliseconds(start);
        assert!(pdf == again, "the output must be deterministic");
    }
    warm.sort_by(f64::total_cmp);

    fs::write(path, &pdf).unwrap();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    let peak = peak.and_then(|peak| peak.parse::<f64>().ok()).map(|kilobytes| kilobytes / 1024.0);
    let said =
        json!({"bytes": pdf.len(), "first_ms": first, "warm_ms": warm[warm.len() / 2], "memory_mb": peak});
    println!("{said}");
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}
