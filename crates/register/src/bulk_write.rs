//! `register::bulk_write` — the whole register as files for everybody: CSV and JSON Lines, and a
//! signed note with their digests. Written batch by batch, whatever the size.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

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

/// The files, the signed note last.
pub(crate) const FILES: [&str; 3] = ["entries.csv", "entries.jsonl", NOTE];

/// The signed note.
pub(crate) const NOTE: &str = "entries.txt";

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
async fn bulk_write(cx: &Cx, tx: &mut Tx, csv: impl Write + Send, lines: impl Write + Send) -> Result<Bulk, Problem> {
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

fn cannot(what: &str) -> impl Fn(std::io::Error) -> Problem {
    move |e| Problem::new(kernel::Code::Internal).because(format!("{what}: {e}"))
}

/// Writes the files into a folder, under other names until they are whole, so that nobody fetches half a file.
///
/// # Errors
/// As [`bulk_write`].
pub async fn bulk_publish(cx: &Cx, folder: &Path) -> Result<Bulk, Problem> {
    std::fs::create_dir_all(folder).map_err(cannot("making the folder"))?;
    let part = |name: &str| folder.join(format!("{name}.part"));
    let create = |name: &str| File::create(part(name)).map(BufWriter::new).map_err(cannot(name));
    let [csv, lines, note] = FILES;
    let (mut csv, mut lines) = (create(csv)?, create(lines)?);
    let mut tx = cx.read().await?;
    let bulk = bulk_write(cx, &mut tx, &mut csv, &mut lines).await?;
    csv.flush().and_then(|()| lines.flush()).and_then(|()| std::fs::write(part(note), &bulk.note)).map_err(cannot("writing"))?;
    for name in FILES {
        std::fs::rename(part(name), folder.join(name)).map_err(cannot(name))?;
    }
    Ok(bulk)
}

/// Writes the files of this instance if those of today are not there. Returns whether it did; before
/// the first star there is nothing to write.
///
/// # Errors
/// As [`bulk_publish`].
pub async fn bulk_daily(cx: &Cx) -> Result<bool, Problem> {
    let folder = cx.app.store.public();
    let made = std::fs::read_to_string(folder.join(NOTE)).unwrap_or_default();
    if made.lines().nth(1) == Some(&format!("made {}", cx.now().day())) {
        return Ok(false);
    }
    match bulk_publish(cx, folder).await {
        Ok(_) => Ok(true),
        Err(problem) if problem.code == kernel::Code::NotFound => Ok(false),
        Err(problem) => Err(problem),
    }
}
