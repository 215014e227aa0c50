//! `register::statistic_show` — how many entries were awarded: by quarter, prefecture, industry,
//! size and level, from counts that are kept with every award.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use schemars::JsonSchema;
use schemes::Catalog;
use serde::Serialize;
use store::params;
use web::{Bar, Call, Cx, Page, Problem, Response, Sampled, bars, csv_response};

use crate::keys::REGISTER;
use crate::store::STATISTICS;

/// Prefectures of the three large city regions, as the programme's own figures take them together.
const LARGE_CITIES: &[&str] = &["11", "12", "13", "14", "21", "23", "24", "26", "27", "28", "29"];

/// Quarters drawn at most.
const QUARTERS_SHOWN: usize = 24;

/// Figures of one scheme, or of all.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct Statistics {
    /// Awarded in all, ended ones included.
    total: i64,
    /// By scheme and level.
    levels: BTreeMap<String, i64>,
    /// By quarter of the calendar year, `2026-Q4`.
    quarters: BTreeMap<String, i64>,
    /// By JIS X 0401 code; empty where it is not known.
    prefectures: BTreeMap<String, i64>,
    /// By letter of the industry's division.
    industries: BTreeMap<String, i64>,
    /// By employee band.
    bands: BTreeMap<String, i64>,
    /// In the three large city regions, and in the other prefectures.
    large_cities: i64,
    other_prefectures: i64,
}

async fn statistics(cx: &Cx, scheme: &str) -> Result<Statistics, Problem> {
    let mut tx = cx.read().await?;
    let rows: Vec<(String, String, String, String, String, String, i64)> = tx.all(&REGISTER, STATISTICS, params![]).await?;
    let mut found = Statistics::default();
    for (id, level, quarter, prefecture, industry, band, n) in rows {
        *found.levels.entry(format!("{id} {level}")).or_default() += n;
        if !scheme.is_empty() && id != scheme {
            continue;
        }
        found.total += n;
        if LARGE_CITIES.contains(&prefecture.as_str()) {
            found.large_cities += n;
        } else if !prefecture.is_empty() {
            found.other_prefectures += n;
        }
        *found.quarters.entry(quarter).or_default() += n;
        *found.prefectures.entry(prefecture).or_default() += n;
        *found.industries.entry(industry).or_default() += n;
        *found.bands.entry(band).or_default() += n;
    }
    Ok(found)
}

#[derive(Template)]
#[template(path = "statistic_show.html")]
pub(crate) struct StatisticPage {
    p: Page,
    d: Statistics,
    schemes: Vec<(String, String)>,
    scheme: String,
    chart: String,
}

impl StatisticPage {
    /// Every table with its title.
    fn tables(&self) -> Vec<(String, Vec<(String, i64)>)> {
        let (p, d) = (&self.p, &self.d);
        vec![
            (p.t("statistic.levels"), self.rows("", &d.levels)),
            (p.t("statistic.quarters"), self.rows("", &d.quarters)),
            (p.t("register.prefecture"), self.rows("prefecture", &d.prefectures)),
            (p.t("register.industry"), self.rows("industry", &d.industries)),
            (p.t("statistic.bands"), self.rows("", &d.bands)),
        ]
    }

    /// Rows of a table: words for a code, and the count. An empty code is what is not known.
    fn rows(&self, start: &str, counts: &BTreeMap<String, i64>) -> Vec<(String, i64)> {
        let words = |code: &String| match (code.is_empty(), start.is_empty()) {
            (true, _) => self.p.t("statistic.unknown"),
            (false, true) => code.clone(),
            (false, false) => self.p.key(start, code),
        };
        counts.iter().map(|(code, n)| (words(code), *n)).collect()
    }
}

impl Sampled for StatisticPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let count = |list: &[(&str, i64)]| list.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect::<BTreeMap<_, _>>();
        let some = Statistics {
            total: 112_379,
            levels: count(&[("small ★", 100_000), ("small ★★", 12_379)]),
            quarters: count(&[("2026-Q3", 60_000), ("2026-Q4", 52_379)]),
            prefectures: count(&[("13", 63_990), ("40", 48_389)]),
            industries: count(&[("", 1), ("E", 112_378)]),
            bands: count(&[("6-20", 112_379)]),
            large_cities: 63_990,
            other_prefectures: 48_389,
        };
        let page = |d: Statistics| Self {
            p: p.clone(),
            chart: picture(p, &d),
            d,
            schemes: vec![("small".into(), "SECURITY ACTION ★".into())],
            scheme: String::new(),
        };
        vec![("empty", page(Statistics::default())), ("some", page(some))]
    }
}

/// One bar per quarter, added up to there.
fn picture(p: &Page, d: &Statistics) -> String {
    let mut sum = 0;
    let grown = d.quarters.iter().map(|(quarter, n)| {
        sum += n;
        Bar { label: quarter.clone(), met: u32::try_from(sum).unwrap_or(u32::MAX), not_met: 0, unknown: 0 }
    });
    let all: Vec<Bar> = grown.collect();
    let from = all.len().saturating_sub(QUARTERS_SHOWN);
    let shown: Vec<Bar> = all.into_iter().skip(from).collect();
    if shown.is_empty() { String::new() } else { bars(&p.t("statistic.chart"), &shown) }
}

/// `GET /register/statistics?scheme=`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    crate::limit::check(&cx)?;
    let scheme = call.query.get("scheme").to_owned();
    let catalog = cx.part::<Arc<Catalog>>()?;
    let p = Page::new(&cx);
    let d = statistics(&cx, &scheme).await?;
    let schemes = catalog.newest().map(|s| (s.id.clone(), s.texts(cx.lang).title.clone())).collect();
    let page = StatisticPage { chart: picture(&p, &d), d, schemes, scheme, p: p.clone() };
    Ok(p.render(&page))
}

/// `GET /register/statistics.csv?scheme=`
pub(crate) async fn csv(cx: Cx, call: Call) -> Result<Response, Problem> {
    crate::limit::check(&cx)?;
    let d = statistics(&cx, call.query.get("scheme")).await?;
    let mut rows = vec![["by", "code", "count"].map(str::to_owned).to_vec()];
    let tables = [
        ("level", &d.levels),
        ("quarter", &d.quarters),
        ("prefecture", &d.prefectures),
        ("industry", &d.industries),
        ("employees", &d.bands),
    ];
    for (by, counts) in tables {
        rows.extend(counts.iter().map(|(code, n)| vec![by.to_owned(), code.clone(), n.to_string()]));
    }
    Ok(csv_response("statistics.csv", &rows))
}

/// `GET /api/v1/register-statistics?scheme=`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<Statistics, Problem> {
    crate::limit::check(&cx)?;
    statistics(&cx, call.query.get("scheme")).await
}
