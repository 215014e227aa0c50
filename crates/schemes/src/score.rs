//! `schemes::score` — from results to a score: all met, points with bands, or the mean step of
//! each group. Whole numbers only. A score is a diagnosis, never an award.

use std::collections::BTreeMap;

use kernel::{Day, Tri};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::evaluate::{Facts, Why, evaluate, result};
use crate::scheme::{Criterion, Scheme};
use crate::value::{Answer, Value};

/// How a scheme turns results into a score, as written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case", tag = "kind")]
pub enum Scoring {
    /// Every criterion must be met.
    AllMet,
    /// Points per criterion, added up, with bands.
    Points {
        /// For a criterion that is met.
        met: i32,
        /// For one whose `partial` rule holds.
        partial: i32,
        /// For one that is not met.
        not_met: i32,
        /// For one somebody answered with 分からない.
        said_unknown: i32,
        /// Bands, highest first; each starts at `from`.
        bands: Vec<Band>,
    },
    /// Each criterion's `level` fact gives a step; the mean of each group counts.
    MaturityMean {
        /// The lowest step.
        lowest: i32,
        /// The highest step.
        highest: i32,
        /// The step from which a criterion that asks its own question counts as met.
        reached: i32,
        /// The choice fact whose option says how strictly the steps are read; without it, or
        /// unless stated, they are read as `plain`.
        #[serde(default)]
        reading: Option<String>,
        /// Bands over the mean in hundredths, highest first.
        bands: Vec<Band>,
    },
}

/// A range of scores with a text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The text's key under `band`.
    pub id: String,
    /// The lowest score of the band.
    pub from: i32,
}

kernel::text_enum! {
    /// How one criterion counts.
    Standing {
        /// It is met.
        Met = "met",
        /// It is met in part (points schemes).
        Partial = "partial",
        /// It is not met.
        NotMet = "not_met",
        /// 分からない was stated, or a statement has expired.
        SaidUnknown = "said_unknown",
        /// Something it needs was not stated.
        Unanswered = "unanswered",
        /// The scheme's text for it is not public; nothing can be said.
        Pending = "pending",
    }
}

/// The score of one assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Score {
    /// Points, or the mean in hundredths; the number of met criteria where all must be met.
    pub value: i32,
    /// The largest possible value.
    pub highest: i32,
    /// The band's id, if the scheme has bands and nothing is unanswered.
    pub band: Option<String>,
    /// Mean step per group in hundredths (maturity schemes); groups without answers are absent.
    pub groups: BTreeMap<String, i32>,
}

/// How `criterion` stands for `facts` on `today`.
#[must_use]
pub fn standing(criterion: &Criterion, facts: &Facts, today: Day) -> Standing {
    let Some(rule) = &criterion.rule else { return Standing::Pending };
    let verdict = evaluate(rule, facts, today);
    let partly = |c: &Criterion| c.partial.as_ref().is_some_and(|r| result(r, facts, today) == Tri::Met);
    match verdict.result {
        Tri::Met => Standing::Met,
        Tri::NotMet if partly(criterion) => Standing::Partial,
        Tri::NotMet => Standing::NotMet,
        Tri::Unknown if verdict.deciding.iter().any(|d| d.why == Why::NotStated) => Standing::Unanswered,
        Tri::Unknown => Standing::SaidUnknown,
    }
}

/// The score of `scheme` for the standings and steps of its criteria, in the scheme's order.
#[must_use]
pub fn score(scheme: &Scheme, standings: &[Standing], steps: &[Option<i32>]) -> Score {
    let number = |what: Standing| i32::try_from(standings.iter().filter(|s| **s == what).count()).unwrap_or(0);
    let total = i32::try_from(standings.len()).unwrap_or(0);
    match &scheme.scoring {
        Scoring::AllMet => Score { value: number(Standing::Met), highest: total, band: None, groups: BTreeMap::new() },
        Scoring::Points { met, partial, not_met, said_unknown, bands } => {
            let value = met * number(Standing::Met)
                + partial * number(Standing::Partial)
                + not_met * number(Standing::NotMet)
                + said_unknown * number(Standing::SaidUnknown);
            let open = number(Standing::Unanswered) + number(Standing::Pending);
            let band = if open == 0 { band_of(bands, value) } else { None };
            Score { value, highest: met * total, band, groups: BTreeMap::new() }
        }
        Scoring::MaturityMean { lowest, highest, bands, .. } => maturity(scheme, steps, (*lowest, *highest), bands),
    }
}

fn band_of(bands: &[Band], value: i32) -> Option<String> {
    bands.iter().find(|band| value >= band.from).map(|band| band.id.clone())
}

fn maturity(scheme: &Scheme, given: &[Option<i32>], (lowest, highest): (i32, i32), bands: &[Band]) -> Score {
    let mut steps: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
    let groups = scheme.requirements.iter().flat_map(|r| r.criteria.iter().map(|_| r.group.as_str()));
    for (group, step) in groups.zip(given) {
        if let Some(step) = step.filter(|s| (lowest..=highest).contains(s)) {
            steps.entry(group).or_default().push(step);
        }
    }
    // The mean in hundredths, half up; every group weighs the same in the whole.
    let mean = |list: &[i32], unit: i32| {
        let n = i32::try_from(list.len()).unwrap_or(1).max(1);
        (2 * unit * list.iter().sum::<i32>() + n) / (2 * n)
    };
    let groups: BTreeMap<String, i32> = steps.iter().map(|(group, list)| ((*group).to_owned(), mean(list, 100))).collect();
    let value = mean(&groups.values().copied().collect::<Vec<_>>(), 1);
    let band = if groups.is_empty() { None } else { band_of(bands, value) };
    Score { value, highest: highest * 100, band, groups }
}

/// The steps of all criteria, in the scheme's order.
#[must_use]
pub fn steps(scheme: &Scheme, facts: &Facts) -> Vec<Option<i32>> {
    scheme.criteria().map(|c| step(c, facts)).collect()
}

/// The step a criterion stands at; none where nothing usable is stated.
#[must_use]
pub fn step(criterion: &Criterion, facts: &Facts) -> Option<i32> {
    step_of(facts, criterion.level.as_ref()?)
}

/// The step a fact states: a whole number, or a number written as an option.
fn step_of(facts: &Facts, key: &str) -> Option<i32> {
    let Answer::Given(value @ (Value::Number(_) | Value::Choice(_))) = &facts.get(key)?.answer else { return None };
    value.to_string().parse().ok()
}
