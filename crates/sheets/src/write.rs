//! `sheets::write` — new workbooks. Every cell is text or a number; nothing in them is ever a formula.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use crate::book::Book;
use crate::fill::Entry;

/// Whether a text of a cell is an amount: a code such as 0012 or a number of 13 digits is none.
fn amount(cell: &str) -> Option<f64> {
    let code = cell.len() > 1 && cell.starts_with('0') && !cell.starts_with("0.");
    cell.parse::<f64>().ok().filter(|n| n.is_finite() && cell.len() < 12 && !code)
}

fn put(sheet: &mut Worksheet, row: u32, column: u16, cell: &str, number: bool) -> Result<(), XlsxError> {
    match amount(cell).filter(|_| number) {
        Some(amount) => sheet.write_number(row, column, amount)?,
        None => sheet.write_string(row, column, cell)?,
    };
    Ok(())
}

/// A workbook with one sheet of these rows; the first row is its head.
///
/// # Errors
/// Where a name or a cell does not fit the format.
pub fn workbook(name: &str, rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            put(sheet, row, column, cell, row > 0)?;
        }
    }
    sheet.autofit();
    if !rows.is_empty() {
        sheet.set_freeze_panes(1, 0)?;
    }
    book.save_to_buffer()
}

/// A file that cannot be filled out in place as a new workbook: its cells and the answers, without its looks.
///
/// # Errors
/// Where a name or a cell does not fit the format.
pub fn rewritten(book: &Book, entries: &[Entry]) -> Result<Vec<u8>, XlsxError> {
    let mut new = Workbook::new();
    for (place, own) in book.sheets.iter().enumerate() {
        let sheet = new.add_worksheet();
        if !own.name.is_empty() {
            sheet.set_name(&own.name)?;
        }
        for (row, cells) in (0_u32..).zip(&own.rows) {
            for (column, cell) in (0_u16..).zip(cells).filter(|(_, c)| !c.is_empty()) {
                put(sheet, row, column, cell, true)?;
            }
        }
        for area in own.merges.iter().filter(|m| m.bottom > m.top || m.right > m.left) {
            let column = |n: u32| u16::try_from(n).unwrap_or(u16::MAX);
            let format = rust_xlsxwriter::Format::new();
            sheet.merge_range(area.top, column(area.left), area.bottom, column(area.right), own.at(area.top, area.left), &format)?;
        }
        for entry in entries.iter().filter(|e| e.sheet == place) {
            put(sheet, entry.row, u16::try_from(entry.column).unwrap_or(u16::MAX), &entry.text, entry.number)?;
        }
        sheet.autofit();
    }
    new.save_to_buffer()
}
