//! Pictures: the form that the storage service enforces, the verdict, and what strangers may see of it.

use journey::pictures::{Picture, filled_form, honest};
use journey::{Applicant, Response, Stack};

const PURPOSES: [&str; 6] =
    ["photo", "id-front", "id-back", "id-holding", "education-certificate", "work-proof"];

fn finding<'a>(verdict: &'a Response, code: &str) -> &'a serde_json::Value {
    let found = verdict.list("/findings").iter().find(|finding| finding["code"] == code);
    found.unwrap_or_else(|| panic!("no finding {code}: {}", verdict.text))
}

#[tokio::test]
async fn a_picture_is_pending_until_it_is_sent_and_then_judged() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let picture = Picture::photo(&stack);
    let upload = applicant.announced(&picture).await;
    let id = upload.str("/uploadId");
    let pending = applicant.api.upload(id).await.expect(200);
    assert_eq!((pending.str("/state"), pending.str("/purpose")), ("pending", "photo"));
    assert_eq!(pending.body.get("picture"), None, "there is nothing to see yet");
    assert!(
        upload.str("/form/url").contains(&stack.quarantine),
        "pictures go to quarantine: {}",
        upload.text
    );
    assert!(!upload.str("/form/fields/key").contains(&applicant.person.id_number));

    let bytes = picture.bytes.len() as u64;
    let form = filled_form(&upload.body["form"], picture.bytes, honest);
    assert!(applicant.api.send_form(upload.str("/form/url"), form).await.is_success());
    let verdict = applicant.verdict(id).await;
    assert!(matches!(verdict.str("/state"), "accepted" | "flagged"), "{}", verdict.text);
    assert_eq!(verdict.number("/bytes"), bytes);
    assert!(verdict.number("/width") >= 295 && verdict.number("/height") >= 413);
    assert!(verdict.list("/rulesRun").iter().any(|rule| rule == "format"), "{}", verdict.text);
}

#[tokio::test]
async fn the_storage_service_takes_only_what_the_form_was_made_for() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let picture = Picture::id_front(&stack);
    let (upload, other) = (applicant.announced(&picture).await, applicant.announced(&picture).await);
    let (form, url) = (&upload.body["form"], upload.str("/form/url"));
    let other_key = other.str("/form/fields/key").to_owned();

    let key = |name: &str, value: &str| if name == "key" { other_key.clone() } else { value.to_owned() };
    let refused = applicant.api.send_form(url, filled_form(form, picture.bytes.clone(), key)).await;
    assert_eq!(refused.status, 403, "another key: {}", refused.text);
    let html = |name: &str, value: &str| {
        if name.eq_ignore_ascii_case("content-type") { "text/html".to_owned() } else { value.to_owned() }
    };
    let refused = applicant.api.send_form(url, filled_form(form, picture.bytes.clone(), html)).await;
    assert_eq!(refused.status, 403, "another content type: {}", refused.text);
    let mut big = picture.bytes.clone();
    big.resize(512_001, 0);
    let refused = applicant.api.send_form(url, filled_form(form, big, honest)).await;
    assert_eq!(refused.status, 400, "too big: {}", refused.text);
    assert!(refused.text.contains("EntityTooLarge"), "{}", refused.text);
    for upload in [&upload, &other] {
        let state = applicant.api.upload(upload.str("/uploadId")).await.expect(200);
        assert_eq!(state.str("/state"), "pending", "a refused file arrived: {}", state.text);
    }
}

#[tokio::test]
async fn announcing_a_picture_that_cannot_be_good_names_the_field() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let cases = [
        ("passport", "image/jpeg", 30_000, "/purpose"),
        ("id-front", "image/gif", 30_000, "/mediaType"),
        ("photo", "image/png", 30_000, "/mediaType"),
        ("id-front", "image/jpeg", 512_001, "/bytes"),
        ("id-front", "image/jpeg", 20_480, "/bytes"),
        ("photo", "image/jpeg", 0, "/bytes"),
    ];
    for (purpose, media_type, bytes, pointer) in cases {
        let refused = applicant.api.announce_upload(purpose, media_type, bytes).await;
        refused.problem(422, "invalid-request").assert_faulty(&[pointer]);
    }
}

#[tokio::test]
async fn a_photo_with_too_few_pixels_is_refused_with_what_was_measured() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let verdict = applicant.judged(Picture::small_photo(&stack)).await;
    assert_eq!(verdict.str("/state"), "refused", "{}", verdict.text);
    let pixels = finding(&verdict, "attachment.PIXELS");
    assert_eq!(pixels["rule"], "pixels");
    assert_eq!(pixels["certainty"], "certain");
    assert!(pixels["message"].as_str().is_some_and(|text| text.contains("295")), "{pixels}");
}

#[tokio::test]
async fn a_truncated_photo_is_refused() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let verdict = applicant.judged(Picture::truncated_photo(&stack)).await;
    assert_eq!(verdict.str("/state"), "refused", "{}", verdict.text);
    finding(&verdict, "picture.CORRUPT");
}

#[tokio::test]
async fn what_is_no_picture_is_refused_whatever_it_calls_itself() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let page = format!("<html><script>alert(1)</script>{}</html>", "x".repeat(30_000));
    let disguised = Picture { purpose: "id-front", bytes: page.into_bytes() };
    let verdict = applicant.judged(disguised).await;
    assert_eq!(verdict.str("/state"), "refused", "{}", verdict.text);
    assert_eq!(finding(&verdict, "attachment.FORMAT_HTML")["kind"], "html");
}

