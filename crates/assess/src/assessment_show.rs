//! `assess::assessment_show` — one assessment: every criterion with its result, the facts that
//! decided and the smallest changes that would meet it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use askama::Template;
use kernel::Tri;
use schemars::JsonSchema;
use schemes::{Catalog, Confidence, Criterion, Scheme, Standing, Verdict, Why, evaluate, smallest_changes};
use serde::Serialize;
use store::Tx;
use web::{Call, Cx, Page, Problem, Response, Sampled};

use crate::assessment_list::{AssessmentHead, named};
use crate::assessment_refresh::view;
use crate::audit_edit::{AuditHead, findings};
use crate::axes::{Axis, axes, means, picture, weakest};
use crate::kept_edit::{KeptHead, kept_list, targets};
use crate::model::{standing_of, tri_of};
use crate::peer_show::{peers, references};
use crate::practice_show::{PracticeHead, beside};
use crate::question_edit::asking_groups;
use crate::remaining::{Step, must_words};
use crate::standing::View;
use crate::store::{AssessmentRow, KeptRow};

/// A fact that decided, for people and machines.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct DecidingHead {
    pub(crate) fact: String,
    pub(crate) label: String,
    pub(crate) result: Tri,
    pub(crate) why: Why,
}

/// A criterion in the tree.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct CriterionHead {
    pub(crate) id: String,
    pub(crate) text: String,
    /// `met`, `not_met`, `unknown`; absent while its text is pending.
    pub(crate) result: Option<Tri>,
    pub(crate) standing: Standing,
    /// How well the criterion itself is known.
    pub(crate) confidence: Confidence,
    pub(crate) deciding: Vec<DecidingHead>,
}

impl CriterionHead {
    /// Whether a filter shows it; an empty filter shows all.
    fn shown(&self, filter: &str) -> bool {
        filter.is_empty() || self.result.is_some_and(|r| r.as_str() == filter)
    }
}

/// A requirement with its criteria.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct RequirementHead {
    pub(crate) id: String,
    pub(crate) group: String,
    pub(crate) text: String,
    pub(crate) met_count: usize,
    pub(crate) criteria: Vec<CriterionHead>,
}

impl RequirementHead {
    /// Whether it needs a heading of its own; one that is its only criterion does not.
    fn is_titled(&self) -> bool {
        !matches!(self.criteria.as_slice(), [only] if only.id == self.id)
    }
}

/// An assessment in full.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct AssessmentDetails {
    pub(crate) head: AssessmentHead,
    pub(crate) groups: Vec<(String, String)>,
    pub(crate) requirements: Vec<RequirementHead>,
    /// Conditions of the award beyond the criteria, with their result.
    pub(crate) conditions: Vec<(String, Tri)>,
}

struct Found {
    row: AssessmentRow,
    scheme: Arc<Catalog>,
    view: View,
}

async fn find(cx: &Cx, tx: &mut Tx, call: &Call) -> Result<Found, Problem> {
    let catalog = schemes::catalog(cx, tx, cx.scope()?).await?;
    let row = named(cx, tx, call).await?;
    let scheme = catalog.scheme(&row.scheme_id, Some(&row.version)).ok_or_else(Problem::not_found)?;
    let view = view(tx, cx.scope()?, &catalog, &row.site_id, scheme.facts().collect::<Vec<_>>().into_iter()).await?;
    Ok(Found { row, scheme: catalog, view })
}

/// What decided a criterion, over the company and, where sites differ, each of them.
pub(crate) fn verdict(view: &View, criterion: &Criterion, cx: &Cx) -> Option<Verdict> {
    let rule = criterion.rule.as_ref()?;
    let today = cx.now().day();
    let mut verdict = evaluate(rule, &view.facts, today);
    for site in view.sites.values() {
        let mut facts = view.facts.clone();
        facts.extend(site.iter().map(|(k, v)| (k.clone(), v.clone())));
        let own = evaluate(rule, &facts, today);
        if own.result == verdict.result {
            verdict.deciding.extend(own.deciding);
        } else {
            let result = verdict.result.and(own.result);
            verdict = if own.result == result { own } else { verdict };
        }
    }
    Some(verdict)
}

