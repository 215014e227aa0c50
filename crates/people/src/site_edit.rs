//! `people::site_edit` — the parts of the organisation that facts can be about: its sites, and the
//! products, services and persons it has stars for. Add, close, list.

use kernel::{Event, EventKind, Scope, SiteId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, FieldError, Problem, Response, redirect};

use crate::model::name;
use crate::store::{SITE_ADD, SITE_CLOSE, SITE_LIST};

kernel::text_enum! {
    /// What a part of the organisation is.
    SiteKind {
        /// 拠点: a plant, an office.
        Site = "site",
        /// 製品.
        Product = "product",
        /// サービス.
        Service = "service",
        /// 人, with a qualification of their own.
        Person = "person",
    }
}

/// A site in lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SiteHead {
    /// Id.
    pub site_id: String,
    /// What it is.
    pub kind: String,
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
    /// A site if absent.
    #[serde(default = "a_site")]
    kind: SiteKind,
}

fn a_site() -> SiteKind {
    SiteKind::Site
}

/// The organisation's sites, open ones last closed ones first by state text.
///
/// # Errors
/// The store's.
pub async fn site_list(tx: &mut Tx, scope: &Scope) -> Result<Vec<SiteHead>, Problem> {
    let rows: Vec<(String, String, String, String)> = tx.all(scope, SITE_LIST, params![]).await?;
    Ok(rows.into_iter().map(|(site_id, name, state, kind)| SiteHead { site_id, kind, name, open: state == "open" }).collect())
}

/// Adds a site.
///
/// # Errors
/// [`kernel::Code::Invalid`] if the name does not fit.
pub async fn site_add(cx: &Cx, tx: &mut Tx, scope: &Scope, kind: SiteKind, text: &str) -> Result<SiteHead, Problem> {
    let Some(name) = name(text) else {
        return Err(Problem::invalid(vec![FieldError { field: "site_name".to_owned(), text: cx.t("organisation.site.wrong") }]));
    };
    let id = SiteId::new(&*cx.app.clock, &*cx.app.rng);
    tx.run(scope, SITE_ADD, params![&id, &name, kind.as_str()]).await?;
    tx.record(scope, cx.now(), &Event::new(EventKind::SiteAdded, id.as_str())).await?;
    Ok(SiteHead { site_id: id.to_string(), kind: kind.to_string(), name, open: true })
}

/// `POST /organisation/sites`
pub(crate) async fn add(cx: Cx, call: Call) -> Result<Response, Problem> {
    let kind = SiteKind::parse(call.form.get("kind")).unwrap_or(SiteKind::Site);
    let mut tx = cx.write().await?;
    site_add(&cx, &mut tx, cx.scope()?, kind, call.form.get("site_name")).await?;
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
    let site = site_add(&cx, &mut tx, cx.scope()?, input.kind, &input.name).await?;
    tx.commit().await?;
    Ok(site)
}
