//! store — the only room that knows databases and files: both engines behind one
//! transaction type, migrations, the hash-chained ledger, jobs with leases, evidence blobs,
//! backup and restore. Knows nothing of any domain's tables except how to copy them.

mod archive;
mod blobs;
mod columns;
mod engine;
mod error;
mod jobs;
mod ledger;
mod migrate;
mod tx;

pub use archive::{ArchiveError, ArchiveSummary, backup, restore};
pub use blobs::{BlobError, BlobWriter, Blobs};
pub use columns::{Class, ColumnRule, TableRule, column_rules};
pub use engine::{Engine, Store, create_database};
pub use error::StoreError;
pub use jobs::{Job, SQL as JOB_SQL, job_claim, job_done, job_failed, job_hold, job_schedule};
pub use ledger::{LedgerEntry, LedgerProblem, LedgerReport, SQL as LEDGER_SQL, ledger_list, ledger_verify};
pub use migrate::{MIGRATIONS, Migration, SQL as MIGRATE_SQL, ddl};
pub use tx::{Param, Row, Turn, Tx};

/// Declares the SQL constants of a file and the list of all of them, which a test describes
/// on both engines.
#[macro_export]
macro_rules! sql {
    ($($(#[$meta:meta])* $name:ident = $text:expr;)+) => {
        $($(#[$meta])* pub(crate) const $name: &str = $text;)+
        /// Every SQL constant of this file by name.
        pub const SQL: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}

/// Parameters of a statement after the scope: `params![&id, text, 3]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::Param::from($value)),*] };
}
