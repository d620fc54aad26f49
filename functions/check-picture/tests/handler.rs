//! Pictures arrive: more than once, out of order, from anybody, and while things fail.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use check_picture::handle;
use domain::{
    ids::{AccountId, UploadId},
    upload::{Purpose, Verdict},
};
use image::{
    DynamicImage, ImageFormat, RgbImage,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};
use ports::{
    Clock, PortError,
    fakes::{Fakes, How, When, each_failure},
    pictures::{FetchClean, PixelSize, Progress},
};
use serde_json::{Value, json};

const EVENT: &str = include_str!("../../../events/s3-object-created.json");
const TEST_EVENT: &str = include_str!("../../../events/s3-test-event.json");

/// A picture within the limits of an identity document's side, full of detail.
fn picture() -> Vec<u8> {
    let detail = |x: u32, y: u32| x.wrapping_mul(2_654_435_761).rotate_left(y % 32).to_le_bytes();
    let image = RgbImage::from_fn(160, 100, |x, y| {
        let [red, green, blue, _] = detail(x + 7, y * 13 + x);
        image::Rgb([red, green, blue])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::from(image).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// An applicant with a place for a picture, where one arrived as version `v1`.
struct Place {
    owner: AccountId,
    id: UploadId,
}

impl Place {
    fn new(fakes: &Fakes) -> Self {
        Self::of(fakes, Purpose::IdFront)
    }

    fn of(fakes: &Fakes, purpose: Purpose) -> Self {
        let owner = fakes.applicant(1);
        let place = Self { owner, id: fakes.upload(owner, purpose, Progress::Pending) };
        fakes.objects.arrive(&place.key(), "v1", picture());
        place
    }

    fn key(&self) -> String {
        format!("{}/{}", self.owner, self.id)
    }

    fn record(&self, version_id: &str) -> Value {
        record(&self.key(), version_id)
    }

    fn progress(&self, fakes: &Fakes) -> Progress {
        fakes.table.look().uploads[&(self.owner, self.id)].progress.clone()
    }

    /// The version that was judged, and the verdict.
    fn judged(&self, fakes: &Fakes) -> Option<(String, Verdict)> {
        match self.progress(fakes) {
            Progress::Judged { version_id, judgement } => Some((version_id, judgement.verdict)),
            _ => None,
        }
    }
}

/// The captured record, of another object.
fn record(key: &str, version_id: &str) -> Value {
    let mut event: Value = serde_json::from_str(EVENT).unwrap();
    let object = &mut event["Records"][0]["s3"]["object"];
    (object["key"], object["versionId"]) = (key.into(), version_id.into());
    event["Records"][0].take()
}

async fn deliver(fakes: &Fakes, records: &[Value]) -> Result<(), PortError> {
    deliver_event(fakes, &json!({"Records": records})).await
}

async fn deliver_event(fakes: &Fakes, event: &Value) -> Result<(), PortError> {
    let event = serde_json::from_value(event.clone()).unwrap();
    handle(event, &fakes.table, &fakes.objects, &fakes.objects, &fakes.clock).await
}

#[tokio::test]
async fn the_same_event_five_times_judges_once() {
    let fakes = Fakes::new();
    let place = Place::new(&fakes);
    for _ in 0..5 {
        deliver(&fakes, &[place.record("v1")]).await.unwrap();
    }
    let (version, verdict) = place.judged(&fakes).unwrap();
    assert_eq!((version.as_str(), verdict == Verdict::Refused), ("v1", false));
    assert_eq!(fakes.objects.clean().len(), 1);
    let calls = fakes.script.take_calls();
    assert_eq!(calls.iter().filter(|req| **req == "fetch_original").count(), 1, "{calls:?}");
}

#[tokio::test]
async fn the_first_version_that_arrives_counts_and_no_other() {
    let fakes = Fakes::new();
    let place = Place::new(&fakes);
    fakes.objects.arrive(&place.key(), "v2", b"<svg/>".to_vec());
    deliver(&fakes, &[place.record("v1"), place.record("v2"), place.record("v1")]).await.unwrap();
    let judged = place.judged(&fakes).unwrap();
    assert_eq!(judged.0, "v1");
    deliver(&fakes, &[place.record("v2")]).await.unwrap();
    assert_eq!(place.judged(&fakes).unwrap(), judged);
}

#[tokio::test]
async fn a_file_that_is_no_picture_is_refused_and_has_no_copy() {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".repeat(400);
    for bytes in [Vec::new(), vec![0], svg, picture()[..30_000].to_vec()] {
        let fakes = Fakes::new();
        let place = Place::new(&fakes);
        fakes.objects.arrive(&place.key(), "v1", bytes);
        deliver(&fakes, &[place.record("v1")]).await.unwrap();
        assert_eq!(place.judged(&fakes).unwrap().1, Verdict::Refused);
        assert!(fakes.objects.clean().is_empty());
    }
}

#[tokio::test]
async fn what_is_not_ours_is_given_up_on_and_holds_nobody_up() {
    let fakes = Fakes::new();
    let place = Place::new(&fakes);
    let (owner, id) = (place.owner, UploadId::new(ulid::Ulid::nil()));
    let keys = [
        "nothing".to_owned(),
        "../../etc/passwd".to_owned(),
        format!("{owner}/../{}", place.id),
        format!("{owner}/{}+", place.id),
        // A key with `%2F` in an event is that of an object with `%` in its name, or encoded twice.
        place.key().replace('/', "%2F"),
        place.key().replace('/', "%252F"),
        format!("{owner}/{id}"),
        format!("{}/{}", AccountId::new(ulid::Ulid::nil()), place.id),
        "x".repeat(1_024),
    ];
    let mut records: Vec<Value> = keys.iter().map(|key| record(key, "v1")).collect();
    records.extend([json!({}), json!(null), json!({"s3": {"object": {}}}), place.record("gone")]);
    for strange in records {
        let fakes = Fakes::new();
        let place = Place::new(&fakes);
        deliver(&fakes, &[strange.clone(), place.record("v1")]).await.unwrap();
        let is_pinned = strange["s3"]["object"]["versionId"] == "gone";
        assert_eq!(place.judged(&fakes).is_some(), !is_pinned, "{strange}");
        assert!(fakes.objects.clean().len() <= 1);
    }
    let test_event: Value = serde_json::from_str(TEST_EVENT).unwrap();
    for nothing in [test_event, json!({"Records": []})] {
        fakes.script.take_calls();
        deliver_event(&fakes, &nothing).await.unwrap();
        assert!(fakes.script.take_calls().is_empty());
    }
}

#[tokio::test]
async fn whatever_fails_the_event_comes_again_and_ends_in_one_verdict() {
    let failed = each_failure(async |fakes, failure| {
        let place = Place::new(fakes);
        fakes.script.arm(failure);
        let first = deliver(fakes, &[place.record("v1")]).await;
        let failed = fakes.script.disarm();
        // A conflict says that another delivery was there first, or a retried call of this one.
        let is_conflict =
            failure.how == How::Conflict && matches!(failed, Some("begin_check" | "save_judgement"));
        assert!(failed.is_none() || first.is_err() || is_conflict, "{failed:?} {failure:?}");
        if first.is_ok() && !(is_conflict && failure.when == When::Before) {
            assert!(place.judged(fakes).is_some() || failed == Some("begin_check"), "{failure:?}");
        }
        assert!(
            place.judged(fakes).is_none() || fakes.objects.clean().len() == 1,
            "never judged without a copy"
        );
        deliver(fakes, &[place.record("v1")]).await.unwrap();
        assert_eq!(place.judged(fakes).unwrap().0, "v1");
        assert_eq!(fakes.objects.clean().len(), 1);
        failed
    })
    .await;
    let calls =
        ["load_uploads", "begin_check", "fetch_original", "store_clean", "load_account", "save_judgement"];
    assert_eq!(failed, calls);
}

#[tokio::test]
async fn a_picture_of_an_account_that_was_closed_meanwhile_leaves_no_copy() {
    let fakes = Fakes::new();
    let place = Place::new(&fakes);
    let table = fakes.table.clone();
    fakes.script.meanwhile("store_clean", move || table.look().accounts.clear());
    deliver(&fakes, &[place.record("v1")]).await.unwrap();
    assert!(fakes.objects.clean().is_empty() && place.judged(&fakes).is_none());
}

#[tokio::test]
async fn of_a_face_whose_consent_was_taken_back_meanwhile_no_copy_is_left() {
    for (purpose, is_kept) in [(Purpose::IdFront, false), (Purpose::WorkProof, true)] {
        let fakes = Fakes::new();
        let place = Place::of(&fakes, purpose);
        let (table, now) = (fakes.table.clone(), fakes.clock.now());
        fakes.script.meanwhile("store_clean", move || {
            let mut stored = table.look();
            let account = stored.accounts.values_mut().next().unwrap();
            account.biometrics = account.biometrics.withdrawn(now);
        });
        deliver(&fakes, &[place.record("v1")]).await.unwrap();
        assert_eq!(fakes.objects.clean().is_empty(), !is_kept, "{purpose:?}");
        assert_eq!(place.judged(&fakes).is_some(), is_kept, "{purpose:?}");
    }
}

#[tokio::test]
async fn a_picture_whose_record_was_cleared_away_changes_nothing() {
    for is_closed in [false, true] {
        let fakes = Fakes::new();
        let place = Place::new(&fakes);
        let _ = fakes.table.look().uploads.remove(&(place.owner, place.id));
        if is_closed {
            fakes.table.look().accounts.clear();
        }
        deliver(&fakes, &[place.record("v1")]).await.unwrap();
        assert!(fakes.objects.clean().is_empty() && fakes.table.look().uploads.is_empty());
    }
}

/// A PNG of two colours that is small as such, and too large as a JPEG of as many pixels.
fn page(width: u32, height: u32) -> Vec<u8> {
    let image = image::GrayImage::from_fn(width, height, |x, y| {
        image::Luma([if (x / 2 + y / 3) % 2 == 0 { 0 } else { 255 }])
    });
    // Rows like the one above: with this filter they take next to nothing.
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::Up);
    image.write_with_encoder(encoder).unwrap();
    // Trailing bytes are not looked at; less would be refused.
    bytes.resize(bytes.len().max(30_000), 0);
    bytes
}

/// The PNG with an `eXIf` chunk after its header that says: turn it by a quarter, clockwise.
fn lying(png: &[u8]) -> Vec<u8> {
    let exif = b"eXIfMM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let crc = !exif.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1)))
    });
    let length = u32::try_from(exif.len() - 4).unwrap().to_be_bytes();
    [&png[..33], &length, exif, &crc.to_be_bytes(), &png[33..]].concat()
}

#[tokio::test]
async fn the_size_of_the_copy_is_kept_beside_that_of_what_arrived() {
    for (file, arrived, is_smaller) in [
        (lying(&picture()), (100, 160), false),
        (page(2_000, 2_600), (2_000, 2_600), true),
        (lying(&page(2_000, 2_600)), (2_600, 2_000), true),
    ] {
        let fakes = Fakes::new();
        let place = Place::of(&fakes, Purpose::WorkProof);
        fakes.objects.arrive(&place.key(), "v3", file);
        deliver(&fakes, &[place.record("v3")]).await.unwrap();
        let Progress::Judged { judgement, .. } = place.progress(&fakes) else { panic!("it was judged") };
        assert_eq!((judgement.width, judgement.height), (Some(arrived.0), Some(arrived.1)));
        let (owner, upload, ..) = fakes.objects.clean()[0];
        let shown = fakes.objects.fetch_clean(owner, upload).await.unwrap().unwrap();
        let shown = image::load_from_memory(&shown).unwrap();
        let size = PixelSize { width: shown.width(), height: shown.height() };
        assert_eq!(judgement.clean, Some(size));
        assert_eq!(size.width < arrived.0, is_smaller, "{size:?} {arrived:?}");
    }
}
