//! checksheets — a buyer's check sheet answered from facts: which fact answers which question, what the sheet is
//! told, what stays open and why. Not here: reading and writing workbooks.

mod cli;
mod data;
mod draft;
mod knowledge;
mod mapping;
mod mapping_share;
mod matching;
mod routes;
mod samples;
mod sheet;
mod sheet_add;
mod sheet_answer;
mod sheet_compare;
mod sheet_lend;
mod sheet_list;
mod sheet_print;
mod sheet_show;
mod sheet_take;
mod store;

pub use cli::{Filled, Inspected, inspect, ready};
pub use draft::{Accepted, Draft, OpenReason, Outcome, Sources, draft};
pub use knowledge::Knowledge;
pub use mapping::digest;
pub use matching::{Found, MatchedBy, Matcher, Quality};
pub use routes::routes;
pub use samples::samples;
pub use sheet_lend::{Lent, Says, sheet_answers, sheet_lent, sheets_lent};
pub use store::SQL;

use ::store::Migration;
use kernel::Lang;

/// The tables of this domain.
pub const MIGRATIONS: &[Migration] = &[
    Migration { domain: "checksheets", number: 1, name: "checksheets", sql: include_str!("../migrations/0001_checksheets.sql") },
    Migration { domain: "checksheets", number: 2, name: "matches", sql: include_str!("../migrations/0002_matches.sql") },
];

/// The texts of this domain.
pub const TEXTS: &[(Lang, &str)] = &[(Lang::Ja, include_str!("../texts/ja.ftl")), (Lang::En, include_str!("../texts/en.ftl"))];
