//! Each rule for documents is broken by its own fault and kept by a good picture.

#![allow(missing_docs, clippy::pedantic, clippy::unwrap_used, clippy::panic, reason = "a test program")]

#[allow(dead_code, reason = "each test program uses a part of the kit")]
mod kit;

use domain::messages::{self, Lang};
use domain::upload::Certainty::{self, Certain, Doubtful};
use domain::upload::Purpose::{self, EducationCertificate, IdBack, IdFront, IdHolding, WorkProof};
use image::{RgbImage, imageops};
use kit::card::Side::{Emblem, Portrait};
use kit::card::{Side, card, on_table};
use kit::page::page;
use kit::{jpeg, padded};
use picture::{Judgement, judge};

fn judged(picture: &RgbImage, purpose: Purpose) -> Judgement {
    let file = jpeg(picture);
    let file = if file.len() < 20_481 { padded(&file, 20_481) } else { file };
    assert!(file.len() <= 512_000, "{} bytes", file.len());
    judge(&file, purpose)
}

fn found(picture: &RgbImage, purpose: Purpose) -> Vec<(String, Certainty)> {
    let findings = judged(picture, purpose).findings;
    findings.into_iter().map(|finding| (finding.code, finding.certainty)).collect()
}

#[track_caller]
fn measure(judgement: &Judgement, name: &str) -> f64 {
    let found = judgement.measured.iter().find(|(measure, _)| *measure == name);
    found.unwrap_or_else(|| panic!("{name} is not in {:?}", judgement.measured)).1
}

#[track_caller]
fn has(picture: &RgbImage, purpose: Purpose, code: &str, certainty: Certainty) {
    let found = found(picture, purpose);
    assert!(
        found.contains(&(code.to_owned(), certainty)),
        "{code} {certainty:?} is not in {found:?}: {:?}",
        judged(picture, purpose).measured
    );
    assert_ne!(
        messages::text(code, Lang::En),
        messages::text("no.such.code", Lang::En),
        "{code} has no words"
    );
}

fn photographed(side: Side) -> RgbImage {
    on_table(&card(side), (1_400, 1_000), (180, 170))
}

fn lit(picture: &RgbImage, by: f64) -> RgbImage {
    let mut picture = picture.clone();
    picture.iter_mut().for_each(|value| *value = (f64::from(*value) * by) as u8);
    picture
}

#[test]
fn good_documents_break_no_rule_and_are_measured() {
    for (side, purpose) in [(Portrait, IdFront), (Emblem, IdBack)] {
        for picture in [card(side), photographed(side)] {
            let judgement = judged(&picture, purpose);
            assert!(judgement.findings.is_empty(), "{:?}", judgement.findings);
            for name in [
                "card.aspect",
                "cut.touching",
                "text.height",
                "blur.share",
                "dark.paper",
                "glare.share",
                "side.emblem",
            ] {
                measure(&judgement, name);
            }
            let aspect = measure(&judgement, "card.aspect");
            assert!((aspect - 1.587).abs() < 0.03, "{aspect}");
        }
    }
    let proof = page((1_000, 1_400), 2, [240, 240, 236], 5);
    for purpose in [WorkProof, EducationCertificate] {
        let judgement = judged(&proof, purpose);
        assert!(judgement.findings.is_empty(), "{:?}", judgement.findings);
        let height = measure(&judgement, "text.height");
        assert!((26.0..=34.0).contains(&height), "{height} for characters of 32 pixels");
    }
}

#[test]
fn a_card_is_found_however_it_lies() {
    let upside_down = imageops::rotate180(&photographed(Emblem));
    assert!(found(&upside_down, IdBack).is_empty(), "{:?}", found(&upside_down, IdBack));
    let upright = imageops::rotate90(&photographed(Emblem));
    let aspect = measure(&judged(&upright, IdBack), "card.aspect");
    assert!((aspect - 1.587).abs() < 0.03, "{aspect}");
}

#[test]
fn blurred_text_is_refused() {
    has(&imageops::blur(&photographed(Portrait), 7.0), IdFront, "picture.BLURRED_TEXT", Certain);
    has(
        &imageops::blur(&page((1_000, 1_400), 2, [9; 3], 1), 4.5),
        WorkProof,
        "picture.BLURRED_TEXT",
        Certain,
    );
}

#[test]
fn a_dark_picture_is_doubtful_and_a_black_one_refused() {
    has(&lit(&photographed(Portrait), 0.35), IdFront, "picture.TOO_DARK_TO_READ", Doubtful);
    has(&lit(&photographed(Portrait), 0.2), IdFront, "picture.TOO_DARK_TO_READ", Certain);
    // The dark cover of a certificate on a light table is no dark picture.
    let cover = RgbImage::from_pixel(900, 600, image::Rgb([60, 14, 18]));
    let mut on_cloth = RgbImage::from_pixel(1_200, 900, image::Rgb([225, 222, 214]));
    imageops::replace(&mut on_cloth, &cover, 150, 150);
    let codes = found(&on_cloth, EducationCertificate);
    assert!(codes.iter().all(|(code, _)| code != "picture.TOO_DARK_TO_READ"), "{codes:?}");
    has(&lit(&photographed(Portrait), 0.2), IdHolding, "picture.TOO_DARK_TO_READ", Certain);
}

