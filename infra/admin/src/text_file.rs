//! Reading a text file as the programs of administrators write it: UTF-8, GBK and GB18030, UTF-16, each with or without a
//! byte order mark.

use std::{fmt, fs::File, io::Read, path::Path};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// Largest file, in bytes (ours): every county's department takes about 0.5 MB.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// How workbooks begin: ZIP for XLSX and ODS, OLE for XLS.
const WORKBOOKS: [&[u8]; 2] = [b"PK\x03\x04", &[0xD0, 0xCF, 0x11, 0xE0]];

/// A file's text.
#[derive(Debug)]
pub(crate) struct TextFile {
    /// The text, without a byte order mark.
    pub(crate) text: String,
    /// What it was written in, such as `GB18030`.
    pub(crate) encoding: &'static str,
}

/// A file that cannot be read as text.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TextFileError {
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("the file is larger than {} MB", MAX_BYTES / 1024 / 1024)]
    TooBig,
    #[error("the file is a workbook: save it as \"CSV UTF-8\" first")]
    Workbook,
    #[error("no encoding fits the file: save it as \"CSV UTF-8\"")]
    Unknown,
    #[error("{}", Garbled { encoding, lines })]
    Garbled {
        /// What the rest of the file is written in.
        encoding: &'static str,
        /// The lines that are not, from 1.
        lines: Vec<usize>,
    },
}

/// Most lines that are named.
const NAMED: usize = 20;

struct Garbled<'a> {
    encoding: &'a str,
    lines: &'a [usize],
}

impl fmt::Display for Garbled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { encoding, lines } = self;
        let named: Vec<_> = lines.iter().take(NAMED).map(usize::to_string).collect();
        let further = lines.len().saturating_sub(NAMED);
        write!(f, "the file is {encoding}, but line {} is not", named.join(", "))?;
        if further > 0 { write!(f, ", nor are {further} more") } else { Ok(()) }
    }
}

/// Reads the file, whatever it is written in.
pub(crate) fn read(file: &Path) -> Result<TextFile, TextFileError> {
    let mut bytes = Vec::new();
    // One byte more than there may be: a file that grows while it is read ends there as well.
    File::open(file)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    decode(&bytes)
}

/// The text of a file's bytes.
pub(crate) fn decode(bytes: &[u8]) -> Result<TextFile, TextFileError> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(TextFileError::TooBig);
    }
    if WORKBOOKS.iter().any(|start| bytes.starts_with(start)) {
        return Err(TextFileError::Workbook);
    }
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, &bytes[mark..]),
        None => (guess(bytes).ok_or(TextFileError::Unknown)?, bytes),
    };
    let (text, lines) = if encoding == UTF_16LE || encoding == UTF_16BE {
        whole(encoding, bytes)
    } else {
        each(encoding, bytes)
    };
    // The library writes it small, as the web does.
    let encoding = if encoding == GB18030 || encoding == GBK { "GB18030" } else { encoding.name() };
    if lines.is_empty() {
        Ok(TextFile { text, encoding })
    } else {
        Err(TextFileError::Garbled { encoding, lines })
    }
}

/// What bytes without a mark are written in.
fn guess(bytes: &[u8]) -> Option<&'static Encoding> {
    // why: of all these encodings only UTF-16 has zeros, namely in each separator and line end: behind the character where
    // the low byte comes first.
    let zeros = |parity: usize| bytes.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    match (zeros(0), zeros(1)) {
        (0, 0) => {}
        (even, odd) if even < odd => return Some(UTF_16LE),
        (even, odd) if even > odd => return Some(UTF_16BE),
        _ => return None,
    }
    let fits = GB18030.decode_without_bom_handling_and_without_replacement(bytes).is_some();
    // Lines with Chinese as UTF-8 writes it, and lines that are no UTF-8.
    let (mut good, mut bad) = (0_usize, 0_usize);
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
        match std::str::from_utf8(line) {
            // why: below U+0800 UTF-8 has two bytes, as GBK has: 联通 in GBK is taken for UTF-8 elsewhere.
            Ok(text) => good += usize::from(text.chars().any(|c| c >= '\u{800}')),
            Err(_) => bad += 1,
        }
    }
    // With a line that was pasted from elsewhere it is UTF-8 still; the line is named.
    if good > 0 && good >= bad || bytes.is_ascii() {
        return Some(UTF_8);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    // GB18030 has all of GBK. A few characters are too little to tell from, and here they are most likely Chinese.
    if guess == GBK || guess == GB18030 || fits { Some(GB18030) } else { (bad == 0).then_some(UTF_8) }
}

