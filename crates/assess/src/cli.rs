//! `assess::cli` — `ishigaki assess --scheme ID --facts FILE`: one company, no database. Pure:
//! takes texts, returns the output.

use kernel::{Day, Lang, Tri};
use schemes::{Catalog, Standing, evaluate, read_facts, score, smallest_changes, standing};
use serde::Serialize;

/// A fact that decided.
#[derive(Debug, Serialize)]
struct DecidingOut {
    fact: String,
    result: Tri,
    why: schemes::Why,
}

/// A change that would be needed.
#[derive(Debug, Serialize)]
struct ChangeOut {
    fact: String,
    must: String,
    to: String,
}

/// A set of changes that would meet a criterion.
#[derive(Debug, Serialize)]
struct WayOut {
    minutes: u32,
    changes: Vec<ChangeOut>,
}

/// One criterion.
#[derive(Debug, Serialize)]
struct CriterionOut {
    id: String,
    requirement: String,
    /// `met`, `not_met`, `unknown` or `pending`.
    result: String,
    standing: Standing,
    deciding: Vec<DecidingOut>,
    would_meet: Vec<WayOut>,
}

/// Totals over all criteria.
#[derive(Debug, Default, Serialize)]
struct Totals {
    criteria: usize,
    met: usize,
    not_met: usize,
    unknown: usize,
    pending: usize,
}

/// The whole output of `ishigaki assess --json`.
#[derive(Debug, Serialize)]
pub struct Assessed {
    scheme: String,
    version: String,
    hash: String,
    day: String,
    /// Always `diagnosis`: never an award.
    kind: &'static str,
    totals: Totals,
    score: schemes::Score,
    said_unknown: Vec<String>,
    criteria: Vec<CriterionOut>,
}

/// Assesses the facts of a file.
///
/// # Errors
/// One line saying what does not fit: the scheme, or a fact with the nearest known key.
pub fn assess(catalog: &Catalog, scheme: &str, facts: &str, day: Day) -> Result<Assessed, String> {
    let (id, version) = scheme.split_once('@').map_or((scheme, None), |(id, v)| (id, Some(v)));
    let scheme = catalog.scheme(id, version).ok_or_else(|| {
        let known: Vec<String> = catalog.schemes().iter().map(|s| s.name()).collect();
        format!("unknown scheme {scheme}; known are: {}", known.join(", "))
    })?;
    let facts = read_facts(facts, catalog).map_err(|e| e.to_string())?;
    let standings: Vec<Standing> = scheme.criteria().map(|c| standing(c, &facts, day)).collect();
    let mut totals = Totals { criteria: standings.len(), ..Totals::default() };
    let mut criteria = Vec::new();
    for (criterion, standing) in scheme.criteria().zip(&standings) {
        let verdict = criterion.rule.as_ref().map(|rule| evaluate(rule, &facts, day));
        match verdict.as_ref().map(|v| v.result) {
            Some(Tri::Met) => totals.met += 1,
            Some(Tri::NotMet) => totals.not_met += 1,
            Some(Tri::Unknown) => totals.unknown += 1,
            None => totals.pending += 1,
        }
        let sets = criterion.rule.as_ref().map(|rule| smallest_changes(rule, &facts, catalog.types(), day, 3)).unwrap_or_default();
        let change = |c: schemes::Change| ChangeOut { fact: c.fact, must: c.must, to: c.to.word() };
        criteria.push(CriterionOut {
            id: criterion.id.clone(),
            requirement: criterion.requirement.clone(),
            result: verdict.as_ref().map_or("pending".to_owned(), |v| v.result.to_string()),
            standing: *standing,
            deciding: verdict
                .map(|v| v.deciding)
                .unwrap_or_default()
                .into_iter()
                .map(|d| DecidingOut { fact: d.fact, result: d.result, why: d.why })
                .collect(),
            would_meet: sets
                .into_iter()
                .map(|s| WayOut { minutes: s.minutes, changes: s.changes.into_iter().map(change).collect() })
                .collect(),
        });
    }
    let said = scheme.criteria().zip(&standings).filter(|(_, s)| **s == Standing::SaidUnknown);
    Ok(Assessed {
        scheme: scheme.id.clone(),
        version: scheme.version.clone(),
        hash: scheme.hash.clone(),
        day: day.to_string(),
        kind: "diagnosis",
        totals,
        score: score(scheme, &standings, &schemes::steps(scheme, &facts)),
        said_unknown: said.map(|(c, _)| c.id.clone()).collect(),
        criteria,
    })
}

impl Assessed {
    /// Whether every criterion is met.
    #[must_use]
    pub fn all_met(&self) -> bool {
        self.totals.met == self.totals.criteria
    }

    /// The output for people: totals, then one line per criterion.
    #[must_use]
    pub fn lines(&self, catalog: &Catalog, lang: Lang) -> String {
        use std::fmt::Write as _;
        let mut out = format!(
            "{}@{}  {}\nmet {}  not met {}  unknown {}  pending {}  of {}   score {}/{}\n(diagnosis, not an award)\n\n",
            self.scheme,
            self.version,
            self.day,
            self.totals.met,
            self.totals.not_met,
            self.totals.unknown,
            self.totals.pending,
            self.totals.criteria,
            self.score.value,
            self.score.highest,
        );
        let scheme = catalog.scheme(&self.scheme, Some(&self.version));
        for c in &self.criteria {
            let text = scheme.and_then(|s| Some(s.criterion_text(s.criterion(&c.id)?, lang))).unwrap_or("");
            let facts: Vec<&str> = c.deciding.iter().map(|d| d.fact.as_str()).collect();
            // Writing to a String cannot fail.
            writeln!(out, "{:<8} {:<10} {text}  [{}]", c.result, c.id, facts.join(", ")).unwrap_or_default();
        }
        out
    }
}
