//! `assess::kept_edit` — states of an assessment that somebody keeps, such as one a year; the
//! steps a company aims at; and what changed between a kept state and another, or now.

use std::collections::BTreeMap;

use askama::Template;
use kernel::{AssessmentId, Event, EventKind, KeptId, Scope};
use schemars::JsonSchema;
use schemes::{Catalog, Difference, Moved, Scheme, Standing};
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, Page, Problem, Response, Sampled, redirect};

use crate::assessment_list::named;
use crate::axes::{Axis, axes, means};
use crate::model::{standing_of, steps_of};
use crate::store::{
    ASSESSMENT_FIND, AssessmentRow, KEPT_ADD, KEPT_FIND, KEPT_LIST, KEPT_REMOVE, KeptRow, TARGET_LIST, TARGET_REMOVE, TARGET_SET,
};

/// Longest name of a kept state, in characters.
const NAME_MAX_CHARS: usize = 60;

/// What to call the state that is kept.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeptInput {
    /// A name such as `2026年度`; empty for the day alone.
    #[serde(default)]
    name: String,
}

/// A kept state in lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct KeptHead {
    pub(crate) kept_id: String,
    /// The day it was kept.
    pub(crate) day: String,
    pub(crate) name: String,
    pub(crate) version: String,
}

impl From<&KeptRow> for KeptHead {
    fn from(row: &KeptRow) -> Self {
        Self { kept_id: row.kept_id.clone(), day: row.day.clone(), name: row.name.clone(), version: row.version.clone() }
    }
}

/// The kept states of an assessment's scheme and scope, newest first.
pub(crate) async fn kept_list(cx: &Cx, tx: &mut Tx, row: &AssessmentRow) -> Result<Vec<KeptRow>, Problem> {
    Ok(tx.all(cx.scope()?, KEPT_LIST, params![&row.scheme_id, &row.site_id]).await?)
}

/// The steps aimed at, by group, in hundredths.
pub(crate) async fn targets(cx: &Cx, tx: &mut Tx, scheme: &str) -> Result<BTreeMap<String, i32>, Problem> {
    let rows: Vec<(String, i64)> = tx.all(cx.scope()?, TARGET_LIST, params![scheme]).await?;
    Ok(rows.into_iter().filter_map(|(g, s)| Some((g, i32::try_from(s).ok()? * 100))).collect())
}

/// Keeps the present state of an assessment under a name.
///
/// # Errors
/// [`kernel::Code::NotFound`] where it is not the organisation's.
pub async fn assessment_keep(cx: &Cx, tx: &mut Tx, scope: &Scope, assessment: &AssessmentId, name: &str) -> Result<KeptId, Problem> {
    let row: Option<AssessmentRow> = tx.one(scope, ASSESSMENT_FIND, params![assessment]).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let id = KeptId::new(&*cx.app.clock, &*cx.app.rng);
    let name: String = name.trim().chars().take(NAME_MAX_CHARS).collect();
    let values = params![
        &id,
        &row.scheme_id,
        &row.version,
        &row.site_id,
        cx.now().day().to_string(),
        &name,
        &row.results,
        &row.steps,
        row.score,
        cx.now(),
        scope.person()
    ];
    tx.run(scope, KEPT_ADD, values).await?;
    let event = Event::new(EventKind::AssessmentKept, id.as_str()).with("assessment", &row.assessment_id);
    tx.record(scope, cx.now(), &event).await?;
    Ok(id)
}

async fn keep(cx: &Cx, call: &Call, input: &KeptInput) -> Result<KeptHead, Problem> {
    let mut tx = cx.write().await?;
    let id = assessment_keep(cx, &mut tx, cx.scope()?, &call.id("id")?, &input.name).await?;
    let row: Option<KeptRow> = tx.one(cx.scope()?, KEPT_FIND, params![&id]).await?;
    tx.commit().await?;
    Ok(KeptHead::from(&row.ok_or_else(Problem::not_found)?))
}

/// `POST /assessments/{id}/kept`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    keep(&cx, &call, &KeptInput { name: call.form.get("name").to_owned() }).await?;
    Ok(redirect(&format!("/assessments/{}#kept", call.part("id"))))
}

/// `POST /api/v1/assessments/{id}/kept`
pub(crate) async fn api(cx: Cx, call: Call, input: KeptInput) -> Result<KeptHead, Problem> {
    keep(&cx, &call, &input).await
}

