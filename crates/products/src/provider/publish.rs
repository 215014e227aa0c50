//! `products::provider::publish` — a maker publishes what it says of a release, changes it, and takes it down. Every revision
//! is counted, and what is out stays as it is until somebody publishes again.

use kernel::{Code, Event, EventKind, Scope, sha256_hex};
use sbom::VexDocument;
use schemars::JsonSchema;
use serde::Deserialize;
use store::{Tx, params};
use web::{Call, Cx, FieldError, Problem, Response, redirect};

use crate::provider::feed::{LABELS, Place};
use crate::provider::openpgp::sign;
use crate::provider::store::{PUBLICATION_END, PUBLICATION_FIND, PUBLICATION_SET, PublicationRow};
use crate::release::find;
use crate::vex_show::statements;

/// To whom something is published.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishInput {
    /// `WHITE` everybody, `GREEN` everybody signed in on this instance, `AMBER` customers of the product.
    pub(crate) tlp: String,
}

/// What is out of a release, or was.
///
/// # Errors
/// The store's.
pub(crate) async fn publication(tx: &mut Tx, scope: &Scope, release: &str) -> Result<Option<PublicationRow>, Problem> {
    Ok(tx.one(scope, PUBLICATION_FIND, params![release]).await?)
}

/// A digest of what is said, whoever published it when.
pub(crate) fn said(document: &VexDocument) -> String {
    let said = VexDocument { revisions: Vec::new(), tlp: String::new(), address: String::new(), ..document.clone() };
    sha256_hex(format!("{said:?}").as_bytes())
}

/// Publishes what is said of a release now.
///
/// # Errors
/// [`Code::Invalid`] for an unknown label; [`Code::Conflict`] where there is nothing to say or it is out already;
/// [`Code::NotFound`]; the store's.
pub(crate) async fn vex_publish(cx: &Cx, scope: &Scope, release: &str, input: &PublishInput) -> Result<(), Problem> {
    let Some(label) = LABELS.into_iter().find(|label| *label == input.tlp) else {
        return Err(Problem::invalid(vec![FieldError { field: "tlp".to_owned(), text: cx.t("publication.wrong.tlp") }]));
    };
    let conflict = |key: &str| Problem::new(Code::Conflict).with_detail(cx.t(key));
    let mut tx = cx.write().await?;
    let product = find(&mut tx, scope, release).await?.product_id;
    let mut document = statements(cx, &mut tx, scope, release).await?;
    if document.statements.is_empty() {
        return Err(conflict("vex.nothing"));
    }
    let said = said(&document);
    let before = publication(&mut tx, scope, release).await?;
    if before.as_ref().is_some_and(|b| b.said == said && b.tlp == label && b.ended_at.is_empty()) {
        return Err(conflict("publication.same"));
    }
    let now = cx.now();
    let mut revisions: Vec<String> = before.as_ref().map(|b| serde_json::from_str(&b.revisions).unwrap_or_default()).unwrap_or_default();
    revisions.push(now.text());
    let first = revisions.first().cloned().unwrap_or_default();
    let year = first.get(..4).unwrap_or("").to_owned();
    let file = sbom::csaf_file_name(&document.tracking);
    let place = Place { root: cx.app.config.public_url.clone(), organisation: scope.id().to_string() };
    document.tlp = label.to_owned();
    document.address = place.document(label, &year, &file);
    document.revisions.clone_from(&revisions);
    let body = serde_json::to_string_pretty(&sbom::csaf(&document)).unwrap_or_default();
    let user = format!("{} <{}>", document.publisher, place.at("provider-metadata.json"));
    let signature = sign(cx, &mut tx, scope, (&user, body.as_bytes())).await?;
    let title = format!("{} {}", document.product, document.version);
    let revisions = serde_json::to_string(&revisions).unwrap_or_default();
    let values = params![release, product, file, year, label, title, revisions, said, body, signature, now, scope.person()];
    tx.run(scope, PUBLICATION_SET, values).await?;
    tx.record(scope, now, &Event::new(EventKind::VexPublished, release).with("tlp", label)).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes down what is out of a release. Copies others took stay with them.
///
/// # Errors
/// [`Code::NotFound`] if nothing is out; the store's.
pub(crate) async fn vex_withdraw(cx: &Cx, scope: &Scope, release: &str) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    find(&mut tx, scope, release).await?;
    tx.run_one(scope, PUBLICATION_END, params![release, cx.now()]).await?;
    tx.record(scope, cx.now(), &Event::new(EventKind::VexWithdrawn, release)).await?;
    tx.commit().await?;
    Ok(())
}

/// `POST /products/releases/{id}/publication`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let input = PublishInput { tlp: call.form.get("tlp").to_owned() };
    vex_publish(&cx, cx.scope()?, call.part("id"), &input).await?;
    Ok(redirect(&format!("/products/releases/{}#publication", call.part("id"))))
}

/// `POST /api/v1/products/releases/{id}/publication`
pub(crate) async fn api(cx: Cx, call: Call, input: PublishInput) -> Result<(), Problem> {
    vex_publish(&cx, cx.scope()?, call.part("id"), &input).await
}

/// `POST /products/releases/{id}/publication/end`
pub(crate) async fn send_end(cx: Cx, call: Call) -> Result<Response, Problem> {
    vex_withdraw(&cx, cx.scope()?, call.part("id")).await?;
    Ok(redirect(&format!("/products/releases/{}#publication", call.part("id"))))
}
