//! `assess::crosswalk_show` — what of one catalog is already covered by what a company meets in
//! another, with the facts that carry it.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use kernel::{Lang, Tri};
use schemars::JsonSchema;
use schemes::{Basis, Catalog, Confidence, Crosswalk, Facts, Relation, Scheme, criteria_of, evaluate, item_text};
use serde::Serialize;
use web::{Call, Cx, Page, Problem, Response, Sampled};

kernel::text_enum! {
    /// How far an item is covered by the other catalog.
    Covered {
        /// Met there by something equal or stricter.
        Whole = "whole",
        /// Something that overlaps is met there.
        Part = "part",
        /// Nothing that belongs to it is met there yet.
        Open = "open",
        /// The other catalog is not known to this instance.
        Unknown = "unknown",
    }
}

/// A crosswalk in lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct CrosswalkHead {
    id: String,
    title: String,
    from: String,
    to: String,
    /// The left catalog's title, or its name where this instance does not know it.
    from_title: String,
    to_title: String,
    basis: Basis,
    confidence: Confidence,
    source: String,
    pairs: usize,
}

impl CrosswalkHead {
    fn of(catalog: &Catalog, crosswalk: &Crosswalk, lang: Lang) -> Self {
        let title = |name: &str| catalog.named(name).map_or(name.to_owned(), |s| s.texts(lang).title.clone());
        Self {
            from_title: title(&crosswalk.from),
            to_title: title(&crosswalk.to),
            id: crosswalk.id.clone(),
            title: crosswalk.title.get(&lang).cloned().unwrap_or_default(),
            from: crosswalk.from.clone(),
            to: crosswalk.to.clone(),
            basis: crosswalk.basis,
            confidence: crosswalk.provenance.status,
            source: crosswalk.source.title.clone(),
            pairs: crosswalk.pair.iter().map(|p| p.to.len()).sum(),
        }
    }
}

/// One item with what it stands in relation to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct PairHead {
    item: String,
    text: String,
    relation: Relation,
    /// Items of the other catalog, with text and result there; none where it is not known.
    others: Vec<(String, String, Option<Tri>)>,
    covered: Covered,
    /// Labels of the facts that carry it: key and label.
    facts: Vec<(String, String)>,
}

/// A crosswalk seen by a company.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct CrosswalkDetails {
    head: CrosswalkHead,
    /// Whether it is read from right to left.
    reversed: bool,
    pairs: Vec<PairHead>,
    whole_count: usize,
    part_count: usize,
}

/// The result of an item of a scheme: all of its criteria, with the facts that decided.
fn result(scheme: &Scheme, item: &str, facts: &Facts, today: kernel::Day) -> (Tri, BTreeSet<String>) {
    let mut carried = BTreeSet::new();
    let mut all = Tri::Met;
    for id in criteria_of(scheme, item) {
        let verdict = scheme.criterion(id).and_then(|c| c.rule.as_ref()).map(|rule| evaluate(rule, facts, today));
        let result = verdict.as_ref().map_or(Tri::Unknown, |v| v.result);
        carried.extend(verdict.into_iter().filter(|v| v.result == Tri::Met).flat_map(|v| v.deciding).map(|d| d.fact));
        all = all.and(result);
    }
    (all, carried)
}

fn pair(cx: &Cx, catalog: &Catalog, crosswalk: &Crosswalk, pair: &schemes::Pair, facts: &Facts) -> PairHead {
    let (left, right) = (catalog.named(&crosswalk.from), catalog.named(&crosswalk.to));
    let today = cx.now().day();
    let mut carried = BTreeSet::new();
    let others: Vec<(String, String, Option<Tri>)> = pair
        .to
        .iter()
        .map(|id| match right {
            Some(scheme) => {
                let (result, by) = result(scheme, id, facts, today);
                if result == Tri::Met {
                    carried.extend(by);
                }
                (id.clone(), item_text(scheme, id, cx.lang), Some(result))
            }
            None => (id.clone(), String::new(), None),
        })
        .collect();
    let met = others.iter().any(|(_, _, r)| *r == Some(Tri::Met));
    let covered = match (right, met, pair.relation) {
        (None, _, _) => Covered::Unknown,
        (_, false, _) => Covered::Open,
        (_, true, Relation::Equal | Relation::Subset) => Covered::Whole,
        (_, true, Relation::Superset | Relation::Intersects) => Covered::Part,
    };
    let label = |key: String| {
        let label = catalog.fact(&key).map_or(String::new(), |f| f.texts(cx.lang).label.clone());
        (key, label)
    };
    PairHead {
        item: pair.from.clone(),
        text: left.map(|s| item_text(s, &pair.from, cx.lang)).unwrap_or_default(),
        relation: pair.relation,
        others,
        covered,
        facts: carried.into_iter().map(label).collect(),
    }
}

