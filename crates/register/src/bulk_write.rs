//! `register::bulk_write` — the whole register as files for everybody: CSV and JSON Lines, and a
//! signed note with their digests. Written batch by batch, whatever the size.

use std::io::Write;

use kernel::hex;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use store::{Tx, params};
use web::{Cx, Problem, csv_cell};

use crate::keys::{REGISTER, signer};
use crate::store::{BULK, BulkRow};

/// The columns, in order; also the names in JSON.
const COLUMNS: [&str; 15] = [
    "number",
    "scheme",
    "version",
    "level",
    "subject",
    "name",
    "corporate_number",
    "prefecture",
    "industry",
    "scope",
    "confirmed_by",
    "from",
    "to",
    "state",
    "state_day",
];

/// What was written.
#[derive(Debug, Clone, Serialize)]
pub struct Bulk {
    /// How many entries.
    pub entries: usize,
    /// The signed note: the day, the number of entries, and the digests of both files.
    pub note: String,
}

/// A writer that notes the digest of what passes through it.
struct Noted<W>(W, Sha256);

impl<W: Write> Noted<W> {
    fn line(&mut self, text: &str) -> Result<(), Problem> {
        self.1.update(text.as_bytes());
        self.0.write_all(text.as_bytes()).map_err(|e| Problem::new(kernel::Code::Internal).because(e.to_string()))
    }
}

fn cells(row: &BulkRow) -> [&str; 15] {
    [
        &row.number,
        &row.scheme_id,
        &row.version,
        &row.level,
        &row.subject,
        &row.name,
        &row.corporate_number,
        &row.prefecture,
        &row.industry,
        &row.scope,
        &row.confirmer,
        &row.from_day,
        &row.to_day,
        &row.state,
        &row.state_day,
    ]
}

/// Writes every entry as CSV and as JSON Lines, in the order they came in.
///
/// # Errors
/// The store's or the writers'; [`kernel::Code::NotFound`] before the first star.
pub async fn bulk_write(cx: &Cx, tx: &mut Tx, csv: impl Write + Send, lines: impl Write + Send) -> Result<Bulk, Problem> {
    let (_, signer) = signer(tx).await?;
    let (mut csv, mut lines) = (Noted(csv, Sha256::new()), Noted(lines, Sha256::new()));
    csv.line(&format!("\u{feff}{}\r\n", COLUMNS.join(",")))?;
    let (mut after, mut entries) = (String::new(), 0);
    loop {
        let rows: Vec<BulkRow> = tx.all(&REGISTER, BULK, params![&after]).await?;
        let Some(last) = rows.last() else { break };
        after.clone_from(&last.entry_id);
        entries += rows.len();
        for row in &rows {
            let cells = cells(row);
            csv.line(&format!("{}\r\n", cells.map(csv_cell).join(",")))?;
            let fields = COLUMNS.iter().zip(cells).map(|(name, cell)| ((*name).to_owned(), cell.into()));
            let object: serde_json::Map<String, serde_json::Value> = fields.collect();
            lines.line(&format!("{}\n", serde_json::Value::Object(object)))?;
        }
    }
    let digest = |hash: Sha256| hex(&hash.finalize());
    let text = format!(
        "ishigaki-register/1\nmade {}\nentries {entries}\nentries.csv {}\nentries.jsonl {}\n",
        cx.now().day(),
        digest(csv.1),
        digest(lines.1)
    );
    Ok(Bulk { entries, note: signer.sign(&text) })
}
