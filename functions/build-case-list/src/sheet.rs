//! The file: comma-separated values, or a workbook.

use domain::case::case_list::{Cell, Format, HEADINGS};
use ports::{PortError, PortResult};
use rust_xlsxwriter::{Format as CellFormat, Workbook, XlsxError};

use crate::Row;

/// What tells a spreadsheet that a CSV file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// What a cell begins with that a spreadsheet takes for a formula (OWASP, "CSV Injection"); the wide forms are taken for the
/// narrow ones by some.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// The rows below their headings.
pub(crate) fn write(format: Format, rows: &[Row]) -> PortResult<Vec<u8>> {
    match format {
        Format::Csv => csv(rows).map_err(broken),
        Format::Xlsx => xlsx(rows).map_err(broken),
    }
}

fn broken(error: impl std::error::Error + Send + Sync + 'static) -> PortError {
    PortError::Internal(Box::new(error))
}

fn csv(rows: &[Row]) -> Result<Vec<u8>, csv::Error> {
    // why: quoted, a cell is one cell whatever separators a spreadsheet looks for; LibreOffice looks for tabs as well.
    let mut file = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .quote_style(csv::QuoteStyle::Always)
        .from_writer(Vec::new());
    file.write_record(HEADINGS)?;
    for row in rows {
        file.write_record(row.iter().map(|cell| match cell {
            Cell::Text(text) => as_text(text),
            Cell::Number(number) => number.to_string(),
        }))?;
    }
    let lines =
        file.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))?;
    Ok([BYTE_ORDER_MARK.as_bytes(), &lines].concat())
}

/// The text as every spreadsheet keeps it: `docs/decisions/0028-numbers-in-csv.md`.
///
/// What begins like a formula has an apostrophe before it, which is shown. What a spreadsheet could take for a number, a date,
/// a time or a truth value has a tab behind it, which is not: `01234567` would lose its nought, `1234E12` become 1.234E+15,
/// and of 18 digits the last three be noughts. It is asked whether there is a digit, and not which forms spreadsheets know:
/// those differ by program, version and language.
fn as_text(text: &str) -> String {
    let is_truth = ["true", "false"].iter().any(|word| text.trim().eq_ignore_ascii_case(word));
    if text.starts_with(FORMULA) {
        format!("'{text}")
    } else if is_truth || text.chars().any(char::is_numeric) {
        format!("{text}\t")
    } else {
        text.to_owned()
    }
}

