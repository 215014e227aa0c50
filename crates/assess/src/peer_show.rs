//! `assess::peer_show` — one's own value beside the published mean and the middle half of
//! companies of the same industry and size, and beside imported averages; n and day on every figure.

use std::collections::BTreeMap;

use askama::Template;
use kernel::{Event, EventKind, ReferenceId};
use people::Profile;
use schemars::JsonSchema;
use schemes::Scheme;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, Span, StatusCode, redirect, spans};

use crate::assessment_list::named;
use crate::axes::Axis;
use crate::peer_publish::{ALL, Figure, PEERS_MIN, values};
use crate::store::{PEER_FIND, PEER_OWN, REFERENCE_ADD, REFERENCE_LIST, REFERENCE_REMOVE, ReferenceRow};

/// Published figures that this company may see.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct PeerHead {
    /// Whether they are of the same industry and size; else of all companies here.
    pub(crate) same: bool,
    /// How many companies are behind them.
    pub(crate) company_count: i64,
    /// The day they were published.
    pub(crate) day: String,
    /// By group: mean, a quarter below, a quarter above, companies that answered.
    pub(crate) figures: BTreeMap<String, (i32, i32, i32, usize)>,
}

/// The published figures of the company's cell, or of all; none where too few others are in them.
pub(crate) async fn peers(cx: &Cx, tx: &mut Tx, scheme: &Scheme) -> Result<Option<PeerHead>, Problem> {
    let profile: Profile = people::profile(tx, cx.scope()?).await?;
    let cell = format!("{}/{}", profile.industry, profile.employee_band);
    for (same, cell) in [(true, cell.as_str()), (false, ALL)] {
        // A company that did not say its industry and size is in no cell but the whole.
        let found: Option<(i64, String, String)> = tx
            .one(&kernel::Unscoped::because("published figures name nobody"), PEER_FIND, params![&scheme.id, &scheme.version, cell])
            .await?;
        let Some((company_count, figures, day)) = found else { continue };
        // Whoever sees a group's own values could take them off: five others must remain.
        let own: Option<(i64,)> = tx.one(cx.scope()?, PEER_OWN, params![&scheme.id, &scheme.version, cell]).await?;
        let others = usize::try_from(company_count - own.map_or(0, |(n,)| n)).unwrap_or(0);
        if others < PEERS_MIN {
            continue;
        }
        let figures: BTreeMap<String, Figure> = serde_json::from_str(&figures).unwrap_or_default();
        let figures = figures.into_iter().map(|(g, f)| (g, (f.mean, f.lower, f.upper, f.n))).collect();
        return Ok(Some(PeerHead { same, company_count, day, figures }));
    }
    Ok(None)
}

/// An imported average.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ReferenceHead {
    pub(crate) reference_id: String,
    pub(crate) title: String,
    pub(crate) source: String,
    pub(crate) day: String,
    pub(crate) company_count: i64,
    /// Means by group, in hundredths.
    pub(crate) means: BTreeMap<String, i32>,
}

impl From<ReferenceRow> for ReferenceHead {
    fn from(row: ReferenceRow) -> Self {
        Self {
            means: serde_json::from_str(&row.means).unwrap_or_default(),
            reference_id: row.reference_id,
            title: row.title,
            source: row.source,
            day: row.day,
            company_count: row.company_count,
        }
    }
}

/// The company's imported averages for a scheme, newest first.
pub(crate) async fn references(cx: &Cx, tx: &mut Tx, scheme: &str) -> Result<Vec<ReferenceHead>, Problem> {
    let rows: Vec<ReferenceRow> = tx.all(cx.scope()?, REFERENCE_LIST, params![scheme]).await?;
    Ok(rows.into_iter().map(ReferenceHead::from).collect())
}

/// One's own value beside the others'.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Beside {
    scheme: String,
    title: String,
    /// Whether values are steps; else they are shares of criteria met, in hundredths of a percent.
    steps: bool,
    /// Group, its title and the own value in hundredths.
    own: Vec<(String, String, Option<i32>)>,
    peers: Option<PeerHead>,
    references: Vec<ReferenceHead>,
}

