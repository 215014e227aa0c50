//! `people::site_edit` — the organisation's sites: add, close, list.

use kernel::{Event, EventKind, Scope, SiteId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, FieldError, Problem, Response, redirect};

use crate::model::name;
use crate::store::{SITE_ADD, SITE_CLOSE, SITE_LIST};

/// A site in lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SiteHead {
    /// Id.
    pub site_id: String,
    /// Name.
    pub name: String,
    /// Whether facts can still be stated for it.
    pub open: bool,
}

/// A new site.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteInput {
    /// Name, 1 to 100 characters.
    name: String,
}

/// The organisation's sites, open ones last closed ones first by state text.
///
/// # Errors
/// The store's.
pub async fn site_list(tx: &mut Tx, scope: &Scope) -> Result<Vec<SiteHead>, Problem> {
    let rows: Vec<(String, String, String)> = tx.all(scope, SITE_LIST, params![]).await?;
    Ok(rows.into_iter().map(|(site_id, name, state)| SiteHead { site_id, name, open: state == "open" }).collect())
}

/// Adds a site.
///
/// # Errors
/// [`kernel::Code::Invalid`] if the name does not fit.
pub async fn site_add(cx: &Cx, tx: &mut Tx, scope: &Scope, text: &str) -> Result<SiteHead, Problem> {
    let Some(name) = name(text) else {
        return Err(Problem::invalid(vec![FieldError { field: "site_name".to_owned(), text: cx.t("organisation.site.wrong") }]));
    };
    let id = SiteId::new(&*cx.app.clock, &*cx.app.rng);
    tx.run(scope, SITE_ADD, params![&id, &name]).await?;
    tx.record(scope, cx.now(), &Event::new(EventKind::SiteAdded, id.as_str())).await?;
    Ok(SiteHead { site_id: id.to_string(), name, open: true })
}

/// `POST /organisation/sites`
pub(crate) async fn add(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    site_add(&cx, &mut tx, cx.scope()?, call.form.get("site_name")).await?;
    tx.commit().await?;
    Ok(redirect("/organisation"))
}

/// `POST /organisation/sites/{id}/close`
pub(crate) async fn close(cx: Cx, call: Call) -> Result<Response, Problem> {
    let id: SiteId = call.id("id")?;
    let mut tx = cx.write().await?;
    if tx.run(cx.scope()?, SITE_CLOSE, params![&id]).await? == 0 {
        return Err(Problem::not_found());
    }
    cx.record(&mut tx, Event::new(EventKind::SiteClosed, id.as_str())).await?;
    tx.commit().await?;
    Ok(redirect("/organisation"))
}

/// `GET /api/v1/sites`
pub(crate) async fn api_list(cx: Cx, _call: Call, (): ()) -> Result<Vec<SiteHead>, Problem> {
    let mut tx = cx.read().await?;
    site_list(&mut tx, cx.scope()?).await
}

/// `POST /api/v1/sites`
pub(crate) async fn api_add(cx: Cx, _call: Call, input: SiteInput) -> Result<SiteHead, Problem> {
    let mut tx = cx.write().await?;
    let site = site_add(&cx, &mut tx, cx.scope()?, &input.name).await?;
    tx.commit().await?;
    Ok(site)
}
