//! `people::company` — names of companies by corporate number, from the national file: read row by
//! row whatever its size, in parts that are kept, so that a stopped import goes on where it was.
//!
//! Layout of a row (the tax agency's basic information, 30 columns): 2 corporate number, 3 kind of
//! change, 5 day of it, 7 name, 14 prefecture code, 19 day of closing, 24 whether it is the newest,
//! 29 reading. UTF-8 or `Shift_JIS`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;

use csv::ByteRecord;
use kernel::{Code, CorporateNumber, Event, EventKind, Unscoped};
use serde::Serialize;
use store::{Param, Tx, params};
use web::{Cx, Problem};

use crate::store::{COMPANY_ADD, COMPANY_ADD_20, COMPANY_FILE_FIND, COMPANY_FILE_SET, COMPANY_FIND};

const PUBLIC: Unscoped = Unscoped::because("what the state publishes about companies belongs to no organisation");

/// Rows of one statement, of one transaction, and after which a file that fits nowhere is given up.
const STATEMENT_ROWS: usize = 20;
const KEPT_ROWS: u64 = 20_000;
const DOUBTED_ROWS: u64 = 100;

/// Wrong rows told one by one.
const TOLD_MAX: usize = 5;

/// The kind of change that takes a number away.
const DELETED: &str = "99";

/// A company as the state publishes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// Its reading; often empty.
    pub kana: String,
    /// JIS X 0401 code; empty abroad.
    pub prefecture: String,
    /// The day it was closed; empty while it goes on.
    pub closed_on: String,
}

impl Company {
    /// Whether a name is this one, but for spaces and width of letters.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        plain(&self.name) == plain(name)
    }
}

/// A name without spaces, wide letters made narrow.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).map(kernel::narrow).flat_map(char::to_lowercase).collect()
}

/// The company of a number, where the national file was taken in.
///
/// # Errors
/// The store's.
pub async fn company_find(tx: &mut Tx, number: &str) -> Result<Option<Company>, Problem> {
    let row: Option<(String, String, String, String)> = tx.one(&PUBLIC, COMPANY_FIND, params![number]).await?;
    Ok(row.map(|(name, kana, prefecture, closed_on)| Company { name, kana, prefecture, closed_on }))
}

/// What was taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Rows of the file.
    pub rows: u64,
    /// Rows passed over because an earlier run had them.
    pub before: u64,
    /// Companies written.
    pub companies: u64,
    /// Rows that do not fit.
    pub wrong: u64,
    /// The first of them, with their place and what is wrong.
    pub told: Vec<String>,
}

fn text(row: &ByteRecord, place: usize) -> Cow<'_, str> {
    let bytes = row.get(place).unwrap_or_default();
    std::str::from_utf8(bytes).map_or_else(|_| encoding_rs::SHIFT_JIS.decode_without_bom_handling(bytes).0, Cow::Borrowed)
}

/// The columns kept of a row, by its number; `None` for one that a newer row replaces.
fn read(row: &ByteRecord) -> Result<Option<(String, [String; 4])>, String> {
    if row.len() < 29 {
        return Err(format!("{} columns, expected 30", row.len()));
    }
    let number = text(row, 1);
    let number =
        CorporateNumber::parse(&number).map_err(|_| format!("no corporate number: {}", number.chars().take(20).collect::<String>()))?;
    let name = text(row, 6).trim().to_owned();
    if name.is_empty() {
        return Err(format!("{}: no name", number.as_str()));
    }
    if text(row, 23) == "0" {
        return Ok(None);
    }
    let closed = if text(row, 2) == DELETED { text(row, 4) } else { text(row, 18) };
    Ok(Some((number.as_str().to_owned(), [name, text(row, 28).trim().to_owned(), text(row, 13).into_owned(), closed.into_owned()])))
}

/// Companies of a statement, the last row of each number.
type Batch = BTreeMap<String, [String; 4]>;

async fn write(tx: &mut Tx, batch: &mut Batch) -> Result<(), Problem> {
    let full = batch.len() == STATEMENT_ROWS;
    let mut values = Vec::with_capacity(STATEMENT_ROWS * 5);
    for (number, columns) in std::mem::take(batch) {
        values.push(Param::from(number));
        values.extend(columns.into_iter().map(Param::from));
        if !full {
            tx.run(&PUBLIC, COMPANY_ADD, std::mem::take(&mut values)).await?;
        }
    }
    if full {
        tx.run(&PUBLIC, COMPANY_ADD_20, values).await?;
    }
    Ok(())
}