async fn details(cx: &Cx, call: &Call) -> Result<CrosswalkDetails, Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    let found = catalog.crosswalks().iter().find(|c| c.id == call.part("id")).ok_or_else(Problem::not_found)?;
    let reversed = call.query.get("reverse") == "1";
    let crosswalk = if reversed { found.reversed() } else { found.clone() };
    let mut tx = cx.read().await?;
    let facts = evidence::company_facts(&mut tx, cx.scope()?, &catalog).await?;
    let pairs: Vec<PairHead> = crosswalk.pair.iter().map(|p| pair(cx, &catalog, &crosswalk, p, &facts)).collect();
    let count = |what: Covered| pairs.iter().filter(|p| p.covered == what).count();
    Ok(CrosswalkDetails {
        head: CrosswalkHead::of(&catalog, &crosswalk, cx.lang),
        reversed,
        whole_count: count(Covered::Whole),
        part_count: count(Covered::Part),
        pairs,
    })
}

#[derive(Template)]
#[template(path = "crosswalk_list.html")]
pub(crate) struct CrosswalkListPage {
    p: Page,
    heads: Vec<CrosswalkHead>,
}

impl Sampled for CrosswalkListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let Ok(catalog) = Catalog::shipped() else { return Vec::new() };
        let heads = catalog.crosswalks().iter().take(2).map(|c| CrosswalkHead::of(&catalog, c, p.lang())).collect();
        vec![("two", Self { p: p.clone(), heads })]
    }
}

/// `GET /crosswalks`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let p = Page::new(&cx);
    let catalog = cx.part::<Arc<Catalog>>()?;
    let heads = catalog.crosswalks().iter().map(|c| CrosswalkHead::of(&catalog, c, cx.lang)).collect();
    Ok(p.render(&CrosswalkListPage { p: p.clone(), heads }))
}

/// `GET /api/v1/crosswalks`
pub(crate) async fn api(cx: Cx, _call: Call, (): ()) -> Result<Vec<CrosswalkHead>, Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    Ok(catalog.crosswalks().iter().map(|c| CrosswalkHead::of(&catalog, c, cx.lang)).collect())
}

#[derive(Template)]
#[template(path = "crosswalk_show.html")]
pub(crate) struct CrosswalkPage {
    p: Page,
    d: CrosswalkDetails,
}

impl Sampled for CrosswalkPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let Ok(catalog) = Catalog::shipped() else { return Vec::new() };
        let Some(first) = catalog.crosswalks().first() else { return Vec::new() };
        let pair = |covered, result| PairHead {
            item: "4-3-4-1".into(),
            text: "バックアップ".into(),
            relation: Relation::Superset,
            others: vec![("11".into(), "バックアップを取る".into(), result)],
            covered,
            facts: vec![("backup.taken".into(), "バックアップ".into())],
        };
        let pairs = vec![pair(Covered::Part, Some(Tri::Met)), pair(Covered::Unknown, None)];
        let d =
            CrosswalkDetails { head: CrosswalkHead::of(&catalog, first, p.lang()), reversed: false, pairs, whole_count: 0, part_count: 1 };
        vec![("part and unknown", Self { p: p.clone(), d })]
    }
}

/// `GET /crosswalks/{id}?reverse=1`
pub(crate) async fn show(cx: Cx, call: Call) -> Result<Response, Problem> {
    let p = Page::new(&cx);
    Ok(p.render(&CrosswalkPage { p: p.clone(), d: details(&cx, &call).await? }))
}

/// `GET /api/v1/crosswalks/{id}?reverse=1`
pub(crate) async fn show_api(cx: Cx, call: Call, (): ()) -> Result<CrosswalkDetails, Problem> {
    details(&cx, &call).await
}
