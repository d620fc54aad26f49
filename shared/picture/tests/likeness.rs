//! Whether pictures look the same: after what people do to files they do, and forms with other words do not.

#![allow(missing_docs, clippy::pedantic, clippy::unwrap_used, clippy::panic, reason = "a test program")]

#[allow(dead_code, reason = "each test program uses a part of the kit")]
mod kit;

use domain::likeness::Likeness;
use domain::upload::Purpose::{self, EducationCertificate, IdBack, IdFront, IdHolding, Photo, WorkProof};
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use kit::page::page;
use kit::*;
use picture::likeness;

fn of(pixels: &RgbImage, purpose: Purpose) -> Likeness {
    likeness(pixels, purpose).unwrap()
}

/// What people do to a file, knowingly or not.
fn changed(picture: &RgbImage) -> Vec<(&'static str, RgbImage)> {
    let (width, height) = picture.dimensions();
    let mut pixel = picture.clone();
    pixel.put_pixel(width / 3, height / 4, Rgb([255, 0, 0]));
    let again = image::load_from_memory(&jpeg(picture)).unwrap().into_rgb8();
    let smaller = imageops::resize(picture, width * 3 / 4, height * 3 / 4, FilterType::Lanczos3);
    let mut darker = picture.clone();
    darker.iter_mut().for_each(|value| *value = (u16::from(*value) * 9 / 10) as u8);
    vec![("one pixel", pixel), ("encoded again", again), ("smaller", smaller), ("darker", darker)]
}

#[test]
fn a_picture_looks_like_itself_after_what_people_do_to_files() {
    for (picture, purpose) in [
        (portrait(), Photo),
        (page((1_240, 1_754), 2, [200, 30, 30], 1), WorkProof),
        (page((1_400, 990), 2, [200, 30, 30], 2), EducationCertificate),
    ] {
        let own = of(&picture, purpose);
        for (how, other) in changed(&picture) {
            // Of pages about three in four are found then (docs/pictures.md).
            if purpose != Photo && how == "smaller" {
                continue;
            }
            let other = of(&other, purpose);
            assert!(own.is_alike(&other, purpose), "{purpose:?} {how}: {:?}", own.distance(&other));
            let bands: Vec<String> = own.bands().collect();
            assert!(other.bands().any(|band| bands.contains(&band)), "{purpose:?} {how}: no band");
        }
    }
}

#[test]
fn forms_of_one_template_with_other_words_do_not_look_the_same() {
    let pages: Vec<Likeness> =
        (1..8).map(|seed| of(&page((1_240, 1_754), 2, [200, 30, 30], seed), WorkProof)).collect();
    for (number, one) in pages.iter().enumerate() {
        for other in &pages[..number] {
            assert!(!one.is_alike(other, WorkProof), "{:?}", one.distance(other));
        }
    }
}

#[test]
fn what_says_nothing_is_not_compared() {
    let blank = RgbImage::from_pixel(1_240, 1_754, Rgb([240, 240, 236]));
    assert!(likeness(&blank, WorkProof).is_none());
    for purpose in [IdFront, IdBack, IdHolding] {
        assert!(likeness(&portrait(), purpose).is_none(), "{purpose:?}");
    }
    let (photo, proof) = (of(&portrait(), Photo), of(&portrait(), WorkProof));
    assert_eq!(photo.distance(&proof), None, "they are made in different ways");
}

#[test]
fn a_likeness_is_kept_as_text_and_shown_by_no_log() {
    let own = of(&portrait(), Photo);
    assert_eq!(Likeness::parse(&own.text()), Some(own.clone()));
    assert_eq!(format!("{own:?}"), "Likeness(…)");
    for strange in ["", "00", "0.", "zz.", "00.0", "é.é"] {
        assert_eq!(Likeness::parse(strange), None, "{strange}");
    }
    assert_eq!((own.distance(&own), own.bands().count()), (Some(0), 8));
}
