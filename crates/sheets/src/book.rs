//! `sheets::book` — a workbook with all that is needed to understand it: cells as shown, merged areas, lists to
//! choose from, what is hidden, protected or computed. Meant to run in the limited child.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Reader as _, Xls};
use serde::{Deserialize, Serialize};

use crate::package::Package;
use crate::read::{self, Sheet, SheetError};
use crate::workbook_part::{SheetPart, Styles, WorkbookPart};
use crate::xml::{Step, Walk, attribute, flag, local};

/// Most areas, hidden rows, computed cells and lists kept of a sheet.
const KEPT_MAX: usize = 5_000;

/// Most choices of a list.
const CHOICES_MAX: usize = 100;

/// A column narrower than this holds one character.
const NARROW: f64 = 3.6;

kernel::text_enum! {
    /// What kind of file it is.
    BookKind {
        /// Excel since 2007.
        Xlsx = "xlsx",
        /// The same with macros.
        Xlsm = "xlsm",
        /// Excel up to 2003.
        Xls = "xls",
        /// Text separated by commas.
        Csv = "csv",
    }
}

/// A rectangle of cells, counted from 0, both ends within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Area {
    /// First row.
    pub top: u32,
    /// First column.
    pub left: u32,
    /// Last row.
    pub bottom: u32,
    /// Last column.
    pub right: u32,
}

impl Area {
    /// Whether a cell lies in it.
    #[must_use]
    pub const fn has(self, row: u32, column: u32) -> bool {
        self.top <= row && row <= self.bottom && self.left <= column && column <= self.right
    }

    /// Reads `B3` or `B3:D9`, with or without `$`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once(':').unwrap_or((text, text));
        let ((top, left), (bottom, right)) = (place(from)?, place(to)?);
        Some(Self { top: top.min(bottom), left: left.min(right), bottom: bottom.max(top), right: right.max(left) })
    }
}

/// Reads `B3`: row and column, counted from 0.
pub(crate) fn place(text: &str) -> Option<(u32, u32)> {
    let text = text.replace('$', "");
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = (text.get(..letters)?, text.get(letters..)?);
    if column.is_empty() || column.len() > 3 || row.len() > 7 {
        return None;
    }
    let column = column.bytes().fold(0_u32, |sum, b| sum * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
    Some((row.parse::<u32>().ok()?.checked_sub(1)?, column - 1))
}

/// `(2, 1)` as `B3`.
#[must_use]
pub fn cell_name(row: u32, column: u32) -> String {
    let (mut rest, mut letters) = (column + 1, Vec::new());
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect::<String>() + &(row + 1).to_string()
}

/// A sheet with its structure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookSheet {
    /// Name; empty for a CSV file.
    pub name: String,
    /// Not shown by Excel.
    pub hidden: bool,
    /// Rows of cells as shown.
    pub rows: Vec<Vec<String>>,
    /// Merged cells.
    pub merges: Vec<Area>,
    /// Rows and columns that are not shown.
    pub hidden_rows: Vec<u32>,
    /// See above.
    pub hidden_columns: Vec<u32>,
    /// Lists to choose from.
    pub choices: Vec<(Area, Vec<String>)>,
    /// Cells that are computed.
    pub formulas: Vec<(u32, u32)>,
    /// Whether cells may only be changed where they are unlocked.
    pub protected: bool,
    /// Cells that may be changed in a protected sheet.
    pub unlocked: Vec<(u32, u32)>,
    /// Whether most columns hold one character (方眼紙).
    pub squared: bool,
}

impl BookSheet {
    /// The text of a cell; of a merged area it stands in the first cell.
    #[must_use]
    pub fn at(&self, row: u32, column: u32) -> &str {
        self.rows.get(row as usize).and_then(|r| r.get(column as usize)).map_or("", String::as_str)
    }

    /// The merged area a cell lies in, or the cell alone.
    #[must_use]
    pub fn area(&self, row: u32, column: u32) -> Area {
        let alone = Area { top: row, left: column, bottom: row, right: column };
        self.merges.iter().copied().find(|m| m.has(row, column)).unwrap_or(alone)
    }

    /// The text of the merged area a cell lies in.
    #[must_use]
    pub fn shown(&self, row: u32, column: u32) -> &str {
        let own = self.at(row, column);
        if !own.is_empty() {
            return own;
        }
        let area = self.area(row, column);
        self.at(area.top, area.left)
    }