/// Decodes line by line, and names those that cannot be: in none of these encodings is a line's end part of a character.
fn each(encoding: &'static Encoding, bytes: &[u8]) -> (String, Vec<usize>) {
    let (mut text, mut garbled) = (String::new(), Vec::new());
    for (number, line) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
        match encoding.decode_without_bom_handling_and_without_replacement(line) {
            Some(line) => text.push_str(&line),
            None => garbled.push(number),
        }
    }
    (text, garbled)
}

/// Decodes UTF-16, and names the lines with halves of characters.
fn whole(encoding: &'static Encoding, bytes: &[u8]) -> (String, Vec<usize>) {
    let (text, is_broken) = encoding.decode_without_bom_handling(bytes);
    let lines = (1..).zip(text.split('\n')).filter(|(_, line)| is_broken && line.contains('\u{FFFD}'));
    let lines = lines.map(|(number, _)| number).collect();
    (text.into_owned(), lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "编号,名称\r\n110101-1,北京市东城区财政局会计科\r\n110101-2,𠮷林分局\r\n";

    fn utf_16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn a_file_is_read_in_each_encoding_that_offices_write() {
        let gb18030 = GB18030.encode(TEXT).0.into_owned();
        let gbk = GBK.encode(&TEXT.replace('𠮷', "吉")).0.into_owned();
        let files: [(Vec<u8>, &str); 8] = [
            (TEXT.as_bytes().to_vec(), "UTF-8"),
            ([b"\xEF\xBB\xBF", TEXT.as_bytes()].concat(), "UTF-8"),
            (gb18030, "GB18030"),
            (gbk, "GB18030"),
            (utf_16(TEXT, u16::to_le_bytes), "UTF-16LE"),
            (utf_16(TEXT, u16::to_be_bytes), "UTF-16BE"),
            ([b"\xFF\xFE".to_vec(), utf_16(TEXT, u16::to_le_bytes)].concat(), "UTF-16LE"),
            ([b"\xFE\xFF".to_vec(), utf_16(TEXT, u16::to_be_bytes)].concat(), "UTF-16BE"),
        ];
        for (bytes, encoding) in files {
            let read = decode(&bytes).unwrap();
            assert_eq!(read.encoding, encoding);
            let as_written = ["𠮷", "吉"].iter().any(|c| read.text == TEXT.replace('𠮷', c));
            assert!(as_written, "{encoding}: {}", read.text);
        }
    }

    #[test]
    fn one_short_name_is_enough_to_tell() {
        for name in ["东城区财政局", "一号", "财政厅", "北京"] {
            let line = format!("id,name\r\n110101-1,{name}\r\n");
            let read = decode(&GBK.encode(&line).0).unwrap();
            assert_eq!((read.text, read.encoding), (line, "GB18030"), "{name}");
        }
    }

    #[test]
    fn lines_that_are_written_otherwise_are_named_all_at_once() {
        let mut bytes = TEXT.as_bytes().to_vec();
        for _ in 0..2 {
            bytes.extend(GBK.encode("110101-3,西城区财政局\r\n").0.iter());
        }
        let error = decode(&bytes).unwrap_err().to_string();
        assert_eq!(error, "the file is UTF-8, but line 4, 5 is not");
        let mut bytes = GBK.encode("编号,名称\r\n110101-1,北京市东城区财政局会计科\r\n").0.into_owned();
        bytes.extend(b"110101-2,\xFF\xFF\r\n");
        let error = decode(&bytes).unwrap_err().to_string();
        assert_eq!(error, "the file is GB18030, but line 3 is not");
        let mut bytes = vec![0xFF, 0xFE];
        bytes.extend(utf_16("a\nb", u16::to_le_bytes));
        bytes.extend([0x00, 0xD8]);
        assert_eq!(decode(&bytes).unwrap_err().to_string(), "the file is UTF-16LE, but line 2 is not");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(matches!(decode(b"PK\x03\x04..."), Err(TextFileError::Workbook)));
        assert!(matches!(decode(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1]), Err(TextFileError::Workbook)));
        assert!(matches!(decode(&[0; 4]), Err(TextFileError::Unknown)));
        let big = vec![b'a'; usize::try_from(MAX_BYTES).unwrap() + 1];
        assert!(matches!(decode(&big), Err(TextFileError::TooBig)));
        assert_eq!(decode(b"").unwrap().text, "");
        let many = Garbled { encoding: "UTF-8", lines: &[7; 30] }.to_string();
        assert!(many.ends_with(" is not, nor are 10 more"), "{many}");
    }
}
