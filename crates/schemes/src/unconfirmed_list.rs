//! `schemes::unconfirmed_list` — everything that is not confirmed, with where it comes from: the
//! page an operator of a scheme would look at first.

use std::sync::Arc;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Call, Cx, Page, Problem, Response, Sampled};

use crate::catalog::Catalog;
use crate::provenance::{Confidence, IdStatus};

/// A criterion that is not confirmed, or whose text is not public.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct UnconfirmedHead {
    scheme: String,
    version: String,
    criterion: String,
    text: String,
    status: Confidence,
    id_status: IdStatus,
    /// Whether its text is not public.
    pending: bool,
    /// Title of the source.
    source: String,
    date: String,
}

fn list(cx: &Cx, call: &Call) -> Result<Vec<UnconfirmedHead>, Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    Ok(rows(&catalog, cx.lang, call.query.get("scheme"), call.query.get("status")))
}

fn rows(catalog: &Catalog, lang: kernel::Lang, scheme: &str, status: &str) -> Vec<UnconfirmedHead> {
    let mut out = Vec::new();
    for s in catalog.newest().filter(|s| scheme.is_empty() || s.id == scheme) {
        for c in s.criteria() {
            let pending = c.rule.is_none();
            let wanted = match status {
                "" => true,
                "pending" => pending,
                other => c.provenance.status.as_str() == other,
            };
            if (pending || c.provenance.status != Confidence::Confirmed) && wanted {
                out.push(UnconfirmedHead {
                    scheme: s.id.clone(),
                    version: s.version.clone(),
                    criterion: c.id.clone(),
                    text: s.criterion_text(c, lang).to_owned(),
                    status: c.provenance.status,
                    id_status: c.id_status,
                    pending,
                    source: s.file.sources.get(&c.provenance.source).map_or(String::new(), |f| f.title.clone()),
                    date: c.provenance.date.clone(),
                });
            }
        }
    }
    out
}

#[derive(Template)]
#[template(path = "unconfirmed_list.html")]
pub(crate) struct UnconfirmedPage {
    p: Page,
    rows: Vec<UnconfirmedHead>,
    schemes: Vec<(String, String)>,
    scheme: String,
    status: String,
}

impl Sampled for UnconfirmedPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let Ok(catalog) = Catalog::shipped() else { return Vec::new() };
        let smallest = catalog.newest().filter(|s| s.pending() > 0).min_by_key(|s| s.criteria().count());
        let scheme = smallest.map_or(String::new(), |s| s.id.clone());
        let rows = rows(&catalog, p.lang(), &scheme, "");
        vec![("one scheme", Self { p: p.clone(), rows, schemes: vec![], scheme, status: String::new() })]
    }
}

/// `GET /unconfirmed?scheme=&status=`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let p = Page::new(&cx);
    let catalog = cx.part::<Arc<Catalog>>()?;
    let page = UnconfirmedPage {
        rows: list(&cx, &call)?,
        schemes: catalog.newest().map(|s| (s.id.clone(), s.texts(cx.lang).title.clone())).collect(),
        scheme: call.query.get("scheme").to_owned(),
        status: call.query.get("status").to_owned(),
        p,
    };
    Ok(page.p.clone().render(&page))
}

/// `GET /api/v1/unconfirmed?scheme=&status=`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<Vec<UnconfirmedHead>, Problem> {
    list(&cx, &call)
}
