//! `schemes::change` — the smallest changes that would make a rule hold: which facts would
//! have to be what, in order of effort. Searches all ways through the rule and keeps the
//! cheapest; for the sizes schemes have (up to [`KEEP`] open ways at once) it is exact.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Day;

use crate::evaluate::{Facts, atom};
use crate::fact_type::{FactKind, FactType};
use crate::rule::{Atom, Rule, Test};
use crate::value::{Answer, Number, Statement, Value};

/// How many ways are kept open while searching.
const KEEP: usize = 64;

/// One fact that would have to change, and a value that would do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The fact's key.
    pub fact: String,
    /// What it would have to pass, in the compact form of a test (`>= 8`, `= done`).
    pub must: String,
    /// A value that passes.
    pub to: Answer,
}

/// A set of changes that together make the rule hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangeSet {
    /// Sum of the facts' efforts, in minutes.
    pub minutes: u32,
    /// The changes, by fact.
    pub changes: Vec<Change>,
}

/// What a way demands of each fact: comparisons and how each must come out.
type Way<'a> = BTreeMap<&'a str, Vec<(&'a Atom, bool)>>;

struct Search<'a> {
    facts: &'a Facts,
    types: &'a BTreeMap<String, FactType>,
    today: Day,
}

/// Up to `most` smallest sets of changes after which `rule` holds, cheapest first. Empty if
/// the rule holds already or cannot be made to hold.
#[must_use]
pub fn smallest_changes(rule: &Rule, facts: &Facts, types: &BTreeMap<String, FactType>, today: Day, most: usize) -> Vec<ChangeSet> {
    let search = Search { facts, types, today };
    let ways = search.ways(rule, true);
    let sets: BTreeSet<ChangeSet> = ways.iter().filter_map(|way| search.price(way)).collect();
    let sets: Vec<ChangeSet> = sets.into_iter().collect();
    if sets.iter().any(|set| set.changes.is_empty()) {
        return Vec::new();
    }
    let needless = |set: &ChangeSet| {
        sets.iter().any(|other| other.changes.len() < set.changes.len() && other.changes.iter().all(|c| set.changes.contains(c)))
    };
    sets.iter().filter(|set| !needless(set)).take(most).cloned().collect()
}