/// Texts are written as texts, in cells whose format says so: no spreadsheet looks for a formula or a number in them, not even
/// after somebody has typed in them.
fn xlsx(rows: &[Row]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("名单")?;
    sheet.set_freeze_panes(1, 0)?;
    let bold = CellFormat::new().set_bold();
    for (column, heading) in (0_u16..).zip(HEADINGS) {
        sheet.write_string_with_format(0, column, heading, &bold)?;
    }
    let as_text = CellFormat::new().set_num_format("@");
    for (line, row) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            match cell {
                Cell::Text(text) => sheet.write_string_with_format(line, column, text, &as_text)?,
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
    use std::process::Command;

    use super::*;
    use calamine::{Data, Reader, Xlsx, open_workbook};

    /// What begins like a formula.
    const FORMULAS: [&str; 9] = [
        "=HYPERLINK(\"http://example.com\")",
        "+1+1",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "-1234567",
    ];

    /// What some spreadsheet takes for something else than a text.
    const NUMBERS: [&str; 30] = [
        "01234567",
        "1234E12",
        "1E5",
        "12E-3",
        "110101199003070020",
        "11010119900307002X",
        "13800001234",
        "110101",
        "1101**********0020",
        "2026-11-24 10:00",
        "2026-11-24",
        "3/4",
        "1-2",
        "12:30",
        "MAR2024",
        "2-Jan",
        "3月5日",
        "1,234",
        "1.50",
        "50%",
        "(12)",
        "$5",
        "¥5",
        "0x1F",
        "１２３",
        "٣",
        " 7",
        "TRUE",
        "False",
        "1/2 ",
    ];

    /// What every spreadsheet keeps.
    const TEXTS: [&str; 6] = ["张三", "a,b;c", "say \"no\"", "two\nlines", "𠮷", "O'NEILL"];

    fn rows(texts: &[&str]) -> Vec<Row> {
        let empty: Row = std::array::from_fn(|_| Cell::from(""));
        let row = |texts: &[&str]| {
            let mut row = empty.clone();
            row.iter_mut().zip(texts).for_each(|(cell, text)| *cell = Cell::from(*text));
            row
        };
        texts.chunks(HEADINGS.len() - 1).map(row).collect()
    }

    fn hostile() -> Vec<&'static str> {
        [&FORMULAS[..], &NUMBERS, &TEXTS].concat()
    }

    /// The cells of the file as bytes, without their headings and what is empty.
    fn cells(file: &[u8]) -> Vec<String> {
        let lines = file.strip_prefix(BYTE_ORDER_MARK.as_bytes()).unwrap();
        let mut reader = csv::Reader::from_reader(lines);
        let cells =
            reader.records().flat_map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>());
        cells.filter(|cell| !cell.is_empty()).collect()
    }

    #[test]
    fn a_csv_file_begins_with_its_mark_and_quotes_each_cell() {
        let file = String::from_utf8(write(Format::Csv, &rows(&["张三", "01234567"])).unwrap()).unwrap();
        let lines = file.strip_prefix('\u{FEFF}').unwrap();
        assert!(lines.starts_with("\"事项\",\"事项编号\",\"姓名\"") && lines.ends_with("\"\r\n"));
        assert!(lines.contains("\r\n\"张三\",\"01234567\t\",\"\","), "{lines}");
    }

    #[test]
    fn each_cell_of_a_csv_file_is_a_text_in_every_spreadsheet() {
        let protected = |text: &&str| match text {
            text if FORMULAS.contains(text) => format!("'{text}"),
            text if NUMBERS.contains(text) => format!("{text}\t"),
            text => (*text).to_owned(),
        };
        let wanted: Vec<_> = hostile().iter().map(protected).collect();
        let cells = cells(&write(Format::Csv, &rows(&hostile())).unwrap());
        assert_eq!(cells, wanted);
        assert!(cells.iter().all(|cell| !cell.starts_with(FORMULA)));
    }

    #[test]
    fn a_number_to_count_with_stays_one() {
        let mut rows = rows(&["张三"]);
        rows[0][9] = Cell::Number(3);
        assert_eq!(cells(&write(Format::Csv, &rows).unwrap()), ["张三", "3"]);
    }

    #[test]
    fn a_workbook_has_texts_as_they_are_and_numbers_as_numbers() {
        let mut rows = rows(&hostile());
        rows[0][14] = Cell::Number(3);
        let file = write(Format::Xlsx, &rows).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
        let sheet = book.worksheet_range("名单").unwrap();
        let mut lines = sheet.rows();
        assert_eq!(lines.next().unwrap(), HEADINGS.map(|heading| Data::String(heading.to_owned())));
        let cells: Vec<_> = lines.flatten().filter(|cell| **cell != Data::Empty).cloned().collect();
        assert!(cells.contains(&Data::Float(3.0)));
        let texts: Vec<_> = cells.into_iter().filter(|cell| *cell != Data::Float(3.0)).collect();
        // The format writes ends of lines its own way.
        let wanted: Vec<_> = hostile().into_iter().map(|text| Data::String(text.to_owned())).collect();
        assert_eq!(texts, wanted);
        assert!(book.worksheet_formula("名单").unwrap().is_empty());
    }

    /// What `timeout` says of a command that there is not.
    const NO_COMMAND: i32 = 127;

    /// How `LibreOffice` reads CSV here: commas, quotation marks, UTF-8, from line 1, as in China; quoted cells are not texts for
    /// that alone, and dates and other special numbers are looked for.
    const IMPORT: &str = "--infilter=CSV:44,34,76,1,,2052,false,true";

    /// What `LibreOffice`, which is asked to open the file and save it as a workbook, has in the cells; none if it is not here.
    fn as_libreoffice_reads(name: &str, file: &[u8], format: Format) -> Option<Vec<Data>> {
        let folder = std::env::temp_dir().join(format!("make-roster-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("list.{}", format.as_str()));
        std::fs::write(&path, file).unwrap();
        let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
        let made = folder.join("out");
        let run = Command::new("timeout")
            .args(["240", "soffice", profile.as_str(), "--headless"])
            .args((format == Format::Csv).then_some(IMPORT))
            .args(["--convert-to", "xlsx", "--outdir"])
            .arg(&made)
            .arg(&path)
            .output();
        let Some(output) = run.ok().filter(|output| output.status.code() != Some(NO_COMMAND)) else {
            eprintln!("skipped: there is no LibreOffice (Debian: libreoffice-calc-nogui)");
            return None;
        };
        assert!(output.status.success(), "{output:?}");
        let mut book: Xlsx<_> = open_workbook(made.join("list.xlsx")).unwrap();
        let name = book.sheet_names()[0].clone();
        assert!(book.worksheet_formula(&name).unwrap().is_empty(), "LibreOffice found a formula");
        let sheet = book.worksheet_range(&name).unwrap();
        let cells = sheet.rows().skip(1).flatten().filter(|cell| **cell != Data::Empty).cloned().collect();
        std::fs::remove_dir_all(folder).unwrap();
        Some(cells)
    }

    #[test]
    fn libreoffice_keeps_each_cell_of_a_csv_file() {
        let Some(read) =
            as_libreoffice_reads("csv", &write(Format::Csv, &rows(&hostile())).unwrap(), Format::Csv)
        else {
            return;
        };
        assert_eq!(read.len(), hostile().len(), "{read:?}");
        for (cell, text) in read.iter().zip(hostile()) {
            let Data::String(cell) = cell else { panic!("{text:?} became {cell:?}") };
            let seen = cell.strip_suffix('\t').unwrap_or(cell);
            let apostrophe = seen.strip_prefix('\'').filter(|_| FORMULAS.contains(&text));
            let same = |one: &str, other: &str| one.split_whitespace().eq(other.split_whitespace());
            assert!(same(apostrophe.unwrap_or(seen), text), "{text:?} became {cell:?}");
        }
    }

    #[test]
    fn libreoffice_keeps_each_cell_of_a_workbook() {
        let file = write(Format::Xlsx, &rows(&hostile())).unwrap();
        let Some(read) = as_libreoffice_reads("xlsx", &file, Format::Xlsx) else { return };
        for (cell, text) in read.iter().zip(hostile()) {
            let Data::String(cell) = cell else { panic!("{text:?} became {cell:?}") };
            let same = |one: &str, other: &str| one.split_whitespace().eq(other.split_whitespace());
            assert!(same(cell, text), "{text:?} became {cell:?}");
        }
    }

    /// That the tests above can fail: `LibreOffice` does change what is not protected.
    #[test]
    fn libreoffice_changes_what_is_not_protected() {
        let lines = "\u{FEFF}a,b\r\n01234567,1234E12\r\n";
        let Some(read) = as_libreoffice_reads("plain", lines.as_bytes(), Format::Csv) else { return };
        assert_eq!(read, [Data::Float(1_234_567.0), Data::Float(1234e12)]);
    }
}
