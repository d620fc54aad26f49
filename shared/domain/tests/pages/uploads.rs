use domain::collection::{Collection, UploadUse, check_uploads};
use domain::fault::Pointer;
use domain::ids::UploadId;
use domain::upload::{Certainty, Finding, Format, Purpose, Verdict};

use crate::{complete, said, upload};

fn id(number: u8) -> UploadId {
    UploadId::parse(&upload(number)).unwrap()
}

fn used(name: &str, number: u8, purpose: Purpose) -> UploadUse {
    UploadUse { pointer: Pointer::root().child(name), upload: id(number), purpose }
}

#[test]
fn a_picture_is_used_when_it_is_the_callers_of_that_purpose_and_not_refused() {
    use Purpose::{IdFront, Photo};
    for (known, expected) in [
        (None, "/photo upload.UNKNOWN"),
        (Some((IdFront, Some(Verdict::Accepted))), "/photo upload.PURPOSE"),
        (Some((IdFront, None)), "/photo upload.PURPOSE"),
        (Some((Photo, None)), "/photo upload.NOT_ACCEPTED"),
        (Some((Photo, Some(Verdict::Refused))), "/photo upload.NOT_ACCEPTED"),
        (Some((Photo, Some(Verdict::Flagged))), ""),
        (Some((Photo, Some(Verdict::Accepted))), ""),
    ] {
        assert_eq!(said(check_uploads(&[used("photo", 1, Photo)], |_| known)), expected, "{known:?}");
    }
}

#[test]
fn every_picture_at_fault_is_told() {
    let uses = [
        used("photo", 1, Purpose::Photo),
        used("idPortrait", 2, Purpose::IdFront),
        used("idEmblem", 1, Purpose::IdBack),
    ];
    let found = |upload| (upload == id(1)).then_some((Purpose::Photo, Some(Verdict::Flagged)));
    assert_eq!(said(check_uploads(&uses, found)), "/idPortrait upload.UNKNOWN, /idEmblem upload.PURPOSE");
    assert_eq!(said(check_uploads(&[], |_| None)), "");
}

#[test]
fn the_pages_name_their_pictures_by_place_and_purpose() {
    let mut pages = complete();
    pages.employments.insert(0, {
        let mut row = pages.employments[0].clone();
        row.proof = None;
        row
    });
    let shown: Vec<_> = pages
        .uploads()
        .iter()
        .map(|used| (used.pointer.as_str().to_owned(), used.upload, used.purpose))
        .collect();
    let expected = [
        ("/basic/photo", 1, Purpose::Photo),
        ("/basic/idPortrait", 2, Purpose::IdFront),
        ("/basic/idEmblem", 3, Purpose::IdBack),
        ("/educations/0/certificates/0", 4, Purpose::EducationCertificate),
        ("/educations/0/certificates/1", 5, Purpose::EducationCertificate),
        ("/employments/1/proof", 7, Purpose::WorkProof),
    ];
    assert_eq!(shown, expected.map(|(place, number, purpose)| (place.to_owned(), id(number), purpose)));
    // A comment or a fault points at what the page shows.
    let json = serde_json::to_value(&pages).unwrap();
    for (place, upload, _) in shown {
        assert_eq!(json.pointer(&place).and_then(|value| value.as_str()), Some(upload.to_string().as_str()));
    }
    assert_eq!(Collection::default().uploads(), []);
}

#[test]
fn a_verdict_is_the_worst_of_its_findings() {
    let finding = |certainty| Finding {
        rule: "blur".to_owned(),
        certainty,
        code: "picture.BLUR".to_owned(),
        value: None,
        threshold: None,
        place: None,
        kind: None,
    };
    let [doubtful, certain] = [Certainty::Doubtful, Certainty::Certain].map(finding);
    assert_eq!(Verdict::of(&[]), Verdict::Accepted);
    assert_eq!(Verdict::of(std::slice::from_ref(&doubtful)), Verdict::Flagged);
    assert_eq!(Verdict::of(&[doubtful.clone(), certain, doubtful]), Verdict::Refused);
}

#[test]
fn files_keep_the_limits_of_their_purpose_to_the_byte() {
    let code = |purpose: Purpose, format, bytes| {
        let result = purpose.limits().check_file(format, bytes);
        result.map_or_else(|error| domain::fault::Code::from(error).0, |()| "")
    };
    let (jpeg, png) = (Some(Format::Jpeg), Some(Format::Png));
    for (purpose, format, bytes, expected) in [
        (Purpose::Photo, jpeg, 10_239, "attachment.TOO_SMALL"),
        (Purpose::Photo, jpeg, 10_240, ""),
        (Purpose::Photo, jpeg, 5 << 20, ""),
        (Purpose::Photo, jpeg, (5 << 20) + 1, "attachment.TOO_BIG"),
        (Purpose::Photo, png, 20_481, "attachment.FORMAT"),
        (Purpose::WorkProof, png, 20_480, "attachment.TOO_SMALL"),
        (Purpose::WorkProof, png, 20_481, ""),
        (Purpose::IdFront, jpeg, 512_000, ""),
        (Purpose::IdFront, jpeg, 512_001, "attachment.TOO_BIG"),
        (Purpose::IdFront, None, 20_481, "attachment.FORMAT"),
    ] {
        assert_eq!(code(purpose, format, bytes), expected, "{purpose:?} {format:?} {bytes}");
    }
    let photo = Purpose::Photo.limits();
    assert!(photo.check_pixels(295, 413).is_ok());
    assert!(photo.check_pixels(294, 413).is_err() && photo.check_pixels(295, 412).is_err());
}

#[test]
fn purposes_and_formats_have_one_name_each() {
    for purpose in Purpose::ALL {
        assert_eq!(Purpose::parse(purpose.as_str()), Some(purpose));
        assert_eq!(serde_json::to_value(purpose).unwrap(), purpose.as_str());
    }
    for format in [Format::Jpeg, Format::Png] {
        assert_eq!(Format::from_media_type(format.media_type()), Some(format));
        assert_eq!(Format::from_media_type(&format.media_type().to_uppercase()), Some(format));
    }
    for name in [
        "image/jpg",
        "image/pjpeg",
        "Image/JPG",
        " image/jpeg ",
        "image/jpeg; charset=binary",
        "IMAGE/PJPEG;x",
    ] {
        assert_eq!(Format::from_media_type(name), Some(Format::Jpeg), "{name}");
    }
    assert_eq!(Format::from_media_type("image/X-PNG"), Some(Format::Png));
    for name in ["image/jpegx", "image/jpeg/png", "jpeg", "image/gif", "image/svg+xml", "", ";image/jpeg"] {
        assert_eq!(Format::from_media_type(name), None, "{name}");
    }
    assert_eq!((Purpose::parse("Photo"), Format::from_media_type("image/heic")), (None, None));
}
