//! What was handed in, on paper: an applicant's collection as an A4 PDF, for the file and for the counter.
//!
//! [`form`] is all there is. What is printed and in which words is in `content`; how rows flow over pages in
//! `sheet`; which typeface has a character in `faces`; the file format in `pdf`. No clock and no I/O: typefaces
//! are part of the program (`infra/fonts`), the photo and the moment of printing are handed in.
//!
//! The ID number and the phone are masked as the API masks them: paper gets lost.

mod content;
mod fonts;
mod photo;
mod sheet;
mod text;
mod writer;

#[cfg(test)]
extern crate self as pdf;
#[cfg(test)]
#[path = "../examples/sample/mod.rs"]
mod sample;
#[cfg(test)]
mod tests;

use domain::{
    case::State,
    collection::{Collection, department::Department},
    ids::CaseId,
    moment::Moment,
    person::Identity,
};

/// What to print.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    /// Whose collection it is.
    pub identity: &'a Identity,
    /// The pages, as far as they are filled in.
    pub collection: &'a Collection,
    /// The case; its id is printed, and as a QR code as well.
    pub case: CaseId,
    /// Where the case stands.
    pub state: State,
    /// The submission that `collection` is the copy of. `None` for pages that can still be changed: those carry a
    /// watermark and no declaration.
    pub submission: Option<Submission>,
    /// The department that was chosen, as it is known by now.
    pub department: Option<&'a Department>,
    /// 标准证件照片, a JPEG file. It goes into the PDF as it is, without its metadata: hand in a small one.
    pub photo: Option<&'a [u8]>,
    /// When this is printed.
    pub printed_at: Moment,
    /// A typeface to look in for characters that the built-in ones do not have, such as `HanaMinB` (see
    /// `infra/fonts/README.md`). Without it, or when it has none either, a box shows the character's number.
    pub further_face: Option<&'a [u8]>,
}

/// A submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Which one, from 1.
    pub round: u32,
    /// When; the declaration is part of the submission and was made at that moment.
    pub at: Moment,
}

/// Why there is no paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// The photo is not a JPEG file that PDF can hold.
    #[error("the photo is not a JPEG file that PDF can hold")]
    Photo,
    /// A typeface is not a TrueType or OpenType font, or is broken.
    #[error("a typeface cannot be read")]
    Face,
    /// The case number does not fit into a QR code.
    #[error("the case number does not fit into a QR code")]
    Code,
}

/// Prints the form.
pub fn form(input: &Form<'_>) -> Result<Vec<u8>, PaperError> {
    let faces = fonts::Faces::open(input.further_face)?;
    let photo = input.photo.map(photo::Photo::read).transpose()?;
    let pages = content::lay_out(input, &faces, photo.as_ref())?;
    writer::write(input, &faces, photo.as_ref(), &pages)
}
