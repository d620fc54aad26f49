//! The file: comma-separated values, or a workbook.

use domain::case::roster::{Cell, Format, HEADINGS};
use ports::{Outcome, PortError};
use rust_xlsxwriter::{Format as CellFormat, Workbook, XlsxError};

use crate::Row;

/// What tells a spreadsheet that a CSV file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// What a cell begins with that a spreadsheet takes for a formula; the wide forms are taken for the narrow ones by some.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// More digits than a spreadsheet's numbers have (15, IEEE 754): it would make noughts of those at the end.
const EXACT_DIGITS: usize = 15;

/// The rows below their headings.
pub(crate) fn write(format: Format, rows: &[Row]) -> Outcome<Vec<u8>> {
    match format {
        Format::Csv => csv(rows).map_err(broken),
        Format::Xlsx => xlsx(rows).map_err(broken),
    }
}

fn broken(error: impl std::error::Error + Send + Sync + 'static) -> PortError {
    PortError::Internal(Box::new(error))
}

fn csv(rows: &[Row]) -> Result<Vec<u8>, csv::Error> {
    let mut file = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    file.write_record(HEADINGS)?;
    for row in rows {
        file.write_record(row.iter().map(|cell| match cell {
            Cell::Text(text) => harmless(text),
            Cell::Number(number) => number.to_string(),
        }))?;
    }
    let lines =
        file.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))?;
    Ok([BYTE_ORDER_MARK.as_bytes(), &lines].concat())
}

/// The text as no spreadsheet takes it for a formula (OWASP, "CSV Injection": an apostrophe before it), nor for a number that
/// it would round: a tab after the digits is not seen and makes them a text.
fn harmless(text: &str) -> String {
    let is_number = text.len() > EXACT_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    if text.starts_with(FORMULA) {
        format!("'{text}")
    } else if is_number {
        format!("{text}\t")
    } else {
        text.to_owned()
    }
}

/// Texts are written as texts: no spreadsheet looks for a formula or a number in them.
fn xlsx(rows: &[Row]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("名单")?;
    sheet.set_freeze_panes(1, 0)?;
    let bold = CellFormat::new().set_bold();
    for (column, heading) in (0_u16..).zip(HEADINGS) {
        sheet.write_string_with_format(0, column, heading, &bold)?;
    }
    for (line, row) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            match cell {
                Cell::Text(text) => sheet.write_string(line, column, text)?,
                Cell::Number(number) => sheet.write_number(line, column, *number)?,
            };
        }
    }
    sheet.autofit();
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;

    const HOSTILE: [&str; 15] = [
        "=HYPERLINK(\"http://example.com\")",
        "+1+1",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "＝1+1",
        "110101199003070020",
        "11010119900307002X",
        "13800001234",
        "a,b",
        "say \"no\"",
        "two\nlines",
        "",
        "𠮷",
    ];

    fn hostile() -> Vec<Row> {
        vec![HOSTILE.map(Cell::from)]
    }

    #[test]
    fn a_csv_file_begins_with_its_mark_and_no_cell_of_it_is_a_formula() {
        let file = String::from_utf8(write(Format::Csv, &hostile()).unwrap()).unwrap();
        let lines = file.strip_prefix('\u{FEFF}').unwrap();
        assert!(lines.starts_with("事项,事项编号,姓名") && lines.ends_with("\r\n"));
        let mut reader = csv::Reader::from_reader(lines.as_bytes());
        let cells: Vec<String> =
            reader.records().next().unwrap().unwrap().iter().map(str::to_owned).collect();
        assert!(cells.iter().all(|cell| !cell.starts_with(FORMULA)), "{cells:?}");
        assert_eq!(cells[0], format!("'{}", HOSTILE[0]));
        assert_eq!(cells[7], "110101199003070020\t");
        assert_eq!(cells[8..], HOSTILE[8..]);
    }

    #[test]
    fn a_workbook_has_texts_as_they_are_and_numbers_as_numbers() {
        let mut rows = hostile();
        rows[0][9] = Cell::Number(3);
        let file = write(Format::Xlsx, &rows).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
        let sheet = book.worksheet_range("名单").unwrap();
        let mut lines = sheet.rows();
        assert_eq!(lines.next().unwrap(), HEADINGS.map(|heading| Data::String(heading.to_owned())));
        let cells = lines.next().unwrap();
        assert_eq!(cells[9], Data::Float(3.0));
        for (cell, text) in
            cells.iter().zip(HOSTILE).filter(|(cell, text)| !text.is_empty() && **cell != Data::Float(3.0))
        {
            assert_eq!(*cell, Data::String(text.to_owned()));
        }
        assert!(book.worksheet_formula("名单").unwrap().is_empty());
    }
}
