//! Prints an invented applicant's form: `cargo run -p paper --example form -- OUT.pdf [EMPLOYMENTS] [draft]`.
//!
//! Says how long printing took, the first time and when warm, and the program's peak of memory.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "an example")]

mod sample;

use std::{env, fs, time::Instant};

use sample::Sample;

fn main() {
    let arguments: Vec<_> = env::args().collect();
    let path = arguments.get(1).map_or("form.pdf", String::as_str);
    let employments = arguments.get(2).and_then(|number| number.parse().ok()).unwrap_or(1);
    let sample = Sample::new("𠮷田·〇明", employments);
    let form = if arguments.get(3).is_some() { sample.draft() } else { sample.form() };

    let start = Instant::now();
    let pdf = paper::form(&form).unwrap();
    let first = start.elapsed();
    let start = Instant::now();
    let again = paper::form(&form).unwrap();
    let warm = start.elapsed();
    assert!(pdf == again, "the same input makes the same file");

    fs::write(path, &pdf).unwrap();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("");
    println!("{path}: {} bytes; first {first:?}, warm {warm:?}; {peak}", pdf.len());
}
