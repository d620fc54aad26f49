//! Departments from a CSV file, as Excel and WPS write it: what differs is shown first, and written only when asked for.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    error::Error,
    fmt::{self, Write},
    path::Path,
};

use domain::{
    collection::department::{Department, DepartmentId},
    text::{is_blank, plain, visible},
};
use ports::{
    Clock,
    people::{LoadDepartment, SaveDepartment},
};

use crate::text_file;

/// Most lines with departments (ours): three for each county.
const MAX_LINES: usize = 10_000;

/// Longest value, in characters (ours). What is longer is usually a quotation mark that is never closed.
const MAX_VALUE: usize = 200;

/// Most faults that are reported; the rest is counted.
const MAX_FAULTS: usize = 100;

/// What a column has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Id,
    Name,
    Address,
    Phone,
    Hours,
}

impl Column {
    const ALL: [Self; 5] = [Self::Id, Self::Name, Self::Address, Self::Phone, Self::Hours];

    /// The headings that mean it; reports use the first.
    fn headings(self) -> &'static [&'static str] {
        match self {
            Self::Id => &["id", "编号", "部门编号"],
            Self::Name => &["name", "名称", "部门名称"],
            Self::Address => &["address", "地址", "部门地址"],
            Self::Phone => &["phone", "电话", "联系电话"],
            Self::Hours => &["hours", "办公时间"],
        }
    }

    fn as_str(self) -> &'static str {
        self.headings()[0]
    }

    /// The column that a heading means: wide letters and capitals are as good as others.
    fn parse(heading: &str) -> Option<Self> {
        let heading = plain(heading).to_lowercase();
        let heading = heading.trim().trim_matches('"');
        Self::ALL.into_iter().find(|column| column.headings().contains(&heading))
    }
}

/// Where something is wrong, and what.
#[derive(Debug, PartialEq)]
struct Fault {
    /// From 1, as an editor counts.
    line: usize,
    /// From 1, and what it is; none where it is about the line.
    column: Option<(usize, Option<Column>)>,
    what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some((number, column)) = self.column {
            write!(f, ", column {number}")?;
            if let Some(column) = column {
                write!(f, " ({})", column.as_str())?;
            }
        }
        write!(f, ": {}", self.what)
    }
}

/// The file cannot be used: nothing was written.
#[derive(Debug, PartialEq, thiserror::Error)]
enum FileError {
    #[error("{}", List(.0))]
    Faults(Vec<Fault>),
    #[error("there is no department in it")]
    None,
    #[error("there are more than {MAX_LINES} lines in it")]
    TooMany,
}

struct List<'a>(&'a [Fault]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing was written; faults: {}", self.0.len())?;
        for fault in self.0.iter().take(MAX_FAULTS) {
            write!(f, "\n  {fault}")?;
        }
        let further = self.0.len().saturating_sub(MAX_FAULTS);
        if further > 0 { write!(f, "\n  and {further} more") } else { Ok(()) }
    }
}

/// A department of the file, and its line.
type Lines = BTreeMap<String, (usize, Department)>;

/// Compares the file with the table, and writes what differs if `apply`. A file with any fault changes nothing.
/// Departments that the file does not name are left alone.
pub(crate) async fn import(
    table: &(impl LoadDepartment + SaveDepartment),
    clock: &impl Clock,
    file: &Path,
    apply: bool,
) -> Result<String, Box<dyn Error>> {
    let file = text_file::read(file)?;
    let wanted = parse(&file.text)?;
    let (mut changes, mut faults) = (Vec::new(), Vec::new());
    for (line, department) in wanted.values() {
        let known = table.load_department(department.id).await?;
        if known.is_none() && !department.division.is_selectable() {
            faults.push(closed(*line, department));
        }
        let differences = differences(known.as_ref(), department);
        if !differences.is_empty() {
            changes.push((department, if known.is_some() { '~' } else { '+' }, differences));
        }
    }
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.line);
        return Err(FileError::Faults(faults).into());
    }
    let mut report = String::new();
    for (department, sign, differences) in &changes {
        writeln!(report, "{sign} {} {}", department.id, department.name)?;
        for difference in differences {
            writeln!(report, "    {difference}")?;
        }
        if apply {
            table.save_department(department, clock.now()).await?;
        }
    }
    let verb = if apply { "written" } else { "would be written; --apply writes them" };
    let (read, encoding, differing) = (wanted.len(), file.encoding, changes.len());
    writeln!(report, "{read} departments read as {encoding}, {differing} {verb}")?;
    Ok(report)
}