#[test]
fn a_blown_patch_is_glare_on_a_card_and_not_on_white_paper() {
    let blown = |picture: &RgbImage, reach: u32| {
        let mut picture = picture.clone();
        let patch = RgbImage::from_pixel(reach, reach, image::Rgb([255; 3]));
        imageops::replace(&mut picture, &patch, 500, 400);
        picture
    };
    has(&blown(&photographed(Portrait), 120), IdFront, "picture.GLARE", Doubtful);
    has(&blown(&photographed(Portrait), 260), IdFront, "picture.GLARE", Certain);
    let white = page((1_000, 1_400), 2, [240, 240, 236], 1);
    assert!(found(&blown(&white, 260), WorkProof).is_empty());
}

#[test]
fn a_card_that_runs_over_the_border_is_cut() {
    let slightly = on_table(&card(Portrait), (1_400, 1_000), (-40, 170));
    has(&slightly, IdFront, "picture.CUT_OFF", Doubtful);
    let half = on_table(&card(Portrait), (1_400, 1_000), (-450, 170));
    has(&half, IdFront, "picture.CUT_OFF", Certain);
    // A page may run over: only a reviewer can tell whether something is missing.
    let sheet = on_table(&page((900, 1_200), 2, [9; 3], 3), (1_200, 1_400), (-60, 100));
    has(&sheet, WorkProof, "picture.CUT_OFF", Doubtful);
}

#[test]
fn small_text_is_told_by_its_height() {
    let small = |picture: &RgbImage, by: u32| {
        let (width, height) = (picture.width() / by, picture.height() / by);
        imageops::resize(picture, width, height, imageops::FilterType::Triangle)
    };
    has(&small(&photographed(Portrait), 5), IdFront, "picture.CARD_TOO_SMALL", Certain);
    has(&small(&page((1_000, 1_400), 2, [9; 3], 2), 5), WorkProof, "picture.TEXT_TOO_SMALL", Certain);
}

#[test]
fn the_other_side_and_no_card_at_all_are_doubtful_only() {
    has(&photographed(Emblem), IdFront, "picture.NOT_PORTRAIT_SIDE", Doubtful);
    has(&photographed(Portrait), IdBack, "picture.NOT_EMBLEM_SIDE", Doubtful);
    let table = on_table(&RgbImage::new(1, 1), (1_200, 900), (-5, -5));
    has(&table, IdFront, "picture.CARD_NOT_FOUND", Doubtful);
    has(&page((1_000, 1_400), 2, [9; 3], 1), IdFront, "picture.CARD_NOT_FOUND", Doubtful);
}

/// A person from the waist up before a plain wall, holding the thing below the chin.
fn held(thing: Option<&RgbImage>) -> RgbImage {
    let mut picture = RgbImage::from_pixel(900, 1_200, image::Rgb([96, 120, 104]));
    imageops::replace(&mut picture, &kit::portrait(), 240, 40);
    if let Some(thing) = thing {
        imageops::replace(&mut picture, &imageops::thumbnail(thing, 330, 208), 300, 740);
    }
    picture
}

#[test]
fn a_holding_picture_shows_a_face_a_hand_and_a_card() {
    // Nothing is said of the hand: none is drawn.
    let lacks =
        |picture: &RgbImage, code: &str| found(picture, IdHolding).contains(&(code.to_owned(), Doubtful));
    for code in ["picture.NO_FACE_BESIDE_CARD", "picture.NO_CARD_IN_HAND"] {
        assert!(!lacks(&held(Some(&card(Portrait))), code), "{code}");
    }
    assert!(lacks(&held(None), "picture.NO_CARD_IN_HAND"));
    assert!(!lacks(&held(None), "picture.NO_FACE_BESIDE_CARD"));
    let nobody = on_table(&RgbImage::new(1, 1), (1_200, 900), (-5, -5));
    for code in ["picture.NO_FACE_BESIDE_CARD", "picture.NO_HAND", "picture.NO_CARD_IN_HAND"] {
        has(&nobody, IdHolding, code, Certain);
    }
}

/// Tests only, of the shared set: somebody with crossed arms, and somebody whose hands are outside the picture.
#[test]
fn hands_are_seen_on_photographs() {
    let Some(faces) = kit::shared() else { return };
    let read = |name: &str| std::fs::read(faces.join(name)).unwrap();
    let hand = |file: &[u8]| measure(&judge(file, IdHolding), "holding.hand");
    assert!(hand(&read("pd_obama.jpg")) >= 0.7);
    assert!(hand(&read("hu_stock-emotions-a-4.jpg")) < 0.7);
}
