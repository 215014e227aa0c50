//! `sheets::read` — cells of a workbook or CSV file as text. Reads cell by cell, never a whole
//! range, because a small file may claim a very large one. Meant to run in the limited child.

use std::io::Cursor;

use calamine::{Data, DataRef, Reader as _, Xls, XlsError, Xlsx};
use serde::{Deserialize, Serialize};

use crate::package::Package;

/// Largest file read, in bytes.
pub const FILE_MAX_BYTES: usize = 8 << 20;

/// Most cells kept of a file.
pub const CELLS_MAX: usize = 200_000;

/// Furthest row and column read.
const PLACE_MAX: (u32, u32) = (20_000, 200);

/// Most places of a sheet, empty ones before the last cell of a row included.
const PLACES_MAX: usize = 1_000_000;

/// Longest text of a cell kept, in characters.
const TEXT_MAX_CHARS: usize = 8_000;

/// One sheet: its rows from the first, cells as shown text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Name; empty for a CSV file.
    pub name: String,
    /// Rows of cells.
    pub rows: Vec<Vec<String>>,
}

kernel::text_enum! {
    /// Why a file is not read. Texts for people: `sheet.wrong.<word>`.
    SheetError {
        /// Larger than [`FILE_MAX_BYTES`] or [`CELLS_MAX`], or unpacks to far more than it is.
        TooLarge = "large",
        /// Not a workbook or CSV file, or broken.
        Unreadable = "unreadable",
        /// Needs a password.
        Locked = "locked",
        /// An archive or a document that is no workbook.
        NoWorkbook = "no_workbook",
        /// The reader took too much time or memory.
        Stopped = "stopped",
    }
}

impl SheetError {
    /// One line for an operator.
    #[must_use]
    pub const fn line(self) -> &'static str {
        match self {
            Self::TooLarge => "the file is too large or unpacks to far more than it is",
            Self::Unreadable => "not a readable workbook or CSV file",
            Self::Locked => "the file has a password",
            Self::NoWorkbook => "this is no workbook",
            Self::Stopped => "reading took too much time or memory and was stopped",
        }
    }

    /// The key of the text for people.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::TooLarge => "sheet.wrong.large",
            Self::Unreadable => "sheet.wrong.unreadable",
            Self::Locked => "sheet.wrong.locked",
            Self::NoWorkbook => "sheet.wrong.no_workbook",
            Self::Stopped => "sheet.wrong.stopped",
        }
    }
}

/// What kind of container a file is.
pub(crate) enum Container {
    Zip,
    Old,
    Text,
}

/// Looks at the first bytes.
///
/// # Errors
/// [`SheetError`] for what is too large, or locked by a password.
pub(crate) fn container(bytes: &[u8]) -> Result<Container, SheetError> {
    if bytes.len() > FILE_MAX_BYTES {
        return Err(SheetError::TooLarge);
    }
    if bytes.starts_with(b"PK") {
        return Ok(Container::Zip);
    }
    if !bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
        return Ok(Container::Text);
    }
    // A workbook with a password lies in the old container under this name.
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if bytes.windows(name.len()).any(|w| w == name) { Err(SheetError::Locked) } else { Ok(Container::Old) }
}

/// Reads all sheets of a file.
///
/// # Errors
/// [`SheetError`].
pub fn read_sheets(bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    match container(bytes)? {
        Container::Zip => {
            drop(Package::open(bytes)?);
            workbook(bytes)
        }
        Container::Old => old(bytes),
        Container::Text => table(bytes),
    }
}

/// Collects cells of a workbook within the limits.
#[derive(Default)]
struct Taken {
    rows: Vec<Vec<String>>,
    cells: usize,
    places: usize,
}

impl Taken {
    fn take(&mut self, row: u32, column: u32, text: String) -> Result<(), SheetError> {
        if text.is_empty() || row >= PLACE_MAX.0 || column >= PLACE_MAX.1 {
            return Ok(());
        }
        self.cells += 1;
        let before = self.rows.get(row as usize).map_or(0, Vec::len);
        self.places += (column as usize + 1).saturating_sub(before);
        if self.cells > CELLS_MAX || self.places > PLACES_MAX {
            return Err(SheetError::TooLarge);
        }
        put(&mut self.rows, row as usize, column as usize, text);
        Ok(())
    }
}

/// The cells of a package that was looked over.
///
/// # Errors
/// [`SheetError`].
pub(crate) fn workbook(bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| SheetError::NoWorkbook)?;
    let (mut sheets, mut taken) = (Vec::new(), Taken::default());
    for name in book.sheet_names() {
        // A chart sheet has no cells.
        let Ok(mut reader) = book.worksheet_cells_reader(&name) else { continue };
        while let Some(cell) = reader.next_cell().map_err(|_| SheetError::Unreadable)? {
            let (row, column) = cell.get_position();
            taken.take(row, column, shown(cell.get_value()))?;
        }
        sheets.push(Sheet { name, rows: std::mem::take(&mut taken.rows) });
    }
    Ok(sheets)
}

/// Why an old workbook is not read.
pub(crate) fn old_error(error: &XlsError) -> SheetError {
    if matches!(error, XlsError::Password) { SheetError::Locked } else { SheetError::Unreadable }
}

