//! Departments from a CSV file: what differs is shown first, and written only when asked for.

use std::{collections::BTreeMap, error::Error, fmt::Write, path::Path};

use domain::collection::department::{Department, DepartmentId};
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
    let mut departments = BTreeMap::new();
    // The first line has the columns' names.
    for (number, line) in csv::Reader::from_path(file)?.deserialize::<Line>().enumerate() {
        let department = department(number + 2, line?)?;
        let id = department.id;
        if departments.insert(id.to_string(), department).is_some() {
            return Err(LineError::Twice(number + 2, id).into());
        }
    }
    Ok(departments)
}

fn department(number: usize, line: Line) -> Result<Department, LineError> {
    let id = DepartmentId::parse(line.id.trim()).map_err(|_| LineError::Id(number, line.id))?;
    let filled = |name, value: String| match value.trim() {
        "" => Err(LineError::Empty(number, name)),
        value => Ok(value.to_owned()),
    };
    Ok(Department {
        id,
        division: id.division,
        name: filled("name", line.name)?,
        address: filled("address", line.address)?,
        phone: filled("phone", line.phone)?,
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
    fn a_line_that_cannot_be_used_is_named() {
        let wrong = department(7, line("110101", "甲局")).unwrap_err().to_string();
        assert!(wrong.starts_with("line 7: no department's id: 110101"), "{wrong}");
        let empty = department(8, line("110101-1", " ")).unwrap_err().to_string();
        assert_eq!(empty, "line 8: name is empty");
    }
}
