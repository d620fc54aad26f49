//! A list was asked for as a file: it is made.
//!
//! The queue delivers each request at least once. A finished file is left alone; one that was begun is made anew, from the
//! lists as they are then.

mod sheet;

use domain::{
    case::{
        Case, List,
        case_list::{self, Cell, Failure, HEADINGS, MAX_LINES},
        desk::Reviewer,
        listing::ListItem,
    },
    divisions::Division,
    moment::Moment,
};
use events::{SqsBatchResponse, SqsEvent};
use futures_util::{StreamExt, TryStreamExt, stream};
use ports::{
    Clock, PortError, PortResult,
    audit::{RecordView, View},
    case_lists::{CaseList, LoadCaseList, RecordCaseList, StoreCaseList},
    cases::ListQueue,
    exports::ExportState,
    people::{LoadPerson, LoadReviewer},
    secrets::OpenIdentity,
};
use telemetry::Metric;

/// Lines of a list that are read at once.
const PAGE: usize = 500;

/// People who are read and opened at once. One after the other, 20,000 would take minutes.
const AT_ONCE: usize = 16;

/// Lines between two notes of how far it has come.
const NOTED_EVERY: usize = 500;

/// What this function may do with the table.
pub trait Records:
    LoadCaseList + RecordCaseList + LoadReviewer + ListQueue + LoadPerson + RecordView
{
}

impl<T: LoadCaseList + RecordCaseList + LoadReviewer + ListQueue + LoadPerson + RecordView> Records for T {}

/// A line of the file.
pub(crate) type Row = [Cell; HEADINGS.len()];

/// Makes what was asked for. What fails is delivered again, and in the end parked for `admin redrive`.
pub async fn handle(
    delivery: SqsEvent,
    table: &impl Records,
    keys: &impl OpenIdentity,
    files: &impl StoreCaseList,
    clock: &impl Clock,
) -> SqsBatchResponse {
    let answer = |asked| async move { answer(&asked, table, keys, files, clock).await };
    events::process_each("build-case-list", &delivery, clock, answer).await
}

/// Makes one, unless it was made before.
async fn answer(
    asked: &CaseList,
    table: &impl Records,
    keys: &impl OpenIdentity,
    files: &impl StoreCaseList,
    clock: &impl Clock,
) -> PortResult<()> {
    let Some(mut case_list) = table.load_case_list(asked.reviewer, asked.id).await? else { return Ok(()) };
    if case_list.state.is_final() {
        return Ok(());
    }
    let made = match make(&mut case_list, table, keys, files, clock).await {
        Ok(None) => return Ok(()),
        Ok(Some(failure)) => fail(&mut case_list, table, failure).await,
        Err(error) if !matches!(error, PortError::Unavailable(_) | PortError::Conflict) => {
            tracing::error!(case_list = %case_list.id, ?error, "a list was given up on");
            let now = clock.now().as_millisecond();
            telemetry::record(now, &[("Function", "build-case-list")], &[(Metric::Poison, 1.0)]);
            fail(&mut case_list, table, Failure::Broken).await
        }
        Err(error) => Err(error),
    };
    match made {
        // Finished by another delivery of the same request.
        Err(PortError::Conflict) => Ok(()),
        made => made,
    }
}

/// Makes the file, or says why there is none.
async fn make(
    case_list: &mut CaseList,
    table: &impl Records,
    keys: &impl OpenIdentity,
    files: &impl StoreCaseList,
    clock: &impl Clock,
) -> PortResult<Option<Failure>> {
    let reviewer = table.load_reviewer(case_list.reviewer).await?;
    let Some(reviewer) = reviewer.filter(|reviewer| case_list.asked.is_allowed(reviewer)) else {
        return Ok(Some(Failure::NotAllowed));
    };
    let now = clock.now();
    let Some(lines) = lines(case_list, table, &reviewer, now).await? else {
        return Ok(Some(Failure::TooMany));
    };
    case_list.state = ExportState::Working;
    (case_list.done, case_list.total) = (0, lines.len());
    table.record_case_list(case_list).await?;

    let asked = case_list.clone();
    let rows = lines.iter().map(|line| row(line, &asked, table, keys, &reviewer, now));
    let mut rows = stream::iter(rows).buffered(AT_ONCE);
    let mut sheet = Vec::new();
    while let Some(row) = rows.try_next().await? {
        sheet.extend(row);
        case_list.done += 1;
        if case_list.done.is_multiple_of(NOTED_EVERY) {
            table.record_case_list(case_list).await?;
        }
    }
    let file = sheet::write(case_list.asked.format, &sheet)?;
    files.store_case_list(case_list, file).await?;
    case_list.state = ExportState::Ready;
    table.record_case_list(case_list).await?;
    Ok(None)
}

/// The lines that are asked for, the reviewer's own cases left out, each with whose list it is in; none if there are too many.
async fn lines(
    case_list: &CaseList,
    table: &impl ListQueue,
    reviewer: &Reviewer,
    now: Moment,
) -> PortResult<Option<Vec<(Division, ListItem)>>> {
    let asked = &case_list.asked;
    let mut lines = Vec::new();
    for division in asked.division.with_those_below() {
        let mut after = None;
        loop {
            let page = table.list_queue(asked.list, division, asked.kind, after.as_ref(), PAGE).await?;
            after = page.last().filter(|_| page.len() == PAGE).map(|last| (last.since, last.case));
            let is_wanted =
                |line: &ListItem| !reviewer.is_own(line.case.owner) && asked.filter.has(line, now);
            let wanted = page.into_iter().filter(is_wanted);
            lines.extend(wanted.map(|line| (division, line)));
            if lines.len() > MAX_LINES {
                return Ok(None);
            }
            if after.is_none() {
                break;
            }
        }
    }
    Ok(Some(lines))
}

/// The row of a line; none where the case went from the list since, or is not for that reviewer to see.
///
/// A row that is not masked is written down at the case first: who cannot be written down sees nothing.
async fn row(
    (division, line): &(Division, ListItem),
    case_list: &CaseList,
    table: &(impl LoadPerson + RecordView),
    keys: &impl OpenIdentity,
    reviewer: &Reviewer,
    now: Moment,
) -> PortResult<Option<Row>> {
    let owner = line.case.owner;
    let Some(person) = table.load_person(owner).await? else { return Ok(None) };
    let case = person.case(line.case.kind).filter(|case| reviewer.may_see(case, now));
    let Some(case) = case.filter(|case| is_listed(case, *division, line, case_list.asked.list)) else {
        return Ok(None);
    };
    let is_masked = case_list.asked.reveal.is_none();
    if !is_masked {
        let (by, case_list) = (reviewer.id, Some(case_list.id));
        let view = View { case: case.id, version: case.version, submission: None, by, at: now, case_list };
        table.record_view(&view).await?;
    }
    let identity = keys.open(owner, person.id_type, &person.sealed).await?;
    Ok(Some(case_list::row(line, *division, &identity, is_masked, now)))
}

/// Whether the case still stands where the line says.
fn is_listed(case: &Case, division: Division, line: &ListItem, list: List) -> bool {
    let is_there = |place: &domain::case::ListPosition| {
        (place.list, place.division, place.since) == (list, division, line.since)
    };
    case.places().iter().any(is_there)
}

/// There will be no file.
async fn fail(case_list: &mut CaseList, table: &impl RecordCaseList, failure: Failure) -> PortResult<()> {
    case_list.state = ExportState::Failed;
    case_list.failure = Some(failure);
    table.record_case_list(case_list).await
}
