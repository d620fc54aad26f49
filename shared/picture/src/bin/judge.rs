//! `judge [--purpose P] [--draw OUT.png] FILE...`: one line of JSON for each file, judged as the function would.
//!
//! Folders are searched, sorted by name. With several files `--draw` names a folder. Exit code 1 when a file
//! could not be read.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use domain::upload::{Certainty, Finding, Purpose};
use image::{Rgb, RgbImage};
use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster};
use picture::rules::Report;
use picture::{Judgement, Scene, examine, rules};
use serde_json::{Map, Value, json};

const USAGE: &str = "usage: judge [--purpose photo|id-front|id-back|id-holding|education-certificate|work-proof] \
                     [--draw OUT.png] FILE...";

/// What the command line asks for.
struct Order {
    purpose: Purpose,
    draw: Option<PathBuf>,
    cells: bool,
    likeness: bool,
    times: Option<fn(&[u8], Purpose)>,
    named: Vec<PathBuf>,
}

impl Order {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Option<Self> {
        let mut order = Self {
            purpose: Purpose::Photo,
            draw: None,
            cells: false,
            likeness: false,
            times: None,
            named: Vec::new(),
        };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--purpose" => order.purpose = Purpose::parse(&arguments.next()?)?,
                "--draw" => order.draw = Some(arguments.next()?.into()),
                "--cells" => order.cells = true,
                "--likeness" => order.likeness = true,
                "--times" => order.times = Some(all),
                "--times-without-models" => order.times = Some(without_models),
                flag if flag.starts_with("--") => return None,
                _ => order.named.push(argument.into()),
            }
        }
        (order.times.is_some() || !order.named.is_empty()).then_some(order)
    }
}

