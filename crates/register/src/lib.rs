//! register — applications, examinations, stars and the public register. A star is a signed
//! statement in an append-only log; what a scheme asks of the way there is data.

mod appeal;
mod application_edit;
mod application_show;
mod award;
mod bulk_show;
mod bulk_write;
mod certificate_show;
mod desk_show;
mod directory;
mod entry_search;
mod entry_show;
mod examination_edit;
mod examination_show;
mod keys;
mod level;
mod limit;
mod log;
mod log_show;
mod note;
mod reminder;
mod routes;
mod rules;
mod samples;
mod snapshot;
mod star_list;
mod statement;
mod statistic_show;
mod status;
mod store;
mod tree;
mod verify;
mod verify_show;
mod way;

pub use award::{Award, Holder, award, awards, entry_change};
pub use bulk_write::{Bulk, bulk_daily, bulk_publish};
pub use desk_show::{OPERATOR, party_designate};
pub use entry_search::{CommonGrams, Entries, EntryHead, Search, grams_learn, search, search_for_bench};
pub use entry_show::EntryDetails;
pub use keys::{key_close, key_make};
pub use level::levels_held;
pub use limit::Limiter;
pub use log_show::{keys_text, status_text};
pub use note::{NoteError, Signer, Verifier, open};
pub use reminder::{reminders, reminders_record};
pub use routes::routes;
pub use rules::{FieldKind, FieldRule, Needs, Part, RuleTexts, Rules, RulesFile, Step, StepKind};
pub use samples::samples;
pub use statement::Statement;
pub use status::{EntryState, StatusList};
pub use store::SQL;
pub use verify::{Finding, Verdict, star_in, verify};
pub use verify_show::star_verify;

use ::store::Migration;
use kernel::Lang;

/// The tables of this domain.
pub const MIGRATIONS: &[Migration] = &[
    Migration { domain: "register", number: 1, name: "register", sql: include_str!("../migrations/0001_register.sql") },
    Migration { domain: "register", number: 2, name: "application", sql: include_str!("../migrations/0002_application.sql") },
    Migration { domain: "register", number: 3, name: "examination", sql: include_str!("../migrations/0003_examination.sql") },
    Migration { domain: "register", number: 4, name: "appeal", sql: include_str!("../migrations/0004_appeal.sql") },
    Migration { domain: "register", number: 5, name: "reminder", sql: include_str!("../migrations/0005_reminder.sql") },
    Migration { domain: "register", number: 6, name: "search", sql: include_str!("../migrations/0006_search.sql") },
];

/// The texts of this domain.
pub const TEXTS: &[(Lang, &str)] = &[(Lang::Ja, include_str!("../texts/ja.ftl")), (Lang::En, include_str!("../texts/en.ftl"))];