    /// The list a cell may be chosen from.
    #[must_use]
    pub fn choices_at(&self, row: u32, column: u32) -> &[String] {
        self.choices.iter().find(|(area, _)| area.has(row, column)).map_or(&[], |(_, list)| list)
    }

    /// Columns in use.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.rows.iter().map(Vec::len).max().and_then(|n| u32::try_from(n).ok()).unwrap_or(0)
    }

    /// Rows in use.
    #[must_use]
    pub fn height(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(0)
    }
}

/// A workbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// What kind of file it is.
    pub kind: BookKind,
    /// Its sheets in order.
    pub sheets: Vec<BookSheet>,
}

/// Reads a file with its structure.
///
/// # Errors
/// [`SheetError`].
pub fn read_book(bytes: &[u8]) -> Result<Book, SheetError> {
    let plain = |sheet: Sheet| BookSheet { name: sheet.name, rows: sheet.rows, ..BookSheet::default() };
    match read::container(bytes)? {
        read::Container::Zip => workbook(bytes),
        read::Container::Old => old(bytes),
        read::Container::Text => Ok(Book { kind: BookKind::Csv, sheets: read::read_sheets(bytes)?.into_iter().map(plain).collect() }),
    }
}

fn old(bytes: &[u8]) -> Result<Book, SheetError> {
    let book = Xls::new(Cursor::new(bytes)).map_err(|e| read::old_error(&e))?;
    let mut sheets = Vec::new();
    for sheet in read::read_sheets(bytes)? {
        let merges = book.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default();
        let area = |d: &calamine::Dimensions| Area { top: d.start.0, left: d.start.1, bottom: d.end.0, right: d.end.1 };
        let merges = merges.iter().take(KEPT_MAX).map(area).collect();
        sheets.push(BookSheet { name: sheet.name, rows: sheet.rows, merges, ..BookSheet::default() });
    }
    Ok(Book { kind: BookKind::Xls, sheets })
}

fn workbook(bytes: &[u8]) -> Result<Book, SheetError> {
    let mut package = Package::open(bytes)?;
    let part = WorkbookPart::read(&mut package)?;
    let styles = part.styles(&mut package)?;
    let mut cells: BTreeMap<String, Vec<Vec<String>>> = read::workbook(bytes)?.into_iter().map(|s| (s.name, s.rows)).collect();
    let (mut sheets, mut lists) = (Vec::new(), Vec::new());
    for own in &part.sheets {
        let text = package.text(&own.part)?.ok_or(SheetError::Unreadable)?;
        let (mut sheet, found) = structure(own, &text, &styles)?;
        sheet.rows = cells.remove(&own.name).unwrap_or_default();
        sheets.push(sheet);
        lists.push(found);
    }
    for (place, found) in lists.into_iter().enumerate() {
        let resolved: Vec<(Area, Vec<String>)> = found
            .into_iter()
            .map(|(area, formula)| (area, list(&sheets, place, &part.names, &formula)))
            .filter(|(_, list)| !list.is_empty())
            .collect();
        if let Some(sheet) = sheets.get_mut(place) {
            sheet.choices = resolved;
        }
    }
    Ok(Book { kind: if part.macros { BookKind::Xlsm } else { BookKind::Xlsx }, sheets })
}

