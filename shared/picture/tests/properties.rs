//! `judge` answers, whatever the bytes.

#![allow(missing_docs, clippy::pedantic, clippy::unwrap_used, clippy::panic, reason = "a test program")]

#[allow(dead_code, reason = "each test program uses a part of the kit")]
mod kit;

use domain::upload::{Purpose, Verdict};
use jpeg_encoder::ColorType;
use kit::*;
use picture::judge;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn purpose() -> impl Strategy<Value = Purpose> {
    select(Purpose::ALL.to_vec())
}

/// Small files of each coding: mutations reach all parts of them soon.
fn valid() -> impl Strategy<Value = Vec<u8>> {
    let small = scene(48, 40);
    let progressive = special_jpeg(&small, (48, 40), ColorType::Rgb, |e| e.set_progressive(true));
    let restarts = special_jpeg(&small, (48, 40), ColorType::Rgb, |e| e.set_restart_interval(3));
    let turned = with_segments(&jpeg(&small), &[exif(6), multi_picture([0x2003_0000, 0])]);
    let palette = raw_png(
        &[ihdr(40, 40, 4, 3, false), chunk(b"PLTE", &[9; 48]), chunk(b"tRNS", &[7; 16])],
        &lines(&[0x5A; 800], 20),
    );
    select(vec![jpeg(&small), progressive, restarts, turned, png(small), palette])
}

fn check(file: &[u8], purpose: Purpose) {
    let judgement = judge(file, purpose);
    assert_eq!(judgement.clean.is_none(), judgement.verdict == Verdict::Refused);
    assert_eq!(judgement.findings.is_empty(), judgement.verdict == Verdict::Accepted);
    assert_eq!(judgement.rules_run.first(), Some(&"format"));
}

proptest! {
    #[test]
    fn any_bytes_get_an_answer(
        head in select(vec![&b""[..], b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1A\n"]),
        tail in vec(any::<u8>(), 0..2_000),
        purpose in purpose(),
    ) {
        check(&[head, &tail].concat(), purpose);
    }

    #[test]
    fn any_markers_get_an_answer(segments in vec((0xC0_u8.., vec(any::<u8>(), 0..80)), 0..20), purpose in purpose()) {
        let segments: Vec<_> = segments.iter().map(|(marker, body)| segment(*marker, body)).collect();
        check(&with_segments(&jpeg(&scene(40, 40)), &segments), purpose);
    }

    #[test]
    fn a_damaged_picture_gets_an_answer(
        mut file in valid(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        end in any::<prop::sample::Index>(),
        cut in any::<bool>(),
        purpose in purpose(),
    ) {
        for (place, byte) in changes {
            let place = place.index(file.len());
            file[place] = byte;
        }
        if cut {
            file.truncate(end.index(file.len()));
        }
        check(&file, purpose);
    }
}
