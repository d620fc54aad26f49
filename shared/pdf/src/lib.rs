//! The printed form: an applicant's collection as an A4 PDF, for the files of the department and for its counter.
//!
//! [`form`] is the only entry point. `content` has the texts and their positions, `sheet` distributes rows over pages,
//! `fonts` chooses the typeface of each character, and `writer` writes the file format. The crate uses no clock and no
//! I/O: typefaces are compiled in (`infra/fonts`), and the photo and the time of printing are arguments.
//!
//! The identity number and the phone are masked as in the API: paper gets lost.

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

/// The content of the form.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    /// The applicant's identity.
    pub identity: &'a Identity,
    /// The pages, as far as they are filled in.
    pub collection: &'a Collection,
    /// The case; its id is printed as text and as a QR code.
    pub case: CaseId,
    /// The state of the case.
    pub state: State,
    /// The submission that `collection` is a copy of. `None` for pages that can still be changed: these get a watermark
    /// and no declaration.
    pub submission: Option<Submission>,
    /// The chosen department, as currently stored.
    pub department: Option<&'a Department>,
    /// 标准证件照片, a JPEG file. It is embedded as it is, without its metadata, so it should be small.
    pub photo: Option<&'a [u8]>,
    /// The time of printing.
    pub printed_at: Moment,
    /// An additional typeface for characters that the built-in ones lack, such as `HanaMinB` (see
    /// `infra/fonts/README.md`). A character that no typeface has is printed as a box with its number.
    pub further_face: Option<&'a [u8]>,
}

/// A submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Its round, from 1.
    pub round: u32,
    /// Its time. The declaration is part of the submission and was made at the same time.
    pub at: Moment,
}

/// Why the form could not be printed.
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
