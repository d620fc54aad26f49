//! Makes the pictures of the tests, good and hostile, from nothing but arithmetic and raw markers.

pub mod card;
pub mod page;

use std::path::{Path, PathBuf};

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// Four quarters of different colours (red, green, blue, yellow in reading order), graded, with seeded noise
/// so that files have the size of photographs.
pub fn scene(width: u32, height: u32) -> RgbImage {
    let mut state = 0x9E37_79B9_u32;
    RgbImage::from_fn(width, height, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (state >> 27) as u8;
        let shade = (x * 40 / width) as u8;
        let high = 180 + noise;
        let low = 20 + noise + shade;
        Rgb(match (2 * x < width, 2 * y < height) {
            (true, true) => [high, low, low],
            (false, true) => [low, high, low],
            (true, false) => [low, low, high],
            (false, false) => [high, high, low],
        })
    })
}

pub fn jpeg(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(image).unwrap();
    bytes
}

/// A JPEG that keeps the photo's limits.
pub fn photo() -> Vec<u8> {
    jpeg(&scene(413, 579))
}

/// A PNG, of any colour type that `image` writes.
pub fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A JPEG by the other encoder, for what `image` does not write.
pub fn special_jpeg(
    pixels: &[u8],
    (width, height): (u32, u32),
    colour: ColorType,
    set: impl FnOnce(&mut Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 90);
    encoder.set_sampling_factor(SamplingFactor::F_1_1);
    set(&mut encoder);
    encoder.encode(pixels, width as u16, height as u16, colour).unwrap();
    bytes
}

/// A JPEG segment: marker, length, body.
pub fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    [&[0xFF, marker][..], &u16::try_from(body.len() + 2).unwrap().to_be_bytes(), body].concat()
}

/// The JPEG with more segments right after its start.
pub fn with_segments(jpeg: &[u8], segments: &[Vec<u8>]) -> Vec<u8> {
    [&jpeg[..2], &segments.concat(), &jpeg[2..]].concat()
}

/// The JPEG, made exactly `bytes` long by comments.
pub fn padded(jpeg: &[u8], bytes: usize) -> Vec<u8> {
    let mut comments = Vec::new();
    let mut missing = bytes - jpeg.len();
    while missing > 0 {
        // A comment takes at least four bytes: leave none or enough for the next one.
        let this = if missing > 60_000 { 50_000 } else { missing };
        comments.push(segment(0xFE, &vec![b' '; this - 4]));
        missing -= this;
    }
    with_segments(jpeg, &comments)
}

/// A JPEG that is only headers: start of frame `marker` with this precision, size and number of components.
pub fn jpeg_header(marker: u8, precision: u8, width: u16, height: u16, components: u8) -> Vec<u8> {
    let mut frame = vec![precision];
    frame.extend(height.to_be_bytes());
    frame.extend(width.to_be_bytes());
    frame.push(components);
    (1..=components).for_each(|id| frame.extend([id, 0x11, 0]));
    let head = [&[0xFF, 0xD8][..], &segment(marker, &frame), &segment(0xDA, &[1, 1, 0, 0, 63, 0])].concat();
    [&head[..], &[0x55; 60_000], &[0xFF, 0xD9]].concat()
}

/// An EXIF segment with an orientation, a maker's name and a place.
pub fn exif(orientation: u8) -> Vec<u8> {
    segment(0xE1, &[b"Exif\0\0", &exif_chunk(orientation)[..]].concat())
}

/// EXIF as TIFF, as in a PNG's `eXIf`: big-endian, one directory with Orientation (0x0112) and GPS (0x8825),
/// which has GPSLatitudeRef (1).
pub fn exif_chunk(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2A\0\0\0\x08".to_vec();
    tiff.extend([0, 2]);
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]);
    tiff.extend([0, 0, 0, 0]);
    tiff.extend([0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend(b"SECRET-PLACE 31.2304 121.4737");
    tiff
}

/// An index of several pictures (CIPA DC-007) with two entries of these types.
pub fn multi_picture(types: [u32; 2]) -> Vec<u8> {
    let mut index = b"MPF\0MM\0\x2A\0\0\0\x08".to_vec();
    index.extend([0, 3]);
    index.extend([0xB0, 0, 0, 7, 0, 0, 0, 4, b'0', b'1', b'0', b'0']);
    index.extend([0xB0, 1, 0, 4, 0, 0, 0, 1, 0, 0, 0, 2]);
    index.extend([0xB0, 2, 0, 7, 0, 0, 0, 32, 0, 0, 0, 50]);
    index.extend([0, 0, 0, 0]);
    for kind in types {
        index.extend(kind.to_be_bytes());
        index.extend([0; 12]);
    }
    segment(0xE2, &index)
}

/// A PNG chunk: length, type, data, CRC-32.
pub fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let typed = [&kind[..], data].concat();
    let crc = !typed.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1)))
    });
    [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], &typed, &crc.to_be_bytes()].concat()
}

/// A PNG's header chunk.
pub fn ihdr(width: u32, height: u32, depth: u8, colour: u8, interlaced: bool) -> Vec<u8> {
    let mut data = [width.to_be_bytes(), height.to_be_bytes()].concat();
    data.extend([depth, colour, 0, 0, u8::from(interlaced)]);
    chunk(b"IHDR", &data)
}

/// A PNG of these chunks, then filtered scan lines, stored so that the file is large, then the end.
pub fn raw_png(chunks: &[Vec<u8>], lines: &[u8]) -> Vec<u8> {
    let data = miniz_oxide::deflate::compress_to_vec_zlib(lines, 0);
    [&b"\x89PNG\r\n\x1A\n"[..], &chunks.concat(), &chunk(b"IDAT", &data), &chunk(b"IEND", b"")].concat()
}

/// Scan lines without filter.
pub fn lines(pixels: &[u8], line_bytes: usize) -> Vec<u8> {
    pixels.chunks(line_bytes).flat_map(|line| [&[0], line].concat()).collect()
}

/// The PNG with more chunks right after its header.
pub fn with_chunks(png: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
    [&png[..33], &chunks.concat(), &png[33..]].concat()
}

/// The mean difference of two pictures' values, of 255; infinite when their sizes differ.
pub fn difference(one: &RgbImage, other: &RgbImage) -> f64 {
    if one.dimensions() != other.dimensions() {
        return f64::INFINITY;
    }
    let sum: u64 = one.iter().zip(other.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / one.len() as f64
}

/// A picture of the project's own.
pub fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/pictures");
    std::fs::read(folder.join(name)).unwrap()
}

/// A portrait that keeps all rules (NASA, public domain).
pub fn portrait() -> RgbImage {
    image::load_from_memory(&fixture("photo-good.jpg")).unwrap().into_rgb8()
}

/// The shared pictures of faces, if they are here.
pub fn shared() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("BAOMING_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let faces = shared.join("faces");
    if faces.is_dir() {
        return Some(faces);
    }
    eprintln!("no shared pictures at {}: only the project's own were judged", faces.display());
    None
}
