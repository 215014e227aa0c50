//! `assess::comparison_show` — the group side by side: every organisation below this one and
//! every site, for one scheme version. Authorised by one predicate on the organisation tree,
//! never by lists of ids.

use askama::Template;
use schemars::JsonSchema;
use schemes::Scheme;
use serde::Serialize;
use store::params;
use web::{Call, Cx, Page, Problem, Response, Sampled, csv_response, workbook_response};

use crate::axes::{Axis, means};
use crate::kept_edit::targets;
use crate::store::{COMPARISON, ComparisonRow};

/// How many rows a page shows.
const PAGE_ROWS: usize = 100;

/// One row: an organisation or one of its sites.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ComparisonHead {
    assessment_id: String,
    organisation: String,
    /// Empty for the whole company.
    site: String,
    met_count: i64,
    not_met_count: i64,
    unknown_count: i64,
    score: i64,
    /// The score of the state kept last, absent if none was kept.
    last_score: Option<i64>,
    /// Criteria that headquarters looked at, and those where something was missing.
    audited_count: i64,
    gap_count: i64,
    /// Met criteria per group, in the scheme's order.
    group_met_counts: Vec<usize>,
    /// Mean step per group in hundredths, in the scheme's order, for schemes with a scale.
    group_means: Vec<Option<i32>>,
}

impl ComparisonHead {
    /// What stands under each group: the mean step, or how many criteria are met.
    fn cells(&self) -> Vec<String> {
        if self.group_means.is_empty() {
            self.group_met_counts.iter().map(ToString::to_string).collect()
        } else {
            self.group_means.iter().map(Axis::words).collect()
        }
    }
}

/// A comparison.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Comparison {
    scheme: String,
    version: String,
    /// Titles of the groups.
    groups: Vec<String>,
    rows: Vec<ComparisonHead>,
    /// Whether scores are means of steps in hundredths.
    steps: bool,
    /// The steps this organisation aims at, by group, in hundredths; empty where there is no scale.
    targets: Vec<Option<i32>>,
}

impl Comparison {
    /// The scores of a row in words: now, and the state kept last.
    fn scores(&self, row: &ComparisonHead) -> [String; 2] {
        let words = |score: Option<i64>| match score {
            Some(score) if self.steps => Axis::words(&i32::try_from(score).ok()),
            Some(score) => score.to_string(),
            None => "–".to_owned(),
        };
        [words(Some(row.score)), words(row.last_score)]
    }

    /// The steps aimed at, in words.
    fn target_words(&self) -> Vec<String> {
        self.targets.iter().map(Axis::words).collect()
    }
}

/// For each criterion in order, the place of its group.
fn group_places(scheme: &Scheme) -> Vec<usize> {
    let place = |group: &String| scheme.file.groups.iter().position(|g| g == group).unwrap_or(0);
    scheme.requirements.iter().flat_map(|r| std::iter::repeat_n(place(&r.group), r.criteria.len())).collect()
}

async fn compare(cx: &Cx, call: &Call) -> Result<Comparison, Problem> {
    let mut tx = cx.read().await?;
    let catalog = schemes::catalog(cx, &mut tx, cx.scope()?).await?;
    let version = Some(call.query.get("version")).filter(|v| !v.is_empty());
    let wanted = call.query.get("scheme");
    let by_rung = || catalog.newest().max_by_key(|s| s.file.rung);
    let scheme = if wanted.is_empty() { by_rung() } else { catalog.scheme(wanted, version) };
    let scheme = scheme.ok_or_else(Problem::not_found)?;
    let places = group_places(scheme);
    let rows: Vec<ComparisonRow> = tx.all(cx.scope()?, COMPARISON, params![&scheme.id, &scheme.version]).await?;
    let head = |r: ComparisonRow| {
        let mut group_met_counts = vec![0; scheme.file.groups.len()];
        for (letter, place) in r.results.chars().zip(&places) {
            if let Some(count) = group_met_counts.get_mut(*place).filter(|_| letter == 'm') {
                *count += 1;
            }
        }
        ComparisonHead {
            assessment_id: r.assessment_id,
            organisation: r.organisation,
            site: r.site,
            met_count: r.met_count,
            not_met_count: r.not_met_count,
            unknown_count: r.unknown_count,
            score: r.score,
            last_score: r.last_score,
            audited_count: r.audited_count,
            gap_count: r.gap_count,
            group_means: if scheme.scale().is_some() {
                let means = means(scheme, &r.steps);
                scheme.file.groups.iter().map(|g| means.get(g).copied()).collect()
            } else {
                Vec::new()
            },
            group_met_counts,
        }
    };
    let texts = scheme.texts(cx.lang);
    Ok(Comparison {
        scheme: scheme.id.clone(),
        version: scheme.version.clone(),
        groups: scheme.file.groups.iter().map(|g| texts.group.get(g).cloned().unwrap_or_default()).collect(),
        steps: scheme.scale().is_some(),
        targets: match scheme.scale() {
            Some(_) => {
                let targets = targets(cx, &mut tx, &scheme.id).await?;
                scheme.file.groups.iter().map(|g| targets.get(g).copied()).collect()
            }
            None => Vec::new(),
        },
        rows: rows.into_iter().map(head).collect(),
    })
}

