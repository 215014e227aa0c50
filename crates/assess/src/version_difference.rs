//! `assess::version_difference` — a new version of a scheme for one company: what is unchanged,
//! renumbered, new, harder or gone, what carries over and what is left to do.

use askama::Template;
use schemars::JsonSchema;
use schemes::{Catalog, Moved, Scheme, Standing, smallest_changes};
use serde::Serialize;
use web::{Call, Cx, Page, Problem, Response, Sampled};

use crate::remaining::{Step, must_words};

/// One criterion of either version.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct KeptHead {
    moved: Moved,
    /// Id in the older version.
    old: String,
    /// Id in the newer version; empty if gone.
    new: String,
    text: String,
    /// How the company stands in the newer version; absent if gone.
    standing: Option<Standing>,
    /// The smallest changes that would meet it.
    todo: Vec<Step>,
}

/// The difference of two versions for a company.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct VersionDifference {
    title: String,
    /// `id@version`.
    old: String,
    new: String,
    /// When the newer version was published, as far as known.
    published: String,
    /// Criteria of the newer version met by what is stated already.
    carried_count: usize,
    /// Criteria of the newer version that are open.
    open_count: usize,
    criteria: Vec<KeptHead>,
    /// Other versions of the scheme.
    versions: Vec<String>,
}

fn two<'a>(catalog: &'a Catalog, call: &Call) -> Option<(&'a Scheme, &'a Scheme)> {
    let id = call.part("id");
    let version = |name: &str| Some(call.query.get(name)).filter(|v| !v.is_empty());
    let new = catalog.scheme(id, version("to"))?;
    let before = || catalog.schemes().iter().rfind(|s| s.id == id && s.version != new.version);
    let old = match version("from") {
        Some(v) => catalog.scheme(id, Some(v)),
        None => before().map(std::sync::Arc::as_ref),
    };
    Some((old?, new))
}

async fn difference(cx: &Cx, call: &Call) -> Result<VersionDifference, Problem> {
    let mut tx = cx.read().await?;
    let catalog = schemes::catalog(cx, &mut tx, cx.scope()?).await?;
    let (old, new) = two(&catalog, call).ok_or_else(Problem::not_found)?;
    let facts = evidence::company_facts(&mut tx, cx.scope()?, &catalog).await?;
    let (p, today) = (Page::new(cx), cx.now().day());
    let found = schemes::difference(old, new, catalog.types());
    let head = |k: schemes::Kept| {
        let criterion = k.new.as_ref().and_then(|id| new.criterion(id));
        let standing = criterion.map(|c| schemes::standing(c, &facts, today));
        let rule = criterion.and_then(|c| c.rule.as_ref()).filter(|_| standing != Some(Standing::Met));
        let set = rule.and_then(|r| smallest_changes(r, &facts, catalog.types(), today, 1).into_iter().next());
        let text = criterion.map(|c| new.criterion_text(c, cx.lang).to_owned());
        KeptHead {
            moved: k.moved,
            old: k.old.unwrap_or_default(),
            new: k.new.unwrap_or_default(),
            text: text.unwrap_or(k.text),
            standing,
            todo: set.map(|s| s.changes.iter().filter_map(|c| must_words(&p, &catalog, &facts, c)).collect()).unwrap_or_default(),
        }
    };
    let criteria: Vec<KeptHead> = found.criteria.into_iter().map(head).collect();
    let count = |met: bool| criteria.iter().filter(|c| c.standing.is_some_and(|s| (s == Standing::Met) == met)).count();
    Ok(VersionDifference {
        title: new.texts(cx.lang).title.clone(),
        old: old.name(),
        new: new.name(),
        published: new.file.published.clone(),
        carried_count: count(true),
        open_count: count(false),
        versions: catalog.schemes().iter().filter(|s| s.id == new.id).map(|s| s.version.clone()).collect(),
        criteria,
    })
}

#[derive(Template)]
#[template(path = "version_difference.html")]
pub(crate) struct VersionDifferencePage {
    p: Page,
    d: VersionDifference,
}

impl Sampled for VersionDifferencePage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let step =
            Step {
                fact: "backup.taken".into(), label: "バックアップ".into(), words: "「実施」にする".into(), stated: false, minutes: 60
            };
        let row = |moved, old: &str, new: &str, standing, todo| KeptHead {
            moved,
            old: old.into(),
            new: new.into(),
            text: "バックアップを取る".into(),
            standing,
            todo,
        };
        let d = VersionDifference {
            title: "SECURITY ACTION ★".into(),
            old: "small@3.1.0".into(),
            new: "small@4.0.0".into(),
            published: "2026-03".into(),
            carried_count: 5,
            open_count: 1,
            criteria: vec![
                row(Moved::New, "", "6", Some(Standing::Unanswered), vec![step]),
                row(Moved::Unchanged, "1", "1", Some(Standing::Met), vec![]),
                row(Moved::Gone, "7", "", None, vec![]),
            ],
            versions: vec!["3.1.0".into(), "4.0.0".into()],
        };
        vec![("one new", Self { p: p.clone(), d })]
    }
}

/// `GET /schemes/{id}/difference?from=VERSION&to=VERSION`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let p = Page::new(&cx);
    Ok(p.render(&VersionDifferencePage { p: p.clone(), d: difference(&cx, &call).await? }))
}

/// `GET /api/v1/schemes/{id}/difference?from=VERSION&to=VERSION`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<VersionDifference, Problem> {
    difference(&cx, &call).await
}
