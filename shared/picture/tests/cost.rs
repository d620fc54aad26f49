//! Bombs cost neither time nor memory. Alone in its program: the allocator counts for all its threads.

#![allow(missing_docs, clippy::pedantic, clippy::unwrap_used, clippy::panic, reason = "a test program")]

#[allow(dead_code, reason = "each test program uses a part of the kit")]
mod kit;

use std::time::{Duration, Instant};

use domain::upload::Purpose::{IdFront, Photo};
use domain::upload::Verdict;
use kit::*;
use peak_alloc::PeakAlloc;
use picture::judge;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

#[test]
fn bombs_are_refused_quickly_and_in_little_memory() {
    let zeros = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 30_000_000], 9);
    let frame = [ihdr(30_000, 30_000, 8, 0, false), chunk(b"IDAT", &zeros)];
    let inflated_text = [ihdr(200, 120, 8, 0, false), chunk(b"zTXt", &[b"a\0\0", &zeros[..]].concat())];
    let files = [
        (IdFront, raw_png(&frame, &[]), Verdict::Refused),
        (Photo, jpeg_header(0xC0, 8, 65_535, 65_535, 3), Verdict::Refused),
        (Photo, jpeg_header(0xC2, 8, 65_535, 65_535, 3), Verdict::Refused),
        (
            IdFront,
            raw_png(&inflated_text, &lines(&scene(200, 120).as_raw()[..24_000], 200)),
            Verdict::Accepted,
        ),
    ];
    for (purpose, file, verdict) in files {
        let before = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        let start = Instant::now();
        assert_eq!(judge(&file, purpose).verdict, verdict);
        let (took, used) = (start.elapsed(), ALLOCATOR.peak_usage() - before);
        assert!(took < Duration::from_millis(200), "{took:?}");
        assert!(used < 64_000_000, "{used} bytes");
    }
}