/// A new department cannot be of a closed division; one that is there can be changed for as long as cases are left.
fn closed(line: usize, department: &Department) -> Fault {
    let division = department.division;
    let mut what = format!("{} is closed", division.full_zh());
    if let Some(successor) = division.successor() {
        let _ = write!(what, "; its successor is {} {}", successor.code(), successor.zh());
    }
    Fault { line, column: None, what }
}

/// Reads the departments of the text.
fn parse(text: &str) -> Result<Lines, FileError> {
    let (start, separator) = separator(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(&text.as_bytes()[start..]);
    let mut columns: Option<Vec<Option<Column>>> = None;
    let (mut departments, mut faults) = (Lines::new(), Vec::new());
    for record in reader.records() {
        // The text is UTF-8, and records may be of any length.
        let Ok(record) = record else { continue };
        let line = line_of(&record, &text[start..]) + newlines(&text[..start]);
        let cells: Vec<&str> = record.iter().map(str::trim).collect();
        if cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        let Some(columns) = &columns else {
            columns = Some(headings(line, &cells, &mut faults));
            continue;
        };
        if departments.len() >= MAX_LINES {
            return Err(FileError::TooMany);
        }
        let Some(department) = department(line, columns, &cells, &mut faults) else { continue };
        let id = department.id;
        match departments.entry(id.to_string()) {
            Entry::Vacant(place) => {
                place.insert((line, department));
            }
            Entry::Occupied(_) => {
                faults.push(at(line, columns, Column::Id, format!("{id} is named twice")));
            }
        }
    }
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.line);
        Err(FileError::Faults(faults))
    } else if departments.is_empty() {
        Err(FileError::None)
    } else {
        Ok(departments)
    }
}

/// Where the lines begin, and what separates their values: what most separates the headings, or what Excel's own first line
/// says (`sep=;`).
fn separator(text: &str) -> (usize, u8) {
    const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
    let blank = text.len() - text.trim_start_matches(['\r', '\n']).len();
    let first = text[blank..].lines().next().unwrap_or_default();
    if let Some(&[separator]) = first.trim_end().strip_prefix("sep=").map(str::as_bytes) {
        return (blank + first.len(), separator);
    }
    let count = |separator: u8| first.bytes().filter(|byte| *byte == separator).count();
    let most = SEPARATORS.into_iter().rev().max_by_key(|separator| count(*separator));
    (0, most.unwrap_or(b','))
}

/// Which column is which. A column without a heading has to be empty in each line: Excel writes it where a cell was once
/// filled in.
fn headings(line: usize, cells: &[&str], faults: &mut Vec<Fault>) -> Vec<Option<Column>> {
    let mut columns: Vec<Option<Column>> = Vec::new();
    for (number, cell) in (1..).zip(cells) {
        let column = Column::parse(cell);
        let at = |what: String| Fault { line, column: Some((number, column)), what };
        if column.is_none() && !cell.is_empty() {
            faults.push(at(format!("no such heading: {}", shown(cell))));
        } else if column.is_some() && columns.contains(&column) {
            faults.push(at("this heading is there twice".to_owned()));
        }
        columns.push(column);
    }
    let missing = Column::ALL.into_iter().filter(|column| !columns.contains(&Some(*column)));
    let missing: Vec<_> = missing.map(|column| column.headings().join(" or ")).collect();
    if !missing.is_empty() {
        let what = format!("these headings are missing: {}", missing.join(", "));
        faults.push(Fault { line, column: None, what });
    }
    columns
}

