//! `assess::remaining` — what remains for a level, in order of effort: the changes of the
//! smallest sets, each once, with how many criteria it serves.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Day;
use schemars::JsonSchema;
use schemes::{Catalog, Change, FactKind, Facts, Scheme, smallest_changes};
use serde::Serialize;
use web::Page;

/// One thing to do.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Step {
    pub(crate) fact: String,
    pub(crate) label: String,
    /// What it would have to be, in words.
    pub(crate) words: String,
    /// Whether anything is stated yet; if not, answering comes first.
    pub(crate) stated: bool,
    /// Our rough estimate of the effort.
    pub(crate) minutes: u32,
}

/// Minutes in words: hours from two hours on, rounded up.
pub(crate) fn effort(p: &Page, minutes: u32) -> String {
    if minutes < 120 { p.t1("effort.minutes", "n", minutes) } else { p.t1("effort.hours", "n", minutes.div_ceil(60)) }
}

impl Step {
    pub(crate) fn effort(&self, p: &Page) -> String {
        effort(p, self.minutes)
    }
}

/// A step with what it serves.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Remaining {
    pub(crate) step: Step,
    /// How many criteria need it.
    pub(crate) criteria_count: usize,
}

/// A change in words.
pub(crate) fn must_words(p: &Page, catalog: &Catalog, facts: &Facts, change: &Change) -> Option<Step> {
    let fact = catalog.fact(&change.fact)?;
    let texts = fact.texts(p.lang());
    let option = |o: &str| texts.options.get(o).cloned().unwrap_or_else(|| p.key("answer", o));
    let part = |must: &str| -> String {
        let must = must.trim();
        let unit = |n: &str| fact.file.unit.map_or(n.to_owned(), |u| p.t1(&format!("unit.{u}"), "n", n));
        if let Some(n) = must.strip_prefix(">= ") {
            p.t1("must.at_least", "value", unit(n))
        } else if let Some(n) = must.strip_prefix("<= ") {
            p.t1("must.at_most", "value", unit(n))
        } else if must.starts_with("within ") {
            p.t("must.within")
        } else if let Some(list) = must.strip_prefix("= ") {
            let words: Vec<String> = list.split('|').map(option).collect();
            p.t1("must.be", "value", words.join(&p.t("must.or")))
        } else if let Some(list) = must.strip_prefix("has all ") {
            let words: Vec<String> = list.split('+').map(option).collect();
            p.t1("must.all", "value", words.join(&p.t("must.and")))
        } else if let Some(list) = must.strip_prefix("has any ") {
            let words: Vec<String> = list.split('|').map(option).collect();
            p.t1("must.any", "value", words.join(&p.t("must.or")))
        } else {
            must.to_owned()
        }
    };
    let several = matches!(fact.kind(), FactKind::Set | FactKind::Number);
    let words = if several { change.must.split(", ").map(part).collect::<Vec<_>>().join(&p.t("must.and")) } else { part(&change.must) };
    let stated = facts.contains_key(&change.fact);
    Some(Step { fact: change.fact.clone(), label: texts.label.clone(), words, stated, minutes: fact.file.minutes })
}

/// What remains of a scheme, cheapest first; among equals what serves most.
pub(crate) fn remaining(p: &Page, catalog: &Catalog, scheme: &Scheme, facts: &Facts, today: Day) -> Vec<Remaining> {
    let mut uses: BTreeMap<String, (Change, BTreeSet<String>)> = BTreeMap::new();
    for criterion in scheme.criteria() {
        let Some(rule) = &criterion.rule else { continue };
        let Some(set) = smallest_changes(rule, facts, catalog.types(), today, 1).into_iter().next() else { continue };
        for change in set.changes {
            let entry = uses.entry(change.fact.clone()).or_insert_with(|| (change, BTreeSet::new()));
            entry.1.insert(criterion.id.clone());
        }
    }
    let mut list: Vec<Remaining> = uses
        .into_values()
        .filter_map(|(change, criteria)| Some(Remaining { step: must_words(p, catalog, facts, &change)?, criteria_count: criteria.len() }))
        .collect();
    list.sort_by(|a, b| (a.step.minutes, b.criteria_count, &a.step.fact).cmp(&(b.step.minutes, a.criteria_count, &b.step.fact)));
    list
}
