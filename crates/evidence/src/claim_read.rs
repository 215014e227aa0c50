//! `evidence::claim_read` — what was stated and what proves it, for somebody who examines. The
//! caller decides who may look, and notes that they did.

use std::collections::BTreeMap;

use kernel::{DocumentId, Scope};
use schemars::JsonSchema;
use schemes::Catalog;
use serde::Serialize;
use store::{Tx, params};
use web::{Cx, Page, Problem, Response};

use crate::document_edit::{DocumentHead, documents};
use crate::store::{DOCUMENT_FACT, DOCUMENT_FIND, DOCUMENT_HASHES, DocumentRow, FACT_FIND, FactRow};
use crate::view::words;

/// A fact with its files.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Claim {
    /// The fact's key.
    pub key: String,
    /// Its short name.
    pub label: String,
    /// The answer in words; empty if there is none.
    pub words: String,
    /// The reason or note given with it.
    pub reason: String,
    /// Since when it is so, if said.
    pub since: String,
    /// Files that prove it.
    pub documents: Vec<DocumentHead>,
}

/// Facts with their files, in the order of `keys`; a part's own answer goes before the company's.
///
/// # Errors
/// The store's.
pub async fn claims(p: &Page, tx: &mut Tx, scope: &Scope, catalog: &Catalog, keys: &[&str], site_id: &str) -> Result<Vec<Claim>, Problem> {
    let mut all = Vec::new();
    for key in keys {
        let Some(fact) = catalog.fact(key) else { continue };
        let mut claim = Claim { key: (*key).to_owned(), label: fact.texts(p.lang()).label.clone(), ..Claim::default() };
        let places = if site_id.is_empty() { vec![""] } else { vec![site_id, ""] };
        for site in places {
            let row: Option<FactRow> = if claim.words.is_empty() { tx.one(scope, FACT_FIND, params![site, *key]).await? } else { None };
            if let Some(row) = row {
                claim.words = words(p, fact, &row.answer, &row.value);
                (claim.reason, claim.since) = (row.reason, row.since.unwrap_or_default());
            }
            claim.documents.extend(documents(tx, scope, key, site).await?);
        }
        all.push(claim);
    }
    Ok(all)
}

/// Digests of the files behind facts, by key; of the company and of one part.
///
/// # Errors
/// The store's.
pub async fn document_hashes(tx: &mut Tx, scope: &Scope, site_id: &str) -> Result<BTreeMap<String, Vec<String>>, Problem> {
    let rows: Vec<(String, String)> = tx.all(scope, DOCUMENT_HASHES, params![site_id]).await?;
    let mut hashes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, sha256) in rows {
        hashes.entry(key).or_default().push(sha256);
    }
    Ok(hashes)
}

/// The fact that a file belongs to, and the file as a download.
///
/// # Errors
/// [`kernel::Code::NotFound`] where it is not this organisation's.
pub async fn document_of(cx: &Cx, tx: &mut Tx, scope: &Scope, id: &DocumentId) -> Result<(String, Response), Problem> {
    let row: Option<DocumentRow> = tx.one(scope, DOCUMENT_FIND, params![id]).await?;
    let fact: Option<(String, String)> = tx.one(scope, DOCUMENT_FACT, params![id]).await?;
    let (row, (key, _)) = row.zip(fact).ok_or_else(Problem::not_found)?;
    let bytes = cx.app.store.blobs().read(&row.sha256).await?;
    Ok((key, web::download(&row.file_name, &row.media_type, bytes)))
}
