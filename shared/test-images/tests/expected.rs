//! The specimens are what they are said to be.

#![allow(clippy::unwrap_used, reason = "a test program")]

use std::path::Path;
use std::sync::LazyLock;

use test_images::{Specimen, all};

static SPECIMENS: LazyLock<Vec<Specimen>> = LazyLock::new(|| all(1).unwrap());

#[test]
fn every_specimen_gets_its_verdict() {
    for specimen in &*SPECIMENS {
        let judgement = picture::judge(&specimen.bytes, specimen.purpose);
        let codes: Vec<_> = judgement.findings.iter().map(|finding| finding.code.as_str()).collect();
        assert_eq!(judgement.verdict, specimen.verdict, "{}: {codes:?}", specimen.name);
        assert_eq!(codes.first().copied(), specimen.code, "{}: {codes:?}", specimen.name);
    }
}

#[test]
fn the_committed_files_are_those_drawn_today() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/pictures");
    for specimen in &*SPECIMENS {
        let committed = std::fs::read(folder.join(specimen.name)).unwrap();
        assert!(committed == specimen.bytes, "{} differs: run specimen again", specimen.name);
    }
}

#[test]
fn another_seed_draws_other_files() {
    let differing = SPECIMENS.iter().zip(all(2).unwrap()).filter(|(one, other)| one.bytes != other.bytes);
    assert_eq!(differing.count(), 7);
}

#[test]
fn the_turned_photo_says_where_it_was_taken_and_its_clean_copy_does_not() {
    let turned = SPECIMENS.iter().find(|specimen| specimen.name == "photo-turned.jpg").unwrap();
    let clean = picture::judge(&turned.bytes, turned.purpose).clean.unwrap();
    assert_eq!((clean.width, clean.height), (420, 588));
    let tells = |bytes: &[u8]| bytes.windows(3).any(|part| part == b"GPS");
    assert!(tells(&turned.bytes) && !tells(&clean.bytes));
}
