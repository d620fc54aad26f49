//! Pages become one picture that can be read, or are refused with what would help.

#![allow(missing_docs, clippy::pedantic, clippy::unwrap_used, clippy::panic, reason = "a test program")]

#[allow(dead_code, reason = "each test program uses a part of the kit")]
mod kit;

use domain::upload::{Purpose, Verdict};
use image::RgbImage;
use kit::page::page;
use kit::*;
use picture::merge::LEAST_TEXT;
use picture::{MergeRefusal, Merged, judge_merged, merge};
use proptest::collection::vec;
use proptest::prelude::*;

const LIMIT: u64 = 512_000;

const COLOURS: [[u8; 3]; 8] = [
    [220, 30, 30],
    [30, 180, 30],
    [40, 40, 220],
    [220, 200, 20],
    [200, 30, 200],
    [20, 190, 200],
    [240, 130, 20],
    [120, 60, 20],
];

fn pages(count: usize, size: (u32, u32), scale: u32) -> Vec<Vec<u8>> {
    (0..count).map(|number| jpeg(&page(size, scale, COLOURS[number], number as u32))).collect()
}

fn pixels(merged: &Merged) -> RgbImage {
    image::load_from_memory(&merged.copy.bytes).unwrap().into_rgb8()
}

/// The colour in the upper left corner of each place, as one of `COLOURS`.
fn order(merged: &Merged) -> Vec<usize> {
    let pixels = pixels(merged);
    let nearest = |[left, top, width, _]: &[u32; 4]| {
        let found = pixels.get_pixel(left + width / 60, top + width / 60).0;
        let distance = |colour: &[u8; 3]| -> i32 {
            colour.iter().zip(found).map(|(a, b)| i32::from(*a).abs_diff(i32::from(b)) as i32).sum()
        };
        (0..8).min_by_key(|number| distance(&COLOURS[*number])).unwrap()
    };
    merged.places.iter().map(nearest).collect()
}

#[test]
fn two_pages_keep_their_text_and_use_the_bytes_for_quality() {
    let merged = merge(&pages(2, (1_000, 1_400), 2), LIMIT).unwrap();
    assert!(merged.copy.bytes.len() as u64 <= LIMIT);
    assert!((24.0..=34.0).contains(&merged.text_height), "{}", merged.text_height);
    assert!(merged.quality > 60, "{}", merged.quality);
    assert_eq!(order(&merged), [0, 1]);
    let [first, second] = merged.places[..] else { panic!("two places") };
    assert_eq!((first[0], first[2]), (second[0], second[2]), "stacked, equally wide");
    assert!(second[1] >= first[1] + first[3]);
    assert_eq!(pixels(&merged).dimensions(), (merged.copy.width, merged.copy.height));
}

#[test]
fn pages_of_different_widths_come_out_equally_wide() {
    let files = [
        jpeg(&page((1_000, 700), 2, COLOURS[0], 1)),
        jpeg(&page((2_400, 3_300), 4, COLOURS[1], 2)),
        jpeg(&page((800, 1_200), 1, COLOURS[2], 3)),
    ];
    let merged = merge(&files, LIMIT).unwrap();
    assert_eq!(order(&merged), [0, 1, 2]);
    let widths: Vec<u32> = merged.places.iter().map(|place| place[2]).collect();
    assert!(widths.iter().all(|width| *width == widths[0]), "{widths:?}");
}

