//! checksheets — a buyer's check sheet answered from facts: which fact answers which question, what the sheet is
//! told, what stays open and why. Not here: reading and writing workbooks.

mod cli;
mod data;
mod draft;
mod matching;

pub use cli::{Filled, Inspected, inspect, ready};
pub use data::QuestionWords;
pub use draft::{Draft, OpenReason, Outcome, Sources, draft};
pub use matching::{Found, Matcher, Quality};
