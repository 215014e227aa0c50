//! `sheets::read` — cells of a workbook or CSV file as text. Reads cell by cell, never a whole
//! range, because a small file may claim a very large one. Meant to run in the limited child.

use std::io::Cursor;

use calamine::{Data, DataRef, Reader as _, Xlsx};
use serde::{Deserialize, Serialize};

/// Largest file read, in bytes.
pub const FILE_MAX_BYTES: usize = 8 << 20;

/// Most cells kept of a file.
pub const CELLS_MAX: usize = 200_000;

/// Furthest row and column read.
const PLACE_MAX: (u32, u32) = (20_000, 200);

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

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum SheetError {
    /// Larger than [`FILE_MAX_BYTES`] or [`CELLS_MAX`].
    #[error("the file is too large")]
    TooLarge,
    /// Not a workbook (.xlsx) or CSV file, or broken.
    #[error("not a readable .xlsx or .csv file")]
    Unreadable,
    /// The reader took too much time or memory.
    #[error("reading took too much time or memory")]
    Stopped,
}

/// Reads all sheets of a file.
///
/// # Errors
/// [`SheetError`].
pub fn read_sheets(bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    if bytes.len() > FILE_MAX_BYTES {
        return Err(SheetError::TooLarge);
    }
    if bytes.starts_with(b"PK") { workbook(bytes) } else { table(bytes) }
}

fn workbook(bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| SheetError::Unreadable)?;
    let mut sheets = Vec::new();
    let mut cells = 0;
    for name in book.sheet_names() {
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut reader = book.worksheet_cells_reader(&name).map_err(|_| SheetError::Unreadable)?;
        while let Some(cell) = reader.next_cell().map_err(|_| SheetError::Unreadable)? {
            let (row, column) = cell.get_position();
            let text = shown(cell.get_value());
            if text.is_empty() || row >= PLACE_MAX.0 || column >= PLACE_MAX.1 {
                continue;
            }
            cells += 1;
            if cells > CELLS_MAX {
                return Err(SheetError::TooLarge);
            }
            put(&mut rows, row as usize, column as usize, text);
        }
        sheets.push(Sheet { name, rows });
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
    let text = match Data::from(value.clone()) {
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Bool(flag) => flag.to_string(),
        Data::DateTime(day) => day.to_string(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text,
        Data::Error(_) | Data::Empty => String::new(),
    };
    text.trim().chars().take(TEXT_MAX_CHARS).collect()
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
