//! `suppliers::link_show` — the links of one supplier: what it supplies to whom, and who supplies it.

use std::collections::BTreeMap;

use askama::Template;
use store::params;
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode};

use crate::link_edit::of;
use crate::store::{LinkRow, SUPPLIER_NAMES, SupplierRow};
use crate::supplier::find;

#[derive(Template)]
#[template(path = "link_show.html")]
pub(crate) struct LinkShowPage {
    p: Page,
    s: SupplierRow,
    links: Vec<LinkRow>,
    names: BTreeMap<String, String>,
    errors: Fields,
}

impl LinkShowPage {
    /// Links in which this one supplies (`down`), or is supplied (`up`).
    fn ends(&self, way: &str) -> Vec<&LinkRow> {
        let id = &self.s.supplier_id;
        self.links.iter().filter(|l| if way == "down" { l.supplier_id == *id } else { l.customer_id == *id }).collect()
    }

    fn name(&self, id: &str) -> String {
        self.names.get(id).cloned().unwrap_or_else(|| self.p.t("link.us"))
    }

    fn others(&self) -> Vec<(&String, &String)> {
        self.names.iter().filter(|(id, _)| **id != self.s.supplier_id).collect()
    }

    fn days(n: Option<&i64>) -> String {
        n.map_or(String::new(), ToString::to_string)
    }
}

impl Sampled for LinkShowPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |links: Vec<LinkRow>, errors: Fields| Self {
            p: p.clone(),
            s: SupplierRow::sample(),
            links,
            names: [("1".to_owned(), "石垣精工".to_owned()), ("2".to_owned(), "架空鋳造".to_owned())].into(),
            errors,
        };
        let (own, known) = (LinkRow::sample("1", ""), LinkRow::sample("2", "1"));
        let heard = LinkRow { basis: "hearsay".into(), stock_days: None, ended_on: "2026-04-01".into(), ..known.clone() };
        let mut errors = Fields::default();
        errors.add("item", "品目を書いてください");
        vec![("empty", page(vec![], Fields::default())), ("filled", page(vec![own, known, heard], errors))]
    }
}

/// Shows the links of a supplier, with what does not fit.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub(crate) async fn show(cx: &Cx, id: &str, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let scope = cx.scope()?;
    let mut tx = cx.read().await?;
    let s = find(&mut tx, scope, id).await?;
    let links = of(&mut tx, scope, id).await?;
    let names: Vec<(String, String)> = tx.all(scope, SUPPLIER_NAMES, params![]).await?;
    let page = LinkShowPage { p: Page::new(cx), s, links, names: names.into_iter().collect(), errors };
    Ok(page.p.clone().render_as(status, &page))
}

/// `GET /suppliers/{id}/links`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, call.part("id"), Fields::default(), StatusCode::OK).await
}
