//! The file format: PDF 1.7 (ISO 32000-1).
//!
//! Text is set glyph by glyph with subsets of the typefaces. Each subset has a map back to characters, so that text can
//! be searched and read aloud.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use domain::moment::Moment;
use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::{
    Content, Date, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr,
    types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap},
};
use subsetter::GlyphRemapper;
use ttf_parser::{GlyphId, RawFace, Tag};

use crate::{
    Form, PaperError,
    content::{DRAFT, TITLE},
    fonts::{Faces, Mark, Opened, Style},
    photo::Photo,
    sheet::{HEIGHT, Op, WIDTH, rule},
};

/// zlib's default: higher levels cost more time than they save space.
const LEVEL: u8 = 6;
const IDENTITY: SystemInfo<'static> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
const PHOTO: Name<'static> = Name(b"Photo");
const FAINT: Name<'static> = Name(b"Faint");
/// The font size of the watermark on drafts, which runs up the diagonal of the page; cosine and sine of its angle.
const SIZE: f32 = 190.0;
const COS: f32 = 0.6;
const SIN: f32 = 0.8;

/// Writes laid-out pages.
pub(crate) fn write(
    form: &Form<'_>,
    faces: &Faces<'_>,
    photo: Option<&Photo>,
    pages: &[Vec<Op>],
) -> Result<Vec<u8>, PaperError> {
    let mut pen = Pen { faces, photo, used: faces.iter().map(|_| Used::default()).collect() };
    let contents: Vec<_> = pages.iter().map(|page| pen.draw(page, form.submission.is_none())).collect();

    let mut refs = Refs(1);
    let (catalog, tree, info, image, faint) =
        (refs.next(), refs.next(), refs.next(), refs.next(), refs.next());
    let fonts: Vec<_> = faces.iter().map(|_| refs.next()).collect();
    let mut pdf = Pdf::new();
    pdf.set_version(1, 7);
    let page_refs: Vec<_> = contents.iter().map(|_| refs.next()).collect();
    for (page, content) in page_refs.iter().zip(&contents) {
        let stream = refs.next();
        let packed = compress_to_vec_zlib(content, LEVEL);
        pdf.stream(stream, &packed).filter(Filter::FlateDecode);
        let mut page = pdf.page(*page);
        page.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(tree).contents(stream);
        let mut resources = page.resources();
        let mut dict = resources.fonts();
        for (at, _) in pen.used.iter().enumerate().filter(|(_, used)| !used.is_empty()) {
            dict.pair(Name(&key(at)), fonts.get(at).copied().unwrap_or(info));
        }
        dict.finish();
        if photo.is_some() {
            resources.x_objects().pair(PHOTO, image);
        }
        resources.ext_g_states().pair(FAINT, faint);
    }
    for ((face, used), font) in faces.iter().zip(&pen.used).zip(&fonts) {
        if !used.is_empty() {
            embed(&mut pdf, &mut refs, *font, face, used)?;
        }
    }
    if let Some(photo) = photo {
        let mut object = pdf.image_xobject(image, &photo.data);
        object.filter(Filter::DctDecode);
        object.width(photo.width.into()).height(photo.height.into()).bits_per_component(8);
        if photo.is_gray {
            object.color_space().device_gray();
        } else {
            object.color_space().device_rgb();
        }
    }
    pdf.ext_graphics(faint).non_stroking_alpha(0.11);

    let count = i32::try_from(page_refs.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(page_refs).count(count);
    let mut root = pdf.catalog(catalog);
    root.pages(tree).lang(TextStr("zh-CN"));
    root.viewer_preferences().display_doc_title(true);
    root.finish();
    pdf.document_info(info)
        .title(TextStr(TITLE))
        .creator(TextStr("Baoming"))
        .creation_date(date(form.printed_at));
    Ok(pdf.finish())
}

fn date(at: Moment) -> Date {
    let text = at.to_string();
    let part = |from: usize| text.get(from..from + 2).and_then(|part| part.parse().ok()).unwrap_or(0_u8);
    let year = text.get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
    Date::new(year)
        .month(part(5))
        .day(part(8))
        .hour(part(11))
        .minute(part(14))
        .second(part(17))
        .utc_offset_hour(8)
}

struct Refs(i32);

impl Refs {
    fn next(&mut self) -> Ref {
        let next = Ref::new(self.0);
        self.0 += 1;
        next
    }
}

/// The glyphs of a typeface that are used, with their numbers and characters.
#[derive(Default)]
struct Used {
    glyphs: GlyphRemapper,
    characters: BTreeMap<u16, char>,
}

impl Used {
    fn number(&mut self, glyph: u16, c: char) -> u16 {
        let number = self.glyphs.remap(glyph);
        self.characters.entry(number).or_insert(c);
        number
    }

    fn is_empty(&self) -> bool {
        self.characters.is_empty()
    }
}

/// The name of a typeface within pages.
fn key(at: usize) -> Vec<u8> {
    format!("F{at}").into_bytes()
}

struct Pen<'a> {
    faces: &'a Faces<'a>,
    photo: Option<&'a Photo>,
    used: Vec<Used>,
}

