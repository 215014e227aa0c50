//! `assess::declaration_show` — what stands between a company and a declaration of its own: the
//! gap to the steps it aims at, and a draft along the items of a form that a crosswalk names.
//! The company declares; this is paper to think with.

use askama::Template;
use schemars::JsonSchema;
use schemes::{Catalog, Scheme, Standing, criteria_of};
use serde::Serialize;
use web::{Call, Cx, Page, Problem, Response, Sampled};

use crate::assessment_list::named;
use crate::kept_edit::targets;
use crate::model::{standing_of, steps_of};
use crate::store::AssessmentRow;

/// A criterion below the step aimed at, or not met.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct GapHead {
    id: String,
    text: String,
    /// The step now.
    step: Option<i32>,
    /// The step aimed at.
    target: Option<i32>,
    standing: Standing,
}

/// An item of a form with what carries it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct FormItem {
    item: String,
    /// Criteria behind it, with their text and whether each is met.
    criteria: Vec<(String, String, bool)>,
}

impl FormItem {
    /// Whether everything behind it is met.
    fn is_carried(&self) -> bool {
        self.criteria.iter().all(|(_, _, met)| *met)
    }
}

/// A form with its items.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct FormHead {
    title: String,
    source: String,
    items: Vec<FormItem>,
}

/// A draft of a declaration.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Declaration {
    scheme: String,
    title: String,
    day: String,
    met_count: usize,
    total: usize,
    gaps: Vec<GapHead>,
    forms: Vec<FormHead>,
}

fn gaps(cx: &Cx, scheme: &Scheme, row: &AssessmentRow, aims: &std::collections::BTreeMap<String, i32>) -> Vec<GapHead> {
    let n = scheme.criteria().count();
    let groups = scheme.requirements.iter().flat_map(|r| r.criteria.iter().map(|_| r.group.as_str()));
    let rows = scheme.criteria().zip(groups).zip(row.results.chars().map(standing_of)).zip(steps_of(&row.steps, n));
    let gap = |(((c, group), standing), step): (((&schemes::Criterion, &str), Standing), Option<i32>)| {
        let target = aims.get(group).map(|t| t / 100);
        let short = target.map_or(standing != Standing::Met, |t| step.unwrap_or(-1) < t);
        let text = || scheme.criterion_text(c, cx.lang).to_owned();
        (short && c.rule.is_some()).then(|| GapHead { id: c.id.clone(), text: text(), step, target, standing })
    };
    rows.filter_map(gap).collect()
}

fn forms(cx: &Cx, catalog: &Catalog, scheme: &Scheme, row: &AssessmentRow) -> Vec<FormHead> {
    let met: std::collections::BTreeSet<&str> = scheme
        .criteria()
        .zip(row.results.chars().map(standing_of))
        .filter(|(_, s)| *s == Standing::Met)
        .map(|(c, _)| c.id.as_str())
        .collect();
    // A form is a catalog that is only ever pointed at: nobody is assessed against it here.
    let own = catalog.crosswalks().iter().filter(|c| c.from == scheme.name() && c.basis == schemes::Basis::Official);
    let form = |crosswalk: &schemes::Crosswalk| {
        let item = |pair: &schemes::Pair| FormItem {
            item: pair.from.clone(),
            criteria: pair
                .to
                .iter()
                .flat_map(|to| criteria_of(scheme, to))
                .map(|id| {
                    let text = scheme.criterion(id).map_or(String::new(), |c| scheme.criterion_text(c, cx.lang).to_owned());
                    (id.to_owned(), text, met.contains(id))
                })
                .collect(),
        };
        FormHead {
            title: crosswalk.title.get(&cx.lang).cloned().unwrap_or_default(),
            source: crosswalk.source.title.clone(),
            items: crosswalk.reversed().pair.iter().map(item).collect(),
        }
    };
    own.filter(|c| catalog.named(&c.to).is_none()).map(form).collect()
}

async fn declaration(cx: &Cx, call: &Call) -> Result<Declaration, Problem> {
    let mut tx = cx.read().await?;
    let catalog = schemes::catalog(cx, &mut tx, cx.scope()?).await?;
    let row = named(cx, &mut tx, call).await?;
    let scheme = catalog.scheme(&row.scheme_id, Some(&row.version)).ok_or_else(Problem::not_found)?;
    let aims = targets(cx, &mut tx, &scheme.id).await?;
    Ok(Declaration {
        scheme: scheme.name(),
        title: scheme.texts(cx.lang).title.clone(),
        day: cx.now().day().to_string(),
        met_count: row.results.chars().filter(|c| standing_of(*c) == Standing::Met).count(),
        total: scheme.criteria().count(),
        gaps: gaps(cx, scheme, &row, &aims),
        forms: forms(cx, &catalog, scheme, &row),
    })
}

#[derive(Template)]
#[template(path = "declaration_show.html")]
pub(crate) struct DeclarationPage {
    p: Page,
    assessment: String,
    d: Declaration,
}

impl Sampled for DeclarationPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let gap = GapHead {
            id: "PO.1.1".into(), text: "求めを記録し保つ".into(), step: Some(1), target: Some(3), standing: Standing::Met
        };
        let item = FormItem { item: "III.1".into(), criteria: vec![("PO.1.1".into(), "求めを記録し保つ".into(), true)] };
        let page = |gaps, forms| {
            let d = Declaration {
                scheme: "small@1.0.0".into(),
                title: "安全な開発".into(),
                day: "2026-11-21".into(),
                met_count: 1,
                total: 42,
                gaps,
                forms,
            };
            Self { p: p.clone(), assessment: "1".into(), d }
        };
        let form = FormHead { title: "様式".into(), source: "出典".into(), items: vec![item] };
        vec![("nothing open", page(vec![], vec![])), ("with a form", page(vec![gap], vec![form]))]
    }
}

/// `GET /assessments/{id}/declaration`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let p = Page::new(&cx);
    let d = declaration(&cx, &call).await?;
    Ok(p.render(&DeclarationPage { p: p.clone(), assessment: call.part("id").to_owned(), d }))
}

/// `GET /api/v1/assessments/{id}/declaration`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<Declaration, Problem> {
    declaration(&cx, &call).await
}