#[test]
fn eight_pages_are_merged_in_reading_order_and_use_the_bytes() {
    let merged = merge(&pages(8, (1_654, 2_339), 3), LIMIT).unwrap();
    assert_eq!(order(&merged), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert!(merged.copy.bytes.len() as u64 <= LIMIT);
    assert!(merged.copy.bytes.len() as u64 > LIMIT * 9 / 10, "bytes are left unused");
    assert!(merged.text_height >= LEAST_TEXT, "{}", merged.text_height);
}

#[test]
fn long_pages_stand_in_two_columns() {
    let merged = merge(&pages(6, (1_000, 4_000), 3), LIMIT);
    let merged = merged.unwrap();
    assert_eq!(order(&merged), [0, 1, 2, 3, 4, 5]);
    assert!(merged.places[1][0] > 0 && merged.places[1][1] == 0, "{:?}", merged.places);
    assert!(merged.copy.width <= 12_000 && merged.copy.height <= 12_000);
}

#[test]
fn what_could_not_be_read_is_refused_with_numbers() {
    let MergeRefusal::Text { needed, reached, pages_that_fit, files } =
        merge(&pages(8, (2_480, 3_508), 1), LIMIT).unwrap_err()
    else {
        panic!("another refusal")
    };
    assert!((LEAST_TEXT..LEAST_TEXT + 1.0).contains(&needed), "{needed}");
    assert!(reached < needed, "{reached}");
    assert!((1..8).contains(&pages_that_fit) && (2..=8).contains(&files), "{pages_that_fit} {files}");
    // What is said to fit does, and one page more does not.
    let pages = pages(8, (2_480, 3_508), 1);
    if pages_that_fit >= 2 {
        merge(&pages[..pages_that_fit], LIMIT).unwrap();
    }
    assert!(merge(&pages[..pages_that_fit + 1], LIMIT).is_err());
}

#[test]
fn one_page_nine_pages_and_no_picture_are_refused() {
    let one = pages(1, (400, 300), 1);
    assert_eq!(merge(&one, LIMIT).unwrap_err(), MergeRefusal::Count { given: 1, least: 2, most: 8 });
    let nine = vec![one[0].clone(); 9];
    assert_eq!(merge(&nine, LIMIT).unwrap_err(), MergeRefusal::Count { given: 9, least: 2, most: 8 });
    let broken = [one[0].clone(), one[0][..one[0].len() / 2].to_vec()];
    assert_eq!(merge(&broken, LIMIT).unwrap_err(), MergeRefusal::Undecodable { page: 1 });
    assert_eq!(merge(&[&b"GIF89a"[..], b""], LIMIT).unwrap_err(), MergeRefusal::Undecodable { page: 0 });
}

#[test]
fn equal_pages_give_equal_bytes() {
    let files = pages(3, (900, 1_200), 2);
    assert_eq!(merge(&files, LIMIT), merge(&files, LIMIT));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_limit_holds_and_the_order_is_kept(
        shapes in vec(((60_u32..1_000), (60_u32..1_000), 1_u32..4), 2..9),
        max_bytes in 20_000_u64..600_000,
    ) {
        let files: Vec<Vec<u8>> = shapes.iter().enumerate()
            .map(|(number, (width, height, scale))| {
                jpeg(&page((*width, *height), *scale, COLOURS[number], number as u32))
            })
            .collect();
        match merge(&files, max_bytes) {
            Ok(merged) => {
                prop_assert!(merged.copy.bytes.len() as u64 <= max_bytes);
                prop_assert_eq!(merged.places.len(), files.len());
                prop_assert!((60..=90).contains(&merged.quality));
                let reading = |place: &[u32; 4]| (place[1], place[0]);
                prop_assert!(merged.places.windows(2).all(|pair| reading(&pair[0]) < reading(&pair[1])));
                for [left, top, width, height] in &merged.places {
                    prop_assert!(left + width <= merged.copy.width && top + height <= merged.copy.height);
                }
            }
            Err(MergeRefusal::Text { needed, reached, pages_that_fit, files: count }) => {
                prop_assert!(reached <= needed && pages_that_fit < files.len() && count >= 2);
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn no_bytes_bring_it_down(files in vec(vec(any::<u8>(), 0..300), 0..10), jpegs in any::<bool>()) {
        let files: Vec<Vec<u8>> = files.into_iter()
            .map(|file| if jpegs { [&b"\xFF\xD8\xFF"[..], &file].concat() } else { file })
            .collect();
        prop_assert!(merge(&files, LIMIT).is_err());
    }
}

#[test]
fn a_merged_picture_is_not_cut_off_by_its_own_pages() {
    let pages = pages(2, (1_200, 1_700), 3);
    let merged = merge(&pages, LIMIT).unwrap();
    let judgement = judge_merged(&merged, Purpose::WorkProof);
    assert_eq!(judgement.verdict, Verdict::Accepted, "{:?}", judgement.findings);
    assert!(!judgement.rules_run.contains(&"cut"));
    assert!(judgement.rules_run.contains(&"text"), "the other rules still look at it");
}