impl Pen<'_> {
    fn draw(&mut self, page: &[Op], is_draft: bool) -> Vec<u8> {
        let mut content = Content::new();
        content.set_line_width(rule()).set_stroke_gray(0.25);
        // Shades first, so that none covers the border of a neighbouring cell.
        for op in page {
            if let Op::Rect { x, y, width, height, shade: Some(shade), .. } = op {
                content.set_fill_gray(*shade).rect(*x, HEIGHT - y - height, *width, *height).fill_nonzero();
            }
        }
        content.set_fill_gray(0.0);
        for op in page {
            match op {
                Op::Rect { x, y, width, height: 0.0, .. } => {
                    content.move_to(*x, HEIGHT - y).line_to(x + width, HEIGHT - y).stroke();
                }
                Op::Rect { x, y, width, height, border: true, .. } => {
                    content.rect(*x, HEIGHT - y - height, *width, *height).stroke();
                }
                Op::Rect { .. } => {}
                Op::Text { x, y, size, style, text } => {
                    self.text(&mut content, (*x, HEIGHT - y), (*size, 1.0, *style), text);
                }
                Op::Photo { x, y, width, height } => {
                    if let Some(photo) = self.photo {
                        picture(&mut content, photo, (*x, *y), (*width, *height));
                    }
                }
                Op::Modules { x, y, size, rows } => modules(&mut content, *x, *y, *size, rows),
            }
        }
        if is_draft {
            content.save_state().set_parameters(FAINT);
            let matrix = [COS, SIN, -SIN, COS, WIDTH / 2.0, HEIGHT / 2.0];
            let (along, up) = (-SIZE, -0.38 * SIZE);
            content.transform(matrix);
            self.text(&mut content, (along, up), (SIZE, 1.0, Style::Bold), DRAFT);
            content.restore_state();
        }
        content.finish().into_vec()
    }

    /// Writes text that starts at a point of its baseline, in PDF coordinates; `squeeze` makes it narrower.
    fn text(&mut self, content: &mut Content, from: (f32, f32), look: (f32, f32, Style), text: &str) {
        let ((x, y), (size, squeeze, style)) = (from, look);
        let mut along = 0.0;
        let mut run: Option<(usize, f32, Vec<u8>)> = None;
        let show = |content: &mut Content, run: Option<(usize, f32, Vec<u8>)>| {
            if let Some((face, from, bytes)) = run {
                content.begin_text().set_font(Name(&key(face)), size);
                content.set_text_matrix([squeeze, 0.0, 0.0, 1.0, x + from * squeeze, y]).show(Str(&bytes));
                content.end_text();
            }
        };
        for char in text.chars() {
            let mark = self.faces.mark(style, char);
            match mark {
                Mark::Glyph { face, id, .. } => {
                    let number = self.used.get_mut(face).map_or(0, |used| used.number(id, char));
                    if run.as_ref().is_none_or(|(at, ..)| *at != face) {
                        show(content, run.take());
                    }
                    let (.., bytes) = run.get_or_insert_with(|| (face, along, Vec::new()));
                    bytes.extend_from_slice(&number.to_be_bytes());
                }
                Mark::Space { .. } => show(content, run.take()),
                Mark::Box => {
                    show(content, run.take());
                    self.boxed(content, x + along, y, size, char);
                }
                Mark::Nothing => {}
            }
            along += mark.advance() * size;
        }
        show(content, run.take());
    }

    /// A box with the number of a character that no typeface has, as browsers draw it. Copied text contains the
    /// character itself.
    fn boxed(&mut self, content: &mut Content, x: f32, y: f32, size: f32, char: char) {
        let number = format!("{:04X}", u32::from(char));
        let (upper, lower) = number.split_at(number.len() - number.len() / 2);
        let mut utf16 = vec![0xFE, 0xFF];
        utf16.extend(char.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()));
        content
            .begin_marked_content_with_properties(Name(b"Span"))
            .properties()
            .pair(Name(b"ActualText"), Str(&utf16));
        content.rect(x + size * 0.05, y - size * 0.1, size * 0.9, size * 0.94).stroke();
        let digits = size * 0.42;
        for (text, up) in [(upper, 0.42), (lower, 0.0)] {
            let width = self.faces.width(Style::Bold, text) * digits;
            let squeeze = (size * 0.8 / width).min(1.0);
            let left = x + (size - width * squeeze) / 2.0;
            self.text(content, (left, y + size * up), (digits, squeeze, Style::Bold), text);
        }
        content.end_marked_content();
    }
}

