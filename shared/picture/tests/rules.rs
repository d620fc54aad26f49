//! Each photo rule with a picture that keeps it and one that breaks it.
//!
//! The portrait of the fixtures (NASA, public domain) is changed here; other people's pictures are read from the shared
//! folder (`BAOMING_SHARED`, else `../shared`) where there is one.

#![allow(missing_docs, clippy::pedantic, clippy::unwrap_used, clippy::panic, reason = "a test program")]

#[allow(dead_code, reason = "each test program uses a part of the kit")]
mod kit;

use std::collections::HashMap;

use domain::upload::Certainty::{self, Certain, Doubtful};
use domain::upload::Purpose::{IdFront, Photo};
use domain::upload::Verdict;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use kit::*;
use picture::{Picture, judge};

/// The codes found and how sure each is.
fn found(picture: &RgbImage) -> HashMap<String, Certainty> {
    let findings = judge(&jpeg(picture), Photo).findings;
    findings.into_iter().map(|finding| (finding.code, finding.certainty)).collect()
}

/// The portrait on a grey ground, moved, turned by degrees and scaled.
fn placed(size: (u32, u32), shift: (f32, f32), degrees: f32, scale: f32) -> RgbImage {
    let portrait = portrait();
    let (sin, cos) = degrees.to_radians().sin_cos();
    let middle = (portrait.width() as f32 / 2.0, portrait.height() as f32 / 2.0);
    RgbImage::from_fn(size.0, size.1, |x, y| {
        let (u, v) = (x as f32 - size.0 as f32 / 2.0 - shift.0, y as f32 - size.1 as f32 / 2.0 - shift.1);
        let (u, v) = ((u * cos + v * sin) / scale + middle.0, (v * cos - u * sin) / scale + middle.1);
        imageops::interpolate_bilinear(&portrait, u, v).unwrap_or(Rgb([190; 3]))
    })
}

fn eyes(picture: &RgbImage) -> [[f32; 2]; 2] {
    let points = picture::landmarks(&Picture::from(picture.clone()));
    [[33, 133], [362, 263]]
        .map(|[one, two]: [usize; 2]| [0, 1].map(|axis| (points[one][axis] + points[two][axis]) as f32 / 2.0))
}

/// Black rings of a tenth of their radius around the eyes, a bridge and arms.
fn with_glasses(picture: &RgbImage) -> RgbImage {
    let [left, right] = eyes(picture);
    let apart = right[0] - left[0];
    let mut worn = picture.clone();
    for (x, y, pixel) in worn.enumerate_pixels_mut() {
        let (x, y) = (x as f32, y as f32);
        let ring =
            [left, right].iter().any(|eye| ((x - eye[0]).hypot(y - eye[1]) / apart - 0.36).abs() < 0.035);
        let level = (y - left[1]).abs() / apart < 0.03;
        let bridge = level && x > left[0] + 0.36 * apart && x < right[0] - 0.36 * apart;
        let arms = level
            && (x < left[0] - 0.36 * apart && x > left[0] - 0.6 * apart
                || x > right[0] + 0.36 * apart && x < right[0] + 0.6 * apart);
        if ring || bridge || arms {
            *pixel = Rgb([25, 22, 20]);
        }
    }
    worn
}

#[test]
fn the_good_portrait_keeps_all_rules() {
    assert_eq!(found(&portrait()), HashMap::new());
}

#[test]
fn blur_is_refused_whatever_made_it() {
    let portrait = portrait();
    let [left, right] = eyes(&portrait);
    let apart = right[0] - left[0];
    assert_eq!(found(&imageops::blur(&portrait, 0.04 * apart)).get("photo.BLUR"), Some(&Certain));
    let (width, height) = portrait.dimensions();
    let small = imageops::resize(&portrait, width / 6, height / 6, FilterType::Triangle);
    let enlarged = imageops::resize(&small, width, height, FilterType::CatmullRom);
    assert_eq!(found(&enlarged).get("photo.BLUR"), Some(&Certain));
}

#[test]
fn glasses_are_refused() {
    assert_eq!(found(&with_glasses(&portrait())).get("photo.GLASSES"), Some(&Certain));
}

#[test]
fn a_tilted_head_is_refused_and_a_slight_tilt_is_not() {
    let tilted = |degrees| found(&placed((420, 588), (0.0, 0.0), degrees, 1.0)).get("photo.TILTED").copied();
    assert_eq!(tilted(20.0), Some(Certain));
    assert_eq!(tilted(-20.0), Some(Certain));
    assert_eq!(tilted(3.0), None);
}

#[test]
fn half_a_face_is_refused() {
    let [left, right] = eyes(&portrait());
    let half = imageops::crop_imm(&portrait(), 0, 0, (left[0] + right[0]) as u32 / 2, 588).to_image();
    let codes = found(&half);
    assert!(codes.contains_key("photo.CUT") || codes.contains_key("photo.NO_FACE"), "{codes:?}");
}

#[test]
fn nobody_and_several_people_are_refused() {
    assert_eq!(found(&scene(413, 579)).get("photo.NO_FACE"), Some(&Certain));
    let portrait = portrait();
    let pair = RgbImage::from_fn(840, 588, |x, y| *portrait.get_pixel(x % 420, y));
    assert_eq!(found(&pair).get("photo.SEVERAL_FACES"), Some(&Certain));
}

