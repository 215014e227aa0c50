//! `sheets::write` — a new workbook of one sheet. Every cell is text or a number; nothing in
//! it is ever a formula.

use rust_xlsxwriter::{Workbook, XlsxError};

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
            match cell.parse::<f64>() {
                // A code such as 0012 or a number of 13 digits is no amount.
                Ok(number)
                    if row > 0
                        && number.is_finite()
                        && cell.len() < 12
                        && !(cell.len() > 1 && cell.starts_with('0') && !cell.starts_with("0.")) =>
                {
                    sheet.write_number(row, column, number)?
                }
                _ => sheet.write_string(row, column, cell)?,
            };
        }
    }
    sheet.autofit();
    if !rows.is_empty() {
        sheet.set_freeze_panes(1, 0)?;
    }
    book.save_to_buffer()
}
