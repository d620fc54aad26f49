//! The project's own drawn cards, read.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::evidence::{CardSide, Printed, Read};
use image::{RgbImage, imageops};

const FRONT: &[u8] = include_bytes!("../../../tests/fixtures/pictures/id-front.jpg");
const BACK: &[u8] = include_bytes!("../../../tests/fixtures/pictures/id-back.jpg");

fn picture(bytes: &[u8]) -> RgbImage {
    picture::open(bytes).unwrap().pixels().clone()
}

fn text(read: Option<&Read<Printed>>) -> &str {
    read.map_or("", |read| read.value.expose())
}

#[test]
fn a_portrait_side_is_read_whichever_way_it_lies() {
    let upright = picture(FRONT);
    for picture in [imageops::rotate180(&upright), imageops::rotate90(&upright), upright] {
        let CardSide::Portrait(side) = ocr::card::read(&picture) else { panic!("no portrait side") };
        assert_eq!(text(side.name.as_ref()), "样本");
        assert_eq!(text(side.number.as_ref()), "000000199001010000");
        assert_eq!(side.birth.unwrap().value.to_string(), "1990-01-01");
        assert!(text(side.address.as_ref()).starts_with("样本省样本市样本路1号"));
    }
}

#[test]
fn an_emblem_side_is_read() {
    let CardSide::Emblem(side) = ocr::card::read(&picture(BACK)) else { panic!("no emblem side") };
    assert_eq!(text(side.authority.as_ref()), "样本市样本局");
    assert_eq!(side.validity.unwrap().value.to_string(), "2020.01.01-2040.01.01");
}

#[test]
fn the_alphabet_has_what_cards_print_and_not_every_rare_character() {
    assert!("公民身份号码0123456789X·〇".chars().all(ocr::knows));
    assert!(!ocr::knows('䶮') && !ocr::knows('𬭎'));
}
