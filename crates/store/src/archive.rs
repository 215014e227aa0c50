//! `store::archive` — backup and restore as one file that both engines read: a tar with a
//! manifest, one JSON-lines file per table and the evidence files. Taken from one consistent
//! state while the server runs; restored only into an empty instance. The same two commands
//! move an instance from SQLite to PostgreSQL.

use std::io::{BufRead as _, BufReader, Read, Write};

use kernel::{Clock, sha256_hex};
use serde::{Deserialize, Serialize};

use crate::blobs::BlobError;
use crate::columns::{TableRule, column_rules};
use crate::engine::Store;
use crate::error::StoreError;
use crate::tx::Param;

/// Version of the archive's layout.
const FORMAT: u32 = 1;
/// The largest table or file an archive may hold, in bytes.
const MEMBER_LIMIT_BYTES: u64 = 16 * 1024 * 1024 * 1024;

/// Why a backup or restore failed.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The target holds data already.
    #[error("the target is not empty: table {0} has rows; restore goes into an empty folder or database")]
    NotEmpty(String),
    /// The archive is not one of ours, or damaged; says what.
    #[error("{0}")]
    Damaged(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An evidence file failed.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// Reading or writing the archive failed.
    #[error("the archive could not be written or read: {0}")]
    Io(#[from] std::io::Error),
}

/// What was copied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ArchiveSummary {
    /// Tables.
    pub tables: usize,
    /// Rows of all tables.
    pub rows: usize,
    /// Evidence files.
    pub files: usize,
}

#[derive(Serialize, Deserialize)]
struct Manifest {
    format: u32,
    made_at: String,
    tables: Vec<String>,
}

fn rules() -> Result<Vec<TableRule>, ArchiveError> {
    let rules = column_rules().map_err(|e| ArchiveError::Damaged(format!("rules/columns.toml: {e}")))?;
    Ok(rules.into_iter().filter(|t| t.backup).collect())
}