fn head(cx: &Cx, catalog: &Catalog, scheme: &Scheme, criterion: &Criterion, standing: Standing, view: &View) -> CriterionHead {
    let label = |key: &str| catalog.fact(key).map_or(String::new(), |f| f.texts(cx.lang).label.clone());
    let deciding: BTreeSet<_> = verdict(view, criterion, cx).map(|v| v.deciding).unwrap_or_default();
    CriterionHead {
        id: criterion.id.clone(),
        text: scheme.criterion_text(criterion, cx.lang).to_owned(),
        result: tri_of(standing),
        standing,
        confidence: criterion.provenance.status,
        deciding: deciding
            .into_iter()
            .map(|d| DecidingHead { label: label(&d.fact), fact: d.fact, result: d.result, why: d.why })
            .collect(),
    }
}

fn details(cx: &Cx, found: Found) -> Option<AssessmentDetails> {
    let catalog = &found.scheme;
    let scheme = catalog.scheme(&found.row.scheme_id, Some(&found.row.version))?;
    let texts = scheme.texts(cx.lang);
    let mut standings = found.row.results.chars().map(standing_of);
    let requirements = scheme
        .requirements
        .iter()
        .map(|r| {
            let criteria: Vec<CriterionHead> = r
                .criteria
                .iter()
                .map(|c| head(cx, catalog, scheme, c, standings.next().unwrap_or(Standing::Unanswered), &found.view))
                .collect();
            RequirementHead {
                id: r.id.clone(),
                group: r.group.clone(),
                text: texts.requirement.get(&r.id).cloned().unwrap_or_default(),
                met_count: criteria.iter().filter(|c| c.standing == Standing::Met).count(),
                criteria,
            }
        })
        .collect();
    let text = |id: &str| texts.condition.get(id).cloned().unwrap_or_default();
    let conditions =
        scheme.conditions.iter().map(|(id, rule, _)| (text(id), schemes::result(rule, &found.view.facts, cx.now().day()))).collect();
    let groups = scheme.file.groups.iter().map(|g| (g.clone(), texts.group.get(g).cloned().unwrap_or_default())).collect();
    Some(AssessmentDetails { groups, requirements, conditions, head: AssessmentHead::of(cx, catalog, found.row)? })
}

#[derive(Template)]
#[template(path = "assessment_show.html")]
pub(crate) struct AssessmentPage {
    p: Page,
    d: AssessmentDetails,
    summary: String,
    how: String,
    band: String,
    highest: i64,
    /// Whether points are shown.
    points: bool,
    said_unknown: Vec<(String, String)>,
    state: String,
    /// What to read first: title and points.
    points_title: String,
    points_text: Vec<String>,
    /// The first group that asks something; empty if none does.
    first_questions: String,
    axes: Vec<Axis>,
    radar: String,
    weakest: Option<Axis>,
    /// What the third line of the picture is.
    others: String,
    /// Stories that help with it.
    beside: Vec<PracticeHead>,
    /// The steps of the scale, for targets.
    scale: Vec<i32>,
    kept: Vec<KeptHead>,
    /// What headquarters found, by criterion.
    audits: BTreeMap<String, AuditHead>,
}

impl Sampled for AssessmentPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let deciding =
            DecidingHead { fact: "backup.taken".into(), label: "バックアップ".into(), result: Tri::NotMet, why: Why::Value };
        let criterion = CriterionHead {
            id: "11".into(),
            text: "バックアップを取る".into(),
            result: Some(Tri::NotMet),
            standing: Standing::NotMet,
            confidence: Confidence::Secondary,
            deciding: vec![deciding],
        };
        let head = AssessmentHead {
            assessment_id: "1".into(),
            scheme: "points".into(),
            version: "3.1.0".into(),
            title: "SECURITY ACTION ★★".into(),
            level: "★★".into(),
            site_id: String::new(),
            met_count: 0,
            not_met_count: 1,
            unknown_count: 0,
            pending_count: 0,
            score: 0,
            band: Some("open".into()),
            rung: Some(2),
        };
        let axis = Axis { group: "2".into(), title: "体制".into(), now: Some(250), last: Some(200), peers: None, target: Some(300) };
        let d = AssessmentDetails {
            head,
            groups: vec![("2".into(), "従業員としての対策".into())],
            requirements: vec![RequirementHead {
                id: "11".into(),
                group: "2".into(),
                text: "バックアップを取る".into(),
                met_count: 0,
                criteria: vec![criterion],
            }],
            conditions: vec![("方針".into(), Tri::Unknown)],
        };
        vec![(
            "points",
            Self {
                p: p.clone(),
                d,
                summary: "概要".into(),
                how: "取り方".into(),
                band: "帯".into(),
                highest: 100,
                points: true,
                said_unknown: vec![("11".into(), "バックアップを取る".into())],
                state: String::new(),
                points_title: "原則".into(),
                points_text: vec!["自ら先頭に立つ".into()],
                first_questions: "2".into(),
                radar: String::new(),
                weakest: Some(axis.clone()),
                others: "平均".into(),
                beside: vec![],
                axes: vec![axis],
                scale: vec![1, 2],
                audits: BTreeMap::new(),
                kept: vec![KeptHead { kept_id: "1".into(), day: "2025-11-21".into(), name: "2025年度".into(), version: "3.1.0".into() }],
            },
        )]
    }
}