async fn beside(cx: &Cx, call: &Call) -> Result<Beside, Problem> {
    let mut tx = cx.read().await?;
    let catalog = schemes::catalog(cx, &mut tx, cx.scope()?).await?;
    let row = named(cx, &mut tx, call).await?;
    let scheme = catalog.scheme(&row.scheme_id, Some(&row.version)).ok_or_else(Problem::not_found)?;
    let own = values(scheme, &row.results, &row.steps);
    let title = |g: &String| scheme.texts(cx.lang).group.get(g).cloned().unwrap_or_default();
    Ok(Beside {
        scheme: scheme.id.clone(),
        title: scheme.texts(cx.lang).title.clone(),
        steps: scheme.scale().is_some(),
        own: scheme.file.groups.iter().map(|g| (g.clone(), title(g), own.get(g).copied())).collect(),
        peers: peers(cx, &mut tx, scheme).await?,
        references: references(cx, &mut tx, &scheme.id).await?,
    })
}

#[derive(Template)]
#[template(path = "peer_show.html")]
pub(crate) struct PeerPage {
    p: Page,
    assessment: String,
    b: Beside,
    chart: String,
    /// Title of each group with its cells.
    rows: Vec<(String, Vec<String>)>,
    errors: Fields,
    /// What was typed: title, source, day, number, lines.
    typed: [String; 5],
}

impl PeerPage {
    fn of(p: Page, assessment: String, b: Beside, errors: Fields, typed: [String; 5]) -> Self {
        let highest = if b.steps { 500 } else { 10_000 };
        let span = |(group, title, own): &(String, String, Option<i32>)| {
            let figure = b.peers.as_ref().and_then(|peers| peers.figures.get(group));
            Span { label: title.clone(), own: *own, mean: figure.map(|f| f.0), middle: figure.map(|f| (f.1, f.2)) }
        };
        let chart =
            if b.peers.is_some() { spans(&p.t("peer.chart"), &b.own.iter().map(span).collect::<Vec<_>>(), highest) } else { String::new() };
        let rows = b.own.iter().map(|(group, title, own)| (title.clone(), cells(&b, group, *own))).collect();
        Self { p, assessment, b, chart, rows, errors, typed }
    }
}

/// What stands beside a group: own value, mean, middle half, number, imported means.
fn cells(b: &Beside, group: &str, own: Option<i32>) -> Vec<String> {
    let words = |value: Option<i32>| {
        if b.steps { Axis::words(&value) } else { value.map_or("–".to_owned(), |v| format!("{}%", (v + 50) / 100)) }
    };
    let mut cells = vec![words(own)];
    match b.peers.as_ref().and_then(|p| p.figures.get(group)) {
        Some((mean, lower, upper, n)) => {
            cells.extend([words(Some(*mean)), format!("{}–{}", words(Some(*lower)), words(Some(*upper))), n.to_string()]);
        }
        None => cells.extend(["–"; 3].map(str::to_owned)),
    }
    cells.extend(b.references.iter().map(|r| words(r.means.get(group).copied())));
    cells
}

impl Sampled for PeerPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |peers, references, errors| {
            let b = Beside {
                scheme: "scale".into(),
                title: "経営ガイドライン".into(),
                steps: true,
                own: vec![("d1".into(), "リスクの認識".into(), Some(250)), ("d2".into(), "体制".into(), None)],
                peers,
                references,
            };
            Self::of(p.clone(), "1".into(), b, errors, Default::default())
        };
        let figures = BTreeMap::from([("d1".to_owned(), (275, 200, 350, 12))]);
        let peers = PeerHead { same: true, company_count: 12, day: "2026-11-21".into(), figures };
        let reference = ReferenceHead {
            reference_id: "1".into(),
            title: "業界調査".into(),
            source: "業界団体の報告".into(),
            day: "2026-04-01".into(),
            company_count: 120,
            means: BTreeMap::from([("d1".to_owned(), 310)]),
        };
        let mut errors = Fields::default();
        errors.add("lines", "1行に「項目の番号,平均」を書いてください");
        vec![("too few", page(None, vec![], errors)), ("with peers", page(Some(peers), vec![reference], Fields::default()))]
    }
}

/// `GET /assessments/{id}/peers`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let b = beside(&cx, &call).await?;
    let page = PeerPage::of(Page::new(&cx), call.part("id").to_owned(), b, Fields::default(), Default::default());
    Ok(page.p.clone().render(&page))
}

/// `GET /api/v1/assessments/{id}/peers`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<Beside, Problem> {
    beside(&cx, &call).await
}

/// Averages from elsewhere.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReferenceInput {
    /// What they are of, 1 to 100 characters.
    title: String,
    /// Where they come from, 1 to 200 characters.
    source: String,
    /// The day they were made.
    day: String,
    /// How many companies are behind them; 0 if not known.
    #[serde(default)]
    company_count: i64,
    /// A line for each group: its id, a comma, the mean (a step such as 3.25, or a percentage).
    lines: String,
}

