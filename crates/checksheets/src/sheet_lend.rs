//! `checksheets::sheet_lend` — sheets as another room needs them: a buyer asks its suppliers with one of its own.

use std::sync::Arc;

use kernel::Scope;
use schemes::{Catalog, Facts};
use sheets::{BookKind, Layout, Meaning};
use store::{Tx, params};
use web::{Cx, Problem};

use crate::draft::{Accepted, Outcome, draft};
use crate::knowledge::Knowledge;
use crate::sheet::Content;
use crate::store::{SHEET_FIND, SHEET_LIST, SheetRow};

/// A sheet somebody put in.
#[derive(Debug, Clone)]
pub struct Lent {
    /// Name of its file.
    pub name: String,
    /// Kind of its file.
    pub kind: BookKind,
    /// Digest of its file.
    pub sha256: String,
    /// What it asks.
    pub layout: Layout,
}

/// What facts say to a question: what it means where that is clear, and the words for the cell.
pub type Says = (Option<Meaning>, String);

/// Sheets of an organisation that ask something, newest first: id and name.
///
/// # Errors
/// The store's.
pub async fn sheets_lent(tx: &mut Tx, scope: &Scope) -> Result<Vec<(String, String)>, Problem> {
    let rows: Vec<SheetRow> = tx.all(scope, SHEET_LIST, params![]).await?;
    Ok(rows.into_iter().filter(|r| r.question_count > 0).map(|r| (r.sheet_id, r.file_name)).collect())
}

/// A sheet of an organisation; none if it has no such sheet.
///
/// # Errors
/// The store's.
pub async fn sheet_lent(tx: &mut Tx, scope: &Scope, id: &str) -> Result<Option<Lent>, Problem> {
    let row: Option<SheetRow> = tx.one(scope, SHEET_FIND, params![id]).await?;
    let Some(row) = row else { return Ok(None) };
    let kind = BookKind::parse(&row.kind).map_err(|e| Problem::new(kernel::Code::Internal).because(e.to_string()))?;
    let content: Content = serde_json::from_str(&row.content).unwrap_or_default();
    Ok(Some(Lent { name: row.file_name, kind, sha256: row.file_sha256, layout: content.layout }))
}

/// What facts say to each question of a layout, in order.
///
/// # Errors
/// The instance's.
pub fn sheet_answers(cx: &Cx, facts: &Facts, layout: &Layout) -> Result<Vec<Option<Says>>, Problem> {
    let (catalog, knowledge) = (cx.part::<Arc<Catalog>>()?, cx.part::<Arc<Knowledge>>()?);
    let accepted = Accepted::new();
    let drafts = draft(&knowledge.sources(&catalog, facts, &accepted, cx.now().day()), layout);
    let said = |outcome: Outcome| match outcome {
        Outcome::Drafted { text, meaning, .. } => Some((meaning, text)),
        Outcome::Open { .. } => None,
    };
    Ok(drafts.into_iter().map(|d| said(d.outcome)).collect())
}
