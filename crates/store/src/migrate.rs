//! `store::migrate` — forward-only migrations. Each has one text; what the engines spell
//! differently (`STRICT`, collation, integer width) is added here, mechanically, so that the
//! two schemas cannot drift apart. Applied texts are hashed and compared at every start.

use kernel::{Clock, Digest, Unscoped};

use crate::engine::{Engine, Store};
use crate::error::StoreError;
use crate::params;
use crate::tx::Turn;

/// One migration of a domain.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// The domain, prefix of its tables.
    pub domain: &'static str,
    /// Number within the domain, from 1.
    pub number: i64,
    /// Name, as in the file name.
    pub name: &'static str,
    /// The text for both engines.
    pub sql: &'static str,
}

/// The migrations of this crate.
pub const MIGRATIONS: &[Migration] =
    &[Migration { domain: "store", number: 1, name: "ledger", sql: include_str!("../migrations/0001_ledger.sql") }];

crate::sql! {
    MIGRATION_LIST = "SELECT name, hash FROM store_migration WHERE domain = $1 AND number = $2";
    MIGRATION_ADD = "INSERT INTO store_migration (domain, number, name, hash, applied_at) VALUES ($1, $2, $3, $4, $5)";
    MIGRATION_TABLE_SQLITE = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'store_migration'";
    MIGRATION_TABLE_POSTGRES =
        "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'store_migration' AND table_schema = current_schema()";
    TURN_POSTGRES = "SELECT 1 FROM (SELECT pg_advisory_xact_lock($1)) AS waiting";
}

/// The migration's text for one engine.
#[must_use]
pub fn ddl(sql: &str, engine: Engine) -> String {
    let (text, integer, end) = match engine {
        Engine::Sqlite => ("TEXT", "INTEGER", ") STRICT;"),
        Engine::Postgres => ("TEXT COLLATE \"C\"", "BIGINT", ");"),
    };
    let mut out = String::with_capacity(sql.len() * 2);
    for line in sql.lines().filter(|line| !line.trim_start().starts_with("--")) {
        if line == ");" {
            out.push_str(end);
        } else {
            let words = line.split(' ').map(|word| match word {
                "TEXT" => text.to_owned(),
                "INTEGER" => integer.to_owned(),
                // A column that may be empty ends with its type.
                "TEXT," => format!("{text},"),
                "INTEGER," => format!("{integer},"),
                other => other.to_owned(),
            });
            out.push_str(&words.collect::<Vec<_>>().join(" "));
        }
        out.push('\n');
    }
    out
}

pub(crate) async fn migrate(store: &Store, migrations: &[Migration], clock: &dyn Clock) -> Result<(), StoreError> {
    let all = Unscoped::because("the schema belongs to the database, not to an organisation");
    let mut tx = store.write().await?;
    let table = match store.engine() {
        Engine::Sqlite => MIGRATION_TABLE_SQLITE,
        Engine::Postgres => {
            // Two processes that start at once migrate one after the other.
            tx.alone(Turn::Migration).await?;
            MIGRATION_TABLE_POSTGRES
        }
    };
    let exists: Option<(i64,)> = tx.one(&all, table, params![]).await?;
    let mut has_table = exists.is_some_and(|(n,)| n > 0);
    for migration in migrations {
        let hash = Digest::default().field(migration.sql).finish();
        let name = format!("{}/{:04}_{}", migration.domain, migration.number, migration.name);
        let applied: Option<(String, String)> =
            if has_table { tx.one(&all, MIGRATION_LIST, params![migration.domain, migration.number]).await? } else { None };
        match applied {
            Some((_, known)) if known == hash => {}
            Some(_) => {
                return Err(StoreError::Migration(format!(
                    "migration {name} was applied with another text; this binary does not fit this database"
                )));
            }
            None => {
                tx.run_script(ddl(migration.sql, store.engine())).await?;
                has_table = true;
                let now = clock.now();
                tx.run(&all, MIGRATION_ADD, params![migration.domain, migration.number, migration.name, hash, now]).await?;
                tracing::info!(migration = name, "store.migrated");
            }
        }
    }
    tx.without_record("schema changes are recorded in store_migration");
    tx.commit().await
}