/// The department of a line; none if something is wrong in it, and then each fault is reported.
fn department(
    line: usize,
    columns: &[Option<Column>],
    cells: &[&str],
    faults: &mut Vec<Fault>,
) -> Option<Department> {
    let before = faults.len();
    for (number, cell) in (1..).zip(cells) {
        let column = columns.get(number - 1).copied().flatten();
        let mut fault = |what: String| faults.push(Fault { line, column: Some((number, column)), what });
        if column.is_none() && !cell.is_empty() {
            // A heading that is unknown was reported where it stands.
            let what = format!("a value without a heading: {}", shown(cell));
            fault(what);
        } else if cell.chars().count() > MAX_VALUE {
            fault(format!("longer than {MAX_VALUE} characters; is a quotation mark not closed?"));
        } else if cell.chars().any(|c| is_unreadable(c) && c != '\n' && c != '\r') {
            fault(format!("a character that cannot be shown: {}", shown(cell)));
        }
    }
    let mut value = |column: Column| {
        let number = columns.iter().position(|other| *other == Some(column))?;
        let value = cells.get(number).copied().unwrap_or_default();
        if is_blank(value) {
            faults.push(at(line, columns, column, format!("{} is empty", column.as_str())));
        }
        // Numbers are pasted from anywhere: what shows nothing is dropped, dashes and digits are made plain.
        Some(if matches!(column, Column::Id | Column::Phone) { plain(value) } else { visible(value) })
    };
    let [id, name, address, phone, hours] = Column::ALL.map(&mut value);
    let (id, name, address, phone, hours) = (id?, name?, address?, phone?, hours?);
    let parsed = DepartmentId::parse(&id);
    if parsed.is_err() && !id.is_empty() {
        let what = format!("no department's id: {} (the division's code and a number: 110101-1)", shown(&id));
        faults.push(at(line, columns, Column::Id, what));
    }
    let id = parsed.ok()?;
    (faults.len() == before).then_some(Department { id, division: id.division, name, address, phone, hours })
}

fn at(line: usize, columns: &[Option<Column>], column: Column, what: String) -> Fault {
    let number = columns.iter().position(|other| *other == Some(column));
    Fault { line, column: number.map(|number| (number + 1, Some(column))), what }
}

/// A value as a report shows it: short, and on one line.
fn shown(value: &str) -> String {
    const SHOWN: usize = 40;
    let mut short: String = value.chars().take(SHOWN).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    short.chars().map(|c| if is_unreadable(c) { '\u{FFFD}' } else { c }).collect()
}

/// Controls, and what fonts of one machine only have (GBK's user-defined characters).
fn is_unreadable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FFFD}')
}

/// The line, from 1, in which a record begins. The reader notes where it began to look, blank lines included.
fn line_of(record: &csv::StringRecord, text: &str) -> usize {
    let start =
        record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
    let (before, rest) = text.split_at_checked(start).unwrap_or((text, ""));
    let blank = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
    // why: between \r and \n of one line's end the reader may look as well.
    1 + newlines(&text[..before.len() + blank])
}

