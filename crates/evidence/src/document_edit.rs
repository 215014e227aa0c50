//! `evidence::document_edit` — evidence files of a fact: add, download, remove. A file's bytes
//! are kept once however often they are added; they go when no row names them.

use kernel::{Code, DocumentId, Event, EventKind, Instant, Scope, Unscoped};
use schemars::JsonSchema;
use serde::Serialize;
use store::{Tx, params};
use web::{Call, Cx, Problem, Response, Upload, redirect};

use crate::file_type::media_type;
use crate::model::{RETENTION_MONTHS, file_name};
use crate::store::{
    DOCUMENT_ADD, DOCUMENT_EXPIRED, DOCUMENT_FACT, DOCUMENT_FIND, DOCUMENT_LIST, DOCUMENT_REMOVE, DOCUMENT_SUM, DOCUMENT_USES, DocumentRow,
};

/// An evidence file in lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DocumentHead {
    /// Id.
    pub document_id: String,
    /// Name as given.
    pub file_name: String,
    /// Size, rounded up.
    pub size_kb: i64,
    /// When it was added, in Japan's time.
    pub added: String,
    /// The day its retention ends.
    pub keep_until: String,
    /// Digest of its bytes, hexadecimal.
    pub sha256: String,
}

/// The files of a fact.
///
/// # Errors
/// The store's.
pub(crate) async fn documents(tx: &mut Tx, scope: &Scope, key: &str, site: &str) -> Result<Vec<DocumentHead>, Problem> {
    let rows: Vec<DocumentRow> = tx.all(scope, DOCUMENT_LIST, params![key, site]).await?;
    let head = |r: DocumentRow| DocumentHead {
        document_id: r.document_id,
        file_name: r.file_name,
        size_kb: (r.size_bytes + 1023) / 1024,
        added: Instant::parse(&r.added_at).map(Instant::in_japan).unwrap_or_default(),
        keep_until: r.keep_until,
        sha256: r.sha256,
    };
    Ok(rows.into_iter().map(head).collect())
}

/// Adds a file to a fact.
///
/// # Errors
/// [`Code::FileType`], [`Code::TooLarge`], [`Code::QuotaExceeded`], [`Code::DiskFull`].
pub async fn document_add(cx: &Cx, scope: &Scope, (key, site): (&str, &str), name: &str, bytes: &[u8]) -> Result<DocumentId, Problem> {
    let name = file_name(name);
    let media = media_type(&name, bytes).ok_or_else(|| Problem::new(Code::FileType))?;
    let id = DocumentId::new(&*cx.app.clock, &*cx.app.rng);
    let mut writer = cx.app.store.blobs().start(id.as_str(), cx.app.config.upload_limit_bytes).await?;
    writer.write(bytes).await?;
    let (sha256, size_bytes) = writer.keep().await?;
    let mut tx = cx.write().await?;
    let used: Option<(i64,)> = tx.one(scope, DOCUMENT_SUM, params![]).await?;
    let used = u64::try_from(used.map_or(0, |(n,)| n)).unwrap_or(0);
    if used.saturating_add(size_bytes) > cx.app.config.quota_bytes {
        drop(tx);
        forget(cx, &sha256).await?;
        return Err(Problem::new(Code::QuotaExceeded));
    }
    let keep_until = cx.now().day().plus_months(RETENTION_MONTHS).to_string();
    let size = i64::try_from(size_bytes).unwrap_or(i64::MAX);
    tx.run(scope, DOCUMENT_ADD, params![&id, key, site, &sha256, &name, media, size, cx.now(), scope.person(), keep_until]).await?;
    let event = Event::new(EventKind::DocumentAdded, id.as_str()).with("key", key).with("sha256", sha256);
    tx.record(scope, cx.now(), &event).await?;
    tx.commit().await?;
    Ok(id)
}

/// Removes a file's bytes if no row names them any more.
async fn forget(cx: &Cx, sha256: &str) -> Result<(), Problem> {
    let all = Unscoped::because("equal files of several organisations are kept once");
    let mut tx = cx.read().await?;
    let uses: Option<(i64,)> = tx.one(&all, DOCUMENT_USES, params![sha256]).await?;
    if uses.is_none_or(|(n,)| n == 0) {
        cx.app.store.blobs().remove(sha256).await?;
    }
    Ok(())
}

