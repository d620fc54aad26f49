//! Departments from a CSV file: what differs is shown first, and written only when asked for.

use std::{collections::BTreeMap, error::Error, fmt::Write, path::Path};

use domain::{
    collection::department::{Department, DepartmentId},
    text::{is_blank, plain, visible},
};
use ports::{
    Clock,
    people::{LoadDepartment, SaveDepartment},
};
use serde::Deserialize;

/// A line of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    name: String,
    address: String,
    phone: String,
    hours: String,
}

/// A line cannot be used.
#[derive(Debug, thiserror::Error)]
enum LineError {
    #[error("line {0}: no department's id: {1} (the division's code and a number: 110101-1)")]
    Id(usize, String),
    #[error("line {0}: {1} is empty")]
    Empty(usize, &'static str),
    #[error("line {0}: {1} is named twice")]
    Twice(usize, DepartmentId),
    #[error("there is no department in it")]
    None,
}

/// Compares the file with the table, and writes what differs if `apply`. A file with any fault changes nothing.
/// Departments that the file does not name are left alone.
pub(crate) async fn import(
    table: &(impl LoadDepartment + SaveDepartment),
    clock: &impl Clock,
    file: &Path,
    apply: bool,
) -> Result<String, Box<dyn Error>> {
    let wanted = read(file)?;
    let (mut report, mut changed) = (String::new(), 0);
    for department in wanted.values() {
        let known = table.load_department(department.id).await?;
        let differences = differences(known.as_ref(), department);
        if differences.is_empty() {
            continue;
        }
        changed += 1;
        let sign = if known.is_some() { '~' } else { '+' };
        writeln!(report, "{sign} {} {}", department.id, department.name)?;
        for difference in differences {
            writeln!(report, "    {difference}")?;
        }
        if apply {
            table.save_department(department, clock.now()).await?;
        }
    }
    let verb = if apply { "written" } else { "would be written; --apply writes them" };
    writeln!(report, "{} departments read, {changed} {verb}", wanted.len())?;
    Ok(report)
}

fn read(file: &Path) -> Result<BTreeMap<String, Department>, Box<dyn Error>> {
    parse(&std::fs::read_to_string(file)?)
}

fn parse(text: &str) -> Result<BTreeMap<String, Department>, Box<dyn Error>> {
    let mut departments = BTreeMap::new();
    let mut lines = csv::Reader::from_reader(text.as_bytes());
    let columns = lines.headers()?.clone();
    for record in lines.records() {
        let record = record?;
        let number = line_of(&record, text);
        let department = department(number, record.deserialize(Some(&columns))?)?;
        let id = department.id;
        if departments.insert(id.to_string(), department).is_some() {
            return Err(LineError::Twice(number, id).into());
        }
    }
    if departments.is_empty() { Err(LineError::None.into()) } else { Ok(departments) }
}

/// The line, from 1, in which a record begins. The reader notes where it began to look, blank lines included.
fn line_of(record: &csv::StringRecord, text: &str) -> usize {
    let start =
        record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
    let (before, rest) = text.split_at_checked(start).unwrap_or((text, ""));
    let blank = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
    let newlines = |text: &str| text.matches('\n').count();
    1 + newlines(before) + newlines(&rest[..blank])
}

fn department(number: usize, line: Line) -> Result<Department, LineError> {
    let id = DepartmentId::parse(&plain(&line.id)).map_err(|_| LineError::Id(number, line.id))?;
    let filled = |name, value: String| match visible(&value) {
        value if is_blank(&value) => Err(LineError::Empty(number, name)),
        value => Ok(value),
    };
    Ok(Department {
        id,
        division: id.division,
        name: filled("name", line.name)?,
        address: filled("address", line.address)?,
        phone: filled("phone", plain(&line.phone))?,
        hours: filled("hours", line.hours)?,
    })
}

/// What differs, one line each.
fn differences(known: Option<&Department>, wanted: &Department) -> Vec<String> {
    let fields = |department: &Department| {
        [
            ("name", department.name.clone()),
            ("address", department.address.clone()),
            ("phone", department.phone.clone()),
            ("hours", department.hours.clone()),
        ]
    };
    let Some(known) = known else {
        return fields(wanted).map(|(name, value)| format!("{name}: {value}")).to_vec();
    };
    let pairs = fields(known).into_iter().zip(fields(wanted));
    pairs
        .filter(|((_, old), (_, new))| old != new)
        .map(|((name, old), (_, new))| format!("{name}: {old} → {new}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str, name: &str) -> Line {
        let text = |text: &str| text.to_owned();
        Line {
            id: text(id),
            name: text(name),
            address: text("一号"),
            phone: text("010-1"),
            hours: text("9-17"),
        }
    }

    #[test]
    fn a_change_shows_the_field_before_and_after() {
        let old = department(2, line("110101-1", "甲局")).unwrap();
        let new = department(2, line("110101-1", "乙局")).unwrap();
        assert_eq!(differences(Some(&old), &new), ["name: 甲局 → 乙局"]);
        assert_eq!(differences(Some(&old), &old), Vec::<String>::new());
        assert_eq!(differences(None, &new).len(), 4);
    }

    #[test]
    fn what_a_spreadsheet_pasted_is_read_as_it_looks() {
        let line = Line {
            phone: " \u{202D}０１０–1\u{202C}".to_owned(),
            ..line("１１０１０１-1", "甲局\u{FEFF}")
        };
        let read = department(2, line).unwrap();
        assert_eq!(
            (read.id.to_string().as_str(), read.name.as_str(), read.phone.as_str()),
            ("110101-1", "甲局", "010-1")
        );
    }

    const COLUMNS: &str = "id,name,address,phone,hours\n";

    #[test]
    fn the_line_of_a_fault_is_that_of_the_file() {
        let good = "110101-1,甲局,一号,1,9-17\n";
        let faults = [
            ("110101,乙局,二号,2,9-17\n".to_owned(), 2),
            (format!("{good}110101,乙局,二号,2,9-17\n"), 3),
            (format!("{good}\n\r\n110101,乙局,二号,2,9-17\n"), 5),
            ("110101-1,甲局,\"一号\n二楼\",1,9-17\n110101,乙局,二号,2,9-17\n".to_owned(), 4),
        ];
        for (lines, at) in faults {
            let error = parse(&format!("{COLUMNS}{lines}")).unwrap_err().to_string();
            assert!(error.starts_with(&format!("line {at}: ")), "{error}, where line {at} is wrong");
        }
    }

    #[test]
    fn a_file_without_departments_is_no_wish_for_none() {
        for text in ["", "\n", COLUMNS] {
            assert_eq!(parse(text).unwrap_err().to_string(), "there is no department in it");
        }
    }

    #[test]
    fn a_line_that_cannot_be_used_is_named() {
        let wrong = department(7, line("110101", "甲局")).unwrap_err().to_string();
        assert!(wrong.starts_with("line 7: no department's id: 110101"), "{wrong}");
        for nothing in [" ", "\u{3164}\u{2800}"] {
            let empty = department(8, line("110101-1", nothing)).unwrap_err().to_string();
            assert_eq!(empty, "line 8: name is empty");
        }
    }
}
