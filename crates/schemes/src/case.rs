//! `schemes::case` — worked examples beside a scheme: facts and what must come out. They are
//! the scheme's own tests and run in CI and by `ishigaki scheme check`.

use std::collections::BTreeMap;

use kernel::{Day, Tri};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::catalog::Catalog;
use crate::evaluate::evaluate;
use crate::facts_file::read_table;
use crate::scheme::{Scheme, SchemeError, SchemeFolder};
use crate::score::{Standing, score, standing, steps};

/// `cases.toml` as written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// The examples.
    pub case: Vec<Case>,
}

/// One worked example.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows, as a statement.
    pub name: String,
    /// The day of the evaluation, `2026-11-21`.
    pub day: String,
    /// The company's facts.
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub facts: toml::Table,
    /// Expected results by criterion; others are not looked at.
    #[serde(default)]
    pub expect: BTreeMap<String, Tri>,
    /// Expected numbers of met, not met and unknown criteria.
    #[serde(default)]
    pub totals: Option<[usize; 3]>,
    /// Expected number of met criteria.
    #[serde(default)]
    pub met: Option<usize>,
    /// Expected score.
    #[serde(default)]
    pub score: Option<i32>,
    /// Expected band; an empty text expects none.
    #[serde(default)]
    pub band: Option<String>,
}

/// An example that did not come out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// The example.
    pub case: String,
    /// What was compared: a criterion, `totals`, `met`, `score` or `band`; empty if the example cannot be read.
    pub what: String,
    /// What must come out.
    pub want: String,
    /// What came out, or why the example cannot be read.
    pub got: String,
}

impl std::fmt::Display for Miss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { case, what, want, got } = self;
        if what.is_empty() { write!(f, "{case}: {got}") } else { write!(f, "{case}: {what}: expected {want}, got {got}") }
    }
}

/// Runs the examples of a scheme and says what did not come out.
///
/// # Errors
/// [`SchemeError`] if the file is missing or not of the expected shape.
pub fn run_cases(scheme: &Scheme, folder: &SchemeFolder, catalog: &Catalog) -> Result<Vec<Miss>, SchemeError> {
    let file: CaseFile = crate::scheme::parse(folder, "cases.toml")?;
    let mut wrong = Vec::new();
    for case in &file.case {
        if let Err(text) = run(scheme, case, catalog, &mut wrong) {
            wrong.push(Miss { case: case.name.clone(), what: String::new(), want: String::new(), got: text });
        }
    }
    Ok(wrong)
}

fn run(scheme: &Scheme, case: &Case, catalog: &Catalog, wrong: &mut Vec<Miss>) -> Result<(), String> {
    let day = Day::parse(&case.day).map_err(|e| e.to_string())?;
    let facts = read_table(&case.facts, catalog).map_err(|e| e.to_string())?;
    let mut miss = |what: &str, want: String, got: String| {
        if want != got {
            wrong.push(Miss { case: case.name.clone(), what: what.to_owned(), want, got });
        }
    };
    for (id, want) in &case.expect {
        let criterion = scheme.criterion(id).ok_or_else(|| format!("no criterion {id}"))?;
        let got = criterion.rule.as_ref().map_or("pending".to_owned(), |r| evaluate(r, &facts, day).result.to_string());
        miss(id, want.to_string(), got);
    }
    let standings: Vec<Standing> = scheme.criteria().map(|c| standing(c, &facts, day)).collect();
    if let Some(want) = case.totals {
        let results = scheme.criteria().filter_map(|c| c.rule.as_ref()).map(|r| evaluate(r, &facts, day).result);
        let results: Vec<Tri> = results.collect();
        let got = [Tri::Met, Tri::NotMet, Tri::Unknown].map(|t| results.iter().filter(|r| **r == t).count());
        miss("totals", format!("{want:?}"), format!("{got:?}"));
    }
    if let Some(want) = case.met {
        let got = standings.iter().filter(|s| **s == Standing::Met).count();
        miss("met", want.to_string(), got.to_string());
    }
    let got = score(scheme, &standings, &steps(scheme, &facts));
    if let Some(want) = case.score {
        miss("score", want.to_string(), got.value.to_string());
    }
    if let Some(want) = &case.band {
        miss("band", want.clone(), got.band.unwrap_or_default());
    }
    Ok(())
}
