//! sheets — workbooks and CSV files of anybody: read in a child process with limits, filled out
//! in place, written without formulas. Not here: what a question means.

mod book;
mod child;
mod fill;
mod fill_sheet;
mod package;
mod read;
mod workbook_part;
mod write;
mod xml;

pub use book::{Area, Book, BookKind, BookSheet, cell_name, read_book};
pub use child::{book_in_child, child_word, fill_in_child, read_in_child};
pub use fill::{ChangeReason, ENTRIES_MAX, Entry, Filled, Refusal, fill};
pub use read::{CELLS_MAX, FILE_MAX_BYTES, Sheet, SheetError, read_sheets};
pub use write::workbook;
