//! Numbers of certificates of education (学历) and of degrees (学位).
//!
//! Both have a registered layout since the 2000s and were free text before. A number is checked when it is
//! entered, against the row it belongs to; stored numbers are read back as they are.

mod degree;
mod education;

pub use degree::{DegreeCertificateError, DegreeCertificateNo, DegreeLayout};
pub use education::{EducationCertificateError, EducationCertificateNo, EducationLayout};

/// Whether `number` could be one from before registration: 4 to 40 digits, capitals, Han characters and
/// the `marks` such numbers are written with.
fn is_free_text(number: &str, marks: &str) -> bool {
    let allowed = |c: char| matches!(c, '0'..='9' | 'A'..='Z' | '\u{4E00}'..='\u{9FFF}') || marks.contains(c);
    (4..=40).contains(&number.chars().count()) && number.chars().all(allowed)
}
