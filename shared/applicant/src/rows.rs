//! Adding, showing, replacing and removing the rows of a page.

use domain::{
    collection::{About, Collection, Education, Employment, NoSuchRow, UploadUse},
    fault::{Faults, Pointer},
    ids::{EducationId, EmploymentId, IdError},
};
use edge::{Problem, Request, Response, RowAction};
use ports::{
    Clock, Random, cases::SaveDraft, people::LoadPerson, pictures::LoadUploads, secrets::OpenIdentity,
};
use serde::Serialize;
use serde_json::{Value, json};
use ulid::Ulid;

use crate::{Draft, take_collection, verified_caller, with_pictures};

/// A row of one of the collection's pages.
pub trait Row: Serialize + Sized + Send + Sync {
    /// The row's name in responses.
    const NAME: &'static str;
    /// The type of the row's id.
    type Id: Copy + Send + Sync;

    /// Creates the id of a new row.
    fn new_id(ulid: Ulid) -> Self::Id;
    /// Parses an id from a path.
    fn parse_id(text: &str) -> Result<Self::Id, IdError>;
    /// Parses a row.
    fn parse(id: Self::Id, body: &Value, about: &About) -> Result<Self, Faults>;
    /// The pictures that a body refers to.
    fn named_uploads(body: &Value) -> Vec<UploadUse>;
    /// Finds the row with that id.
    fn find(pages: &mut Collection, id: Self::Id) -> Result<&mut Self, NoSuchRow>;
    /// Adds the row if the page has room.
    fn add(self, pages: &mut Collection) -> Result<(), Faults>;
    /// Removes a row.
    fn remove(pages: &mut Collection, id: Self::Id) -> Result<(), NoSuchRow>;
    /// Replaces an older row; what depends on the row stays.
    fn replace(self, older: &mut Self);
}

impl Row for Education {
    const NAME: &'static str = "education";
    type Id = EducationId;

    fn new_id(ulid: Ulid) -> Self::Id {
        EducationId::new(ulid)
    }

    fn parse_id(text: &str) -> Result<Self::Id, IdError> {
        EducationId::parse(text)
    }

    fn parse(id: Self::Id, body: &Value, about: &About) -> Result<Self, Faults> {
        Self::parse(id, body, about)
    }

    fn named_uploads(body: &Value) -> Vec<UploadUse> {
        Self::named_uploads(body, &Pointer::root())
    }

    fn find(pages: &mut Collection, id: Self::Id) -> Result<&mut Self, NoSuchRow> {
        pages.education(id)
    }

    fn add(self, pages: &mut Collection) -> Result<(), Faults> {
        pages.add_education(self)
    }

    fn remove(pages: &mut Collection, id: Self::Id) -> Result<(), NoSuchRow> {
        pages.remove_education(id)
    }

    fn replace(self, older: &mut Self) {
        *older = self;
    }
}

impl Row for Employment {
    const NAME: &'static str = "employment";
    type Id = EmploymentId;

    fn new_id(ulid: Ulid) -> Self::Id {
        EmploymentId::new(ulid)
    }

    fn parse_id(text: &str) -> Result<Self::Id, IdError> {
        EmploymentId::parse(text)
    }

    fn parse(id: Self::Id, body: &Value, about: &About) -> Result<Self, Faults> {
        Self::parse(id, body, about)
    }

    fn named_uploads(body: &Value) -> Vec<UploadUse> {
        Self::named_uploads(body, &Pointer::root())
    }

    fn find(pages: &mut Collection, id: Self::Id) -> Result<&mut Self, NoSuchRow> {
        pages.employment(id)
    }

    fn add(self, pages: &mut Collection) -> Result<(), Faults> {
        pages.add_employment(self)
    }

    fn remove(pages: &mut Collection, id: Self::Id) -> Result<(), NoSuchRow> {
        pages.remove_employment(id)
    }

    /// Accounting experiences are separate rows and stay.
    fn replace(self, older: &mut Self) {
        let accounting_experiences = std::mem::take(&mut older.accounting_experiences);
        *older = Self { accounting_experiences, ..self };
    }
}

/// Carries out the method's action on a row of the caller's collection.
pub async fn edit<R: Row>(
    req: &Request,
    table: &(impl LoadPerson + LoadUploads + SaveDraft),
    keys: &impl OpenIdentity,
    clock: &impl Clock,
    chance: &impl Random,
) -> Result<Response, Problem> {
    let now = clock.now();
    let verb = req.verb()?;
    if verb == RowAction::Show {
        let mut person = verified_caller(req, table, now).await?;
        let mut filed = take_collection(&mut person, now);
        let row = R::find(&mut filed.pages, req.path("id", R::parse_id)?)?;
        return Ok(shown::<R>(Response::ok, &json!(row), filed.case.version));
    }
    if verb == RowAction::Add && req.is_taken_up_again() {
        let mut person = verified_caller(req, table, now).await?;
        let mut filed = take_collection(&mut person, now);
        if let Ok(row) = R::find(&mut filed.pages, R::new_id(req.new_id(chance))) {
            return Ok(shown::<R>(Response::created, &json!(row), filed.case.version));
        }
    }
    let mut draft = Draft::open(req, table, keys, now).await?;
    if verb == RowAction::Remove {
        R::remove(&mut draft.pages, req.path("id", R::parse_id)?)?;
        let version = draft.save(table).await?;
        return Ok(Response::no_content().at_version(version));
    }
    let id = if verb == RowAction::Add {
        R::new_id(req.new_id(chance))
    } else {
        let id = req.path("id", R::parse_id)?;
        R::find(&mut draft.pages, id)?;
        id
    };
    let body = req.json()?;
    let row = R::parse(id, &body, &draft.about());
    let row = with_pictures(row, &R::named_uploads(&body), table, draft.person.id).await??;
    if verb == RowAction::Add {
        row.add(&mut draft.pages)?;
    } else {
        row.replace(R::find(&mut draft.pages, id)?);
    }
    let stored = json!(R::find(&mut draft.pages, id)?);
    let version = draft.save(table).await?;
    let answer = if verb == RowAction::Add { Response::created } else { Response::ok };
    Ok(shown::<R>(answer, &stored, version))
}

fn shown<R: Row>(answer: impl Fn(&Value) -> Response, row: &Value, version: u64) -> Response {
    answer(&json!({"version": version, R::NAME: row})).at_version(version)
}