#[tokio::test]
async fn a_phones_own_format_is_named_with_what_to_do_about_it() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let mut bytes = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    bytes.resize(30_000, 0);
    let verdict = applicant.judged(Picture { purpose: "photo", bytes }).await;
    let heic = finding(&verdict, "attachment.FORMAT_HEIC");
    assert_eq!((&heic["kind"], verdict.str("/state")), (&"heic".into(), "refused"));
    assert!(heic["message"].as_str().is_some_and(|text| text.contains("HEIC")), "{heic}");
    let announced = applicant.api.announce_upload("photo", "image/heic", 30_000).await;
    let announced = announced.problem(422, "invalid-request");
    assert_eq!(announced.body["errors"][0]["code"], "attachment.FORMAT_HEIC", "{}", announced.text);
}

#[tokio::test]
async fn the_size_that_is_told_is_that_of_the_picture_that_is_shown() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    // It lies on its side, and EXIF says how to turn it.
    let verdict = applicant.judged(Picture::of(&stack, "photo", "photo-turned.jpg")).await;
    let shown = reqwest::get(verdict.str("/picture/url")).await.expect("the link leads somewhere");
    let shown = shown.bytes().await.expect("the picture that is shown");
    assert_eq!(Some((verdict.number("/width"), verdict.number("/height"))), size(&shown));
    assert_eq!((verdict.number("/original/width"), verdict.number("/original/height")), (420, 588));
    let refused = applicant.judged(Picture::small_photo(&stack)).await;
    assert_eq!((&refused.body["width"], refused.number("/original/width")), (&serde_json::Value::Null, 200));
}

/// Pixels across and down, by the first start of frame of a JPEG (ITU-T T.81, section B.2.2).
fn size(jpeg: &[u8]) -> Option<(u64, u64)> {
    let start = jpeg.windows(2).position(|marker| matches!(marker, [0xFF, 0xC0 | 0xC2]))?;
    let number = |at: usize| Some(u64::from(u16::from_be_bytes([*jpeg.get(at)?, *jpeg.get(at + 1)?])));
    Some((number(start + 7)?, number(start + 5)?))
}

#[tokio::test]
async fn an_upload_of_somebody_else_does_not_exist() {
    let stack = Stack::required();
    let (owner, other) = tokio::join!(Applicant::registered(&stack), Applicant::registered(&stack));
    let upload = owner.announced(&Picture::photo(&stack)).await;
    let id = upload.str("/uploadId");
    let theirs = other.api.upload(id).await.problem(404, "not-found");
    let nobodys = other.api.upload("upl_00000000000000000000000000").await.problem(404, "not-found");
    let plain = |answer: &Response| answer.text.replace(answer.str("/instance"), "");
    assert_eq!(plain(&theirs), plain(&nobodys), "the answers tell the two apart");
    let _ = owner.api.upload(id).await.expect(200);
}

#[tokio::test]
async fn a_second_file_for_the_same_upload_changes_no_verdict() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let picture = Picture::photo(&stack);
    let upload = applicant.announced(&picture).await;
    let (form, url, id) = (&upload.body["form"], upload.str("/form/url"), upload.str("/uploadId"));
    assert!(applicant.api.send_form(url, filled_form(form, picture.bytes, honest)).await.is_success());
    let first = judged(applicant.verdict(id).await);
    // The storage service may take it, because the form has not expired; the verdict must stand.
    let _ = applicant.api.send_form(url, filled_form(form, Picture::small_photo(&stack).bytes, honest)).await;
    // Another picture, sent afterwards, is judged afterwards: then the second file has had its turn.
    applicant.judged(Picture::small_photo(&stack)).await;
    assert_eq!(judged(applicant.api.upload(id).await.expect(200)), first);
}

/// The answer but for its link, which is another one each time.
fn judged(mut answer: Response) -> serde_json::Value {
    let link = answer.body["picture"].take();
    assert!(link["url"].is_string() && link["expiresAt"].is_string(), "{link}");
    answer.body
}

#[tokio::test]
async fn every_fixture_gets_the_verdict_of_the_manifest() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let manifest =
        std::fs::read_to_string(stack.fixtures.join("MANIFEST.md")).expect("the fixtures' manifest");
    let mut seen = 0;
    for line in manifest.lines().filter(|line| line.contains(".jpg |") || line.contains(".png |")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, file, purpose, expected, ..] = cells[..] else { panic!("a row with too few cells: {line}") };
        let purpose = PURPOSES.into_iter().find(|known| *known == purpose).expect("a purpose that we know");
        let verdict = applicant.judged(Picture::of(&stack, purpose, file)).await;
        let (state, code) = expected.split_once(' ').unwrap_or((expected, ""));
        assert_eq!(verdict.str("/state"), state, "{file}: {}", verdict.text);
        if !code.is_empty() {
            finding(&verdict, code);
        }
        seen += 1;
    }
    assert!(seen >= 8, "the manifest has {seen} pictures only");
}

#[tokio::test]
async fn real_portraits_reach_a_verdict() {
    let stack = Stack::required();
    let folder = stack.shared.join("faces");
    if !folder.is_dir() {
        println!("skipped: there is no folder {}", folder.display());
        return;
    }
    let applicant = Applicant::registered(&stack).await;
    for file in ["pd_biden.jpg", "pd_obama2.jpg", "hu_stock-teen-1.jpg", "dv_portrait_glasses.jpg"] {
        let bytes = std::fs::read(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let verdict = applicant.judged(Picture { purpose: "photo", bytes }).await;
        println!("{file}: {} {}", verdict.str("/state"), verdict.body["findings"]);
        assert!(
            matches!(verdict.str("/state"), "accepted" | "flagged" | "refused"),
            "{file}: {}",
            verdict.text
        );
        let explained = verdict.str("/state") == "accepted" || !verdict.list("/findings").is_empty();
        assert!(explained, "{file} has a verdict without a finding: {}", verdict.text);
    }
}