/// Takes the national file in. `file` names it, so that a stopped import of the same file goes on;
/// empty if it cannot be read again. `told` hears of every part that is kept.
///
/// # Errors
/// [`Code::Invalid`] if it is no such file; the store's.
pub async fn companies_import(
    cx: &Cx,
    source: impl Read + Send,
    file: &str,
    mut told: impl FnMut(&Imported) + Send,
) -> Result<Imported, Problem> {
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(1 << 18).from_reader(source);
    let (mut found, mut row, mut batch) = (Imported::default(), ByteRecord::new(), Batch::new());
    let mut tx = cx.write().await?;
    let before: Option<(i64,)> = tx.one(&PUBLIC, COMPANY_FILE_FIND, params![file]).await?;
    found.before = before.and_then(|(n,)| u64::try_from(n).ok()).unwrap_or(0);
    loop {
        let more = rows.read_byte_record(&mut row).map_err(|e| Problem::new(Code::Invalid).because(e.to_string()))?;
        if !more {
            break;
        }
        found.rows += 1;
        if found.rows <= found.before {
            continue;
        }
        match read(&row) {
            Ok(None) => {}
            Ok(Some((number, columns))) => {
                found.companies += 1;
                batch.insert(number, columns);
            }
            // A first line may name the columns.
            Err(_) if found.rows == 1 => {}
            Err(what) => {
                found.wrong += 1;
                if found.told.len() < TOLD_MAX {
                    found.told.push(format!("row {}: {what}", found.rows));
                }
            }
        }
        if found.rows == DOUBTED_ROWS && found.companies == 0 && found.before == 0 {
            break;
        }
        if batch.len() == STATEMENT_ROWS {
            write(&mut tx, &mut batch).await?;
        }
        if found.rows % KEPT_ROWS == 0 {
            write(&mut tx, &mut batch).await?;
            tx = keep(cx, tx, file, &found, "").await?;
            told(&found);
        }
    }
    if found.companies == 0 && found.before == 0 {
        let what = found.told.first().cloned().unwrap_or_else(|| "it is empty".to_owned());
        return Err(Problem::new(Code::Invalid).because(format!("not the national file of corporate numbers: {what}")));
    }
    write(&mut tx, &mut batch).await?;
    let event =
        Event::new(EventKind::CompaniesImported, kernel::sha256_hex(file.as_bytes())).with("companies", found.companies.to_string());
    tx.record_as(None, "operator", cx.now(), &event).await?;
    keep(cx, tx, file, &found, &cx.now().text()).await?;
    Ok(found)
}

/// Keeps what was read so far, and goes on in a new transaction.
async fn keep(cx: &Cx, mut tx: Tx, file: &str, found: &Imported, done: &str) -> Result<Tx, Problem> {
    if !file.is_empty() {
        let rows = i64::try_from(found.rows).unwrap_or(i64::MAX);
        tx.run(&PUBLIC, COMPANY_FILE_SET, params![file, rows, done]).await?;
    }
    tx.without_record("rows of a file that everybody has; its end is recorded");
    tx.commit().await?;
    cx.write().await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: &str, name: &[u8], latest: &str, process: &str) -> ByteRecord {
        let mut cells = vec![Vec::new(); 30];
        for (place, cell) in
            [(1, number.as_bytes()), (2, process.as_bytes()), (4, b"2026-10-01"), (6, name), (13, b"23"), (23, latest.as_bytes())]
        {
            cells[place] = cell.to_vec();
        }
        ByteRecord::from(cells)
    }

    #[test]
    fn a_row_is_read_in_both_encodings_and_wrong_ones_say_why() {
        let utf8 = read(&row("7000012050002", "株式会社石垣精工".as_bytes(), "1", "01")).unwrap().unwrap();
        let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode("株式会社石垣精工");
        assert_eq!(read(&row("7000012050002", &sjis, "1", "01")).unwrap().unwrap(), utf8);
        assert_eq!((utf8.1[0].as_str(), utf8.1[2].as_str(), utf8.1[3].as_str()), ("株式会社石垣精工", "23", ""));
        assert_eq!(read(&row("7000012050002", b"x", "0", "01")).unwrap(), None, "an older state");
        assert_eq!(read(&row("7000012050002", b"x", "1", "99")).unwrap().unwrap().1[3], "2026-10-01", "a deleted number is closed");
        assert!(read(&row("7000012050003", b"x", "1", "01")).unwrap_err().contains("7000012050003"));
        assert!(read(&row("7000012050002", b" ", "1", "01")).unwrap_err().contains("no name"));
        assert!(read(&ByteRecord::from(vec!["a", "b"])).unwrap_err().contains("2 columns"));
    }

    #[test]
    fn names_are_compared_without_width_and_spaces() {
        let company =
            Company {
                name: "株式会社ＡＢＣ　精工".into(), kana: String::new(), prefecture: String::new(), closed_on: String::new()
            };
        assert!(company.is_named("株式会社abc精工") && !company.is_named("株式会社ABC"));
    }
}
