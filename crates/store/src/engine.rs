//! `store::engine` — opening a database: SQLite in a folder, or PostgreSQL by address. One
//! writer connection on SQLite; settings are read back by a test.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

use kernel::{Clock, Unscoped};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

use crate::blobs::Blobs;
use crate::error::StoreError;
use crate::migrate::Migration;
use crate::tx::Tx;

kernel::text_enum! {
    /// Which database runs underneath.
    Engine {
        /// SQLite in a folder.
        Sqlite = "sqlite",
        /// PostgreSQL.
        Postgres = "postgres",
    }
}

/// An open database with its blobs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pools: Pools,
    blobs: Blobs,
    public: PathBuf,
}

#[derive(Debug, Clone)]
enum Pools {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

/// How many connections read at once on SQLite, and how many there are on PostgreSQL.
const READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 12;

impl Store {
    /// Opens `ishigaki.db` in `folder`, which must exist.
    ///
    /// # Errors
    /// [`StoreError`] if the file cannot be opened.
    pub async fn open_sqlite(folder: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(folder.join("ishigaki.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: an acknowledged fact survives a power cut, not only a killed process.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        let writer = SqlitePoolOptions::new().max_connections(1).min_connections(1).connect_with(options.clone()).await?;
        let readers =
            SqlitePoolOptions::new().max_connections(READERS).test_before_acquire(false).connect_with(options.read_only(true)).await?;
        Ok(Self { pools: Pools::Sqlite { writer, readers }, blobs: Blobs::in_folder(folder), public: folder.join("public") })
    }

    /// Opens a PostgreSQL database; blobs lie in `folder`.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be reached.
    pub async fn open_postgres(url: &str, folder: &Path) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)?.application_name("ishigaki");
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(Duration::from_secs(10))
            .test_before_acquire(false)
            .connect_with(options)
            .await?;
        Ok(Self { pools: Pools::Postgres(pool), blobs: Blobs::in_folder(folder), public: folder.join("public") })
    }

    /// Which engine this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// Evidence files.
    #[must_use]
    pub fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// The folder of files for everybody, which may not exist yet.
    #[must_use]
    pub fn public(&self) -> &Path {
        &self.public
    }

    /// Brings the database to the newest schema.
    ///
    /// # Errors
    /// [`StoreError::Migration`] if an applied migration differs from the known one.
    pub async fn migrate(&self, migrations: &[Migration], clock: &dyn Clock) -> Result<(), StoreError> {
        crate::migrate::migrate(self, migrations, clock).await
    }

    /// A transaction that reads one consistent state.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(match &self.pools {
            Pools::Sqlite { readers, .. } => Tx::sqlite(readers.begin().await?, false),
            Pools::Postgres(pool) => Tx::postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?, false),
        })
    }

    /// A transaction that may change data; it waits for its turn on SQLite.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn write(&self) -> Result<Tx, StoreError> {
        Ok(match &self.pools {
            Pools::Sqlite { writer, .. } => Tx::sqlite(writer.begin_with("BEGIN IMMEDIATE").await?, true),
            Pools::Postgres(pool) => Tx::postgres(pool.begin().await?, true),
        })
    }

    /// Settings that must hold, read back from the engine: name and value.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn settings(&self) -> Result<Vec<(String, String)>, StoreError> {
        let all = Unscoped::because("settings belong to the database, not to an organisation");
        let mut tx = self.write().await?;
        let mut found = Vec::new();
        if self.engine() == Engine::Sqlite {
            for (name, sql) in [
                ("journal_mode", "SELECT CAST(journal_mode AS TEXT) FROM pragma_journal_mode"),
                ("foreign_keys", "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys"),
                ("synchronous", "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous"),
            ] {
                let row: Option<(String,)> = tx.one(&all, sql, Vec::new()).await?;
                found.push((name.to_owned(), row.map(|r| r.0).unwrap_or_default()));
            }
        }
        Ok(found)
    }

    /// Closes all connections; SQLite folds its log into the file.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// Makes a database on the PostgreSQL server of `base`. For tests and benches only.
///
/// # Errors
/// [`StoreError`].
pub async fn create_database(base: &str, name: &str) -> Result<(), StoreError> {
    use sqlx::{Connection as _, Executor as _};
    let mut connection = sqlx::PgConnection::connect(base).await?;
    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))).await?;
    Ok(connection.close().await?)
}