/// An .xls file. Its format ends at 65,536 rows and 256 columns, so that a range cannot claim much.
fn old(bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    let mut book = Xls::new(Cursor::new(bytes)).map_err(|e| old_error(&e))?;
    let (mut sheets, mut taken) = (Vec::new(), Taken::default());
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(|_| SheetError::Unreadable)?;
        let (top, left) = range.start().unwrap_or((0, 0));
        for (row, column, value) in range.used_cells() {
            let place = |n: usize, from: u32| u32::try_from(n).unwrap_or(u32::MAX).saturating_add(from);
            taken.take(place(row, top), place(column, left), shown_data(value.clone()))?;
        }
        sheets.push(Sheet { name, rows: std::mem::take(&mut taken.rows) });
    }
    Ok(sheets)
}

/// Puts a text at its place; rows and cells before it that hold nothing are empty.
fn put(rows: &mut Vec<Vec<String>>, row: usize, column: usize, text: String) {
    if rows.len() <= row {
        rows.resize(row + 1, Vec::new());
    }
    if let Some(cells) = rows.get_mut(row) {
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        if let Some(cell) = cells.get_mut(column) {
            *cell = text;
        }
    }
}

fn shown(value: &DataRef<'_>) -> String {
    shown_data(Data::from(value.clone()))
}

fn shown_data(value: Data) -> String {
    let text = match value {
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Bool(flag) => flag.to_string(),
        Data::DateTime(time) if time.is_datetime() => day(&time),
        Data::DateTime(time) => time.to_string(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text,
        Data::Error(_) | Data::Empty => String::new(),
    };
    text.trim().chars().take(TEXT_MAX_CHARS).collect()
}

/// A day as `2026-11-21`, with its time unless that is midnight.
fn day(time: &calamine::ExcelDateTime) -> String {
    let (year, month, day, hour, minute, ..) = time.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute) == (0, 0) { date } else { format!("{date} {hour:02}:{minute:02}") }
}

/// A CSV file in UTF-8 or, as Japanese spreadsheet programs write it, `Shift_JIS`.
fn table(bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    if bytes.contains(&0) {
        return Err(SheetError::Unreadable);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => match encoding_rs::SHIFT_JIS.decode_without_bom_handling(bytes) {
            (text, false) => text.into_owned(),
            (_, true) => return Err(SheetError::Unreadable),
        },
    };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let (mut cells, mut next, mut record) = (0, 1, csv::StringRecord::new());
    while reader.read_record(&mut record).map_err(|_| SheetError::Unreadable)? {
        // The reader passes over empty lines; people count them.
        let inner = record.iter().map(|c| c.matches('\n').count()).sum::<usize>();
        let after = reader.position().line();
        let first = after.saturating_sub(1 + u64::try_from(inner).unwrap_or(0));
        for _ in next..first.min(u64::from(PLACE_MAX.0)) {
            rows.push(Vec::new());
        }
        next = after;
        cells += record.len();
        if cells > CELLS_MAX {
            return Err(SheetError::TooLarge);
        }
        rows.push(record.iter().map(|c| c.trim().chars().take(TEXT_MAX_CHARS).collect()).collect());
    }
    Ok(vec![Sheet { name: String::new(), rows }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workbook_and_a_csv_file_in_both_encodings_give_the_same_cells() {
        let rows = vec![vec!["番号".to_owned(), "内容".to_owned()], vec!["1-2-1-1".to_owned(), "担当を決める".to_owned()]];
        let book = crate::workbook("表", &rows).unwrap();
        assert_eq!(read_sheets(&book).unwrap(), [Sheet { name: "表".into(), rows: rows.clone() }]);
        let text = "番号,内容\r\n1-2-1-1,担当を決める\r\n";
        let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode(text);
        for bytes in [text.as_bytes(), &sjis] {
            assert_eq!(read_sheets(bytes).unwrap(), [Sheet { name: String::new(), rows: rows.clone() }]);
        }
    }

    #[test]
    fn empty_lines_of_a_csv_file_count_as_rows() {
        let rows = &read_sheets("題名\n\n\"二行の\nマス\",b\n\nc\n".as_bytes()).unwrap()[0].rows;
        assert_eq!(rows.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0, 2, 0, 1]);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        assert_eq!(read_sheets(b"PK\x03\x04broken"), Err(SheetError::Unreadable));
        assert_eq!(read_sheets(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0]), Err(SheetError::Unreadable));
        assert_eq!(read_sheets(b"%PDF-1.7\0\0"), Err(SheetError::Unreadable));
        assert_eq!(read_sheets(&vec![b'a'; FILE_MAX_BYTES + 1]), Err(SheetError::TooLarge));
        assert_eq!(read_sheets("a,".repeat(CELLS_MAX).as_bytes()), Err(SheetError::TooLarge));
    }

    #[test]
    fn what_looks_like_a_formula_is_written_as_text() {
        let book = crate::workbook("x", &[vec!["=1+1".to_owned(), "@SUM(A1)".to_owned()]]).unwrap();
        assert_eq!(read_sheets(&book).unwrap()[0].rows[0], ["=1+1", "@SUM(A1)"]);
    }
}