/// Reads what of a sheet is not its cells, with its lists as formulas.
fn structure(own: &SheetPart, text: &str, styles: &Styles) -> Result<(BookSheet, Vec<(Area, String)>), SheetError> {
    let mut sheet = BookSheet { name: own.name.clone(), hidden: own.hidden, ..BookSheet::default() };
    let (mut walk, mut lists) = (Walk::new(text), Vec::new());
    let (mut cell, mut row_next, mut column_next, mut narrow) = ((0, 0), 0, 0, 0_u32);
    let (mut areas, mut listing, mut formula, mut reference) = (String::new(), false, String::new(), String::new());
    let mut within = String::new();
    while let Some((step, _)) = walk.step()? {
        match step {
            Step::Open(e) | Step::Empty(e) => {
                within = local(&e);
                match within.as_str() {
                    "row" => {
                        let row = attribute(&e, "r").and_then(|r| r.parse::<u32>().ok()).map_or(row_next, |r| r.saturating_sub(1));
                        (row_next, column_next) = (row + 1, 0);
                        if flag(&e, "hidden") && sheet.hidden_rows.len() < KEPT_MAX {
                            sheet.hidden_rows.push(row);
                        }
                    }
                    "c" => {
                        cell = attribute(&e, "r").and_then(|r| place(&r)).unwrap_or((row_next.saturating_sub(1), column_next));
                        column_next = cell.1 + 1;
                        let style = attribute(&e, "s").and_then(|s| s.parse::<usize>().ok()).unwrap_or(0);
                        if styles.unlocked.contains(&style) && sheet.unlocked.len() < KEPT_MAX {
                            sheet.unlocked.push(cell);
                        }
                    }
                    "f" if !listing && sheet.formulas.len() < KEPT_MAX && sheet.formulas.last() != Some(&cell) => sheet.formulas.push(cell),
                    "col" => {
                        let number = |name: &str| attribute(&e, name).and_then(|v| v.parse::<u32>().ok()).unwrap_or(1);
                        let (from, to) = (number("min"), number("max").min(number("min") + 255));
                        if flag(&e, "hidden") {
                            sheet.hidden_columns.extend((from..=to).map(|c| c - 1));
                        } else if attribute(&e, "width").and_then(|w| w.parse::<f64>().ok()).is_some_and(|w| w < NARROW) {
                            narrow += to + 1 - from;
                        }
                    }
                    "mergeCell" if sheet.merges.len() < KEPT_MAX => {
                        sheet.merges.extend(attribute(&e, "ref").and_then(|r| Area::parse(&r)));
                    }
                    "sheetProtection" => sheet.protected = flag(&e, "sheet"),
                    "dataValidation" => {
                        listing = attribute(&e, "type").is_some_and(|t| t == "list");
                        areas = attribute(&e, "sqref").unwrap_or_default();
                        formula.clear();
                        reference.clear();
                    }
                    _ => {}
                }
            }
            Step::Text(text) => match within.as_str() {
                // The second is how Excel's extension writes lists of other sheets.
                "formula1" | "f" if listing => formula.push_str(&text),
                "sqref" if listing => reference.push_str(&text),
                _ => {}
            },
            Step::Close(name) => {
                within.clear();
                if name == "dataValidation" && listing {
                    listing = false;
                    let all = if areas.is_empty() { &reference } else { &areas };
                    let room = KEPT_MAX.saturating_sub(lists.len());
                    lists.extend(all.split_whitespace().filter_map(Area::parse).take(room).map(|a| (a, formula.trim().to_owned())));
                }
            }
        }
    }
    sheet.squared = narrow > 30;
    Ok((sheet, lists))
}

/// The choices a list formula names: `"○,×"`, a range, or a named range.
fn list(sheets: &[BookSheet], own: usize, names: &BTreeMap<String, String>, formula: &str) -> Vec<String> {
    let formula = formula.trim().trim_start_matches('=');
    if let Some(inner) = formula.strip_prefix('"').and_then(|f| f.strip_suffix('"')) {
        return inner.split(',').map(|c| c.trim().to_owned()).filter(|c| !c.is_empty()).take(CHOICES_MAX).collect();
    }
    let formula = names.get(formula).map_or(formula, String::as_str);
    let (sheet, range) = match formula.rsplit_once('!') {
        Some((name, range)) => {
            let name = name.trim_matches('\'').replace("''", "'");
            (sheets.iter().find(|s| s.name == name), range)
        }
        None => (sheets.get(own), formula),
    };
    let (Some(sheet), Some(area)) = (sheet, Area::parse(range)) else { return Vec::new() };
    let rows = area.top..=area.bottom.min(area.top + 200);
    let cells = rows.flat_map(|row| (area.left..=area.right.min(area.left + 20)).map(move |column| (row, column)));
    cells.map(|(row, column)| sheet.at(row, column).to_owned()).filter(|c| !c.is_empty()).take(CHOICES_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_cells_are_read_and_written() {
        assert_eq!(place("$B$3"), Some((2, 1)));
        assert_eq!(place("XFD1048576"), Some((1_048_575, 16_383)));
        assert_eq!(cell_name(2, 1), "B3");
        assert_eq!(cell_name(0, 701), "ZZ1");
        assert_eq!(cell_name(0, 26), "AA1");
        for wrong in ["", "3", "B", "B0", "ABCD1", "B99999999"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
        assert_eq!(Area::parse("D9:B3"), Area::parse("B3:D9"));
    }
}
