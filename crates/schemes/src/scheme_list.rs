//! `schemes::scheme_list` — all scheme versions: page, API, and the command line's list.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Call, Cx, Page, Problem, Response, Sampled};

use crate::catalog::Catalog;
use crate::scheme::{AwardBy, Scheme};

/// A scheme version in lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SchemeHead {
    /// Identity.
    pub id: String,
    /// Version.
    pub version: String,
    /// Title in the reader's language.
    pub title: String,
    /// What it awards.
    pub level: String,
    /// Who decides about the award.
    pub award_by: AwardBy,
    /// Number of requirements.
    pub requirements: usize,
    /// Number of criteria, pending ones included.
    pub criteria: usize,
    /// Number of criteria whose text is not public.
    pub pending: usize,
    /// SHA-256 over the version's files.
    pub hash: String,
}

impl SchemeHead {
    /// The head of a version.
    #[must_use]
    pub fn of(scheme: &Scheme, lang: kernel::Lang) -> Self {
        Self {
            id: scheme.id.clone(),
            version: scheme.version.clone(),
            title: scheme.texts(lang).title.clone(),
            level: scheme.file.award.level.clone(),
            award_by: scheme.file.award.by,
            requirements: scheme.requirements.len(),
            criteria: scheme.criteria().count(),
            pending: scheme.pending(),
            hash: scheme.hash.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "scheme_list.html")]
pub(crate) struct SchemeListPage {
    p: Page,
    schemes: Vec<SchemeHead>,
}

impl Sampled for SchemeListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let Ok(catalog) = Catalog::shipped() else { return Vec::new() };
        let heads = catalog.schemes().iter().map(|s| SchemeHead { hash: "0".repeat(64), ..SchemeHead::of(s, p.lang()) });
        vec![("shipped", Self { p: p.clone(), schemes: heads.collect() })]
    }
}

async fn heads(cx: &Cx) -> Result<Vec<SchemeHead>, Problem> {
    let mut tx = cx.read().await?;
    Ok(crate::own_catalog::catalog(cx, &mut tx, cx.scope()?).await?.schemes().iter().map(|s| SchemeHead::of(s, cx.lang)).collect())
}

/// `GET /schemes`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let p = Page::new(&cx);
    Ok(p.render(&SchemeListPage { p: p.clone(), schemes: heads(&cx).await? }))
}

/// `GET /api/v1/schemes`
pub(crate) async fn api(cx: Cx, _call: Call, (): ()) -> Result<Vec<SchemeHead>, Problem> {
    heads(&cx).await
}
