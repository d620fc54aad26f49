//! Draws identity cards, proofs and stamps for tests and the demo; never used by functions.
//!
//! Everything follows from a seed. Nobody's data is shown: names, numbers and authorities are 样本, and the
//! only face is the public-domain portrait of an astronaut. The identity number has an area code that does
//! not exist.

mod canvas;
mod documents;
mod photos;

use domain::upload::Purpose;
use domain::upload::Verdict::{self, Accepted, Flagged, Refused};
use image::codecs::jpeg::JpegEncoder;
use image::{ImageResult, RgbImage};

/// One of the project's own pictures, and what is to become of it.
#[derive(Clone, Debug)]
pub struct Specimen {
    /// File name.
    pub name: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
    /// Where it comes from.
    pub origin: &'static str,
    /// Under what terms it may be used.
    pub licence: &'static str,
    /// What it is to be uploaded as.
    pub purpose: Purpose,
    /// The verdict it must get.
    pub verdict: Verdict,
    /// The message code of the first finding.
    pub code: Option<&'static str>,
}

/// Origin and licence of a picture.
type Source = (&'static str, &'static str);

const NASA: Source = ("NASA portrait (scikit-image `data.astronaut`), cut to an ID photo", "public domain");
const BLURRED: Source =
    ("photo-good.jpg under a Gaussian blur of 3 % of the distance between the eyes", "public domain");
const FROM_NASA: Source = ("made from photo-good.jpg by `specimen`", "public domain");
const DRAWN: Source = ("drawn by `specimen`", "Apache-2.0");
const DRAWN_WITH_FACE: Source =
    ("drawn by `specimen`, with photo-good.jpg", "Apache-2.0; portrait: public domain");

/// All specimens, as they follow from `seed`.
pub fn all(seed: u64) -> ImageResult<Vec<Specimen>> {
    let portrait = photos::portrait()?;
    let documents = documents::Documents::new(seed, &portrait);
    let good = |name, purpose, bytes, (origin, licence): Source| Specimen {
        name,
        bytes,
        origin,
        licence,
        purpose,
        verdict: Accepted,
        code: None,
    };
    let bad = |name, bytes, source, verdict, code| Specimen {
        verdict,
        code: Some(code),
        ..good(name, Purpose::Photo, bytes, source)
    };
    let drawn = |name, purpose, picture: RgbImage, source| {
        ImageResult::Ok(good(name, purpose, jpeg(&picture, 85)?, source))
    };
    Ok(vec![
        good("photo-good.jpg", Purpose::Photo, photos::GOOD.to_vec(), NASA),
        bad("photo-blurred.jpg", photos::BLURRED.to_vec(), BLURRED, Refused, "photo.BLUR"),
        good("photo-turned.jpg", Purpose::Photo, photos::turned(&portrait)?, FROM_NASA),
        bad("photo-small.jpg", photos::small(&portrait)?, FROM_NASA, Refused, "attachment.PIXELS"),
        bad("photo-wide.jpg", photos::wide(&portrait, seed)?, FROM_NASA, Flagged, "picture.ASPECT"),
        bad("photo-blank.jpg", photos::blank(seed)?, DRAWN, Refused, "picture.BLANK"),
        bad("photo-truncated.jpg", photos::truncated(), FROM_NASA, Refused, "picture.CORRUPT"),
        bad("photo-not-jpeg.png", photos::not_jpeg(&portrait)?, FROM_NASA, Refused, "attachment.FORMAT_PNG"),
        drawn("id-front.jpg", Purpose::IdFront, documents.id_front(), DRAWN_WITH_FACE)?,
        drawn("id-back.jpg", Purpose::IdBack, documents.id_back(), DRAWN)?,
        Specimen {
            // why: nobody draws a hand that a detector takes for one; the reviewer is told, and it can be used.
            verdict: Flagged,
            code: Some("picture.NO_HAND"),
            ..drawn("id-holding.jpg", Purpose::IdHolding, documents.id_holding(), DRAWN_WITH_FACE)?
        },
        drawn(
            "education-certificate.jpg",
            Purpose::EducationCertificate,
            documents.education_certificate(),
            DRAWN_WITH_FACE,
        )?,
        drawn("work-proof.jpg", Purpose::WorkProof, documents.work_proof(), DRAWN)?,
    ])
}

/// Encodes with a quality of 1 to 100.
fn jpeg(picture: &RgbImage, quality: u8) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture)?;
    Ok(bytes)
}