fn check(cx: &Cx, scheme: &Scheme, input: &ReferenceInput) -> Result<BTreeMap<String, i32>, Problem> {
    let mut errors = Fields::default();
    let length = |text: &str, most: usize| (1..=most).contains(&text.trim().chars().count());
    if !length(&input.title, 100) {
        errors.add("title", cx.t("reference.wrong.title"));
    }
    if !length(&input.source, 200) {
        errors.add("source", cx.t("reference.wrong.source"));
    }
    if kernel::Day::parse_loose(&input.day).is_err() {
        errors.add("day", cx.t("reference.wrong.day"));
    }
    let mut means = BTreeMap::new();
    for line in input.lines.lines().filter(|l| !l.trim().is_empty()) {
        let (group, value) = line.split_once([',', '\t', '，', '、']).unwrap_or((line, ""));
        let value: Option<f64> = value.trim().trim_end_matches('%').parse().ok().filter(|v: &f64| (0.0..=100.0).contains(v));
        let hundredths = value.and_then(|v| format!("{:.0}", v * 100.0).parse::<i32>().ok());
        match hundredths.filter(|_| scheme.file.groups.iter().any(|g| g == group.trim())) {
            Some(value) => {
                means.insert(group.trim().to_owned(), value);
            }
            None => errors.add("lines", cx.app.texts.fill(cx.lang, "reference.wrong.line", &[("line", line.to_owned())])),
        }
    }
    if means.is_empty() && errors.of("lines").is_empty() {
        errors.add("lines", cx.t("reference.wrong.lines"));
    }
    if errors.is_empty() { Ok(means) } else { Err(Problem::invalid(errors.0)) }
}

async fn add(cx: &Cx, call: &Call, input: &ReferenceInput) -> Result<String, Problem> {
    let mut tx = cx.write().await?;
    let catalog = schemes::catalog(cx, &mut tx, cx.scope()?).await?;
    let row = named(cx, &mut tx, call).await?;
    let scheme = catalog.scheme(&row.scheme_id, Some(&row.version)).ok_or_else(Problem::not_found)?;
    let means = serde_json::to_string(&check(cx, scheme, input)?).unwrap_or_default();
    let id = ReferenceId::new(&*cx.app.clock, &*cx.app.rng);
    let day = kernel::Day::parse_loose(&input.day).map(|d| d.to_string()).unwrap_or_default();
    let (title, source) = (input.title.trim(), input.source.trim());
    tx.run(cx.scope()?, REFERENCE_ADD, params![&id, &scheme.id, title, source, day, input.company_count.max(0), means]).await?;
    cx.record(&mut tx, Event::new(EventKind::ReferenceAdded, id.as_str()).with("scheme", &scheme.id)).await?;
    tx.commit().await?;
    Ok(id.to_string())
}

/// `POST /assessments/{id}/references`
pub(crate) async fn add_page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let get = |n: &str| call.form.get(n).to_owned();
    let input = ReferenceInput {
        title: get("title"),
        source: get("source"),
        day: get("day"),
        company_count: get("company_count").parse().unwrap_or(0),
        lines: get("lines"),
    };
    match add(&cx, &call, &input).await {
        Ok(_) => Ok(redirect(&format!("/assessments/{}/peers", call.part("id")))),
        Err(problem) if !problem.fields.is_empty() => {
            let b = beside(&cx, &call).await?;
            let typed = [input.title, input.source, input.day, get("company_count"), input.lines];
            let page = PeerPage::of(Page::new(&cx), call.part("id").to_owned(), b, Fields(problem.fields), typed);
            Ok(page.p.clone().render_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(problem) => Err(problem),
    }
}

/// `POST /api/v1/assessments/{id}/references`
pub(crate) async fn add_api(cx: Cx, call: Call, input: ReferenceInput) -> Result<String, Problem> {
    add(&cx, &call, &input).await
}

/// `POST /assessments/{id}/references/{reference}/remove`
pub(crate) async fn remove(cx: Cx, call: Call) -> Result<Response, Problem> {
    let reference: ReferenceId = call.id("reference")?;
    let mut tx = cx.write().await?;
    if tx.run(cx.scope()?, REFERENCE_REMOVE, params![&reference]).await? == 0 {
        return Err(Problem::not_found());
    }
    cx.record(&mut tx, Event::new(EventKind::ReferenceRemoved, reference.as_str())).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/assessments/{}/peers", call.part("id"))))
}