/// The axes of a scheme with a scale, none for others; and what the third line is: similar
/// companies here or, where they are too few, the newest average from elsewhere.
async fn axes_of(
    cx: &Cx,
    tx: &mut Tx,
    catalog: &Catalog,
    scheme: &Scheme,
    row: &AssessmentRow,
    last: Option<&KeptRow>,
) -> Result<(Vec<Axis>, String), Problem> {
    if scheme.scale().is_none() {
        return Ok((Vec::new(), String::new()));
    }
    let before = last.and_then(|k| Some(means(catalog.scheme(&k.scheme_id, Some(&k.version))?, &k.steps))).unwrap_or_default();
    let targets = targets(cx, tx, &scheme.id).await?;
    let (others, name) = match peers(cx, tx, scheme).await? {
        Some(head) => {
            let name = cx.t(if head.same { "axis.peers" } else { "axis.all" });
            (head.figures.into_iter().map(|(g, f)| (g, f.0)).collect(), name)
        }
        None => match references(cx, tx, &scheme.id).await?.into_iter().next() {
            Some(reference) => (reference.means, reference.title),
            None => (BTreeMap::new(), cx.t("axis.peers")),
        },
    };
    Ok((axes(scheme, cx.lang, [&means(scheme, &row.steps), &before, &others, &targets]), name))
}

/// `GET /assessments/{id}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let found = find(&cx, &mut tx, &call).await?;
    let catalog = Arc::clone(&found.scheme);
    let row = found.row.clone();
    let d = details(&cx, found).ok_or_else(Problem::not_found)?;
    let scheme = catalog.scheme(&d.head.scheme, Some(&d.head.version)).ok_or_else(Problem::not_found)?;
    let texts = scheme.texts(cx.lang);
    let p = Page::new(&cx);
    let kept = kept_list(&cx, &mut tx, &row).await?;
    let (axes, others) = axes_of(&cx, &mut tx, &catalog, scheme, &row, kept.first()).await?;
    let names = [p.t("axis.now"), p.t("axis.last"), others];
    let points = matches!(scheme.scoring, schemes::Scoring::Points { .. });
    let highest = i64::from(schemes::score(scheme, &vec![Standing::Unanswered; scheme.criteria().count()], &[]).highest);
    let said = d.requirements.iter().flat_map(|r| &r.criteria).filter(|c| c.standing == Standing::SaidUnknown);
    let page = AssessmentPage {
        p: p.clone(),
        summary: texts.summary.clone(),
        how: texts.how.clone(),
        band: d.head.band.as_ref().and_then(|b| texts.band.get(b)).cloned().unwrap_or_default(),
        highest,
        points,
        said_unknown: said.map(|c| (c.id.clone(), c.text.clone())).collect(),
        state: call.query.get("state").to_owned(),
        points_title: texts.points_title.clone(),
        points_text: scheme.file.points.iter().filter_map(|p| texts.point.get(&p.id).cloned()).collect(),
        first_questions: asking_groups(scheme).first().map_or(String::new(), |g| (*g).to_owned()),
        radar: picture(&p, scheme, &axes, [&names[0], &names[1], &names[2]]),
        beside: match weakest(&axes) {
            Some(axis) => beside(&cx, &mut tx, &catalog, &format!("{}/{}", scheme.id, axis.group)).await?,
            None => Vec::new(),
        },
        weakest: weakest(&axes).cloned(),
        others: names[2].clone(),
        scale: scheme.scale().map(Iterator::collect).unwrap_or_default(),
        audits: findings(&cx, &mut tx, &row.assessment_id).await?,
        kept: kept.iter().map(KeptHead::from).collect(),
        axes,
        d,
    };
    Ok(p.render(&page))
}