#[derive(Template)]
#[template(path = "comparison_show.html")]
pub(crate) struct ComparisonPage {
    p: Page,
    c: Comparison,
    schemes: Vec<(String, String)>,
    from: usize,
    next: usize,
    total: usize,
    sort: String,
}

impl Sampled for ComparisonPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let row = ComparisonHead {
            assessment_id: "1".into(),
            organisation: "石垣精工".into(),
            site: String::new(),
            met_count: 1,
            not_met_count: 2,
            unknown_count: 3,
            score: 1,
            last_score: Some(0),
            audited_count: 3,
            gap_count: 1,
            group_met_counts: vec![1],
            group_means: vec![],
        };
        let page = |rows: Vec<ComparisonHead>| Self {
            p: p.clone(),
            total: rows.len(),
            c: Comparison {
                scheme: "small".into(),
                version: "1.0.0".into(),
                groups: vec!["ガバナンス".into()],
                rows,
                steps: true,
                targets: vec![Some(300)],
            },
            schemes: vec![("small".into(), "★3".into())],
            from: 0,
            next: 0,
            sort: String::new(),
        };
        vec![("empty", page(vec![])), ("one", page(vec![row]))]
    }
}

/// `GET /comparison`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut c = compare(&cx, &call).await?;
    let mut tx = cx.read().await?;
    let catalog = schemes::catalog(&cx, &mut tx, cx.scope()?).await?;
    let sort = call.query.get("sort").to_owned();
    match sort.as_str() {
        "met" => c.rows.sort_by_key(|r| r.met_count),
        "unknown" => c.rows.sort_by_key(|r| -r.unknown_count),
        _ => {}
    }
    let (total, from) = (c.rows.len(), call.query.get("from").parse::<usize>().unwrap_or(0));
    c.rows = c.rows.into_iter().skip(from).take(PAGE_ROWS).collect();
    let next = if from + PAGE_ROWS < total { from + PAGE_ROWS } else { 0 };
    let p = Page::new(&cx);
    let schemes = catalog.newest().map(|s| (s.id.clone(), s.texts(cx.lang).title.clone())).collect();
    Ok(p.render(&ComparisonPage { p: p.clone(), c, schemes, from, next, total, sort }))
}

/// `GET /comparison.csv`
pub(crate) async fn csv(cx: Cx, call: Call) -> Result<Response, Problem> {
    Ok(csv_response("comparison.csv", &table(&cx, compare(&cx, &call).await?)))
}

/// `GET /comparison.xlsx`
pub(crate) async fn xlsx(cx: Cx, call: Call) -> Result<Response, Problem> {
    let rows = table(&cx, compare(&cx, &call).await?);
    let bytes =
        sheets::workbook(&cx.t("comparison.sheet"), &rows).map_err(|e| Problem::new(kernel::Code::Internal).because(e.to_string()))?;
    Ok(workbook_response("comparison.xlsx", bytes))
}

/// The comparison as rows of cells, the head first.
fn table(cx: &Cx, c: Comparison) -> Vec<Vec<String>> {
    let p = Page::new(cx);
    let mut head =
        ["organisation", "site", "met", "not_met", "unknown", "score", "last", "audited", "gaps"].map(|k| p.key("comparison", k)).to_vec();
    head.extend(c.groups.iter().cloned());
    let mut table = vec![head];
    for r in c.rows {
        let cells = r.cells();
        let mut row = vec![r.organisation, r.site];
        row.extend([r.met_count, r.not_met_count, r.unknown_count, r.score].map(|n| n.to_string()));
        row.push(r.last_score.map_or(String::new(), |n| n.to_string()));
        row.extend([r.audited_count, r.gap_count].map(|n| n.to_string()));
        row.extend(cells);
        table.push(row);
    }
    table
}

/// `GET /api/v1/comparison`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<Comparison, Problem> {
    compare(&cx, &call).await
}
