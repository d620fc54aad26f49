//! Picture fixtures by their purpose, and the form with which a browser sends a file.

use reqwest::multipart::{Form, Part};
use serde_json::Value;

use crate::stack::Stack;

/// A JPEG that an applicant sends for some purpose.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The purpose's name in requests.
    pub purpose: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Picture {
    /// The fixture `file` for `purpose`.
    pub fn of(stack: &Stack, purpose: &'static str, file: &str) -> Self {
        let path = stack.fixtures.join(file);
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { purpose, bytes }
    }

    /// A photo that meets all rules.
    pub fn photo(stack: &Stack) -> Self {
        Self::of(stack, "photo", "photo-good.jpg")
    }

    /// A photo of 200 by 280 pixels, which is refused.
    pub fn small_photo(stack: &Stack) -> Self {
        Self::of(stack, "photo", "photo-small.jpg")
    }

    /// A photo of which the end is missing, which is refused.
    pub fn truncated_photo(stack: &Stack) -> Self {
        Self::of(stack, "photo", "photo-truncated.jpg")
    }

    /// The portrait side of an identity card.
    pub fn id_front(stack: &Stack) -> Self {
        Self::of(stack, "id-front", "id-front.jpg")
    }

    /// The emblem side of an identity card.
    pub fn id_back(stack: &Stack) -> Self {
        Self::of(stack, "id-back", "id-back.jpg")
    }

    /// Somebody holding an identity card.
    pub fn id_holding(stack: &Stack) -> Self {
        Self::of(stack, "id-holding", "id-holding.jpg")
    }

    /// The stamped proof of accounting work.
    pub fn work_proof(stack: &Stack) -> Self {
        Self::of(stack, "work-proof", "work-proof.jpg")
    }

    /// A certificate of education.
    pub fn certificate(stack: &Stack) -> Self {
        Self::of(stack, "education-certificate", "education-certificate.jpg")
    }
}

/// The form of `POST /v1/uploads` filled with a file: all fields first, then the file.
///
/// `spoil` may change a field's value, as somebody would who wants to send something else.
pub fn filled_form(form: &Value, bytes: Vec<u8>, spoil: impl Fn(&str, &str) -> String) -> Form {
    let fields = form["fields"].as_object().expect("an upload's form has fields");
    let fill = |filled: Form, (name, value): (&String, &Value)| {
        filled.text(name.clone(), spoil(name, value.as_str().expect("a form's fields are texts")))
    };
    fields.iter().fold(Form::new(), fill).part("file", Part::bytes(bytes).file_name("picture"))
}

/// Leaves the field as it is.
pub fn honest(_name: &str, value: &str) -> String {
    value.to_owned()
}