/// `GET /api/v1/assessments/{id}`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<AssessmentDetails, Problem> {
    let mut tx = cx.read().await?;
    let found = find(&cx, &mut tx, &call).await?;
    details(&cx, found).ok_or_else(Problem::not_found)
}

/// One criterion with the ways to meet it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct CriterionDetails {
    pub(crate) criterion: CriterionHead,
    /// The smallest sets of changes that would meet it, cheapest first.
    pub(crate) ways: Vec<Vec<Step>>,
    /// The source the criterion comes from.
    pub(crate) source: String,
}

fn criterion(cx: &Cx, call: &Call, found: &Found) -> Result<CriterionDetails, Problem> {
    let catalog = &found.scheme;
    let scheme = catalog.scheme(&found.row.scheme_id, Some(&found.row.version)).ok_or_else(Problem::not_found)?;
    let criterion = scheme.criterion(call.part("criterion")).ok_or_else(Problem::not_found)?;
    let standing = found.view.standing(criterion, cx.now().day());
    let p = Page::new(cx);
    let sets = criterion
        .rule
        .as_ref()
        .map(|rule| smallest_changes(rule, &found.view.facts, catalog.types(), cx.now().day(), 3))
        .unwrap_or_default();
    let ways =
        sets.into_iter().map(|set| set.changes.iter().filter_map(|c| must_words(&p, catalog, &found.view.facts, c)).collect()).collect();
    let source = scheme.file.sources.get(&criterion.provenance.source).map_or(String::new(), |s| s.title.clone());
    Ok(CriterionDetails { criterion: head(cx, catalog, scheme, criterion, standing, &found.view), ways, source })
}

#[derive(Template)]
#[template(path = "criterion_show.html")]
pub(crate) struct CriterionPage {
    p: Page,
    assessment: String,
    d: CriterionDetails,
    /// Imported official wording; empty if there is none.
    official: String,
}

impl Sampled for CriterionPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |result, standing, ways| Self {
            p: p.clone(),
            assessment: "1".into(),
            official: String::new(),
            d: CriterionDetails {
                criterion: CriterionHead {
                    id: "4-1-5-3".into(),
                    text: "強さ".into(),
                    result: Some(result),
                    standing,
                    confidence: Confidence::Confirmed,
                    deciding: vec![DecidingHead {
                        fact: "password.min_length".into(),
                        label: "最小の文字数".into(),
                        result,
                        why: Why::Value,
                    }],
                },
                ways,
                source: "workbook".into(),
            },
        };
        let step =
            Step {
                fact: "password.min_length".into(), label: "最小の文字数".into(), words: "8文字以上".into(), stated: true, minutes: 15
            };
        vec![("met", page(Tri::Met, Standing::Met, vec![])), ("not met", page(Tri::NotMet, Standing::NotMet, vec![vec![step]]))]
    }
}

/// `GET /assessments/{id}/{criterion}`
pub(crate) async fn criterion_page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let found = find(&cx, &mut tx, &call).await?;
    let d = criterion(&cx, &call, &found)?;
    let scheme = found.scheme.scheme(&found.row.scheme_id, Some(&found.row.version)).ok_or_else(Problem::not_found)?;
    let official = schemes::official_texts(&cx, &mut tx, scheme).await?.remove(&d.criterion.id).unwrap_or_default();
    let p = Page::new(&cx);
    Ok(p.render(&CriterionPage { p: p.clone(), assessment: call.part("id").to_owned(), d, official }))
}

/// `GET /api/v1/assessments/{id}/criteria/{criterion}`
pub(crate) async fn criterion_api(cx: Cx, call: Call, (): ()) -> Result<CriterionDetails, Problem> {
    let mut tx = cx.read().await?;
    let found = find(&cx, &mut tx, &call).await?;
    criterion(&cx, &call, &found)
}