/// `GET /api/v1/assessments/{id}/kept`
pub(crate) async fn api_list(cx: Cx, call: Call, (): ()) -> Result<Vec<KeptHead>, Problem> {
    let mut tx = cx.read().await?;
    let row = named(&cx, &mut tx, &call).await?;
    Ok(kept_list(&cx, &mut tx, &row).await?.iter().map(KeptHead::from).collect())
}

/// `POST /assessments/{id}/kept/{kept}/remove`
pub(crate) async fn remove(cx: Cx, call: Call) -> Result<Response, Problem> {
    let kept: KeptId = call.id("kept")?;
    let mut tx = cx.write().await?;
    let row = named(&cx, &mut tx, &call).await?;
    if tx.run(cx.scope()?, KEPT_REMOVE, params![&kept]).await? == 0 {
        return Err(Problem::not_found());
    }
    cx.record(&mut tx, Event::new(EventKind::KeptRemoved, kept.as_str())).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/assessments/{}#kept", row.assessment_id)))
}

/// `POST /assessments/{id}/targets`: fields `t.<group>`; empty takes a target away.
pub(crate) async fn set_targets(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let catalog = schemes::catalog(&cx, &mut tx, cx.scope()?).await?;
    let row = named(&cx, &mut tx, &call).await?;
    let scheme = catalog.scheme(&row.scheme_id, Some(&row.version)).ok_or_else(Problem::not_found)?;
    let scale = scheme.scale().ok_or_else(Problem::not_found)?;
    for group in &scheme.file.groups {
        let step = call.form.get(&format!("t.{group}")).parse::<i32>().ok().filter(|s| scale.contains(s));
        tx.run(cx.scope()?, TARGET_REMOVE, params![&row.scheme_id, group]).await?;
        if let Some(step) = step {
            tx.run(cx.scope()?, TARGET_SET, params![&row.scheme_id, group, step]).await?;
        }
    }
    cx.record(&mut tx, Event::new(EventKind::TargetSet, row.assessment_id.as_str())).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/assessments/{}", row.assessment_id)))
}

/// A criterion that stands otherwise than before.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct MovedHead {
    pub(crate) id: String,
    pub(crate) text: String,
    /// How it stood; absent if the older version did not have it.
    pub(crate) before: Option<Standing>,
    pub(crate) after: Standing,
    pub(crate) step_before: Option<i32>,
    pub(crate) step_after: Option<i32>,
}

/// What changed between two states.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct StateDifference {
    pub(crate) scheme: String,
    pub(crate) title: String,
    /// Day and name of the earlier state.
    pub(crate) before: String,
    /// Day and name of the later state; empty for now.
    pub(crate) after: String,
    /// Means per group: `last` before, `now` after.
    pub(crate) groups: Vec<Axis>,
    pub(crate) criteria: Vec<MovedHead>,
}

/// A state to compare: its scheme version and what was kept.
struct State<'a> {
    scheme: &'a Scheme,
    results: &'a str,
    steps: &'a str,
}

/// By criterion id: standing and step.
fn by_id<'a>(state: &State<'a>) -> BTreeMap<&'a str, (Standing, Option<i32>)> {
    let n = state.scheme.criteria().count();
    let standings = state.results.chars().map(standing_of);
    let rows = standings.zip(steps_of(state.steps, n));
    state.scheme.criteria().map(|c| c.id.as_str()).zip(rows).collect()
}

/// Ids of the older version by ids of the newer one, where the criterion is still the same.
fn ids(difference: &Difference) -> BTreeMap<&str, &str> {
    let same = difference.criteria.iter().filter(|k| k.moved != Moved::New && k.moved != Moved::Pending);
    same.filter_map(|k| Some((k.new.as_deref()?, k.old.as_deref()?))).collect()
}

fn moved(cx: &Cx, catalog: &Catalog, old: &State<'_>, new: &State<'_>) -> Vec<MovedHead> {
    let difference = schemes::difference(old.scheme, new.scheme, catalog.types());
    let (before, after, ids) = (by_id(old), by_id(new), ids(&difference));
    let head = |c: &schemes::Criterion| {
        let now = after.get(c.id.as_str())?;
        let then = ids.get(c.id.as_str()).and_then(|id| before.get(id));
        (then != Some(now)).then(|| MovedHead {
            id: c.id.clone(),
            text: new.scheme.criterion_text(c, cx.lang).to_owned(),
            before: then.map(|t| t.0),
            after: now.0,
            step_before: then.and_then(|t| t.1),
            step_after: now.1,
        })
    };
    new.scheme.criteria().filter(|c| c.rule.is_some()).filter_map(head).collect()
}

