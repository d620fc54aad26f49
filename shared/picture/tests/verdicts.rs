//! Every corrupt, hostile or strange file that must get its own answer (security list, items 20 to 29).

#![allow(missing_docs, clippy::pedantic, clippy::unwrap_used, clippy::panic, reason = "a test program")]

#[allow(dead_code, reason = "each test program uses a part of the kit")]
mod kit;

use domain::file_kind::FileKind;
use domain::upload::Finding;
use domain::upload::Purpose::{self, IdFront, IdHolding, Photo, WorkProof};
use domain::upload::Verdict::{self, Accepted, Flagged, Refused};
use image::{DynamicImage, Rgb, RgbImage};
use jpeg_encoder::{ColorType, SamplingFactor};
use kit::*;
use picture::judge;

struct Case {
    name: &'static str,
    file: Vec<u8>,
    purpose: Purpose,
    verdict: Verdict,
    code: Option<&'static str>,
}

fn accepted(name: &'static str, purpose: Purpose, file: impl Into<Vec<u8>>) -> Case {
    Case { name, file: file.into(), purpose, verdict: Accepted, code: None }
}

fn refused(name: &'static str, purpose: Purpose, file: impl Into<Vec<u8>>, code: &'static str) -> Case {
    Case { name, file: file.into(), purpose, verdict: Refused, code: Some(code) }
}

/// The checks that are the matter of this program.
const ABOUT_THE_FILE: [&str; 9] =
    ["format", "bytes", "header", "frames", "decode", "pixels", "aspect", "blank", "clean"];

/// What was found about the file. Drawn scenes show neither a face nor a card, which are asked for as well; that is the
/// matter of `rules.rs` and `documents.rs`.
fn about_the_file(file: &[u8], purpose: Purpose) -> Vec<Finding> {
    let mut findings = judge(file, purpose).findings;
    findings.retain(|finding| ABOUT_THE_FILE.contains(&finding.rule.as_str()));
    findings
}

