//! Reading a request body field by field, so that all its faults are found at once.
//!
//! `serde` stops at the first fault; an applicant who has to mend ten fields should be told of ten. A form
//! reads each field with the parser of its type and collects what is wrong, at the field.

use serde_json::{Map, Value};

use crate::{
    fault::{Code, Fault, Faults, Pointer},
    text::is_blank,
};

/// No single text of any form is longer, in characters; longer ones are refused before they are looked at.
const MAX_TEXT: usize = 2_000;

/// A field is missing.
pub const REQUIRED: Code = Code("form.REQUIRED");
/// A field is of another JSON type than its form has.
pub const TYPE: Code = Code("form.TYPE");
/// The form has no such field.
pub const UNKNOWN_FIELD: Code = Code("form.UNKNOWN_FIELD");
/// A text has too many characters.
pub const TOO_LONG: Code = Code("form.TOO_LONG");
/// A list has too many elements.
pub const TOO_MANY: Code = Code("form.TOO_MANY");
/// A list has too few elements.
pub const TOO_FEW: Code = Code("form.TOO_FEW");
/// A list names something twice.
pub const DUPLICATE: Code = Code("form.DUPLICATE");

/// One JSON object being read.
///
/// Every reader answers `None` when the field is at fault, after noting why; [`Form::read`] turns a form
/// with any fault into `Err`, whatever else was read.
#[derive(Debug)]
pub struct Form<'v> {
    fields: &'v Map<String, Value>,
    at: Pointer,
    known: Vec<&'static str>,
    faults: Vec<Fault>,
}

impl<'v> Form<'v> {
    /// Reads a whole body: `read` takes the fields, and whatever it did not ask for is refused, so that
    /// nobody can set what is not theirs to set.
    pub fn read<T>(body: &'v Value, read: impl FnOnce(&mut Self) -> Option<T>) -> Result<T, Faults> {
        let mut faults = Vec::new();
        let value = Self::object(body, Pointer::root(), &mut faults, read);
        Faults::check(faults)?;
        value.ok_or_else(|| Faults::one(Pointer::root(), REQUIRED))
    }

    fn object<T>(
        value: &'v Value,
        at: Pointer,
        faults: &mut Vec<Fault>,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let Value::Object(fields) = value else {
            faults.push(Fault { pointer: at, code: TYPE });
            return None;
        };
        let mut form = Self { fields, at, known: Vec::new(), faults: Vec::new() };
        let value = read(&mut form);
        for name in fields.keys().filter(|name| !form.known.contains(&name.as_str())) {
            form.faults.push(Fault { pointer: form.at.child(name), code: UNKNOWN_FIELD });
        }
        faults.append(&mut form.faults);
        value
    }

    /// Notes a fault at a field.
    pub fn fault(&mut self, name: &str, code: impl Into<Code>) {
        let pointer = self.at.child(name);
        self.faults.push(Fault { pointer, code: code.into() });
    }

