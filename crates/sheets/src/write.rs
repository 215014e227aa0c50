//! `sheets::write` — new workbooks. Every cell is text or a number; nothing in them is ever a formula.

use rust_xlsxwriter::{DataValidation, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

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

/// A question of a workbook that is to be filled out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskedRow {
    /// Number.
    pub number: String,
    /// What is asked.
    pub text: String,
    /// Choices for the answer; empty for words.
    pub choices: Vec<String>,
    /// Answer and words that stand there already.
    pub given: (String, String),
}

/// Longest list of choices a cell takes, in characters with its commas.
const CHOICES_MAX_CHARS: usize = 255;

/// A workbook to be filled out: a title, labels with what is known of the company beside them, heads of the four columns
/// number, question, answer and words, and the questions with lists to choose from. Prints on A4 portrait.
///
/// # Errors
/// Where a name or a cell does not fit the format.
pub fn asking(title: &str, about: &[(String, String)], heads: &[String; 4], rows: &[AskedRow]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let bordered = || Format::new().set_border(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::Top);
    let (plain, to_fill) = (bordered(), bordered().set_background_color(0x00FF_F9E5));
    let head = bordered().set_bold().set_background_color(0x00EE_EEEE);
    for (column, width) in (0_u16..).zip([12.0, 62.0, 16.0, 36.0]) {
        sheet.set_column_width(column, width)?;
    }
    sheet.write_string_with_format(0, 0, title, &Format::new().set_bold().set_font_size(14))?;
    let mut row = 2;
    for (label, known) in about {
        sheet.write_string_with_format(row, 0, label, &head)?.write_string_with_format(row, 1, known, &to_fill)?;
        row += 1;
    }
    row += 1;
    for (column, text) in (0_u16..).zip(heads) {
        sheet.write_string_with_format(row, column, text, &head)?;
    }
    sheet.set_freeze_panes(row + 1, 0)?.set_repeat_rows(row, row)?;
    for asked in rows {
        row += 1;
        sheet.write_string_with_format(row, 0, &asked.number, &plain)?.write_string_with_format(row, 1, &asked.text, &plain)?;
        sheet.write_string_with_format(row, 2, &asked.given.0, &to_fill)?.write_string_with_format(row, 3, &asked.given.1, &to_fill)?;
        let chars = asked.choices.iter().map(|c| c.chars().count() + 1).sum::<usize>();
        if !asked.choices.is_empty() && chars <= CHOICES_MAX_CHARS {
            sheet.add_data_validation(row, 2, row, 2, &DataValidation::new().allow_list_strings(&asked.choices)?)?;
        }
    }
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
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
            let format = Format::new();
            sheet.merge_range(area.top, column(area.left), area.bottom, column(area.right), own.at(area.top, area.left), &format)?;
        }
        for entry in entries.iter().filter(|e| e.sheet == place) {
            put(sheet, entry.row, u16::try_from(entry.column).unwrap_or(u16::MAX), &entry.text, entry.number)?;
        }
        sheet.autofit();
    }
    new.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Meaning, SheetWords, layout, read_book};

    #[test]
    fn a_workbook_to_fill_out_is_understood_when_it_comes_back() {
        let about = [("会社名", "石垣精工"), ("記入者", "")].map(|(l, k)| (l.to_owned(), k.to_owned()));
        let heads = ["番号", "確認すること", "回答", "補足"].map(str::to_owned);
        let choices = ["実施", "一部実施", "未実施"].map(str::to_owned).to_vec();
        let asked = |n: usize, text: &str, choices: &[String]| AskedRow {
            number: n.to_string(),
            text: text.to_owned(),
            choices: choices.to_vec(),
            given: (String::new(), String::new()),
        };
        let rows = [asked(1, "方針を定めていますか", &choices), asked(2, "教育をしていますか", &choices), asked(3, "困っていること", &[])];
        let book = read_book(&asking("年に1回の確認", &about, &heads, &rows).unwrap()).unwrap();
        let found = layout(&book, &SheetWords::shipped().unwrap(), &[]);
        let table = &found.tables[0];
        assert_eq!((table.columns.question, table.columns.answer, table.columns.remark), (1, 2, Some(3)));
        assert_eq!(table.questions.iter().map(|q| q.number.as_str()).collect::<Vec<_>>(), ["1", "2", "3"]);
        assert_eq!(
            (table.scale.write(Meaning::Partial), table.questions[2].scale.as_ref().map(|s| s.choices.len())),
            (Some("一部実施"), Some(0))
        );
        assert_eq!(found.company.iter().map(|c| c.given.as_str()).collect::<Vec<_>>(), ["石垣精工", ""]);
    }
}