impl<'a> Search<'a> {
    fn ways(&self, rule: &'a Rule, want: bool) -> Vec<Way<'a>> {
        match rule {
            Rule::Atom(a) => vec![Way::from([(a.fact.as_str(), vec![(a, want)])])],
            Rule::Criterion(_, inner) => self.ways(inner, want),
            Rule::Not(inner) => self.ways(inner, !want),
            Rule::All(parts) => self.at_least(parts, if want { parts.len() } else { 1 }, want),
            Rule::Any(parts) => self.at_least(parts, if want { 1 } else { parts.len() }, want),
            Rule::AtLeast(n, parts) => self.at_least(parts, if want { *n } else { parts.len() - n + 1 }, want),
        }
    }

    /// Ways in which at least `needed` of the parts come out as wanted.
    fn at_least(&self, parts: &'a [Rule], needed: usize, want: bool) -> Vec<Way<'a>> {
        // open[k]: ways in which k of the parts seen so far come out as wanted.
        let mut open: Vec<Vec<Way<'a>>> = vec![Vec::new(); needed + 1];
        if let Some(start) = open.first_mut() {
            start.push(Way::new());
        }
        for part in parts {
            let choices = self.ways(part, want);
            for k in (0..needed).rev() {
                let grown: Vec<Way<'a>> =
                    open.get(k).into_iter().flatten().flat_map(|way| choices.iter().map(move |choice| join(way, choice))).collect();
                if let Some(next) = open.get_mut(k + 1) {
                    next.extend(grown);
                    self.prune(next);
                }
            }
        }
        open.pop().unwrap_or_default()
    }

    fn prune(&self, ways: &mut Vec<Way<'a>>) {
        let mut priced: Vec<(u32, usize, Way<'a>)> =
            ways.drain(..).filter_map(|way| self.price(&way).map(|set| (set.minutes, set.changes.len(), way))).collect();
        priced.sort_by_key(|(minutes, number, _)| (*minutes, *number));
        priced.truncate(KEEP);
        ways.extend(priced.into_iter().map(|(_, _, way)| way));
    }

    /// What a way costs; none if no value can satisfy it.
    fn price(&self, way: &Way<'_>) -> Option<ChangeSet> {
        let mut set = ChangeSet { minutes: 0, changes: Vec::new() };
        for (&key, demands) in way {
            let now = self.facts.get(key);
            if now.is_some_and(|s| self.satisfies(demands, s)) {
                continue;
            }
            let kind = self.types.get(key)?;
            let to = self.witness(kind, demands)?;
            let must: Vec<String> = demands
                .iter()
                .map(|(a, want)| if *want { a.test.to_string() } else { format!("not {}", a.test) })
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect();
            set.minutes = set.minutes.saturating_add(kind.file.minutes);
            set.changes.push(Change { fact: key.to_owned(), must: must.join(", "), to });
        }
        Some(set)
    }

    fn satisfies(&self, demands: &[(&Atom, bool)], statement: &Statement) -> bool {
        demands.iter().all(|(a, want)| atom(a, Some(statement), self.today).0 == (*want).into())
    }

    /// A value that satisfies all demands on one fact, the most natural first.
    fn witness(&self, kind: &FactType, demands: &[(&Atom, bool)]) -> Option<Answer> {
        candidates(kind, demands, self.today).into_iter().find(|answer| self.satisfies(demands, &Statement::from(answer.clone())))
    }
}

fn join<'a>(one: &Way<'a>, two: &Way<'a>) -> Way<'a> {
    let mut both = one.clone();
    for (key, demands) in two {
        let list = both.entry(key).or_default();
        for demand in demands {
            if !list.contains(demand) {
                list.push(*demand);
            }
        }
    }
    both
}

/// Values worth trying: every option, and the limits of every test with their neighbours.
fn candidates(kind: &FactType, demands: &[(&Atom, bool)], today: Day) -> Vec<Answer> {
    let mut list: Vec<Value> = Vec::new();
    match kind.kind() {
        FactKind::Practice | FactKind::Choice => {
            list.extend(kind.options().into_iter().map(|o| Value::Choice(o.to_owned())));
        }
        FactKind::YesNo => list.extend([Value::Flag(true), Value::Flag(false)]),
        FactKind::Set => {
            let named = |want: bool| {
                demands.iter().filter(move |(_, w)| *w == want).flat_map(|(a, _)| match &a.test {
                    Test::HasAll(options) => options.clone(),
                    Test::HasAny(options) => options.iter().take(1).cloned().collect(),
                    Test::OneOf(_)
                    | Test::Flag(_)
                    | Test::AtLeast(_)
                    | Test::AtMost(_)
                    | Test::WithinMonths(_)
                    | Test::OnOrAfter(_)
                    | Test::Stated => Vec::new(),
                })
            };
            let wanted: BTreeSet<String> = named(true).collect();
            let all: BTreeSet<String> = kind.options().into_iter().map(str::to_owned).collect();
            list.push(Value::Set(wanted));
            list.push(Value::Set(all.clone()));
            for one in &all {
                list.push(Value::Set(BTreeSet::from([one.clone()])));
                list.push(Value::Set(all.iter().filter(|o| *o != one).cloned().collect()));
            }
        }
        FactKind::Number => {
            for (a, _) in demands {
                if let Test::AtLeast(limit) | Test::AtMost(limit) = &a.test {
                    list.extend([0, 1000, -1000, 1, -1].map(|by| Value::Number(limit.nudged(by))));
                }
            }
            let (min, max) = kind.range();
            list.extend([Value::Number(Number::whole(min)), Value::Number(Number::whole(max))]);
            let inside = |v: &Value| matches!(v, Value::Number(n) if *n >= Number::whole(min) && *n <= Number::whole(max));
            list.retain(inside);
        }
        FactKind::Date => {
            list.push(Value::Day(today));
            list.push(Value::Day(today.plus_days(1)));
            for (a, _) in demands {
                if let Test::OnOrAfter(limit) = a.test {
                    list.extend([Value::Day(limit), Value::Day(limit.plus_days(-1))]);
                }
            }
        }
        FactKind::Text => list.push(Value::Text("…".to_owned())),
    }
    let mut answers: Vec<Answer> =
        list.into_iter().filter(|value| !matches!(value, Value::Set(set) if set.is_empty())).map(Answer::Given).collect();
    if kind.takes_none() {
        answers.push(Answer::None);
    }
    answers
}
