//! What is wrong with a request, said at the field.
//!
//! A [`Fault`] carries a stable code; its text in Chinese and English comes from
//! `infra/reference/messages.json` (see [`crate::messages`]). Nothing here knows HTTP.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A stable, documented reason such as `resident_id.CHECKSUM` or `form.REQUIRED`.
///
/// The part before the dot names the rule, the part after it the way in which it was broken. Pages and
/// other programs may rely on codes; they never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Where in the request body a fault is: an RFC 6901 JSON Pointer such as `/employments/0/uscc`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pointer(String);

impl Pointer {
    /// The whole body.
    pub fn root() -> Self {
        Self::default()
    }

    /// The member or element `name` below this place, escaped as RFC 6901 section 3 asks.
    #[must_use]
    pub fn child(&self, name: impl fmt::Display) -> Self {
        let name = name.to_string().replace('~', "~0").replace('/', "~1");
        Self(format!("{}/{name}", self.0))
    }

    /// The pointer as text; empty for the whole body.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place in the request body.
    pub pointer: Pointer,
    /// The reason.
    pub code: Code,
}

/// Everything that is wrong with one request; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} fault(s), first {} at {:?}", .0.len(), .0[0].code, .0[0].pointer.as_str())]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// A single fault at a place.
    pub fn one(pointer: Pointer, code: impl Into<Code>) -> Self {
        Self(vec![Fault { pointer, code: code.into() }])
    }

    /// `Err` with all of `faults`, or `Ok` when there are none.
    pub fn check(faults: Vec<Fault>) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(Self(faults)) }
    }

    /// Two things that were read, unless one of them is at fault; all faults of both.
    pub fn both<T, U>(one: Result<T, Self>, other: Result<U, Self>) -> Result<(T, U), Self> {
        match (one, other) {
            (Ok(one), Ok(other)) => Ok((one, other)),
            (Err(faults), Ok(_)) | (Ok(_), Err(faults)) => Err(faults),
            (Err(Self(mut faults)), Err(Self(more))) => {
                faults.extend(more);
                Err(Self(faults))
            }
        }
    }

    /// The faults in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }
}

impl Pointer {
    /// A pointer that was found to point at something.
    pub(crate) fn from_checked(pointer: &str) -> Self {
        Self(pointer.to_owned())
    }
}