/// Reads the form with its file, and keeps it; returns site and id.
async fn take(cx: &Cx, call: &Call, upload: Upload) -> Result<(String, DocumentId), Problem> {
    let (mut site, mut file) = (String::new(), None);
    let limit = usize::try_from(cx.app.config.upload_limit_bytes).unwrap_or(usize::MAX);
    for (part, name, bytes) in upload.fields(limit).await? {
        match part.as_str() {
            "site_id" => String::from_utf8_lossy(&bytes).trim().clone_into(&mut site),
            "file" if !name.is_empty() => file = Some((name, bytes)),
            _ => {}
        }
    }
    let scope = cx.scope()?.clone();
    let catalog = cx.part::<std::sync::Arc<schemes::Catalog>>()?;
    let fact = catalog.fact(call.part("key")).ok_or_else(Problem::not_found)?;
    let mut tx = cx.read().await?;
    if !site.is_empty() && !people::site_list(&mut tx, &scope).await?.iter().any(|s| s.site_id == site) {
        return Err(Problem::not_found());
    }
    drop(tx);
    let (name, bytes) = file.ok_or_else(|| Problem::new(Code::FileType))?;
    let id = document_add(cx, &scope, (fact.key(), &site), &name, &bytes).await?;
    Ok((site, id))
}

/// `POST /facts/{key}/documents`
pub(crate) async fn add(cx: Cx, call: Call, upload: Upload) -> Result<Response, Problem> {
    let (site, _) = take(&cx, &call, upload).await?;
    Ok(redirect(&format!("/facts/{}?site={site}#documents", call.part("key"))))
}

/// A file just added.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DocumentAdded {
    document_id: String,
}

/// `POST /api/v1/facts/{key}/documents`
pub(crate) async fn api_add(cx: Cx, call: Call, upload: Upload) -> Result<DocumentAdded, Problem> {
    let (_, id) = take(&cx, &call, upload).await?;
    Ok(DocumentAdded { document_id: id.to_string() })
}

/// `GET /api/v1/facts/{key}/documents`
pub(crate) async fn api_list(cx: Cx, call: Call, (): ()) -> Result<Vec<DocumentHead>, Problem> {
    let mut tx = cx.read().await?;
    documents(&mut tx, cx.scope()?, call.part("key"), call.query.get("site")).await
}

/// `GET /documents/{id}` and `GET /api/v1/documents/{id}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let id: DocumentId = call.id("id")?;
    let mut tx = cx.read().await?;
    let row: Option<DocumentRow> = tx.one(cx.scope()?, DOCUMENT_FIND, params![&id]).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let bytes = cx.app.store.blobs().read(&row.sha256).await?;
    Ok(web::download(&row.file_name, &row.media_type, bytes))
}

/// Removes a file; returns the fact it belonged to.
async fn take_away(cx: &Cx, call: &Call) -> Result<(String, String), Problem> {
    let id: DocumentId = call.id("id")?;
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    let row: Option<DocumentRow> = tx.one(&scope, DOCUMENT_FIND, params![&id]).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let fact: Option<(String, String)> = tx.one(&scope, DOCUMENT_FACT, params![&id]).await?;
    let (key, site) = fact.ok_or_else(Problem::not_found)?;
    tx.run_one(&scope, DOCUMENT_REMOVE, params![&id]).await?;
    let event = Event::new(EventKind::DocumentRemoved, id.as_str()).with("sha256", &row.sha256);
    tx.record(&scope, cx.now(), &event).await?;
    tx.commit().await?;
    forget(cx, &row.sha256).await?;
    Ok((key, site))
}

/// `POST /documents/{id}/remove`
pub(crate) async fn remove(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (key, site) = take_away(&cx, &call).await?;
    Ok(redirect(&format!("/facts/{key}?site={site}#documents")))
}

/// `DELETE /api/v1/documents/{id}`
pub(crate) async fn api_remove(cx: Cx, call: Call, (): ()) -> Result<(), Problem> {
    take_away(&cx, &call).await?;
    Ok(())
}

/// Removes the organisation's files whose retention has passed; returns how many.
///
/// # Errors
/// The store's.
pub async fn documents_expire(cx: &Cx, scope: &Scope) -> Result<usize, Problem> {
    let today = cx.now().day().to_string();
    let mut tx = cx.write().await?;
    let rows: Vec<(String, String)> = tx.all(scope, DOCUMENT_EXPIRED, params![today]).await?;
    for (id, sha256) in &rows {
        tx.run(scope, DOCUMENT_REMOVE, params![id]).await?;
        let event = Event::new(EventKind::DocumentRemoved, id).with("sha256", sha256).with("why", "retention");
        tx.record_as(Some(scope.id().as_str()), "retention", cx.now(), &event).await?;
    }
    tx.without_record("where nothing expired, nothing happened");
    tx.commit().await?;
    for (_, sha256) in &rows {
        forget(cx, sha256).await?;
    }
    Ok(rows.len())
}
