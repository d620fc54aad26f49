//! The photo: a JPEG file, which PDF can embed without decoding.

use crate::PaperError;

/// A JPEG file without its metadata.
pub(crate) struct Photo {
    /// The file.
    pub(crate) data: Vec<u8>,
    /// Width in pixels.
    pub(crate) width: u16,
    /// Height in pixels.
    pub(crate) height: u16,
    /// Whether the picture has one channel instead of three.
    pub(crate) is_gray: bool,
}

impl Photo {
    /// Reads the frame header and removes metadata: cameras record places and serial numbers, and the paper is passed
    /// on.
    ///
    /// Refuses pictures with four channels: programs interpret them differently, and no camera makes them.
    pub(crate) fn read(file: &[u8]) -> Result<Self, PaperError> {
        Self::parse(file).ok_or(PaperError::Photo)
    }

    fn parse(file: &[u8]) -> Option<Self> {
        let mut rest = file.strip_prefix(&[0xFF, 0xD8])?;
        let mut data = vec![0xFF, 0xD8];
        let mut frame = None;
        loop {
            let [0xFF, marker, ..] = *rest else { return None };
            if marker == 0xFF {
                // Any number of fill bytes may precede a marker (ITU-T T.81, B.1.1.2).
                rest = rest.get(1..)?;
                continue;
            }
            let length = usize::from(u16::from_be_bytes([*rest.get(2)?, *rest.get(3)?]));
            let (segment, after) = rest.split_at_checked(length + 2)?;
            let body = segment.get(4..)?;
            match marker {
                // Start of frame: baseline, extended or progressive. PDF readers cannot show other types.
                0xC0..=0xC2 => frame = Some(parse_frame(body)?),
                0xDA => {
                    let (width, height, channels) = frame?;
                    data.extend_from_slice(rest);
                    return Some(Self { data, width, height, is_gray: channels == 1 });
                }
                _ => {}
            }
            // APP0 (JFIF) and APP14 (Adobe) define the meaning of colours; other APPn segments and comments are
            // metadata.
            if !matches!(marker, 0xE1..=0xED | 0xEF | 0xFE) {
                data.extend_from_slice(segment);
            }
            rest = after;
        }
    }
}

/// Returns width, height and the number of channels.
fn parse_frame(body: &[u8]) -> Option<(u16, u16, u8)> {
    let [8, h0, h1, w0, w1, channels @ (1 | 3), ..] = *body else { return None };
    let (width, height) = (u16::from_be_bytes([w0, w1]), u16::from_be_bytes([h0, h1]));
    (width > 0 && height > 0).then_some((width, height, channels))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn jpeg() -> Vec<u8> {
        let mut file = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut file, 90);
        encoder.encode(&[120; 3 * 16 * 8], 16, 8, jpeg_encoder::ColorType::Rgb).unwrap();
        file
    }

    #[test]
    fn metadata_is_left_out() {
        let file = jpeg();
        let mut tagged = file[..2].to_vec();
        tagged.extend_from_slice(b"\xFF\xE1\x00\x0CExif\0\0GPS!");
        tagged.extend_from_slice(b"\xFF\xFE\x00\x08secret");
        tagged.extend_from_slice(&file[2..]);
        let photo = Photo::read(&tagged).unwrap();
        assert_eq!((photo.width, photo.height, photo.is_gray), (16, 8, false));
        assert_eq!(photo.data, file);
    }

    #[test]
    fn broken_files_are_refused() {
        let file = jpeg();
        for bytes in [&b""[..], b"\x89PNG", b"\xFF\xD8", &file[..20], b"\xFF\xD8\xFF\xC0\x00\x02"] {
            assert_eq!(Photo::read(bytes).err(), Some(PaperError::Photo));
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_do_not_panic(mut bytes: Vec<u8>) {
            let _ = Photo::read(&bytes);
            bytes.splice(0..0, [0xFF, 0xD8, 0xFF]);
            let _ = Photo::read(&bytes);
        }
    }
}