fn newlines(text: &str) -> usize {
    text.matches(['\r', '\n']).count() - text.matches("\r\n").count()
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
    use domain::divisions::Division;
    use encoding_rs::GB18030;
    use ports::fakes::Fakes;

    use super::*;

    const COLUMNS: &str = "id,name,address,phone,hours\n";
    const GOOD: &str = "110101-1,甲局,一号,010-1,9-17\n";

    fn sample() -> Department {
        let (_, department) = parse(&format!("{COLUMNS}{GOOD}")).unwrap().remove("110101-1").unwrap();
        department
    }

    /// What is wrong with the text, one line each.
    fn faults(text: &str) -> Vec<String> {
        match parse(text).unwrap_err() {
            FileError::Faults(faults) => faults.iter().map(Fault::to_string).collect(),
            other => vec![other.to_string()],
        }
    }

    #[test]
    fn a_change_shows_the_field_before_and_after() {
        let old = sample();
        let new = Department { name: "乙局".to_owned(), ..old.clone() };
        assert_eq!(differences(Some(&old), &new), ["name: 甲局 → 乙局"]);
        assert_eq!(differences(Some(&old), &old), Vec::<String>::new());
        assert_eq!(differences(None, &new).len(), 4);
    }

    #[test]
    fn the_line_of_a_fault_is_that_of_the_file() {
        let bad = "110101,乙局,二号,2,9-17\n";
        for (lines, at) in [
            (bad.to_owned(), 2),
            (format!("{GOOD}{bad}"), 3),
            (format!("{GOOD}\n\r\n{bad}"), 5),
            (format!("{GOOD},,,,\r\n{bad}"), 4),
            (format!("110101-1,甲局,\"一号\n二楼\",1,9-17\n{bad}"), 4),
        ] {
            for end in ["\n", "\r\n", "\r"] {
                let text = format!("{COLUMNS}{lines}").replace("\r\n", "\n").replace('\n', end);
                let faults = faults(&text);
                assert!(
                    faults[0].starts_with(&format!("line {at}, column 1 (id): ")),
                    "{faults:?} of {text:?}"
                );
                assert_eq!(faults.len(), 1, "{faults:?}");
            }
        }
    }

    #[test]
    fn a_file_without_departments_is_no_wish_for_none() {
        for text in ["", "\n", COLUMNS, "id,name,address,phone,hours,,\r\n,,,,,,\r\n"] {
            assert_eq!(faults(text), ["there is no department in it"], "{text:?}");
        }
    }

    #[test]
    fn every_fault_is_reported_at_once_with_its_line_and_column() {
        let text = "编号，名称\n"; // One cell: no separator that a program writes.
        assert_eq!(
            faults(text),
            [
                "line 1, column 1: no such heading: 编号，名称",
                "line 1: these headings are missing: id or 编号 or 部门编号, name or 名称 or 部门名称, \
                 address or 地址 or 部门地址, phone or 电话 or 联系电话, hours or 办公时间",
            ]
        );
        let long = "长".repeat(MAX_VALUE + 1);
        let lines = format!(
            "{GOOD}110101,没有编号,a,b,c\n110101-2, ,a,,c\n110101-1,又一次,a,b,c\n110101-3,少一列,a,b\n\
             110101-4,多一列,a,b,c,d\n110101-5,{long},a,b,c\n110101-6,\u{E000}局,a,b,c\n999999-1,没有,a,b,c\n"
        );
        assert_eq!(
            faults(&format!("{COLUMNS}{lines}")),
            [
                "line 3, column 1 (id): no department's id: 110101 (the division's code and a number: 110101-1)",
                "line 4, column 2 (name): name is empty",
                "line 4, column 4 (phone): phone is empty",
                "line 5, column 1 (id): 110101-1 is named twice",
                "line 6, column 5 (hours): hours is empty",
                "line 7, column 6: a value without a heading: d",
                "line 8, column 2 (name): longer than 200 characters; is a quotation mark not closed?",
                "line 9, column 2 (name): a character that cannot be shown: \u{FFFD}局",
                "line 10, column 1 (id): no department's id: 999999-1 (the division's code and a number: 110101-1)",
            ]
        );
        let twice = faults("id,name,address,phone,hours,编号\n110101-1,甲局,一号,1,9-17,110101-1\n");
        assert_eq!(twice, ["line 1, column 6 (id): this heading is there twice"]);
    }

    #[test]
    fn the_number_of_faults_that_are_shown_is_bounded() {
        let text = format!("{COLUMNS}{}", "110101,甲局,一号,1,9-17\n".repeat(250));
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.starts_with("nothing was written; faults: 250\n  line 2, "), "{error}");
        assert!(error.ends_with("\n  and 150 more") && error.lines().count() == 102, "{error}");
        let line = |number: usize| format!("110101-1,{number},一号,1,9-17\n");
        let many: String = (0..3).map(line).collect();
        assert_eq!(faults(&format!("{COLUMNS}{many}")).len(), 2);
    }

    #[test]
    fn a_file_is_read_as_offices_write_it() {
        let wanted = sample();
        let plain = format!("{COLUMNS}{GOOD}");
        let wide = "ＩＤ,Name , ADDRESS,phone,hours\n １１０１０１－１ ,甲局\u{3000},一号,010-1,9-17\n";
        let chinese = "编号,名称,地址,电话,办公时间\n110101-1,甲局,一号,010-1,9-17\n";
        let turned = "办公时间,联系电话,部门地址,部门名称,部门编号\n9-17,010-1\t,一号,甲局,110101–1\n";
        for text in [
            plain.clone(),
            plain.replace('\n', "\r\n"),
            plain.replace(',', ";"),
            plain.replace(',', "\t"),
            format!("sep=;\r\n{}", plain.replace(',', ";")),
            plain.replace('\n', ",\r\n"),
            plain.replace('\n', ",,,\r\n") + ",,,,,,,\r\n,,,,,,,\r\n",
            format!("\r\n{plain}"),
            plain.trim_end().to_owned(),
            wide.to_owned(),
            chinese.to_owned(),
            turned.to_owned(),
        ] {
            let read = parse(&text).unwrap_or_else(|error| panic!("{error}: {text:?}"));
            let read: Vec<_> = read.into_values().map(|(_, department)| department).collect();
            assert_eq!(read, std::slice::from_ref(&wanted), "{text:?}");
        }
    }

    #[tokio::test]
    async fn a_file_from_excel_in_china_is_compared_and_written() {
        let fakes = Fakes::new();
        let lines =
            "编号,名称,地址,电话,办公时间,\r\n110101-9,东城区财政局,一号,010-12345678,9-17,\r\n,,,,,\r\n";
        let path = std::env::temp_dir().join(format!("departments-{}.csv", ulid::Ulid::generate()));
        let utf_16 = lines.encode_utf16().flat_map(u16::to_le_bytes);
        let marked = [0xFF, 0xFE].into_iter().chain(utf_16).collect();
        let files = [(GB18030.encode(lines).0.into_owned(), "GB18030", 1), (marked, "UTF-16LE", 0)];
        for (bytes, encoding, changed) in files {
            std::fs::write(&path, bytes).unwrap();
            let report = import(&fakes.table, &fakes.clock, &path, true).await.unwrap();
            let end = format!("1 departments read as {encoding}, {changed} written\n");
            assert!(report.ends_with(&end), "{report}");
        }
        let stored = fakes.table.load_department(DepartmentId::parse("110101-9").unwrap()).await.unwrap();
        assert_eq!(stored.unwrap().name, "东城区财政局");
        std::fs::remove_file(path).unwrap();
    }

    #[tokio::test]
    async fn a_closed_division_gets_no_new_department_and_keeps_what_it_has() {
        let fakes = Fakes::new();
        let line = "500112-1,渝北区财政局,一号,1,9-17\n";
        let path = std::env::temp_dir().join(format!("departments-{}.csv", ulid::Ulid::generate()));
        std::fs::write(&path, format!("{COLUMNS}{GOOD}{line}")).unwrap();
        let refused = import(&fakes.table, &fakes.clock, &path, true).await.unwrap_err().to_string();
        let why = "line 3: 重庆市渝北区 is closed; its successor is 500157 两江新区";
        assert_eq!(refused, format!("nothing was written; faults: 1\n  {why}"));
        let first = DepartmentId::parse("110101-1").unwrap();
        let untouched =
            fakes.table.load_department(first).await.unwrap().is_none_or(|known| known.name != "甲局");
        assert!(untouched, "half a file was written");

        let id = DepartmentId::parse("500112-1").unwrap();
        let division = Division::parse("500112").unwrap();
        let known = Department { id, division, name: "旧名".to_owned(), ..sample() };
        fakes.table.save_department(&known, ports::Clock::now(&fakes.clock)).await.unwrap();
        let report = import(&fakes.table, &fakes.clock, &path, true).await.unwrap();
        assert!(report.contains("name: 旧名 → 渝北区财政局"), "{report}");
        std::fs::remove_file(path).unwrap();
    }
}