    /// Whether nothing was found wrong so far, in this object.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// The field, unless it is absent or `null`.
    fn get(&mut self, name: &'static str) -> Option<&'v Value> {
        self.known.push(name);
        self.fields.get(name).filter(|value| !value.is_null())
    }

    fn noted<T>(&mut self, name: &str, result: Result<T, Code>) -> Option<T> {
        result.map_err(|code| self.fault(name, code)).ok()
    }

    /// A text field as it was sent; `Some("")` when it is absent, for rules that have their own word for that.
    pub fn raw(&mut self, name: &'static str) -> Option<&'v str> {
        let result = self.get(name).map_or(Ok(""), bounded_text);
        self.noted(name, result)
    }

    /// A text field that must be there, read by `parse`.
    pub fn text<T, E: Into<Code>>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&'v str) -> Result<T, E>,
    ) -> Option<T> {
        let result = self
            .get(name)
            .ok_or(REQUIRED)
            .and_then(bounded_text)
            .and_then(|text| parse(text).map_err(Into::into));
        self.noted(name, result)
    }

    /// A text field that may be absent, `null` or without anything to see; `Some(None)` when it is.
    pub fn optional_text<T, E: Into<Code>>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&'v str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        match self.get(name) {
            None => Some(None),
            Some(Value::String(text)) if is_blank(text) => Some(None),
            Some(value) => {
                let result = bounded_text(value).and_then(|text| parse(text).map_err(Into::into));
                self.noted(name, result).map(Some)
            }
        }
    }

    /// A field that must be `true` or `false`.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        let result = match self.get(name) {
            None => Err(REQUIRED),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(TYPE),
        };
        self.noted(name, result)
    }

    /// A field that is `true` or `false`, or absent or `null`; `Some(None)` when it is.
    pub fn optional_flag(&mut self, name: &'static str) -> Option<Option<bool>> {
        let result = match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(TYPE),
        };
        self.noted(name, result)
    }

    /// A field that must be a whole number from 0 to 2⁶⁴−1.
    pub fn number(&mut self, name: &'static str) -> Option<u64> {
        let result = match self.get(name) {
            None => Err(REQUIRED),
            Some(value) => value.as_u64().ok_or(TYPE),
        };
        self.noted(name, result)
    }

    /// A list of texts, each read by `parse`; empty when the field is absent.
    pub fn texts<T: PartialEq, E: Into<Code>>(
        &mut self,
        name: &'static str,
        max: usize,
        parse: impl Fn(&'v str) -> Result<T, E>,
    ) -> Option<Vec<T>> {
        let elements = self.elements(name, max)?;
        let at = self.at.child(name);
        let mut values = Vec::with_capacity(elements.len());
        for (index, element) in elements.iter().enumerate() {
            match bounded_text(element).and_then(|text| parse(text).map_err(Into::into)) {
                Ok(value) if values.contains(&value) => {
                    self.faults.push(Fault { pointer: at.child(index), code: DUPLICATE });
                }
                Ok(value) => values.push(value),
                Err(code) => self.faults.push(Fault { pointer: at.child(index), code }),
            }
        }
        (values.len() == elements.len()).then_some(values)
    }

    /// A list of objects, each read by `read`; empty when the field is absent.
    pub fn rows<T>(
        &mut self,
        name: &'static str,
        max: usize,
        read: impl Fn(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let elements = self.elements(name, max)?;
        let at = self.at.child(name);
        let rows: Vec<T> = elements
            .iter()
            .enumerate()
            .filter_map(|(index, element)| {
                Self::object(element, at.child(index), &mut self.faults, |row| read(row))
            })
            .collect();
        (rows.len() == elements.len()).then_some(rows)
    }

    fn elements(&mut self, name: &'static str, max: usize) -> Option<&'v [Value]> {
        let result = match self.get(name) {
            None => Ok(&[][..]),
            Some(Value::Array(elements)) if elements.len() > max => Err(TOO_MANY),
            Some(Value::Array(elements)) => Ok(elements.as_slice()),
            Some(_) => Err(TYPE),
        };
        self.noted(name, result)
    }
}

fn bounded_text(value: &Value) -> Result<&str, Code> {
    let text = value.as_str().ok_or(TYPE)?;
    if text.chars().count() > MAX_TEXT { Err(TOO_LONG) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn number(text: &str) -> Result<u8, Code> {
        text.parse().map_err(|_| Code("test.NUMBER"))
    }

    fn found(faults: &Faults) -> Vec<(&str, &str)> {
        faults.iter().map(|fault| (fault.pointer.as_str(), fault.code.0)).collect()
    }

    #[test]
    fn all_faults_are_reported_at_once_each_at_its_field() {
        let body = json!({"a": "x", "b": 3, "list": ["1", "1", "y"], "rows": [{"n": "1"}, {"m": 2}, 5], "role": "admin"});
        let read = Form::read(&body, |form| {
            let a = form.text("a", number);
            let b = form.text("b", number);
            let c = form.flag("c");
            let list = form.texts("list", 5, number);
            let rows = form.rows("rows", 5, |row| row.text("n", number));
            Some((a?, b?, c?, list?, rows?))
        });
        assert_eq!(
            found(&read.unwrap_err()),
            [
                ("/a", "test.NUMBER"),
                ("/b", "form.TYPE"),
                ("/c", "form.REQUIRED"),
                ("/list/1", "form.DUPLICATE"),
                ("/list/2", "test.NUMBER"),
                ("/rows/1/n", "form.REQUIRED"),
                ("/rows/1/m", "form.UNKNOWN_FIELD"),
                ("/rows/2", "form.TYPE"),
                ("/role", "form.UNKNOWN_FIELD"),
            ]
        );
    }

    #[test]
    fn a_sound_form_gives_its_values() {
        let body = json!({"a": "7", "list": [], "b": null});
        let read = Form::read(&body, |form| {
            let a = form.text("a", number);
            let b = form.optional_text("b", number);
            let list = form.texts("list", 5, number);
            Some((a?, b?, list?))
        });
        assert_eq!(read, Ok((7, None, vec![])));
    }

    #[test]
    fn counts_and_lengths_are_bounded() {
        let body = json!({"a": "9".repeat(2_001), "list": ["1", "2", "3"]});
        let read = Form::read(&body, |form| Some((form.text("a", number)?, form.texts("list", 2, number)?)));
        assert_eq!(found(&read.unwrap_err()), [("/a", "form.TOO_LONG"), ("/list", "form.UNKNOWN_FIELD")]);
        let read = Form::read(&json!({"list": ["1", "2", "3"]}), |form| form.texts("list", 2, number));
        assert_eq!(found(&read.unwrap_err()), [("/list", "form.TOO_MANY")]);
    }

    #[test]
    fn a_body_that_is_no_object_is_refused_as_a_whole() {
        assert_eq!(found(&Form::read(&json!([]), |_| Some(())).unwrap_err()), [("", "form.TYPE")]);
    }
}
