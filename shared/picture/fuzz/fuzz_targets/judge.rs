//! `cargo +nightly fuzz run judge -s none ../../../tests/fixtures/pictures` from
//! `shared/picture/fuzz`. The length of the file chooses the purpose, so that pictures serve as they are.
#![no_main]

use domain::upload::{Purpose, Verdict};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let purpose = Purpose::ALL[file.len() % Purpose::ALL.len()];
    let judgement = picture::judge(file, purpose);
    assert_eq!(judgement.clean.is_none(), judgement.verdict == Verdict::Refused);
});
