use std::collections::BTreeSet;

use domain::{
    file_kind::FileKind,
    messages::{Lang, text},
    upload::Format,
};

/// A file that begins with its brands: the major one, its version, the others.
fn branded(major: &str, others: &[&str]) -> Vec<u8> {
    let size = u32::try_from(16 + 4 * others.len()).unwrap();
    let mut file = [&size.to_be_bytes()[..], b"ftyp", major.as_bytes(), &[0; 4]].concat();
    for brand in others {
        file.extend(brand.as_bytes());
    }
    // What follows says nothing of the kind, though it may look so.
    file.extend(b"\0\0\0\x10metaavif");
    file
}

/// A ZIP file's first entry.
fn zipped(name: &str, content: &str) -> Vec<u8> {
    let mut file = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    file.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
    file.extend([0, 0]);
    file.extend(name.as_bytes());
    file.extend(content.as_bytes());
    file
}

fn of(bytes: impl AsRef<[u8]>) -> FileKind {
    FileKind::of(bytes.as_ref())
}

#[test]
fn pictures_are_told_apart_by_their_first_bytes() {
    assert_eq!(of(b"\xFF\xD8\xFF\xE0\0\x10JFIF\0"), FileKind::Jpeg);
    assert_eq!(of(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"), FileKind::Png);
    assert_eq!(of(b"GIF87a"), FileKind::Gif);
    assert_eq!(of(b"GIF89a"), FileKind::Gif);
    assert_eq!(of(b"RIFF\x24\0\0\0WEBPVP8X"), FileKind::Webp);
    assert_eq!(of(b"BM\x36\0\0\0\0\0\0\0"), FileKind::Bmp);
    assert_eq!(of(b"8BPS\0\x01\0\0"), FileKind::Psd);
    for tiff in [&b"II*\0\x08\0\0\0"[..], b"MM\0*\0\0\0\x08", b"II+\0", b"IIRO\x08\0", b"FUJIFILMCCD-RAW "] {
        assert_eq!(of(tiff), FileKind::Tiff);
    }
    assert_eq!(of(b"\0\0\0\x0CjP  \r\n\x87\n"), FileKind::Jp2);
    assert_eq!(of(b"\0\0\0\x0CJXL \r\n\x87\n"), FileKind::Jxl);
    assert_eq!(of(b"\xFF\x0A\xFA\x1F"), FileKind::Jxl);
}

#[test]
fn pictures_of_phones_are_told_from_films_by_their_brands() {
    for (major, others, kind) in [
        // iPhone, Samsung, Huawei and Xiaomi; a burst; the general brand first, as libheif writes it.
        ("heic", &["mif1", "MiHE", "MiPr", "miaf", "MiHB", "heic"][..], FileKind::Heic),
        ("heic", &["mif1", "heic"], FileKind::Heic),
        ("heix", &["mif1", "heix"], FileKind::Heic),
        ("hevc", &["msf1", "hevc"], FileKind::Heic),
        ("mif1", &["mif1", "heic", "hevc"], FileKind::Heic),
        ("mif1", &[], FileKind::Heic),
        ("avif", &["avif", "mif1", "miaf", "MA1B"], FileKind::Avif),
        ("mif1", &["mif1", "avif", "miaf"], FileKind::Avif),
        ("avis", &["msf1"], FileKind::Avif),
        ("crx ", &["isom"], FileKind::Tiff),
        ("qt  ", &["qt  "], FileKind::Video),
        ("isom", &["isom", "iso2", "avc1", "mp41"], FileKind::Video),
        ("mp42", &["isom", "mp42"], FileKind::Video),
        ("3gp4", &["isom", "3gp4"], FileKind::Video),
    ] {
        assert_eq!(of(branded(major, others)), kind, "{major} {others:?}");
    }
    // Cut short, or with a size that is not so.
    assert_eq!(of(b"\0\0\0\x18ftypheic"), FileKind::Heic);
    assert_eq!(of(b"\0\0\0\0ftypheic"), FileKind::Heic);
    assert_eq!(of(b"\xFF\xFF\xFF\xFFftypmif1\0\0\0\0avif"), FileKind::Avif);
    assert_eq!(of(b"\0\0\0\x08ftyp"), FileKind::Video);
}

#[test]
fn films_and_documents_are_told_apart() {
    for film in [
        &b"RIFF\x24\0\0\0AVI LIST"[..],
        b"\x1A\x45\xDF\xA3\x01webm",
        b"FLV\x01\x05",
        b"\0\0\0\x08wide\0\0\0\0mdat",
        b"\0\0\x01\xBA",
    ] {
        assert_eq!(of(film), FileKind::Video);
    }
    assert_eq!(of(b"%PDF-1.7\n%\xE2\xE3\xCF\xD3"), FileKind::Pdf);
    assert_eq!(of(b"\xEF\xBB\xBF\r\n%PDF-1.4"), FileKind::Pdf);
    assert_eq!(of([&[0; 1_000][..], b"%PDF-1.4"].concat()), FileKind::Pdf);
    assert_eq!(of([&[0; 2_000][..], b"%PDF-1.4"].concat()), FileKind::Unknown);
    assert_eq!(of(zipped("[Content_Types].xml", "<Types/>")), FileKind::Office);
    assert_eq!(of(zipped("mimetype", "application/vnd.oasis.opendocument.text")), FileKind::Office);
    assert_eq!(of(zipped("OFD.xml", "<ofd:OFD/>")), FileKind::Ofd);
    let listed =
        [zipped("Doc_0/Document.xml", ""), vec![0; 100_000], b"PK\x01\x02 OFD.xml".to_vec()].concat();
    assert_eq!(of(listed), FileKind::Ofd);
    assert_eq!(of(zipped("IMG_0001.HEIC", "")), FileKind::Archive);
    for archive in [&b"Rar!\x1A\x07\x01\0"[..], b"7z\xBC\xAF\x27\x1C", b"\x1F\x8B\x08", b"PK\x05\x06"] {
        assert_eq!(of(archive), FileKind::Archive);
    }
    assert_eq!(of(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), FileKind::Office);
    assert_eq!(of(br"{\rtf1\ansi"), FileKind::Office);
}

#[test]
fn markup_is_a_page_or_a_drawing() {
    for drawing in [
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "\u{FEFF}\n<?xml version='1.0'?><!DOCTYPE svg><svg/>",
        "<!-- Generator: a drawing program --><svg/>",
        "<?xml version='1.0'?><unknown/>",
    ] {
        assert_eq!(of(drawing), FileKind::Svg, "{drawing}");
    }
    for page in [
        "<!DOCTYPE html><svg/>",
        " <HTML><body>",
        "<script>alert(1)</script>",
        "<!-- saved from url --><html>",
        "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>",
        "MIME-Version: 1.0\r\nContent-Type: multipart/related",
    ] {
        assert_eq!(of(page), FileKind::Html, "{page}");
    }
    for nothing in ["", "\u{1}", "hello", "兹证明", "<", "PK", "BO"] {
        assert_eq!(of(nothing), FileKind::Unknown, "{nothing}");
    }
}

#[test]
fn a_media_type_says_the_same_however_it_is_written() {
    for (name, kind) in [
        ("image/jpeg", FileKind::Jpeg),
        ("image/heic", FileKind::Heic),
        ("IMAGE/HEIF-sequence", FileKind::Heic),
        (" image/webp ; q=0.8", FileKind::Webp),
        ("image/x-ms-bmp", FileKind::Bmp),
        ("image/bmp", FileKind::Bmp),
        ("image/x-adobe-dng", FileKind::Tiff),
        ("image/tiff", FileKind::Tiff),
        ("image/vnd.adobe.photoshop", FileKind::Psd),
        ("image/svg+xml", FileKind::Svg),
        ("text/html; charset=utf-8", FileKind::Html),
        ("application/pdf", FileKind::Pdf),
        ("application/ofd", FileKind::Ofd),
        ("application/msword", FileKind::Office),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", FileKind::Office),
        ("application/vnd.ms-excel", FileKind::Office),
        ("application/x-zip-compressed", FileKind::Archive),
        ("video/mp4", FileKind::Video),
        ("video/quicktime", FileKind::Video),
        ("image/x-unheard-of", FileKind::Unknown),
        ("application/octet-stream", FileKind::Unknown),
        ("image", FileKind::Unknown),
        ("", FileKind::Unknown),
    ] {
        assert_eq!(FileKind::from_media_type(name), kind, "{name}");
    }
}

#[test]
fn every_kind_that_is_not_taken_has_its_own_advice() {
    let mut said = BTreeSet::new();
    for kind in FileKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        let code = kind.code().0;
        let texts = [Lang::Zh, Lang::En].map(|lang| text(code, lang));
        assert!(texts[0].to_lowercase().contains("jpg") || texts[0].contains("JPEG"), "{code}: {}", texts[0]);
        assert!(texts[1].to_lowercase().contains("jp"), "{code}: {}", texts[1]);
        assert!(said.insert((code, texts)) || matches!(kind, FileKind::Unknown), "{code}");
    }
    assert_eq!(FileKind::from(Format::Png).format(), Some(Format::Png));
    assert_eq!(FileKind::Heic.format(), None);
}
