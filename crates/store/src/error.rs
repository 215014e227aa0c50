//! `store::error` — what can go wrong with a database, in terms a caller can act on.

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody saved a newer version of the row.
    #[error("the row was changed by somebody else")]
    Stale,
    /// A row with this key is there already.
    #[error("a row with this key exists")]
    Conflict,
    /// Stored data is not what the code expects.
    #[error("inconsistent {table}.{column} in row {row}")]
    Inconsistent {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// The row's key.
        row: String,
    },
    /// The disk or the database's quota is full.
    #[error("no space left for the database")]
    DiskFull,
    /// The database is busy or shutting down; trying again may work.
    #[error("the database is busy")]
    Busy,
    /// A change was about to be committed without a ledger entry.
    #[error("a change without a ledger entry was refused")]
    Unrecorded,
    /// Applied migrations differ from the known ones.
    #[error("{0}")]
    Migration(String),
    /// Anything else the engine reports.
    #[error("the database failed")]
    Engine(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let Some(db) = error.as_database_error() else {
            let waited = matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed);
            return if waited { Self::Busy } else { Self::Engine(error) };
        };
        if db.is_unique_violation() {
            return Self::Conflict;
        }
        // SQLite extended result codes and PostgreSQL SQLSTATEs.
        match db.code().as_deref() {
            Some("5" | "6" | "261" | "517" | "40001" | "40P01" | "53300" | "57P01" | "55P03") => Self::Busy,
            // 778, 1034, 4874: SQLITE_IOERR_WRITE, _FSYNC, _SHMSIZE, how a full disk shows while the log is written.
            Some("13" | "53100" | "778" | "1034" | "4874") => Self::DiskFull,
            _ => Self::Engine(error),
        }
    }
}