#[track_caller]
fn check(cases: Vec<Case>) {
    let mut wrong = Vec::new();
    for Case { name, file, purpose, verdict, code } in cases {
        let findings = about_the_file(&file, purpose);
        let given = Verdict::of(&findings);
        let codes: Vec<_> = findings.iter().map(|finding| finding.code.as_str()).collect();
        if given != verdict || codes != Vec::from_iter(code) {
            wrong.push(format!("{name}: {given:?} {codes:?}, expected {verdict:?} {code:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sizes_in_bytes_are_inclusive() {
    let photo =
        jpeg(&RgbImage::from_fn(300, 420, |x, y| Rgb([(x / 64) as u8 * 40, (y / 64) as u8 * 30, 90])));
    let proof = png(scene(70, 70));
    check(vec![
        refused("no bytes", Photo, [], "attachment.FORMAT"),
        refused("one byte", Photo, [0xFF], "attachment.FORMAT"),
        refused("one byte short", Photo, padded(&photo, 10_239), "attachment.TOO_SMALL"),
        accepted("just enough", Photo, padded(&photo, 10_240)),
        accepted("just not too much", Photo, padded(&photo, 5 * 1_024 * 1_024)),
        refused("one byte over", Photo, padded(&photo, 5 * 1_024 * 1_024 + 1), "attachment.TOO_BIG"),
        refused("proof, 20 KB", WorkProof, padded(&photo, 20_480), "attachment.TOO_SMALL"),
        accepted("proof, over 20 KB", WorkProof, padded(&photo, 20_481)),
        accepted("proof, 500 KB", WorkProof, padded(&photo, 512_000)),
        refused("proof, over 500 KB", WorkProof, padded(&photo, 512_001), "attachment.TOO_BIG"),
        refused("small PNG", WorkProof, proof, "attachment.TOO_SMALL"),
    ]);
}

#[test]
fn only_the_content_says_what_a_file_is() {
    let filled = |head: &[u8]| [head, &[b' '; 30_000]].concat();
    let format = |name, head: &[u8], code| refused(name, IdFront, filled(head), code);
    check(vec![
        format(
            "SVG",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "attachment.FORMAT_SVG",
        ),
        format("XML", b"\xEF\xBB\xBF\n<?xml version='1.0'?><svg/>", "attachment.FORMAT_SVG"),
        format("HTML", b"<!DOCTYPE html><script>alert(1)</script>", "attachment.FORMAT_HTML"),
        format("PDF", b"%PDF-1.7", "attachment.FORMAT_PDF"),
        format("GIF", b"GIF89a", "attachment.FORMAT_GIF"),
        format("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "attachment.FORMAT_HEIC"),
        format("WebP", b"RIFF\0\0\0\0WEBPVP8 ", "attachment.FORMAT_WEBP"),
        format("BMP", b"BM", "attachment.FORMAT_BMP"),
        format("TIFF", b"II*\0", "attachment.FORMAT_TIFF"),
        format("ZIP", b"PK\x03\x04", "attachment.FORMAT_ARCHIVE"),
        format("text", b"hello", "attachment.FORMAT"),
        format("JPEG 2000", b"\0\0\0\x0CjP  \r\n\x87\n", "attachment.FORMAT_JP2"),
        format("start of JPEG only", b"\xFF\xD8", "attachment.FORMAT"),
        refused("PNG for a photo", Photo, png(scene(413, 579)), "attachment.FORMAT_PNG"),
        accepted("PNG for a card", IdFront, png(scene(120, 80))),
    ]);
}

#[test]
fn a_file_that_is_not_taken_says_what_it_is() {
    let heic = [&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], &[0; 30_000]].concat();
    for (purpose, file, kind) in [
        (Photo, heic, FileKind::Heic),
        (Photo, png(portrait()), FileKind::Png),
        (WorkProof, b"nothing that we know".repeat(2_000), FileKind::Unknown),
    ] {
        let finding = &judge(&file, purpose).findings[0];
        assert_eq!((finding.code.as_str(), finding.kind), (kind.code().0, Some(kind)));
    }
}

#[test]
fn sizes_in_pixels_are_checked_before_decoding() {
    let header = |name, width, height| {
        refused(name, Photo, jpeg_header(0xC0, 8, width, height, 3), "picture.DIMENSIONS")
    };
    let bomb = |name, width, height| {
        let chunks = [ihdr(width, height, 8, 2, false)];
        refused(name, IdFront, raw_png(&chunks, &[0; 30_000]), "picture.DIMENSIONS")
    };
    check(vec![
        header("65535 x 65535", 65_535, 65_535),
        header("0 x N", 0, 600),
        header("N x 0", 600, 0),
        header("1 x 1", 1, 1),
        header("10000 x 1", 10_000, 1),
        header("over the longest side", 12_001, 2_000),
        header("over the largest area", 5_001, 5_000),
        bomb("PNG, 30000 x 30000", 30_000, 30_000),
        bomb("PNG, 0 x 100", 0, 100),
        bomb("PNG, largest numbers", u32::MAX, u32::MAX),
        refused(
            "PNG, 16-bit RGBA of 200 MB",
            IdFront,
            raw_png(&[ihdr(5_000, 5_000, 16, 6, false)], &[0; 30_000]),
            "picture.DIMENSIONS",
        ),
        refused("photo of too few pixels", Photo, jpeg(&scene(294, 413)), "attachment.PIXELS"),
        refused("photo not high enough", Photo, jpeg(&scene(300, 412)), "attachment.PIXELS"),
    ]);
}

#[test]
fn damaged_files_are_refused_not_half_shown() {
    let baseline = photo();
    let progressive = special_jpeg(&scene(413, 579), (413, 579), ColorType::Rgb, |e| e.set_progressive(true));
    let picture = png(scene(400, 300));
    let cut = |file: &[u8], percent: usize| file[..file.len() * percent / 100].to_vec();
    let mut cases = Vec::new();
    for percent in [30, 60, 99] {
        cases.push(refused("baseline cut", Photo, cut(&baseline, percent), "picture.CORRUPT"));
        cases.push(refused("progressive cut", Photo, cut(&progressive, percent), "picture.CORRUPT"));
        cases.push(refused("PNG cut", IdFront, cut(&picture, percent), "picture.CORRUPT"));
    }
    let ended = [&cut(&baseline, 50)[..], &[0xFF, 0xD9]].concat();
    cases.push(refused("cut, then ended", Photo, ended, "picture.CORRUPT"));
    cases.push(refused("no end", Photo, &baseline[..baseline.len() - 2], "picture.CORRUPT"));

    let mut codes = baseline.clone();
    let middle = codes.len() / 2;
    codes[middle..middle + 400].chunks_mut(2).for_each(|pair| pair.copy_from_slice(&[0xFF, 0x00]));
    cases.push(refused("codes that no table has", Photo, codes, "picture.CORRUPT"));
    let mut table = baseline.clone();
    let at = table.windows(2).position(|pair| pair == [0xFF, 0xC4]).unwrap();
    table[at + 5..at + 21].fill(0xFF);
    cases.push(refused("overfull code table", Photo, table, "picture.CORRUPT"));
    cases.push(refused("nothing but headers", Photo, jpeg_header(0xC0, 8, 413, 579, 3), "picture.CORRUPT"));
    let twice = with_segments(&baseline, &[segment(0xC0, &[8, 2, 67, 1, 157, 1, 1, 0x11, 0])]);
    cases.push(refused("two frame headers", Photo, twice, "picture.CORRUPT"));
    let endless = with_segments(&baseline, &[vec![0xFF, 0xE5, 0xFF]]);
    cases.push(refused("segment past the end", Photo, endless, "picture.CORRUPT"));

    let mut checksum = picture.clone();
    let last = checksum.len() - 14;
    checksum[last] ^= 1;
    cases.push(refused("PNG checksum", IdFront, checksum, "picture.CORRUPT"));
    let short = raw_png(&[ihdr(200, 120, 8, 2, false)], &lines(&[7; 200 * 60 * 3], 600));
    cases.push(refused("PNG with half its lines", IdFront, short, "picture.CORRUPT"));
    let depth = raw_png(&[ihdr(200, 120, 3, 2, false)], &lines(&[7; 200 * 120 * 3], 600));
    cases.push(refused("PNG with 3-bit RGB", IdFront, depth, "picture.CORRUPT"));
    let bare = raw_png(&[ihdr(200, 120, 8, 3, false)], &lines(&[7; 200 * 120], 200));
    cases.push(refused("PNG palette missing", IdFront, bare, "picture.CORRUPT"));
    check(cases);
}

#[test]
fn unread_codings_and_colours_are_refused_by_name() {
    let size = (413, 579);
    let four = scene(413, 579).pixels().flat_map(|Rgb([r, g, b])| [*r, *g, *b, 9]).collect::<Vec<_>>();
    let header = |name, marker, precision, components, code| {
        refused(name, Photo, jpeg_header(marker, precision, 413, 579, components), code)
    };
    check(vec![
        refused("CMYK", Photo, special_jpeg(&four, size, ColorType::Cmyk, |_| {}), "picture.COLOUR"),
        refused("YCCK", Photo, special_jpeg(&four, size, ColorType::CmykAsYcck, |_| {}), "picture.COLOUR"),
        header("two components", 0xC0, 8, 2, "picture.COLOUR"),
        header("12-bit", 0xC1, 12, 3, "picture.UNSUPPORTED"),
        header("lossless", 0xC3, 8, 3, "picture.UNSUPPORTED"),
        header("arithmetic", 0xC9, 8, 3, "picture.UNSUPPORTED"),
        header("progressive arithmetic", 0xCA, 8, 3, "picture.UNSUPPORTED"),
        header("five components", 0xC0, 8, 5, "picture.CORRUPT"),
        refused(
            "PNG with an unknown critical chunk",
            IdFront,
            with_chunks(&png(scene(120, 80)), &[chunk(b"ABCD", b"")]),
            "picture.UNSUPPORTED",
        ),
    ]);
}

#[test]
fn several_pictures_in_one_file_are_refused() {
    let control = chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    let indexed = |types| with_segments(&photo(), &[multi_picture(types)]);
    check(vec![
        refused("APNG", IdFront, with_chunks(&png(scene(120, 80)), &[control]), "picture.ANIMATED"),
        refused("stereo picture", Photo, indexed([0x0002_0002, 0x0002_0002]), "picture.ANIMATED"),
        refused("panorama", Photo, indexed([0x2003_0000, 0x0002_0001]), "picture.ANIMATED"),
        refused(
            "two whole pictures",
            Photo,
            [indexed([0x0002_0002, 0x0002_0002]), photo()].concat(),
            "picture.ANIMATED",
        ),
        accepted("preview", Photo, indexed([0x2003_0000, 0x0001_0002])),
        accepted("preview and its picture", Photo, [indexed([0x2003_0000, 0x0001_0002]), photo()].concat()),
        accepted("gain map", Photo, indexed([0x2003_0000, 0])),
    ]);
}

#[test]
fn the_rules_report_what_they_measured() {
    check(vec![
        Case {
            name: "square photo",
            file: jpeg(&scene(500, 500)),
            purpose: Photo,
            verdict: Flagged,
            code: Some("picture.ASPECT"),
        },
        accepted("landscape card", IdFront, jpeg(&scene(500, 320))),
        refused(
            "white paper",
            IdFront,
            padded(&jpeg(&RgbImage::from_pixel(500, 500, Rgb([250, 250, 250]))), 30_000),
            "picture.BLANK",
        ),
    ]);
    let finding = about_the_file(&jpeg(&scene(500, 500)), Photo).remove(0);
    assert_eq!((finding.rule.as_str(), finding.value, finding.threshold), ("aspect", Some(1.0), Some(0.85)));
}

#[test]
fn the_checks_that_ran_are_named_in_order() {
    let steps = ["format", "bytes", "header", "frames", "decode", "pixels"];
    for purpose in [Photo, IdFront, IdHolding, WorkProof] {
        let rules = picture::rules().iter().filter(|rule| rule.applies_to(purpose)).map(|rule| rule.name());
        let (judgement, _) = picture::examine(&photo(), purpose);
        assert_eq!(judgement.rules_run, Vec::from_iter(steps.into_iter().chain(rules)));
    }
    let page = judge(&jpeg(&page::page((1_000, 1_400), 2, [240; 3], 5)), WorkProof);
    assert_eq!(page.rules_run.last(), Some(&"clean"), "{:?}", page.findings);
    let whole = judge(&photo(), Photo);
    assert_eq!((whole.measures.width, whole.measures.height), (Some(413), Some(579)));
    assert_eq!(judge(b"", Photo).rules_run, ["format"]);
    assert_eq!(judge(&photo()[..50_000], Photo).rules_run, ["format", "bytes", "header"]);
    assert!(!judge(&jpeg(&scene(500, 320)), IdFront).rules_run.contains(&"aspect"));
}

#[test]
fn faults_that_endanger_nothing_are_told_together() {
    let codes =
        |file: Vec<u8>| Vec::from_iter(about_the_file(&file, Photo).into_iter().map(|finding| finding.code));
    assert_eq!(codes(jpeg(&scene(60, 80))), ["attachment.TOO_SMALL", "attachment.PIXELS"]);
    assert_eq!(codes(jpeg(&scene(579, 412))), ["attachment.PIXELS", "picture.ASPECT"]);
}

#[test]
fn too_few_pixels_are_told_with_the_side_that_lacks_more_of_them() {
    let measured = |width, height| {
        let findings = judge(&jpeg(&scene(width, height)), Photo).findings;
        let pixels = findings.into_iter().find(|finding| finding.rule == "pixels");
        pixels.map(|finding| (finding.value, finding.threshold))
    };
    assert_eq!(measured(290, 413), Some((Some(290.0), Some(295.0))));
    assert_eq!(measured(290, 300), Some((Some(300.0), Some(413.0))));
    assert_eq!(measured(295, 413), None);
}

/// The pixels that are judged and kept, whatever they show.
fn cleaned(file: &[u8], purpose: Purpose) -> RgbImage {
    let (judgement, picture) = picture::examine(file, purpose);
    picture.unwrap_or_else(|| panic!("{:?}", judgement.findings)).pixels().clone()
}

#[track_caller]
fn looks_like(file: &[u8], purpose: Purpose, expected: &RgbImage) {
    let difference = difference(&cleaned(file, purpose), expected);
    assert!(difference < 5.0, "differs by {difference}");
}

#[test]
fn codings_of_jpeg_are_read_with_the_right_colours() {
    let (picture, size) = (scene(413, 579), (413, 579));
    let made =
        |set: fn(&mut jpeg_encoder::Encoder<&mut Vec<u8>>)| special_jpeg(&picture, size, ColorType::Rgb, set);
    looks_like(&made(|_| {}), WorkProof, &picture);
    looks_like(&made(|e| e.set_progressive(true)), WorkProof, &picture);
    looks_like(&made(|e| e.set_restart_interval(7)), WorkProof, &picture);
    // One that ends with the last block.
    looks_like(&made(|e| e.set_restart_interval(4)), WorkProof, &picture);
    looks_like(&made(|e| e.set_optimized_huffman_tables(true)), WorkProof, &picture);
    for sampling in [SamplingFactor::F_2_1, SamplingFactor::F_1_2, SamplingFactor::F_2_2] {
        looks_like(
            &special_jpeg(&picture, size, ColorType::Rgb, |e| e.set_sampling_factor(sampling)),
            WorkProof,
            &picture,
        );
    }
    let grey = DynamicImage::from(picture.clone()).into_luma8();
    let expected = DynamicImage::from(grey.clone()).into_rgb8();
    looks_like(&special_jpeg(&grey, size, ColorType::Luma, |_| {}), WorkProof, &expected);
    // Adobe's segment with transform 0: the three components are red, green and blue themselves.
    let adobe = segment(0xEE, b"Adobe\0\x64\0\0\0\0\0");
    let labelled = with_segments(&special_jpeg(&picture, size, ColorType::Ycbcr, |_| {}), &[adobe]);
    looks_like(&labelled, WorkProof, &picture);
}

#[test]
fn one_scan_for_each_component_is_read_or_refused_but_never_shown_wrongly() {
    let (picture, size) = (scene(413, 579), (413, 579));
    let made = |sampling| {
        special_jpeg(&picture, size, ColorType::Rgb, |encoder| {
            encoder.set_sampling_factor(sampling);
            encoder.set_optimized_huffman_tables(true);
        })
    };
    looks_like(&made(SamplingFactor::F_1_1), Photo, &picture);
    // The decoder reads this one wrongly and says nothing.
    for sampling in [SamplingFactor::F_2_2, SamplingFactor::F_2_1, SamplingFactor::F_1_2] {
        check(vec![refused("three scans, subsampled", Photo, made(sampling), "picture.UNSUPPORTED")]);
    }
}

#[test]
fn colour_types_of_png_become_rgb_on_white() {
    let picture = scene(200, 120);
    let image = DynamicImage::from(picture.clone());
    let grey = DynamicImage::from(image.to_luma8()).into_rgb8();
    looks_like(&png(picture.clone()), WorkProof, &picture);
    looks_like(&png(image.to_rgb16()), WorkProof, &picture);
    looks_like(&png(image.to_luma16()), WorkProof, &grey);
    looks_like(&png(image.to_rgba16()), WorkProof, &picture);

    let mut veil = image.to_luma_alpha8();
    veil.pixels_mut().for_each(|pixel| pixel.0[1] = 51);
    let veiled = RgbImage::from_fn(200, 120, |x, y| Rgb(grey.get_pixel(x, y).0.map(|value| 204 + value / 5)));
    looks_like(&png(veil), WorkProof, &veiled);

    // Grey of one bit, eight pixels a byte: black on the left, white on the right.
    let bits: Vec<u8> = (0..120).flat_map(|_| (0..25).map(|byte| if byte < 12 { 0 } else { 0xFF })).collect();
    let room = chunk(b"tEXt", &[b' '; 20_480]);
    let file = raw_png(&[ihdr(200, 120, 1, 0, false), room], &lines(&bits, 25));
    let expected = RgbImage::from_fn(200, 120, |x, _| Rgb(if x < 96 { [0; 3] } else { [255; 3] }));
    looks_like(&file, WorkProof, &expected);

    let mut glass = image.to_rgba8();
    glass.pixels_mut().for_each(|pixel| pixel.0[3] = 51);
    let pale =
        RgbImage::from_fn(200, 120, |x, y| Rgb(picture.get_pixel(x, y).0.map(|value| 204 + value / 5)));
    looks_like(&png(glass), WorkProof, &pale);

    // Palette: entry 0 black and transparent, entry 1 red.
    let palette = chunk(b"PLTE", &[0, 0, 0, 200, 0, 0]);
    let pixels: Vec<u8> = (0..200 * 120).map(|place| u8::from(place % 200 < 100)).collect();
    let file = raw_png(&[ihdr(200, 120, 8, 3, false), palette, chunk(b"tRNS", &[0])], &lines(&pixels, 200));
    let expected = RgbImage::from_fn(200, 120, |x, _| if x < 100 { Rgb([200, 0, 0]) } else { Rgb([255; 3]) });
    looks_like(&file, WorkProof, &expected);

    // 16-bit grey with one value transparent.
    let pixels: Vec<u8> =
        (0..200 * 120).flat_map(|place| if place % 200 < 100 { [0, 0] } else { [0x80, 0x01] }).collect();
    let file = raw_png(&[ihdr(200, 120, 16, 0, false), chunk(b"tRNS", &[0, 0])], &lines(&pixels, 400));
    let expected = RgbImage::from_fn(200, 120, |x, _| Rgb(if x < 100 { [255; 3] } else { [128; 3] }));
    looks_like(&file, WorkProof, &expected);
}

#[test]
fn an_interlaced_png_is_put_together() {
    let picture = scene(200, 120);
    // Adam7: start and step across and down, PNG section 8.1.
    let passes =
        [(0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2)];
    let mut lines = Vec::new();
    for (left, across, top, down) in passes {
        for y in (top..120).step_by(down) {
            lines.push(0);
            (left..200).step_by(across).for_each(|x| lines.extend(picture.get_pixel(x, y).0));
        }
    }
    looks_like(&raw_png(&[ihdr(200, 120, 8, 2, true)], &lines), WorkProof, &picture);
}

#[test]
fn a_gamma_chunk_is_applied() {
    let picture = scene(200, 120);
    let gamma = |times_100000: u32| {
        with_chunks(&png(picture.clone()), &[chunk(b"gAMA", &times_100000.to_be_bytes())])
    };
    looks_like(&gamma(45_455), WorkProof, &picture);
    // Linear light: each value is raised to 1/2.2.
    let lit = |value: u8| ((f64::from(value) / 255.0).powf(1.0 / 2.2) * 255.0).round() as u8;
    let expected = RgbImage::from_fn(200, 120, |x, y| Rgb(picture.get_pixel(x, y).0.map(lit)));
    looks_like(&gamma(100_000), WorkProof, &expected);
    looks_like(&gamma(0), WorkProof, &picture);
}

#[test]
fn all_eight_orientations_come_out_upright() {
    use image::metadata::Orientation;
    let upright = scene(413, 579);
    for number in 1..=8 {
        // Only the quarter turns are not their own inverse.
        let inverse = match number {
            6 => 8,
            8 => 6,
            own => own,
        };
        let mut stored = DynamicImage::from(upright.clone());
        stored.apply_orientation(Orientation::from_exif(inverse).unwrap());
        let stored = stored.into_rgb8();
        looks_like(&with_segments(&jpeg(&stored), &[exif(number)]), WorkProof, &upright);
    }
    let mut stored = DynamicImage::from(scene(200, 120));
    stored.apply_orientation(Orientation::Rotate270);
    let file = with_chunks(&png(stored), &[chunk(b"eXIf", &exif_chunk(6))]);
    looks_like(&file, WorkProof, &scene(200, 120));
}

#[test]
fn nothing_but_pixels_is_left_in_the_clean_copy() {
    let eicar = br"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
    let trailing = [&b"PK\x03\x04SECRET.zip<html><script>alert(1)</script>"[..], eicar].concat();
    let segments = [
        exif(1),
        // A thumbnail: a whole JPEG within a segment.
        segment(0xE1, &[b"Exif\0\0II*\0\x08\0\0\0\0\0SECRET", &jpeg(&scene(40, 40))[..]].concat()),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>SECRET</x:xmpmeta>"),
        segment(0xE2, b"ICC_PROFILE\0\x01\x01SECRET"),
        segment(0xED, b"Photoshop 3.0\08BIM\x04\x04SECRET"),
        segment(0xEF, b"SECRET"),
        segment(0xFE, b"SECRET <script>alert(1)</script>"),
    ];
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 64_000_000], 9);
    let chunks = [
        chunk(b"tEXt", b"Comment\0SECRET"),
        chunk(b"zTXt", &[b"Comment\0\0", &bomb[..]].concat()),
        chunk(b"iCCP", &[b"SECRET\0\0", &bomb[..]].concat()),
        chunk(b"eXIf", &exif_chunk(1)),
    ];
    let files = [
        (WorkProof, [&with_segments(&photo(), &segments)[..], &trailing].concat()),
        (WorkProof, [&with_chunks(&png(scene(300, 300)), &chunks)[..], &trailing].concat()),
    ];
    for (purpose, file) in files {
        let clean = judge(&file, purpose).clean.unwrap();
        for needle in
            [&b"SECRET"[..], b"Exif", b"ICC", b"http", b"8BIM", b"PK\x03\x04", b"<script", b"EICAR", b"GPS"]
        {
            assert!(
                file.windows(needle.len()).any(|w| w == needle)
                    || needle == b"GPS"
                    || file.starts_with(b"\x89PNG")
            );
            assert!(!clean.bytes.windows(needle.len()).any(|w| w == needle), "{}", needle.escape_ascii());
        }
        assert!(clean.bytes.starts_with(&[0xFF, 0xD8, 0xFF, 0xE0]) && clean.bytes.ends_with(&[0xFF, 0xD9]));
        // What was cleaned once is clean: its structure is not refused a second time.
        assert_ne!(judge(&clean.bytes, purpose).verdict, Refused);
    }
}

#[test]
fn equal_pixels_give_equal_copies_whatever_surrounds_them() {
    let plain = judge(&photo(), WorkProof).clean.unwrap();
    let dressed = judge(&with_segments(&photo(), &[exif(1), segment(0xFE, b"x")]), WorkProof).clean.unwrap();
    assert_eq!(plain.sha256, dressed.sha256);
}

#[test]
fn the_clean_copy_keeps_the_bounds_of_its_purpose() {
    // A page whose PNG is small but whose JPEG would be large: fine stripes.
    let stripes: Vec<u8> = (0..3_200)
        .flat_map(|y| (0..2_400).map(move |x| (x / 2 + y / 3) % 2 * 255))
        .map(|v| v as u8)
        .collect();
    let data = miniz_oxide::deflate::compress_to_vec_zlib(&lines(&stripes, 2_400), 9);
    let room = chunk(b"tEXt", &[b' '; 20_480]);
    let file = raw_png(&[ihdr(2_400, 3_200, 8, 0, false), room, chunk(b"IDAT", &data)], &[]);
    assert!(file.len() <= 512_000, "{}", file.len());
    let clean = judge(&file, WorkProof).clean.unwrap();
    assert!(clean.bytes.len() <= 512_000);
    assert!(clean.width < 2_400);
}
