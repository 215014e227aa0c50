//! suppliers — a buyer's view of its supply chain: who matters and why, what stops if one stops, what is
//! asked and answered, what is given back. Rows belong to the buyer; what a supplier states is its own,
//! and crosses only as a versioned snapshot that ends.

mod acting;
mod asked_answer;
mod bench;
mod board_show;
mod chain_show;
mod classes;
mod data;
mod door;
mod feedback;
mod guard;
mod help_show;
mod impact_show;
mod intake;
mod intake_show;
mod letter;
mod link_edit;
mod link_show;
mod list_import;
mod list_read;
mod list_show;
mod own_sheet;
mod questions;
mod reply;
mod reply_edit;
mod reply_enter;
mod reply_sheet;
mod report_show;
mod request_show;
mod routes;
mod rule_edit;
mod samples;
mod store;
mod supplier;
mod supplier_edit;
mod supplier_list;
mod supplier_show;
mod survey_edit;
mod tier_edit;
mod walk;
mod wave;
mod wave_edit;
mod wave_send;
mod whole;

pub use bench::{answers_for_bench, doors_for_bench, filled_wave_for_bench, ids_for_bench, workbooks_for_bench};
pub use data::Data;
pub use impact_show::{Impact, impact, impact_named};
pub use intake::{INTAKE_JOB, Intake, Kept, intake_add, intake_keep, intake_report, intake_step};
pub use link_edit::{LinkInput, links_add};
pub use list_import::{ListReport, list_import, operator_scope};
pub use own_sheet::{OwnSheet, OwnSheets, Said, SheetFuture};
pub use routes::routes;
pub use samples::samples;
pub use store::SQL;
pub use supplier::SupplierHead;
pub use supplier_edit::{SupplierInput, supplier_edit};
pub use wave::WaveInput;
pub use wave_edit::{WaveHead, wave_add, wave_save};
pub use wave_send::{WAVE_JOB, reminders_queue, wave_send, wave_step};
pub use whole::{LevelFuture, Levels};

use ::store::Migration;
use kernel::Lang;

/// The tables of this domain.
pub const MIGRATIONS: &[Migration] = &[
    Migration { domain: "suppliers", number: 1, name: "suppliers", sql: include_str!("../migrations/0001_suppliers.sql") },
    Migration { domain: "suppliers", number: 2, name: "link", sql: include_str!("../migrations/0002_link.sql") },
    Migration { domain: "suppliers", number: 3, name: "request", sql: include_str!("../migrations/0003_request.sql") },
    Migration { domain: "suppliers", number: 4, name: "help", sql: include_str!("../migrations/0004_help.sql") },
    Migration { domain: "suppliers", number: 5, name: "walk", sql: include_str!("../migrations/0005_walk.sql") },
    Migration { domain: "suppliers", number: 6, name: "intake", sql: include_str!("../migrations/0006_intake.sql") },
];

/// The texts of this domain.
pub const TEXTS: &[(Lang, &str)] = &[(Lang::Ja, include_str!("../texts/ja.ftl")), (Lang::En, include_str!("../texts/en.ftl"))];
