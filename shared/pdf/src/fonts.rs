//! The typefaces, and the choice of a typeface for each character.

use std::ops::RangeInclusive;

use ttf_parser::{Face, GlyphId};

use crate::PaperError;

/// The common characters of accounting: GB 2312, signs, and all of `infra/reference`. Noto Serif CJK SC.
const BODY: &[u8] = include_bytes!("../../../infra/fonts/body.otf");
/// The other Han characters that Noto Serif CJK SC has.
const RARE: &[u8] = include_bytes!("../../../infra/fonts/rare.otf");
/// The characters of this crate's own headings. Noto Sans CJK SC Bold.
const BOLD: &[u8] = include_bytes!("../../../infra/fonts/bold.otf");
/// Latin letters beyond Latin Extended-A, Greek and Cyrillic. Noto Serif.
const LETTERS: &[u8] = include_bytes!("../../../infra/fonts/letters.ttf");

/// The style of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Applicants' input: 宋体.
    Body,
    /// Headings and names of fields: 黑体.
    Bold,
}

/// What is drawn for a character.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mark {
    /// A glyph of a typeface; the advance is in ems.
    Glyph { face: usize, id: u16, advance: f32 },
    /// White space that no typeface has.
    Space { advance: f32 },
    /// No typeface has the character: a box with its number.
    Box,
    /// Invisible by definition: a variation selector.
    Nothing,
}

impl Mark {
    /// The distance to the next character, in ems.
    pub(crate) fn advance(self) -> f32 {
        match self {
            Self::Glyph { advance, .. } | Self::Space { advance } => advance,
            Self::Box => 1.0,
            Self::Nothing => 0.0,
        }
    }
}

/// An opened typeface.
pub(crate) struct Opened<'a> {
    /// The bytes of the font file.
    pub(crate) data: &'a [u8],
    /// The parsed font.
    pub(crate) face: Face<'a>,
    /// Its name in the PDF.
    pub(crate) name: &'static str,
}

/// All typefaces, in the order in which body text looks for characters.
pub(crate) struct Faces<'a>(Vec<Opened<'a>>);

/// The index of the bold typeface.
const BOLD_AT: usize = 1;
const BUILT_IN: [(&[u8], &str); 4] = [
    (BODY, "NotoSerifCJKsc-Regular"),
    (BOLD, "NotoSansCJKsc-Bold"),
    (RARE, "NotoSerifCJKsc-Rare"),
    (LETTERS, "NotoSerif-Regular"),
];

impl<'a> Faces<'a> {
    /// Opens the built-in typefaces and an optional additional one.
    pub(crate) fn open(further: Option<&'a [u8]>) -> Result<Self, PaperError> {
        let further = further.map(|data| (data, "Further"));
        let open = |(data, name)| {
            let face = Face::parse(data, 0).map_err(|_| PaperError::Face)?;
            Ok(Opened { data, face, name })
        };
        BUILT_IN.into_iter().chain(further).map(open).collect::<Result<_, _>>().map(Self)
    }

    /// All typefaces.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Opened<'a>> {
        self.0.iter()
    }

    /// Finds what to draw for `c`.
    pub(crate) fn mark(&self, style: Style, c: char) -> Mark {
        if SELECTORS.iter().any(|range| range.contains(&c)) {
            return Mark::Nothing;
        }
        let others = (0..self.0.len()).filter(|&at| at != BOLD_AT);
        let preferred = (style == Style::Bold).then_some(BOLD_AT);
        let order = preferred.into_iter().chain(others);
        let found = [Some(c), drawn_alike(c)]
            .into_iter()
            .flatten()
            .find_map(|c| order.clone().find_map(|at| self.glyph(at, c)));
        // Spaces are glyphs if possible, so that PDF readers copy them.
        found.unwrap_or(if c.is_whitespace() { Mark::Space { advance: 0.25 } } else { Mark::Box })
    }

    fn glyph(&self, at: usize, c: char) -> Option<Mark> {
        let face = &self.0.get(at)?.face;
        let GlyphId(id) = face.glyph_index(c).filter(|id| id.0 != 0)?;
        let advance = face.glyph_hor_advance(GlyphId(id)).unwrap_or(face.units_per_em());
        Some(Mark::Glyph { face: at, id, advance: f32::from(advance) / f32::from(face.units_per_em()) })
    }

    /// The width of a text in ems.
    pub(crate) fn width(&self, style: Style, text: &str) -> f32 {
        text.chars().map(|c| self.mark(style, c).advance()).sum()
    }
}