async fn difference(cx: &Cx, call: &Call) -> Result<StateDifference, Problem> {
    let mut tx = cx.read().await?;
    let catalog = schemes::catalog(cx, &mut tx, cx.scope()?).await?;
    let row = named(cx, &mut tx, call).await?;
    let kept = async |tx: &mut Tx, name: &str| -> Result<Option<KeptRow>, Problem> {
        let Ok(id) = KeptId::try_from(call.query.get(name).to_owned()) else { return Ok(None) };
        let found: Option<KeptRow> = tx.one(cx.scope()?, KEPT_FIND, params![&id]).await?;
        Ok(found.filter(|k| k.scheme_id == row.scheme_id && k.site_id == row.site_id))
    };
    let from = kept(&mut tx, "from").await?.ok_or_else(Problem::not_found)?;
    let to = kept(&mut tx, "to").await?;
    let scheme = |version: &str| catalog.scheme(&row.scheme_id, Some(version)).ok_or_else(Problem::not_found);
    let old = State { scheme: scheme(&from.version)?, results: &from.results, steps: &from.steps };
    let new = match &to {
        Some(to) => State { scheme: scheme(&to.version)?, results: &to.results, steps: &to.steps },
        None => State { scheme: scheme(&row.version)?, results: &row.results, steps: &row.steps },
    };
    let none = BTreeMap::new();
    let groups = axes(new.scheme, cx.lang, [&means(new.scheme, new.steps), &means(old.scheme, old.steps), &none, &none]);
    let name = |k: &KeptRow| format!("{} {}", k.day, k.name).trim().to_owned();
    Ok(StateDifference {
        scheme: row.scheme_id.clone(),
        title: new.scheme.texts(cx.lang).title.clone(),
        before: name(&from),
        after: to.as_ref().map(name).unwrap_or_default(),
        groups: if new.scheme.scale().is_some() { groups } else { Vec::new() },
        criteria: moved(cx, &catalog, &old, &new),
    })
}

#[derive(Template)]
#[template(path = "state_difference.html")]
pub(crate) struct StateDifferencePage {
    p: Page,
    assessment: String,
    d: StateDifference,
}

impl StateDifferencePage {
    /// Which way a criterion went: `up`, `down` or `new`.
    fn way(c: &MovedHead) -> &'static str {
        match (c.before, c.step_before, c.step_after) {
            (None, _, _) => "new",
            (_, Some(before), Some(after)) if after != before => {
                if after > before {
                    "up"
                } else {
                    "down"
                }
            }
            _ if c.after == Standing::Met => "up",
            (Some(Standing::Met), _, _) => "down",
            _ => "other",
        }
    }
}

impl Sampled for StateDifferencePage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let axis = Axis { group: "d5".into(), title: "守る仕組み".into(), now: Some(325), last: Some(250), peers: None, target: None };
        let criterion = MovedHead {
            id: "5-6".into(),
            text: "弱点への対応".into(),
            before: Some(Standing::NotMet),
            after: Standing::Met,
            step_before: Some(2),
            step_after: Some(4),
        };
        let page = |groups: Vec<Axis>, criteria| Self {
            p: p.clone(),
            assessment: "1".into(),
            d: StateDifference {
                scheme: "scale".into(),
                title: "経営ガイドライン".into(),
                before: "2025-11-21 2025年度".into(),
                after: String::new(),
                groups,
                criteria,
            },
        };
        vec![("nothing", page(vec![], vec![])), ("a year", page(vec![axis], vec![criterion]))]
    }
}

/// `GET /assessments/{id}/difference?from=KEPT&to=KEPT`
pub(crate) async fn difference_page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let p = Page::new(&cx);
    let d = difference(&cx, &call).await?;
    Ok(p.render(&StateDifferencePage { p: p.clone(), assessment: call.part("id").to_owned(), d }))
}

/// `GET /api/v1/assessments/{id}/difference?from=KEPT&to=KEPT`
pub(crate) async fn difference_api(cx: Cx, call: Call, (): ()) -> Result<StateDifference, Problem> {
    difference(&cx, &call).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_up_is_up_and_a_lost_standing_is_down() {
        let head = |before, after, a, b| MovedHead { id: String::new(), text: String::new(), before, after, step_before: a, step_after: b };
        let way = |h: MovedHead| StateDifferencePage::way(&h);
        assert_eq!(way(head(Some(Standing::NotMet), Standing::NotMet, Some(1), Some(2))), "up");
        assert_eq!(way(head(Some(Standing::Met), Standing::Met, Some(5), Some(4))), "down");
        assert_eq!(way(head(Some(Standing::Met), Standing::NotMet, None, None)), "down");
        assert_eq!(way(head(None, Standing::Met, None, None)), "new");
    }
}
