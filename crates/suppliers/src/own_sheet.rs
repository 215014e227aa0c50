//! `suppliers::own_sheet` — a check sheet of the buyer's own as what is asked. Sheets are kept in another room; this one
//! says what it needs of them.

use std::pin::Pin;
use std::sync::Arc;

use kernel::Scope;
use schemes::{Catalog, Facts};
use sheets::{BookKind, Layout, Meaning};
use store::Tx;
use web::{Cx, Problem};

use crate::data::Data;
use crate::questions::{QuestionSet, Reply};

/// What begins the id of a set that is a sheet.
pub(crate) const SHEET_SET: &str = "sheet:";

/// A boxed future of somebody who knows sheets.
pub type SheetFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send + 'a>>;

/// A check sheet somebody put in.
#[derive(Debug, Clone)]
pub struct OwnSheet {
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
pub type Said = (Option<Meaning>, String);

/// Whoever keeps sheets.
pub trait OwnSheets: Send + Sync {
    /// Sheets of an organisation that ask something, newest first: id and name.
    fn all<'a>(&'a self, tx: &'a mut Tx, scope: &'a Scope) -> SheetFuture<'a, Vec<(String, String)>>;

    /// A sheet of an organisation; none if it has no such sheet.
    fn find<'a>(&'a self, tx: &'a mut Tx, scope: &'a Scope, id: &'a str) -> SheetFuture<'a, Option<OwnSheet>>;

    /// What a company's facts say to each question of a layout, in order.
    ///
    /// # Errors
    /// The instance's.
    fn answers(&self, cx: &Cx, facts: &Facts, layout: &Layout) -> Result<Vec<Option<Said>>, Problem>;
}

/// The set with this id: the yearly topics, a scheme's criteria, or a sheet of this buyer. None if there is none.
///
/// # Errors
/// The store's.
pub(crate) async fn set_of(cx: &Cx, tx: &mut Tx, scope: &Scope, id: &str) -> Result<Option<QuestionSet>, Problem> {
    let Some(sheet) = id.strip_prefix(SHEET_SET) else {
        let (data, catalog) = (cx.part::<Data>()?, cx.part::<Arc<Catalog>>()?);
        return Ok(QuestionSet::of(data.questions(), &catalog, id));
    };
    let found = cx.part::<Arc<dyn OwnSheets>>()?.find(tx, scope, sheet).await?;
    Ok(found.map(|s| QuestionSet::of_sheet(id, s)).filter(|s| !s.items.is_empty()))
}

/// The set as it leaves: a sheet's file is kept for the wave, so that it may go where it came from.
///
/// # Errors
/// The store's.
pub(crate) async fn settled(cx: &Cx, scope: &Scope, wave: &str, id: &str) -> Result<Option<QuestionSet>, Problem> {
    let mut set = set_of(cx, &mut cx.read().await?, scope, id).await?;
    if let (Some(book), Some(sheet)) = (set.as_mut().and_then(|s| s.workbook.as_mut()), id.strip_prefix(SHEET_SET)) {
        let blobs = cx.app.store.blobs();
        book.sha256 = blobs.keep_for(wave, &blobs.read_for(sheet, &book.sha256).await?).await?;
    }
    Ok(set)
}

/// What a supplier's own facts answer, item by item: the answer and its words.
///
/// # Errors
/// The instance's.
pub(crate) fn answered(cx: &Cx, set: &QuestionSet, facts: &Facts) -> Result<Vec<Option<(Reply, String)>>, Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    let Some(book) = &set.workbook else {
        let all = set.answered_by(&catalog, facts, cx.now().day());
        return Ok(all.into_iter().map(|r| r.map(|r| (r, String::new()))).collect());
    };
    let said = cx.part::<Arc<dyn OwnSheets>>()?.answers(cx, facts, &book.layout)?;
    let reply = |said: Option<Said>| said.map(|(meaning, text)| meaning.map_or((Reply::Written, text), |m| (Reply::of(m), String::new())));
    Ok(said.into_iter().map(reply).collect())
}
