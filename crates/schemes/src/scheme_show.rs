//! `schemes::scheme_show` — one scheme version: every criterion with its rule, source and how
//! well it is known.

use ::store::Tx;
use askama::Template;
use kernel::Lang;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Call, Cx, Page, Problem, Response, Sampled};

use crate::catalog::Catalog;
use crate::provenance::{IdStatus, Provenance};
use crate::scheme::{Scheme, Source};
use crate::scheme_list::SchemeHead;

/// A criterion as published here.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CriterionOut {
    /// Id.
    pub id: String,
    /// Its requirement's id.
    pub requirement: String,
    /// Whose id it is.
    pub id_status: IdStatus,
    /// Text in the reader's language, in our own words.
    pub text: String,
    /// The rule in compact form; absent while its text is not public.
    pub rule: Option<String>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A scheme version in full.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SchemeDetails {
    /// The head.
    pub head: SchemeHead,
    /// What it is.
    pub summary: String,
    /// How one gets the award.
    pub how: String,
    /// Criteria in official order.
    pub criteria: Vec<CriterionOut>,
    /// Sources by key.
    pub sources: std::collections::BTreeMap<String, Source>,
}

impl SchemeDetails {
    /// The details of a version.
    #[must_use]
    pub fn of(scheme: &Scheme, lang: Lang) -> Self {
        let texts = scheme.texts(lang);
        let criteria = scheme.criteria().map(|c| CriterionOut {
            id: c.id.clone(),
            requirement: c.requirement.clone(),
            id_status: c.id_status,
            text: scheme.criterion_text(c, lang).to_owned(),
            rule: c.rule.as_ref().map(ToString::to_string),
            provenance: c.provenance.clone(),
        });
        Self {
            head: SchemeHead::of(scheme, lang),
            summary: texts.summary.clone(),
            how: texts.how.clone(),
            criteria: criteria.collect(),
            sources: scheme.file.sources.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "scheme_show.html")]
pub(crate) struct SchemePage {
    p: Page,
    d: SchemeDetails,
    /// Whether there are other versions to compare with.
    has_others: bool,
    /// Imported official wording by number.
    official: std::collections::BTreeMap<String, String>,
    /// Official numbers that this scheme has no criterion for yet.
    more: Vec<(String, String)>,
}

impl Sampled for SchemePage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let Ok(catalog) = Catalog::shipped() else { return Vec::new() };
        let page = |s: &Scheme| Self {
            p: p.clone(),
            d: SchemeDetails::of(s, p.lang()),
            has_others: true,
            official: std::collections::BTreeMap::from([("1".to_owned(), "公式の文".to_owned())]),
            more: vec![("9".into(), "公式の文".into())],
        };
        let smallest = catalog.newest().min_by_key(|s| s.criteria().count());
        smallest.map(|s| vec![("small", page(s))]).unwrap_or_default()
    }
}

async fn details(cx: &Cx, call: &Call, tx: &mut Tx) -> Result<SchemeDetails, Problem> {
    let catalog = crate::own_catalog::catalog(cx, tx, cx.scope()?).await?;
    let scheme = catalog.scheme(call.part("id"), Some(call.part("version"))).ok_or_else(Problem::not_found)?;
    Ok(SchemeDetails::of(scheme, cx.lang))
}

/// `GET /schemes/{id}/{version}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let p = Page::new(&cx);
    let mut tx = cx.read().await?;
    let catalog = crate::own_catalog::catalog(&cx, &mut tx, cx.scope()?).await?;
    let has_others = catalog.schemes().iter().filter(|s| s.id == call.part("id")).nth(1).is_some();
    let scheme = catalog.scheme(call.part("id"), Some(call.part("version"))).ok_or_else(Problem::not_found)?;
    let official = crate::official::official_texts(&cx, &mut tx, scheme).await?;
    let more = official.iter().filter(|(id, _)| scheme.criterion(id).is_none()).map(|(id, text)| (id.clone(), text.clone())).collect();
    Ok(p.render(&SchemePage { p: p.clone(), d: details(&cx, &call, &mut tx).await?, has_others, official, more }))
}

/// `GET /api/v1/schemes/{id}/{version}`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<SchemeDetails, Problem> {
    let mut tx = cx.read().await?;
    details(&cx, &call, &mut tx).await
}

/// A fact type, for programs that state facts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct FactTypeHead {
    key: String,
    kind: crate::FactKind,
    options: Vec<String>,
    unit: Option<crate::Unit>,
    question: String,
    provenance: Provenance,
}

/// `GET /api/v1/fact-types`
pub(crate) async fn fact_types(cx: Cx, _call: Call, (): ()) -> Result<Vec<FactTypeHead>, Problem> {
    let mut tx = cx.read().await?;
    let catalog = crate::own_catalog::catalog(&cx, &mut tx, cx.scope()?).await?;
    let head = |f: &crate::FactType| FactTypeHead {
        key: f.key().to_owned(),
        kind: f.kind(),
        options: f.options().into_iter().map(str::to_owned).collect(),
        unit: f.file.unit,
        question: f.texts(cx.lang).question.clone(),
        provenance: f.provenance.clone(),
    };
    Ok(catalog.types().values().map(head).collect())
}
