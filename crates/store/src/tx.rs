//! `store::tx` — the only way to run SQL. Every statement names its scope, which is bound as
//! `$1`; a change cannot be committed without a ledger entry.

use kernel::{
    AppealId, ApplicationId, AssessmentId, Bound, ChangeId, DesignationId, DocumentId, EntryId, FactVersionId, Instant, JobId, KeptId,
    LetterId, LinkId, ListId, MessageId, OrganisationId, PersonId, ReferenceId, RequestId, SessionId, SiteId, StepId, SupplierId, TokenId,
    Unscoped, ViewId, WaveId,
};
use sqlx::postgres::{PgRow, Postgres};
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{FromRow, Transaction};

use crate::error::StoreError;
use crate::migrate::TURN_POSTGRES;

/// A row type that both engines can fill. Derive `sqlx::FromRow` and it is one.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<R> Row for R where R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A bound value. The variant names the column type, also for null.
#[derive(Debug, Clone)]
pub enum Param {
    /// Text.
    Text(Option<String>),
    /// A 64-bit integer.
    Int(Option<i64>),
}

macro_rules! param_from {
    ($($from:ty => $variant:ident($convert:expr);)+) => {$(
        impl From<$from> for Param {
            fn from(value: $from) -> Self {
                Self::$variant(($convert)(value))
            }
        }
    )+};
}

param_from! {
    &str => Text(|v: &str| Some(v.to_owned()));
    String => Text(Some);
    &String => Text(|v: &String| Some(v.clone()));
    Option<String> => Text(|v| v);
    Option<&str> => Text(|v: Option<&str>| v.map(str::to_owned));
    i64 => Int(Some);
    i32 => Int(|v: i32| Some(i64::from(v)));
    u32 => Int(|v: u32| Some(i64::from(v)));
    usize => Int(|v: usize| i64::try_from(v).ok());
    bool => Int(|v: bool| Some(i64::from(v)));
    Option<i64> => Int(|v| v);
    Instant => Text(|v: Instant| Some(v.text()));
    Option<Instant> => Text(|v: Option<Instant>| v.map(Instant::text));
    &OrganisationId => Text(|v: &OrganisationId| Some(v.to_string()));
    &SiteId => Text(|v: &SiteId| Some(v.to_string()));
    &PersonId => Text(|v: &PersonId| Some(v.to_string()));
    &SessionId => Text(|v: &SessionId| Some(v.to_string()));
    &TokenId => Text(|v: &TokenId| Some(v.to_string()));
    &FactVersionId => Text(|v: &FactVersionId| Some(v.to_string()));
    &DocumentId => Text(|v: &DocumentId| Some(v.to_string()));
    &ApplicationId => Text(|v: &ApplicationId| Some(v.to_string()));
    &EntryId => Text(|v: &EntryId| Some(v.to_string()));
    &StepId => Text(|v: &StepId| Some(v.to_string()));
    &ViewId => Text(|v: &ViewId| Some(v.to_string()));
    &AppealId => Text(|v: &AppealId| Some(v.to_string()));
    &DesignationId => Text(|v: &DesignationId| Some(v.to_string()));
    &ChangeId => Text(|v: &ChangeId| Some(v.to_string()));
    &AssessmentId => Text(|v: &AssessmentId| Some(v.to_string()));
    &JobId => Text(|v: &JobId| Some(v.to_string()));
    &ReferenceId => Text(|v: &ReferenceId| Some(v.to_string()));
    &SupplierId => Text(|v: &SupplierId| Some(v.to_string()));
    &ListId => Text(|v: &ListId| Some(v.to_string()));
    &LinkId => Text(|v: &LinkId| Some(v.to_string()));
    &WaveId => Text(|v: &WaveId| Some(v.to_string()));
    &RequestId => Text(|v: &RequestId| Some(v.to_string()));
    &MessageId => Text(|v: &MessageId| Some(v.to_string()));
    &LetterId => Text(|v: &LetterId| Some(v.to_string()));
    &KeptId => Text(|v: &KeptId| Some(v.to_string()));
}

/// What only one transaction does at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Changing the schema.
    Migration = 7750,
    /// Changing what follows from components, advisories and decisions along the chain.
    Chain = 7751,
}

/// A running transaction on either engine.
#[derive(Debug)]
pub struct Tx {
    inner: Inner,
    writes: bool,
    recorded: bool,
}

#[derive(Debug)]
enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Binds the scope's organisation, if there is one, and the parameters to a query of either engine.
macro_rules! bound {
    ($query:expr, $scope:expr, $params:expr) => {{
        let mut query = $query;
        if let Some(organisation) = $scope.organisation() {
            query = query.bind(organisation.to_owned());
        }
        for param in $params {
            query = match param {
                Param::Text(value) => query.bind(value),
                Param::Int(value) => query.bind(value),
            };
        }
        query
    }};
}

