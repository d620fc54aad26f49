//! `cargo +nightly fuzz run merge -s none` from `shared/picture/fuzz`. Pages are what lies between pieces of text that no
//! format has; two copies of a page are two pages, so that pictures serve as they are.
#![no_main]

use libfuzzer_sys::fuzz_target;

const BETWEEN: &[u8] = b"<next page>";

fuzz_target!(|file: &[u8]| {
    let mut pages = Vec::new();
    let mut rest = file;
    while let Some(at) = rest.windows(BETWEEN.len()).position(|part| part == BETWEEN) {
        pages.push(rest[..at].to_vec());
        rest = &rest[at + BETWEEN.len()..];
    }
    pages.push(rest.to_vec());
    if pages.len() == 1 {
        pages.push(rest.to_vec());
    }
    if let Ok(merged) = picture::merge(&pages, 512_000) {
        assert!(merged.copy.bytes.len() <= 512_000);
        assert_eq!(merged.places.len(), pages.len());
    }
});