fn main() -> ExitCode {
    let Some(order) = Order::parse(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    if let Some(work) = order.times {
        return times(|bytes| work(bytes, order.purpose));
    }
    let files: Vec<PathBuf> = order.named.iter().flat_map(|named| files(named)).collect();
    let several = files.len() > 1 || order.named.iter().any(|named| named.is_dir());
    let mut sound = true;
    for (number, file) in files.iter().enumerate() {
        if std::io::stderr().is_terminal() {
            eprint!("\r{} of {}", number + 1, files.len());
        }
        let line = match line(file, &order, several) {
            Ok(line) => line,
            Err(error) => {
                sound = false;
                json!({ "file": file, "error": error.to_string() })
            }
        };
        if writeln!(std::io::stdout(), "{line}").is_err() {
            // Nobody reads any more.
            return ExitCode::FAILURE;
        }
    }
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// From bytes to verdict.
fn all(bytes: &[u8], purpose: Purpose) {
    examine(bytes, purpose);
}

/// From bytes to what is measured of the pixels alone.
fn without_models(bytes: &[u8], purpose: Purpose) {
    let Some(picture) = picture::open(bytes) else { return };
    let (scene, mut report) = (Scene::of(&picture, purpose), Report::default());
    for rule in rules().iter().filter(|rule| ["blank", "screen"].contains(&rule.name())) {
        rule.examine(&scene, &mut report);
    }
}

/// For `bench/pictures/speed.py`: reads names of files, answers the milliseconds that the work takes for each, and at the end
/// the most memory that was in use, in MB.
fn times(work: impl Fn(&[u8])) -> ExitCode {
    for file in std::io::stdin().lines().map_while(Result::ok) {
        let Ok(bytes) = std::fs::read(&file) else { return ExitCode::FAILURE };
        let begun = Instant::now();
        work(&bytes);
        println!("{}", begun.elapsed().as_secs_f64() * 1e3);
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
    println!("{}", peak.map_or(0.0, |kilobytes: f64| kilobytes / 1024.0));
    ExitCode::SUCCESS
}

/// The file, or all files of a folder and its folders, by name. What is not there is reported when it is read.
fn files(named: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(named) else { return vec![named.to_owned()] };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    // why: a manifest beside the pictures is no picture that can't be read.
    paths.retain(|path| path.is_dir() || !path.extension().is_some_and(|kind| kind == "csv" || kind == "md"));
    paths.iter().flat_map(|path| files(path)).collect()
}

fn line(file: &Path, order: &Order, several: bool) -> std::io::Result<Value> {
    let bytes = std::fs::read(file)?;
    if order.cells {
        let cells = picture::open(&bytes).map(|picture| picture::cells(&picture)).unwrap_or_default();
        let round = |value: f32| (f64::from(value) * 1e4).round() / 1e4;
        let rounded = |(rule, cells): (&str, Vec<f32>)| {
            (rule.to_owned(), json!(cells.into_iter().map(round).collect::<Vec<_>>()))
        };
        return Ok(json!({ "file": file, "cells": Value::Object(cells.into_iter().map(rounded).collect()) }));
    }
    if order.likeness {
        let picture = picture::open(&bytes);
        let likeness = picture.and_then(|picture| picture::likeness(picture.pixels(), order.purpose));
        return Ok(json!({ "file": file, "likeness": likeness }));
    }
    let begun = Instant::now();
    let judgement = examine(&bytes, order.purpose).0;
    let ms = (begun.elapsed().as_secs_f64() * 1e4).round() / 10.0;
    if let Some(draw) = &order.draw {
        let name = format!("{}.png", file.to_string_lossy().trim_start_matches(['/', '.']).replace('/', "_"));
        let out = if several { draw.join(name) } else { draw.to_owned() };
        drawn(&bytes, &judgement, &out)?;
    }
    Ok(report(file, &judgement, ms))
}

fn report(file: &Path, judgement: &Judgement, ms: f64) -> Value {
    let mut measures: Map<String, Value> =
        judgement.measured.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    measures.insert("file.bytes".to_owned(), json!(judgement.measures.bytes));
    for (name, value) in
        [("file.width", judgement.measures.width), ("file.height", judgement.measures.height)]
    {
        measures.extend(value.map(|value| (name.to_owned(), json!(value))));
    }
    json!({
        "file": file,
        "verdict": judgement.verdict,
        "findings": judgement.findings,
        "rules": judgement.rules_run,
        "measures": measures,
        "ms": ms,
    })
}

/// Draws the findings on the picture: a box for each place, red when certain and amber when doubtful.
fn drawn(bytes: &[u8], judgement: &Judgement, out: &Path) -> std::io::Result<()> {
    let Some(picture) = picture::open(bytes) else { return Ok(()) };
    let mut canvas = picture.pixels().clone();
    for point in picture::landmarks(&picture) {
        fill(&mut canvas, [point[0], point[1], 1.0, 1.0], Rgb([0, 200, 80]));
    }
    for finding in &judgement.findings {
        if let Some(place) = finding.place {
            frame(&mut canvas, place, colour(finding));
        }
    }
    let name = |finding: &Finding| match finding.value {
        Some(value) => format!("{} {value:.2}", finding.code),
        None => finding.code.clone(),
    };
    let labels: Vec<(String, Rgb<u8>)> =
        judgement.findings.iter().map(|finding| (name(finding), colour(finding))).collect();
    legend(&mut canvas, &labels);
    if let Some(folder) = out.parent() {
        std::fs::create_dir_all(folder)?;
    }
    canvas.save(out).map_err(std::io::Error::other)
}

fn colour(finding: &Finding) -> Rgb<u8> {
    match finding.certainty {
        Certainty::Certain => Rgb([220, 30, 30]),
        Certainty::Doubtful => Rgb([240, 160, 0]),
    }
}

/// Writes what was found, a line each, in the upper left corner on white.
fn legend(canvas: &mut RgbImage, labels: &[(String, Rgb<u8>)]) {
    let mut top = 0_u32;
    for (label, ink) in labels {
        let mut left = 0_u32;
        for letter in label.chars() {
            let Some(raster) = get_raster(letter, FontWeight::Bold, RasterHeight::Size32) else { continue };
            for (row, line) in (top..).zip(raster.rows()) {
                for (column, strength) in (left..).zip(line) {
                    if let Some(pixel) = canvas.get_pixel_mut_checked(column, row) {
                        let paper = 255 - strength;
                        *pixel = Rgb(ink.0.map(|value| value.max(paper)));
                    }
                }
            }
            left = left.saturating_add(u32::try_from(raster.width()).unwrap_or(0));
        }
        top += 32;
    }
}

fn frame(canvas: &mut RgbImage, [left, top, width, height]: [f64; 4], colour: Rgb<u8>) {
    let thick = f64::from(canvas.width() / 200 + 1);
    fill(canvas, [left, top, width, thick], colour);
    fill(canvas, [left, top + height - thick, width, thick], colour);
    fill(canvas, [left, top, thick, height], colour);
    fill(canvas, [left + width - thick, top, thick, height], colour);
}

fn fill(canvas: &mut RgbImage, [left, top, width, height]: [f64; 4], colour: Rgb<u8>) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the picture")]
    let span = |from: f64, length: f64, most: u32| {
        let within = |value: f64| value.clamp(0.0, f64::from(most)) as u32;
        within(from)..within((from + length).max(from + 1.0))
    };
    for y in span(top, height, canvas.height()) {
        for x in span(left, width, canvas.width()) {
            canvas.put_pixel(x, y, colour);
        }
    }
}