/// The quotation mark that is drawn for an apostrophe in names that the typefaces lack: ʼ of OʼNEILL, ʻ of Hawaiian
/// names, the half rings of Arabic ones.
fn drawn_alike(c: char) -> Option<char> {
    match c {
        'ʼ' | 'ʾ' | '‛' | 'ʹ' | 'ˈ' => Some('’'),
        'ʻ' | 'ʽ' | 'ʿ' => Some('‘'),
        _ => None,
    }
}

/// Variation selectors choose between shapes of the preceding character, of which the typefaces have only one.
const SELECTORS: [RangeInclusive<char>; 2] = ['\u{FE00}'..='\u{FE0F}', '\u{E0100}'..='\u{E01EF}'];

#[cfg(test)]
mod tests {
    use super::*;

    fn is_han(c: char) -> bool {
        matches!(c, '\u{3400}'..='\u{9FFF}')
    }

    #[test]
    fn bold_face_has_all_characters_of_headings() {
        let faces = Faces::open(None).unwrap();
        for c in include_str!("content.rs").chars().filter(|&c| is_han(c)) {
            let mark = faces.mark(Style::Bold, c);
            assert!(
                matches!(mark, Mark::Glyph { face: BOLD_AT, .. }),
                "{c} is new: run infra/fonts/build.py"
            );
        }
    }

    #[test]
    fn main_face_has_all_characters_of_reference_tables() {
        let faces = Faces::open(None).unwrap();
        let divisions = domain::divisions::JSON;
        let texts = domain::codes::tables().map(|table| table.json).chain([divisions]);
        for c in texts.flat_map(str::chars).filter(|c| !c.is_whitespace()) {
            assert!(matches!(faces.mark(Style::Body, c), Mark::Glyph { face: 0, .. }), "{c}");
        }
    }

    #[test]
    fn faces_have_the_characters_of_names() {
        let faces = Faces::open(None).unwrap();
        for c in "王〇·𠮷㐂䶮鿍龘尼格买提ÅŁŠȘỄ".chars() {
            assert!(matches!(faces.mark(Style::Body, c), Mark::Glyph { .. }), "{c}");
        }
        for c in "NGUYỄNVĂNƠƯĐẶNGỌṢ\u{300}\u{301}\u{30C}'’‘‛ʼʻʽʾʿʹˈ`´′/@.,()- ".chars()
        {
            assert!(matches!(faces.mark(Style::Body, c), Mark::Glyph { .. }), "{c:?} of a Latin name");
        }
        let all = ('\u{4E00}'..='\u{9FA5}').chain('\u{3400}'..='\u{4DB5}').chain('À'..='ɏ').chain('Ḁ'..='ỿ');
        let missing: Vec<_> = all.filter(|&c| faces.mark(Style::Body, c) == Mark::Box).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn character_without_glyph_is_drawn_as_box() {
        let faces = Faces::open(None).unwrap();
        for c in ['\u{2A6D6}', '\u{323AF}', '😀', '\u{AD}', '\u{E000}'] {
            assert_ne!(faces.mark(Style::Body, c), Mark::Nothing, "{c:?}");
        }
        assert_eq!(faces.mark(Style::Body, '\u{323AF}'), Mark::Box);
        assert_eq!(faces.mark(Style::Body, '\u{FE0F}'), Mark::Nothing);
    }

    #[test]
    fn invalid_font_file_is_refused() {
        assert_eq!(Faces::open(Some(b"no font")).err(), Some(PaperError::Face));
    }
}