/// The whole photo, centred in its place.
fn picture(content: &mut Content, photo: &Photo, at: (f32, f32), place: (f32, f32)) {
    let (across, down) = (f32::from(photo.width), f32::from(photo.height));
    let scale = (place.0 / across).min(place.1 / down);
    let (width, height) = (across * scale, down * scale);
    let (left, bottom) = (at.0 + (place.0 - width) / 2.0, HEIGHT - at.1 - height - (place.1 - height) / 2.0);
    content.save_state().transform([width, 0.0, 0.0, height, left, bottom]).x_object(PHOTO).restore_state();
}

/// Draws the dark modules, each run in a row as one rectangle: seams between squares would be visible on screens.
fn modules(content: &mut Content, x: f32, y: f32, size: f32, rows: &[Vec<bool>]) {
    let unit = size / rows.iter().map(|_| 1.0_f32).sum::<f32>().max(1.0);
    let mut top = y;
    for row in rows {
        let mut left = x;
        for run in row.chunk_by(|one, other| one == other) {
            let width = run.iter().map(|_| unit).sum::<f32>();
            if run.first() == Some(&true) {
                content.rect(left, HEIGHT - top - unit, width, unit);
            }
            left += width;
        }
        top += unit;
    }
    content.fill_nonzero();
}

/// Embeds the used subset of a typeface.
fn embed(
    pdf: &mut Pdf,
    refs: &mut Refs,
    font: Ref,
    opened: &Opened<'_>,
    used: &Used,
) -> Result<(), PaperError> {
    let subset = subsetter::subset(opened.data, 0, &used.glyphs).map_err(|_| PaperError::Face)?;
    let cff = RawFace::parse(&subset, 0).ok().and_then(|raw| raw.table(Tag::from_bytes(b"CFF ")));
    let packed = compress_to_vec_zlib(cff.unwrap_or(&subset), LEVEL);
    let name = format!("{}+{}", prefix(&packed), opened.name);
    let (descendant, descriptor, file, map) = (refs.next(), refs.next(), refs.next(), refs.next());

    pdf.type0_font(font)
        .base_font(Name(if cff.is_some() { format!("{name}-Identity-H") } else { name.clone() }.as_bytes()))
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(descendant)
        .to_unicode(map);

    let face = &opened.face;
    let per_mille = 1_000.0 / f32::from(face.units_per_em());
    let mut cid = pdf.cid_font(descendant);
    cid.subtype(if cff.is_some() { CidFontType::Type0 } else { CidFontType::Type2 });
    cid.base_font(Name(name.as_bytes())).system_info(IDENTITY).font_descriptor(descriptor);
    cid.default_width(1_000.0);
    if cff.is_none() {
        cid.cid_to_gid_map_predefined(Name(b"Identity"));
    }
    let width = |glyph| f32::from(face.glyph_hor_advance(GlyphId(glyph)).unwrap_or(0)) * per_mille;
    cid.widths().consecutive(0, used.glyphs.remapped_gids().map(width));
    cid.finish();

    let bounds = face.global_bounding_box();
    let scaled = |unit: i16| f32::from(unit) * per_mille;
    let mut about = pdf.font_descriptor(descriptor);
    about
        .name(Name(name.as_bytes()))
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(
            scaled(bounds.x_min),
            scaled(bounds.y_min),
            scaled(bounds.x_max),
            scaled(bounds.y_max),
        ))
        .italic_angle(0.0)
        .ascent(scaled(face.ascender()))
        .descent(scaled(face.descender()))
        .cap_height(scaled(face.capital_height().unwrap_or(face.ascender())))
        .stem_v(80.0);
    if cff.is_some() {
        about.font_file3(file);
    } else {
        about.font_file2(file);
    }
    about.finish();

    let mut stream = pdf.stream(file, &packed);
    stream.filter(Filter::FlateDecode);
    if cff.is_some() {
        stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
    }
    stream.finish();

    let mut characters = UnicodeCmap::new(Name(b"Baoming-UTF16"), IDENTITY);
    for (number, char) in &used.characters {
        characters.pair(*number, *char);
    }
    let packed = compress_to_vec_zlib(characters.finish().as_slice(), LEVEL);
    pdf.stream(map, &packed).filter(Filter::FlateDecode);
    Ok(())
}

/// The six letters that distinguish subsets of a typeface (ISO 32000-1, 9.6.4).
fn prefix(data: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    data.hash(&mut hasher);
    let mut rest = Hasher::finish(&hasher);
    let mut letter = || {
        let letter = char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0));
        rest /= 26;
        letter
    };
    (0..6).map(|_| letter()).collect()
}
