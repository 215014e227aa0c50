//! `assess::assessment_list` — all assessments of the organisation, with bars and the table.

use askama::Template;
use kernel::AssessmentId;
use schemars::JsonSchema;
use schemes::Catalog;
use serde::Serialize;
use store::{Tx, params};
use web::{Bar, Call, Cx, Page, Problem, Response, Sampled, bars};

use crate::model::counts;
use crate::store::{ASSESSMENT_FIND, ASSESSMENT_LIST, AssessmentRow};

/// Longest name beside a bar, in characters.
const SHORT_CHARS: usize = 12;

/// An assessment in lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct AssessmentHead {
    pub(crate) assessment_id: String,
    pub(crate) scheme: String,
    pub(crate) version: String,
    /// The scheme's title in the reader's language.
    pub(crate) title: String,
    /// The level the scheme awards, which this diagnosis is not.
    pub(crate) level: String,
    pub(crate) site_id: String,
    pub(crate) met_count: i64,
    pub(crate) not_met_count: i64,
    pub(crate) unknown_count: i64,
    /// Criteria whose text is not public yet.
    pub(crate) pending_count: i64,
    pub(crate) score: i64,
    /// The band's id, where the scheme has bands and everything is answered.
    pub(crate) band: Option<String>,
    /// Its place on the ladder.
    pub(crate) rung: Option<u32>,
}

impl AssessmentHead {
    pub(crate) fn of(cx: &Cx, catalog: &Catalog, row: AssessmentRow) -> Option<Self> {
        let scheme = catalog.scheme(&row.scheme_id, Some(&row.version))?;
        let [met_count, not_met_count, unknown_count, pending_count] = counts(&row.results);
        Some(Self {
            assessment_id: row.assessment_id,
            title: scheme.texts(cx.lang).title.clone(),
            level: scheme.file.award.level.clone(),
            rung: scheme.file.rung,
            scheme: row.scheme_id,
            version: row.version,
            site_id: row.site_id,
            met_count,
            not_met_count,
            unknown_count,
            pending_count,
            score: row.score,
            band: row.band,
        })
    }

    /// The level, or the beginning of the title where the scheme awards none.
    fn short(&self) -> String {
        let title = self.title.chars().take(SHORT_CHARS).collect();
        if self.level.is_empty() || self.level.chars().count() > SHORT_CHARS { title } else { self.level.clone() }
    }

    pub(crate) fn total(&self) -> i64 {
        self.met_count + self.not_met_count + self.unknown_count + self.pending_count
    }
}

/// The assessment that the path names as `{id}`.
///
/// # Errors
/// [`kernel::Code::NotFound`] where it is not the organisation's.
pub(crate) async fn named(cx: &Cx, tx: &mut Tx, call: &Call) -> Result<AssessmentRow, Problem> {
    let id: AssessmentId = call.id("id")?;
    let row: Option<AssessmentRow> = tx.one(cx.scope()?, ASSESSMENT_FIND, params![&id]).await?;
    row.ok_or_else(Problem::not_found)
}

/// The organisation's assessments, by rung of the ladder.
///
/// # Errors
/// The store's.
pub(crate) async fn heads(cx: &Cx, tx: &mut Tx, catalog: &Catalog) -> Result<Vec<AssessmentHead>, Problem> {
    let rows: Vec<AssessmentRow> = tx.all(cx.scope()?, ASSESSMENT_LIST, params![]).await?;
    let mut heads: Vec<AssessmentHead> = rows.into_iter().filter_map(|r| AssessmentHead::of(cx, catalog, r)).collect();
    heads.sort_by_key(|h| (h.rung.unwrap_or(u32::MAX), h.scheme.clone(), h.version.clone(), h.site_id.clone()));
    Ok(heads)
}

#[derive(Template)]
#[template(path = "assessment_list.html")]
pub(crate) struct AssessmentListPage {
    p: Page,
    heads: Vec<(AssessmentHead, String)>,
    chart: String,
    schemes: Vec<(String, String)>,
    sites: Vec<(String, String)>,
}

impl Sampled for AssessmentListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let head = AssessmentHead {
            assessment_id: "1".into(),
            scheme: "small".into(),
            version: "1.0.0".into(),
            title: "SCS評価制度 ★3".into(),
            level: "★3".into(),
            site_id: String::new(),
            met_count: 40,
            not_met_count: 20,
            unknown_count: 21,
            pending_count: 0,
            score: 40,
            band: None,
            rung: Some(3),
        };
        let page = |heads: Vec<(AssessmentHead, String)>| {
            let chart = chart(p, &heads);
            Self { p: p.clone(), heads, chart, schemes: vec![("small@1.0.0".into(), "SCS評価制度 ★3".into())], sites: vec![] }
        };
        vec![("empty", page(vec![])), ("one", page(vec![(head, p.t("assessment.whole"))]))]
    }
}

fn number(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(0)
}

fn chart(p: &Page, heads: &[(AssessmentHead, String)]) -> String {
    let bar = |(h, site): &(AssessmentHead, String)| Bar {
        label: format!("{} {}", h.short(), if h.site_id.is_empty() { &h.version } else { site }),
        met: number(h.met_count),
        not_met: number(h.not_met_count),
        unknown: number(h.unknown_count + h.pending_count),
    };
    bars(&p.t("assessment.list.chart"), &heads.iter().take(30).map(bar).collect::<Vec<_>>())
}

/// `GET /assessments`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let catalog = schemes::catalog(&cx, &mut tx, cx.scope()?).await?;
    let p = Page::new(&cx);
    let sites = people::site_list(&mut tx, cx.scope()?).await?;
    let name = |id: &str| sites.iter().find(|s| s.site_id == id).map_or(p.t("assessment.whole"), |s| s.name.clone());
    let heads: Vec<(AssessmentHead, String)> =
        heads(&cx, &mut tx, &catalog).await?.into_iter().map(|h| (h.clone(), name(&h.site_id))).collect();
    let page = AssessmentListPage {
        p: p.clone(),
        chart: chart(&p, &heads),
        heads,
        schemes: catalog.schemes().iter().map(|s| (s.name(), format!("{} ({})", s.texts(cx.lang).title, s.version))).collect(),
        sites: sites.iter().filter(|s| s.open).map(|s| (s.site_id.clone(), s.name.clone())).collect(),
    };
    Ok(p.render(&page))
}

/// `GET /api/v1/assessments`
pub(crate) async fn api(cx: Cx, _call: Call, (): ()) -> Result<Vec<AssessmentHead>, Problem> {
    let mut tx = cx.read().await?;
    let catalog = schemes::catalog(&cx, &mut tx, cx.scope()?).await?;
    heads(&cx, &mut tx, &catalog).await
}