fn column_list(table: &TableRule) -> String {
    table.columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Writes everything into `out`.
///
/// # Errors
/// [`ArchiveError`].
pub async fn backup(store: &Store, out: impl Write + Send, clock: &dyn Clock) -> Result<ArchiveSummary, ArchiveError> {
    let tables = rules()?;
    let mut summary = ArchiveSummary::default();
    let mut tar = tar::Builder::new(out);
    let manifest = Manifest { format: FORMAT, made_at: clock.now().text(), tables: tables.iter().map(|t| t.name.clone()).collect() };
    append(&mut tar, "manifest.json", &serde_json::to_vec(&manifest).unwrap_or_default())?;
    let mut tx = store.read().await?;
    let mut files: Vec<String> = Vec::new();
    for table in &tables {
        let integers: Vec<bool> = table.columns.iter().map(|c| c.integer).collect();
        let rows = tx.copy_rows(format!("SELECT {} FROM {}", column_list(table), table.name), &integers).await?;
        let place = table.columns.iter().position(|c| c.name == "sha256");
        let mut text = Vec::new();
        for row in &rows {
            if let Some(digest) = place.and_then(|p| row.get(p)).and_then(serde_json::Value::as_str) {
                files.push(digest.to_owned());
            }
            serde_json::to_writer(&mut text, row).map_err(std::io::Error::other)?;
            text.push(b'\n');
        }
        append(&mut tar, &format!("tables/{}.jsonl", table.name), &text)?;
        summary.tables += 1;
        summary.rows += rows.len();
    }
    drop(tx);
    files.sort();
    files.dedup();
    for digest in files {
        append(&mut tar, &format!("blobs/{digest}"), &store.blobs().read(&digest).await?)?;
        summary.files += 1;
    }
    tar.into_inner()?.flush()?;
    Ok(summary)
}

fn append(tar: &mut tar::Builder<impl Write>, name: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
    let mut header = tar::Header::new_ustar();
    header.set_size(u64::try_from(bytes.len()).unwrap_or_default());
    header.set_mode(0o600);
    Ok(tar.append_data(&mut header, name, bytes)?)
}

/// Reads an archive into a migrated, empty instance, all or nothing.
///
/// # Errors
/// [`ArchiveError::NotEmpty`], [`ArchiveError::Damaged`].
#[expect(clippy::future_not_send, reason = "run by the operator's command on one thread; the tar reader is not shared")]
pub async fn restore(store: &Store, archive: impl Read) -> Result<ArchiveSummary, ArchiveError> {
    let tables = rules()?;
    let mut summary = ArchiveSummary::default();
    let mut tx = store.write().await?;
    for table in tables.iter().filter(|t| t.name != "store_migration") {
        let found = tx.copy_rows(format!("SELECT 1 FROM {} LIMIT 1", table.name), &[]).await?;
        if !found.is_empty() {
            return Err(ArchiveError::NotEmpty(table.name.clone()));
        }
    }
    let mut tar = tar::Archive::new(archive);
    let mut seen_manifest = false;
    for entry in tar.entries()? {
        let mut entry = entry?;
        let name = entry.path()?.to_string_lossy().into_owned();
        if entry.size() > MEMBER_LIMIT_BYTES {
            return Err(ArchiveError::Damaged(format!("{name} is too large")));
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        match name.split_once('/') {
            None if name == "manifest.json" => {
                check_manifest(&bytes)?;
                seen_manifest = true;
            }
            Some(("tables", file)) if seen_manifest => {
                let table = tables.iter().find(|t| file.strip_suffix(".jsonl") == Some(&t.name));
                let table = table.ok_or_else(|| ArchiveError::Damaged(format!("unknown table {file}")))?;
                if table.name != "store_migration" {
                    summary.rows += fill(&mut tx, table, &bytes).await?;
                    summary.tables += 1;
                }
            }
            Some(("blobs", digest)) if seen_manifest => {
                if sha256_hex(&bytes) != digest {
                    return Err(ArchiveError::Damaged(format!("evidence file {digest} is damaged")));
                }
                let mut writer = store.blobs().start(digest, MEMBER_LIMIT_BYTES).await?;
                writer.write(&bytes).await?;
                writer.keep().await?;
                summary.files += 1;
            }
            _ => return Err(ArchiveError::Damaged(format!("unexpected entry {name}; this is no Ishigaki backup"))),
        }
    }
    if !seen_manifest {
        return Err(ArchiveError::Damaged("no manifest; this is no Ishigaki backup".to_owned()));
    }
    tx.without_record("the restored ledger holds its own entries");
    tx.commit().await?;
    Ok(summary)
}

fn check_manifest(bytes: &[u8]) -> Result<(), ArchiveError> {
    let manifest: Manifest = serde_json::from_slice(bytes)
        .map_err(|_| ArchiveError::Damaged("the manifest cannot be read; this is no Ishigaki backup".to_owned()))?;
    if manifest.format == FORMAT {
        return Ok(());
    }
    Err(ArchiveError::Damaged(format!("the archive has format {}; this product reads {FORMAT}", manifest.format)))
}

async fn fill(tx: &mut crate::tx::Tx, table: &TableRule, bytes: &[u8]) -> Result<usize, ArchiveError> {
    let marks: Vec<String> = (1..=table.columns.len()).map(|n| format!("${n}")).collect();
    let sql = format!("INSERT INTO {} ({}) VALUES ({})", table.name, column_list(table), marks.join(", "));
    let mut rows = 0;
    for line in BufReader::new(bytes).lines() {
        let bad = || ArchiveError::Damaged(format!("table {}, row {}", table.name, rows + 1));
        let cells: Vec<serde_json::Value> = serde_json::from_str(&line?).map_err(|_| bad())?;
        if cells.len() != table.columns.len() {
            return Err(bad());
        }
        let params = cells.into_iter().zip(&table.columns).map(|(cell, column)| match (cell, column.integer) {
            (serde_json::Value::Null, true) => Ok(Param::Int(None)),
            (serde_json::Value::Null, false) => Ok(Param::Text(None)),
            (serde_json::Value::Number(n), true) => n.as_i64().map(|n| Param::Int(Some(n))).ok_or_else(bad),
            (serde_json::Value::String(s), false) => Ok(Param::Text(Some(s))),
            _ => Err(bad()),
        });
        tx.run_text(sql.clone(), params.collect::<Result<_, _>>()?).await?;
        rows += 1;
    }
    Ok(rows)
}
