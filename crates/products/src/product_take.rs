//! `products::product_take` — a release's component list comes in, by page or by one call of a build: read in the
//! limited child, kept byte for byte, compared with the release before, matched with every advisory known here.

use kernel::{Event, EventKind, ReleaseId, Scope};
use mail::Bell;
use sbom::{DOCUMENT_MAX_BYTES, Document, ReadError, Readers};
use store::params;
use web::{Call, Cx, FieldError, Fields, Problem, Response, StatusCode, Upload, file_name, redirect};

use crate::chain::spread::{tell_mended, turn};
use crate::chain::usage::carry_over;
use crate::finding::match_release;
use crate::product_show::{find, show};
use crate::release::{Report, keep_components, newest, word};
use crate::release_show::ReleaseDetails;
use crate::store::{PRODUCT_NAMED, ProductNamed, RELEASE_ADD};

/// Longest version, in characters.
const VERSION_MAX: usize = 100;

fn wrong(field: &str, text: String) -> Problem {
    Problem::invalid(vec![FieldError { field: field.to_owned(), text }])
}

/// What is wrong with a file, in the reader's language.
fn wrong_file(cx: &Cx, error: &ReadError) -> Problem {
    let fill = |key: &str, values: &[(&str, &String)]| {
        let values: Vec<(&str, String)> = values.iter().map(|(name, value)| (*name, (*value).clone())).collect();
        cx.app.texts.fill(cx.lang, key, &values)
    };
    let text = match error {
        ReadError::TooLarge => cx.t("product.wrong.large"),
        ReadError::UnknownFormat => cx.t("product.wrong.format"),
        ReadError::UnknownVersion { version } => fill("product.wrong.version_unknown", &[("version", version)]),
        ReadError::Malformed { reason } => fill("product.wrong.malformed", &[("reason", reason)]),
        ReadError::Invalid { at, reason } => fill("product.wrong.invalid", &[("at", at), ("reason", reason)]),
        ReadError::Stopped => cx.t("product.wrong.stopped"),
    };
    wrong("file", text)
}

/// What a form or a build sends.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// The release's version; empty if the list states it.
    pub version: String,
    /// Name of the file.
    pub name: String,
    /// The component list.
    pub bytes: Vec<u8>,
}

impl Sent {
    async fn of(cx: &Cx, upload: Upload) -> Result<Self, Problem> {
        let mut sent = Self::default();
        for (field, file, bytes) in upload.fields(DOCUMENT_MAX_BYTES).await? {
            match field.as_str() {
                "file" if !file.is_empty() => {
                    sent.name = file_name(&file);
                    sent.bytes = bytes;
                }
                "version" => sent.version = String::from_utf8_lossy(&bytes).trim().to_owned(),
                _ => {}
            }
        }
        if sent.bytes.is_empty() {
            return Err(wrong("file", cx.t("product.wrong.missing")));
        }
        Ok(sent)
    }
}

/// The version a document states of what it describes.
fn own_version(document: &Document) -> Option<String> {
    let subject = usize::try_from(document.subject?).ok()?;
    document.components.get(subject)?.version.clone()
}

/// The product with a name; none if there is none.
///
/// # Errors
/// The store's.
pub async fn product_named(cx: &Cx, scope: &Scope, name: &str) -> Result<Option<ProductNamed>, Problem> {
    Ok(cx.read().await?.one(scope, PRODUCT_NAMED, params![name]).await?)
}

/// Takes a release in. Returns its id.
///
/// # Errors
/// [`kernel::Code::Invalid`] with what is wrong; [`kernel::Code::NotFound`]; the store's.
pub async fn product_take(cx: &Cx, scope: &Scope, product: &str, sent: &Sent) -> Result<String, Problem> {
    let before = {
        let mut tx = cx.read().await?;
        find(&mut tx, scope, product).await?;
        newest(&mut tx, scope, product).await?
    };
    let (readers, owner) = (cx.part::<Readers>()?.clone(), scope.id().to_string());
    let document = sbom::read_for(&readers, &owner, &sent.bytes).await.map_err(|e| wrong_file(cx, &e))?;
    let version = if sent.version.is_empty() { own_version(&document).unwrap_or_default() } else { sent.version.clone() };
    if version.is_empty() || version.chars().count() > VERSION_MAX {
        return Err(wrong("version", cx.t("product.wrong.version")));
    }
    let old = match &before {
        Some(row) => {
            let bytes = cx.app.store.blobs().read_for(&row.release_id, &row.file_sha256).await?;
            sbom::read_for(&readers, &owner, &bytes).await.ok()
        }
        None => None,
    };
    let report = Report::of(&document, old.as_ref()).text();
    drop(old);
    let id = ReleaseId::new(&*cx.app.clock, &*cx.app.rng).to_string();
    let sha256 = cx.app.store.blobs().keep_for(&id, &sent.bytes).await?;
    let before_id = before.map(|b| b.release_id).unwrap_or_default();
    let mut tx = turn(cx).await?;
    let (format, count) = (word(&document.format), document.components.len());
    let values = params![&id, product, &version, &sent.name, &sha256, format, count, &before_id, report, cx.now(), scope.person()];
    tx.run(scope, RELEASE_ADD, values).await?;
    let places = keep_components(&mut tx, scope, (&id, cx.app.config.match_names), &document).await?;
    let findings = match_release(&mut tx, (scope, cx.now()), (product, &id), &places).await?;
    let event = Event::new(EventKind::ReleaseAdded, &id).with("components", count.to_string()).with("findings", findings.to_string());
    tx.record(scope, cx.now(), &event).await?;
    if !before_id.is_empty() {
        carry_over(cx, &mut tx, scope, (&before_id, &id)).await?;
        tell_mended(cx, &mut tx, (scope.id().as_str(), product, &id)).await?;
    }
    tx.commit().await?;
    cx.part::<Bell>()?.ring();
    Ok(id)
}

/// `POST /products/{id}/releases`
pub(crate) async fn send(cx: Cx, call: Call, upload: Upload) -> Result<Response, Problem> {
    let product = call.part("id");
    let taken = async { product_take(&cx, cx.scope()?, product, &Sent::of(&cx, upload).await?).await };
    match taken.await {
        Ok(id) => Ok(redirect(&format!("/products/releases/{id}"))),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => show(&cx, product, Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

/// `POST /api/v1/products/{id}/releases`: a file and, unless the list states it, a version.
pub(crate) async fn api(cx: Cx, call: Call, upload: Upload) -> Result<ReleaseDetails, Problem> {
    let sent = Sent::of(&cx, upload).await?;
    let id = product_take(&cx, cx.scope()?, call.part("id"), &sent).await?;
    ReleaseDetails::look(&cx, &id).await
}