impl Tx {
    pub(crate) fn sqlite(tx: Transaction<'static, Sqlite>, writes: bool) -> Self {
        Self { inner: Inner::Sqlite(tx), writes, recorded: false }
    }

    pub(crate) fn postgres(tx: Transaction<'static, Postgres>, writes: bool) -> Self {
        Self { inner: Inner::Postgres(tx), writes, recorded: false }
    }

    /// Whether this runs on PostgreSQL, for the few statements that exist as a pair.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        matches!(self.inner, Inner::Postgres(_))
    }

    /// Waits until no other transaction does this, and does it alone until its end. What was read before may be old by then, so
    /// that it stands first. `SQLite` has one writer at a time anyway.
    ///
    /// # Errors
    /// The engine's.
    pub async fn alone(&mut self, turn: Turn) -> Result<(), StoreError> {
        if self.is_postgres() {
            let all = Unscoped::because("whose turn it is concerns the database, not an organisation");
            let _: Option<(i32,)> = self.one(&all, TURN_POSTGRES, vec![Param::from(turn as i64)]).await?;
        }
        Ok(())
    }

    /// All rows of a statement. A scoped statement has the organisation as `$1`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all<R: Row>(&mut self, scope: &impl Bound, sql: &'static str, params: Vec<Param>) -> Result<Vec<R>, StoreError> {
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => bound!(sqlx::query_as(sql), scope, params).fetch_all(&mut **tx).await?,
            Inner::Postgres(tx) => bound!(sqlx::query_as(sql), scope, params).fetch_all(&mut **tx).await?,
        })
    }

    /// The first row of a statement, if there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn one<R: Row>(&mut self, scope: &impl Bound, sql: &'static str, params: Vec<Param>) -> Result<Option<R>, StoreError> {
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => bound!(sqlx::query_as(sql), scope, params).fetch_optional(&mut **tx).await?,
            Inner::Postgres(tx) => bound!(sqlx::query_as(sql), scope, params).fetch_optional(&mut **tx).await?,
        })
    }

    /// Runs a statement and returns how many rows it changed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn run(&mut self, scope: &impl Bound, sql: &'static str, params: Vec<Param>) -> Result<u64, StoreError> {
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => bound!(sqlx::query(sql), scope, params).execute(&mut **tx).await?.rows_affected(),
            Inner::Postgres(tx) => bound!(sqlx::query(sql), scope, params).execute(&mut **tx).await?.rows_affected(),
        })
    }

    /// Runs an `INSERT … VALUES (…)` for many rows, sixteen with one statement: fewer ways to the database and back.
    ///
    /// `lead` stands before every row, as the organisation does; a row holds the parameters after it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn run_rows(&mut self, scope: &impl Bound, sql: &'static str, lead: &[Param], rows: &[Vec<Param>]) -> Result<(), StoreError> {
        let shared = lead.len() + usize::from(scope.organisation().is_some());
        for step in rows.chunks(ROWS) {
            let Some(width) = step.first().map(Vec::len).filter(|_| step.len() == ROWS) else {
                for row in step {
                    self.run(scope, sql, lead.iter().chain(row).cloned().collect()).await?;
                }
                continue;
            };
            let text = sqlx::AssertSqlSafe(repeated(sql, shared, width));
            let params = lead.iter().chain(step.iter().flatten()).cloned();
            match &mut self.inner {
                Inner::Sqlite(tx) => {
                    bound!(sqlx::query(text), scope, params).execute(&mut **tx).await?;
                }
                Inner::Postgres(tx) => {
                    bound!(sqlx::query(text), scope, params).execute(&mut **tx).await?;
                }
            }
        }
        Ok(())
    }

    /// As [`Tx::run`], for statements that must change exactly one row.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if none or several were changed.
    pub async fn run_one(&mut self, scope: &impl Bound, sql: &'static str, params: Vec<Param>) -> Result<(), StoreError> {
        if self.run(scope, sql, params).await? == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// Runs text that is not a constant: the copying of whole tables.
    pub(crate) async fn run_text(&mut self, sql: String, params: Vec<Param>) -> Result<u64, StoreError> {
        let (sql, all) = (sqlx::AssertSqlSafe(sql), Unscoped::because("whole tables are copied"));
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => bound!(sqlx::query(sql), all, params).execute(&mut **tx).await?.rows_affected(),
            Inner::Postgres(tx) => bound!(sqlx::query(sql), all, params).execute(&mut **tx).await?.rows_affected(),
        })
    }

    /// Runs several statements at once, without parameters (migrations).
    pub(crate) async fn run_script(&mut self, sql: String) -> Result<(), StoreError> {
        let sql = sqlx::AssertSqlSafe(sql);
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                sqlx::raw_sql(sql).execute(&mut **tx).await?;
            }
            Inner::Postgres(tx) => {
                sqlx::raw_sql(sql).execute(&mut **tx).await?;
            }
        }
        Ok(())
    }

    /// Reads every row of a built statement as JSON values, by column kind (`true` is an integer).
    pub(crate) async fn copy_rows(&mut self, sql: String, integers: &[bool]) -> Result<Vec<Vec<serde_json::Value>>, StoreError> {
        let sql = sqlx::AssertSqlSafe(sql);
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => {
                let rows = sqlx::query(sql).fetch_all(&mut **tx).await?;
                rows.iter().map(|row| cells(row, integers)).collect::<Result<_, _>>()?
            }
            Inner::Postgres(tx) => {
                let rows = sqlx::query(sql).fetch_all(&mut **tx).await?;
                rows.iter().map(|row| cells(row, integers)).collect::<Result<_, _>>()?
            }
        })
    }

    /// Asks the engine to prepare a statement, which checks tables, columns and types.
    ///
    /// # Errors
    /// What the engine says is wrong with it.
    pub async fn prepare(&mut self, sql: &'static str) -> Result<(), StoreError> {
        use sqlx::{Executor as _, SqlSafeStr as _};
        match &mut self.inner {
            Inner::Sqlite(tx) => drop((&mut **tx).prepare(sql.into_sql_str()).await?),
            Inner::Postgres(tx) => drop((&mut **tx).prepare(sql.into_sql_str()).await?),
        }
        Ok(())
    }

    pub(crate) fn mark_recorded(&mut self) {
        self.recorded = true;
    }

    /// Allows this transaction to commit without a ledger entry: bookkeeping such as the last
    /// use of a session. The reason stands where it is called.
    pub fn without_record(&mut self, reason: &'static str) {
        tracing::trace!(reason, "store.without_record");
        self.recorded = true;
    }

    /// Makes the changes permanent.
    ///
    /// # Errors
    /// [`StoreError::Unrecorded`] for a change without a ledger entry; nothing is kept then.
    pub async fn commit(self) -> Result<(), StoreError> {
        if self.writes && !self.recorded {
            return Err(StoreError::Unrecorded);
        }
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// Rows put in with one statement.
const ROWS: usize = 16;

/// A statement whose values stand [`ROWS`] times: parameters up to `shared` are those of every row, `width` more are of
/// each.
fn repeated(sql: &str, shared: usize, width: usize) -> String {
    let Some((head, rest)) = sql.split_once("VALUES (") else { return sql.to_owned() };
    let Some((tuple, tail)) = rest.split_once(')') else { return sql.to_owned() };
    let moved = |part: &str, by: usize| {
        let digits = part.chars().take_while(char::is_ascii_digit).count();
        let (number, after) = part.split_at(digits);
        let number: usize = number.parse().unwrap_or(0);
        format!("${}{after}", if number > shared { number + by } else { number })
    };
    let tuple_of = |n: usize| {
        let mut parts = tuple.split('$');
        let first = parts.next().unwrap_or("").to_owned();
        parts.fold(first, |text, part| text + &moved(part, n * width))
    };
    let all: Vec<String> = (0..ROWS).map(|n| format!("({})", tuple_of(n))).collect();
    format!("{head}VALUES {}{tail}", all.join(", "))
}

fn cells<R>(row: &R, integers: &[bool]) -> Result<Vec<serde_json::Value>, StoreError>
where
    R: sqlx::Row,
    usize: sqlx::ColumnIndex<R>,
    for<'r> Option<i64>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    for<'r> Option<String>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    let cell = |(place, integer): (usize, &bool)| -> Result<serde_json::Value, StoreError> {
        Ok(if *integer { row.try_get::<Option<i64>, _>(place)?.into() } else { row.try_get::<Option<String>, _>(place)?.into() })
    };
    integers.iter().enumerate().map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_as_often_as_rows_go_in() {
        let sql = "INSERT INTO t (o, a, b, c) VALUES ($1, $2, '', $3) ON CONFLICT (o) DO UPDATE SET a = excluded.a";
        let text = repeated(sql, 1, 2);
        assert!(text.starts_with("INSERT INTO t (o, a, b, c) VALUES ($1, $2, '', $3), ($1, $4, '', $5), ($1, $6, '', $7)"), "{text}");
        assert!(text.ends_with("($1, $32, '', $33) ON CONFLICT (o) DO UPDATE SET a = excluded.a"), "{text}");
        assert!(repeated("INSERT INTO t VALUES ($1)", 0, 1).ends_with("($15), ($16)"));
    }
}
