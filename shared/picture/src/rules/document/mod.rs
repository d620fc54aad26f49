//! Rules for identity documents and proofs: can they be read, and are they what they are said to be.

mod blur;
mod card;
mod cut;
mod dark;
mod glare;
mod holding;
mod side;
mod text;

use domain::upload::Purpose;

pub(crate) use self::blur::Blur;
pub(crate) use self::card::Card;
pub(crate) use self::cut::Cut;
pub(crate) use self::dark::Dark;
pub(crate) use self::glare::Glare;
pub(crate) use self::holding::Holding;
pub(crate) use self::side::Side;
pub(crate) use self::text::Text;

/// The sides of an identity card.
pub(crate) fn is_card(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::IdFront | Purpose::IdBack)
}

/// Pictures that are nothing but a document.
fn is_document(purpose: Purpose) -> bool {
    is_card(purpose) || matches!(purpose, Purpose::EducationCertificate | Purpose::WorkProof)
}
