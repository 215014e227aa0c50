//! sheets — workbooks and CSV files of anybody: read in a child process with limits, written
//! without formulas. Not here: what the cells mean.

mod child;
mod read;
mod write;

pub use child::{read_in_child, reader_word};
pub use read::{CELLS_MAX, FILE_MAX_BYTES, Sheet, SheetError, read_sheets};
pub use write::workbook;
