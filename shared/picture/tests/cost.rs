//! Bombs cost neither time nor memory. Alone in its program: the allocator counts for all its threads.

#![allow(missing_docs, clippy::pedantic, clippy::unwrap_used, clippy::panic, reason = "a test program")]

#[allow(dead_code, reason = "each test program uses a part of the kit")]
mod kit;

use std::time::{Duration, Instant};

use domain::upload::Purpose::{IdFront, Photo};
use jpeg_encoder::ColorType;
use kit::*;
use peak_alloc::PeakAlloc;
use picture::{judge, merge};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// One after the other, because both measure the same allocator.
#[test]
fn judging_bombs_and_merging_pages_are_bounded() {
    bombs_are_refused_quickly_and_in_little_memory();
    eight_pages_are_merged_in_bounded_time_and_memory();
    the_largest_progressive_picture_fits_into_the_function();
}

/// Half a second in a release build; here the machine may be busy, and nothing but the order of magnitude is held.
fn eight_pages_are_merged_in_bounded_time_and_memory() {
    let pages: Vec<_> = (0..8).map(|seed| jpeg(&kit::page::page((1_654, 2_339), 3, [9; 3], seed))).collect();
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let start = Instant::now();
    let merged = merge(&pages, 512_000).unwrap();
    let (took, used) = (start.elapsed(), ALLOCATOR.peak_usage() - before);
    println!("{} pages in {took:?} and {used} bytes", merged.places.len());
    assert!(took < Duration::from_secs(6), "{took:?}");
    assert!(used < 300_000_000, "{used} bytes");
}

/// 25 megapixels in a few kilobytes, in the coding that needs most memory: coefficients of the whole picture are kept.
fn the_largest_progressive_picture_fits_into_the_function() {
    let file =
        special_jpeg(&vec![90; 75_000_000], (5_000, 5_000), ColorType::Rgb, |e| e.set_progressive(true));
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let judgement = judge(&file, Photo);
    let used = ALLOCATOR.peak_usage() - before;
    println!("{} bytes of file, {used} bytes of memory", file.len());
    assert!(judgement.rules_run.contains(&"pixels"), "{:?}", judgement.findings);
    assert!(used < 600_000_000, "{used} bytes");
}

fn bombs_are_refused_quickly_and_in_little_memory() {
    let zeros = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 30_000_000], 9);
    let frame = [ihdr(30_000, 30_000, 8, 0, false), chunk(b"IDAT", &zeros)];
    let profile = [ihdr(200, 120, 8, 0, false), chunk(b"iCCP", &[b"a\0\0", &zeros[..]].concat())];
    let inflated_text = [ihdr(200, 120, 8, 0, false), chunk(b"zTXt", &[b"a\0\0", &zeros[..]].concat())];
    let files = [
        (IdFront, raw_png(&frame, &[]), false),
        (Photo, jpeg_header(0xC0, 8, 65_535, 65_535, 3), false),
        (Photo, jpeg_header(0xC2, 8, 65_535, 65_535, 3), false),
        (IdFront, raw_png(&inflated_text, &lines(&scene(200, 120).as_raw()[..24_000], 200)), true),
        (IdFront, raw_png(&profile, &lines(&scene(200, 120).as_raw()[..24_000], 200)), true),
    ];
    for (purpose, file, is_read) in files {
        let before = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        let start = Instant::now();
        // A few grey pixels keep no rule for documents; here it counts whether they were reached.
        let judgement = judge(&file, purpose);
        assert_eq!(judgement.rules_run.contains(&"pixels"), is_read, "{:?}", judgement.findings);
        let (took, used) = (start.elapsed(), ALLOCATOR.peak_usage() - before);
        assert!(took < Duration::from_millis(200), "{took:?}");
        assert!(used < 64_000_000, "{used} bytes");
    }
}
