//! sheets — workbooks and CSV files of anybody: read in a child process with limits, filled out
//! in place, written without formulas; what a check sheet asks and how it wants to be answered.
//! Not here: which fact answers a question.

mod archive;
mod book;
mod child;
mod fill;
mod fill_sheet;
mod layout;
mod package;
mod read;
mod readers;
mod scale;
mod words;
mod workbook_part;
mod write;
mod xml;

pub use archive::{ARCHIVE_MAX_BYTES, Packed, Unpacked, is_archive, unpack};
pub use book::{Area, Book, BookKind, BookSheet, cell_name, read_book};
pub use child::{
    OtherWord, answered_in_child, book_in_child, books_in_children, child_word, fill_in_child, in_child, read_in_child, unpack_in_child,
};
pub use fill::{ChangeReason, ENTRIES_MAX, Entry, Filled, Refusal, fill, with_sheet_for_bench};
pub use layout::{Asked, Columns, CompanyCell, Correction, FoundBy, Layout, QUESTIONS_MAX, Table, layout};
pub use read::{CELLS_MAX, FILE_MAX_BYTES, Sheet, SheetError, read_sheets};
pub use readers::Readers;
pub use scale::{Choice, Scale, ScaleSource, legend};
pub use words::{CompanyField, KnownSheet, Meaning, Role, SheetWords, fold};
pub use write::{AskedRow, asking, rewritten, workbook};