/// The detector sees a second, larger face in the lettering behind him; the mesh does not.
#[test]
fn nobody_is_refused_for_a_second_face_that_only_one_model_sees() {
    let Some(faces) = shared() else { return };
    let several = |name: &str| {
        let findings = judge(&std::fs::read(faces.join(name)).unwrap(), Photo).findings;
        findings.into_iter().find(|f| f.code == "photo.SEVERAL_FACES").map(|f| f.certainty)
    };
    assert_eq!(several("pd_obama_press.jpg"), Some(Doubtful));
    assert_eq!(several("pd_two_people.jpg"), Some(Certain));
}

#[test]
fn small_faces_and_faces_aside_are_told() {
    assert!(found(&placed((420, 588), (0.0, 0.0), 0.0, 0.35)).contains_key("photo.FAR"));
    let aside = found(&placed((420, 588), (95.0, 0.0), 0.0, 0.7));
    assert_eq!(aside.get("photo.OFF_CENTRE"), Some(&Doubtful), "{aside:?}");
}

#[test]
fn darkness_and_missing_colour_are_told() {
    let mut dark = portrait();
    dark.iter_mut().for_each(|value| *value /= 5);
    assert!(found(&dark).contains_key("photo.DARK"));
    let grey = image::DynamicImage::from(portrait()).into_luma8();
    let grey = image::DynamicImage::from(grey).into_rgb8();
    assert_eq!(found(&grey).get("photo.GREY"), Some(&Doubtful));
}

#[test]
fn a_busy_background_is_told() {
    let portrait = portrait();
    let mut busy = portrait.clone();
    for (x, y, pixel) in busy.enumerate_pixels_mut() {
        // Tiles of strong colours above the shoulders, where the portrait's own ground is.
        if y < 330 && !(70..350).contains(&x) {
            *pixel = if (x / 30 + y / 30) % 2 == 0 { Rgb([200, 40, 30]) } else { Rgb([30, 60, 160]) };
        }
    }
    assert_eq!(found(&busy).get("photo.BACKDROP"), Some(&Doubtful));
}

/// The portrait with what the pixels of a screen leave on it: stripes of 3.4 pixels, askew.
#[test]
fn a_photograph_of_a_screen_is_told() {
    assert_eq!(found(&portrait()).get("photo.SCREEN"), None);
    let mut striped = portrait();
    for (x, y, pixel) in striped.enumerate_pixels_mut() {
        let phase = (x as f32 * 0.97 + y as f32 * 0.26) / 3.4 * std::f32::consts::TAU;
        *pixel = Rgb(pixel.0.map(|value| (f32::from(value) * (0.95 + 0.05 * phase.sin())) as u8));
    }
    assert_eq!(found(&striped).get("photo.SCREEN"), Some(&Doubtful));
}

#[test]
fn only_photos_are_held_to_the_rules_about_faces() {
    let findings = judge(&jpeg(&scene(500, 320)), IdFront).findings;
    assert!(findings.iter().all(|finding| !finding.code.starts_with("photo.")), "{findings:?}");
}

#[test]
fn everything_is_measured_even_in_a_format_that_is_refused() {
    let judgement = judge(&png(portrait()), Photo);
    assert_eq!(judgement.verdict, Verdict::Refused);
    let codes: Vec<_> = judgement.findings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["attachment.FORMAT_PNG"]);
    let measured = |name: String| judgement.measured.iter().any(|(measure, _)| **measure == name);
    for rule in ["blur", "glasses", "fringe", "hat"] {
        assert!(measured(format!("{rule}.probability")), "{rule}");
    }
}

#[test]
fn flat_tiny_and_noisy_pictures_get_a_verdict() {
    for (width, height) in [(32, 32), (33, 400), (400, 33), (64, 64), (295, 413)] {
        let noise = scene(width, height);
        for picture in
            [RgbImage::new(width, height), RgbImage::from_pixel(width, height, Rgb([255; 3])), noise]
        {
            assert_eq!(judge(&jpeg(&picture), Photo).verdict, Verdict::Refused);
        }
    }
}

#[test]
fn what_was_drawn_on_shared_pictures_is_found() {
    let Some(faces) = shared() else { return };
    let manifest = std::fs::read_to_string(faces.join("manifest.csv")).unwrap();
    let wrong = [
        ("_glasses.", "glasses"),
        ("_cap.", "hat"),
        ("_fringe.", "fringe"),
        ("_blur060.", "blur"),
        ("_roll15.", "frontal"),
    ];
    let (mut seen, mut missed, mut refused) = (0, Vec::new(), Vec::new());
    for name in
        manifest.lines().filter_map(|line| line.split(',').next()).filter(|name| name.starts_with("dv_"))
    {
        let findings = judge(&std::fs::read(faces.join(name)).unwrap(), Photo).findings;
        let about = |rule: &str| findings.iter().any(|finding| finding.rule == rule);
        for (_, rule) in wrong.iter().filter(|(part, _)| name.contains(part)) {
            seen += 1;
            if !about(rule) {
                missed.push(format!("{name}: {rule}"));
            }
        }
        let certain = findings.iter().filter(|finding| finding.certainty == Certain);
        let rules: Vec<_> = certain.map(|finding| finding.rule.as_str()).collect();
        if name.contains("_id.") && !rules.is_empty() {
            refused.push(format!("{name}: {rules:?}"));
        }
    }
    assert!(seen > 0);
    assert!(missed.len() * 50 <= seen, "of {seen}: {missed:?}");
    assert!(refused.is_empty(), "{refused:?}");
}
