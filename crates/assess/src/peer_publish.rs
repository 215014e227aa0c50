//! `assess::peer_publish` — figures over the companies of this instance, published as a whole
//! now and then. Never from fewer than [`PEERS_MIN`] companies; a figure is published anew only
//! when so many have changed that the difference of two publications says nothing of one of
//! them; and the whole is held back while it would give away a cell too small to be shown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernel::{Clock, Event, EventKind, Rng, Unscoped};
use schemes::{Catalog, Scheme, Standing};
use serde::{Deserialize, Serialize};
use store::{Tx, job_schedule, params};
use web::{Cx, Problem};

use crate::axes::means;
use crate::model::standing_of;
use crate::store::{PEER_COUNTED_ALL, PEER_COUNTED_CELL, PEER_LIST, PEER_REMOVE, PEER_ROWS, PEER_SET, PeerRow};

/// The fewest companies behind a figure, and the fewest that must have changed for a new one.
pub const PEERS_MIN: usize = 5;

/// The job that publishes.
pub const PEERS_JOB: &str = "assess.peers";

/// The cell of all companies.
pub(crate) const ALL: &str = "all";

/// Whose job it is: no organisation's.
const INSTANCE: &str = "instance";

/// A group's figure over a cell, in hundredths of a step, or of a percent of criteria met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Figure {
    /// Mean over companies.
    pub(crate) mean: i32,
    /// A quarter of the companies stand below.
    pub(crate) lower: i32,
    /// A quarter of the companies stand above.
    pub(crate) upper: i32,
    /// How many companies answered.
    pub(crate) n: usize,
}

impl PeerRow {
    /// Its cell; empty where the company did not say its industry and size.
    fn cell(&self) -> String {
        let known = !self.industry.is_empty() && !self.employee_band.is_empty();
        if known { format!("{}/{}", self.industry, self.employee_band) } else { String::new() }
    }

    fn answers(&self) -> &str {
        if self.steps.is_empty() { &self.results } else { &self.steps }
    }

    /// Whether it says anything at all.
    fn is_answered(&self) -> bool {
        self.answers().chars().any(|c| !matches!(standing_of(c), Standing::Unanswered | Standing::Pending) || c.is_ascii_digit())
    }
}

/// A company's value per group: the mean step, or the share of criteria met.
pub(crate) fn values(scheme: &Scheme, results: &str, steps: &str) -> BTreeMap<String, i32> {
    if scheme.scale().is_some() {
        return means(scheme, steps);
    }
    let mut counts: BTreeMap<&str, (i32, i32)> = BTreeMap::new();
    let groups = scheme.requirements.iter().flat_map(|r| r.criteria.iter().map(|_| r.group.as_str()));
    for (group, letter) in groups.zip(results.chars()) {
        let standing = standing_of(letter);
        if standing != Standing::Pending {
            let entry = counts.entry(group).or_default();
            entry.0 += i32::from(standing == Standing::Met);
            entry.1 += 1;
        }
    }
    counts.into_iter().map(|(group, (met, all))| (group.to_owned(), met * 10_000 / all.max(1))).collect()
}

/// The figures of a set of companies; groups with too few answers are left out.
pub(crate) fn figures<'a>(scheme: &Scheme, rows: impl Iterator<Item = &'a PeerRow>) -> BTreeMap<String, Figure> {
    let mut by_group: BTreeMap<String, Vec<i32>> = BTreeMap::new();
    for row in rows {
        for (group, value) in values(scheme, &row.results, &row.steps) {
            by_group.entry(group).or_default().push(value);
        }
    }
    by_group.retain(|_, values| values.len() >= PEERS_MIN);
    by_group.into_iter().filter_map(|(group, values)| Some((group, figure(values)?))).collect()
}

fn figure(mut values: Vec<i32>) -> Option<Figure> {
    values.sort_unstable();
    let n = values.len();
    let sum: i64 = values.iter().map(|v| i64::from(*v)).sum();
    let count = i64::try_from(n).ok()?;
    let mean = i32::try_from((2 * sum + count) / (2 * count).max(1)).ok()?;
    let at = |quarter: usize| values.get((n - 1) * quarter / 4).copied();
    Some(Figure { mean, lower: at(1)?, upper: at(3)?, n })
}

/// What is to be published: cells to set, and cells to take back.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) set: BTreeSet<String>,
    pub(crate) remove: BTreeSet<String>,
}

/// Decides which cells are published anew; `published` holds the number behind each as it stands.
pub(crate) fn plan(rows: &[PeerRow], published: &BTreeMap<String, usize>) -> Plan {
    let mut cells: BTreeMap<String, Vec<&PeerRow>> = BTreeMap::new();
    for row in rows.iter().filter(|r| r.is_answered()) {
        cells.entry(row.cell()).or_default().push(row);
    }
    let mut plan = Plan::default();
    let mut shown: BTreeSet<String> = BTreeSet::new();
    for name in cells.keys().chain(published.keys()).filter(|n| *n != ALL && !n.is_empty()).collect::<BTreeSet<_>>() {
        let members = cells.get(name).map(Vec::as_slice).unwrap_or_default();
        let counted = rows.iter().filter(|r| r.counted_cell == *name).count();
        let stayed = members.iter().filter(|r| r.counted_cell == *name && r.counted_answers == r.answers()).count();
        let changed = members.len().max(published.get(name).copied().unwrap_or(0).max(counted)) - stayed;
        if members.len() < PEERS_MIN {
            plan.remove.extend(published.contains_key(name).then(|| name.clone()));
        } else if !published.contains_key(name) || changed >= PEERS_MIN {
            plan.set.insert(name.clone());
            shown.insert(name.clone());
        } else {
            shown.insert(name.clone());
        }
    }
    // What is left when the shown cells are taken from the whole must be nothing, or enough.
    let total: usize = cells.values().map(Vec::len).sum();
    let rest: usize = cells.iter().filter(|(name, _)| !shown.contains(*name)).map(|(_, m)| m.len()).sum();
    let stayed = rows.iter().filter(|r| !r.counted_all.is_empty() && r.counted_all == r.answers()).count();
    let changed = total.max(published.get(ALL).copied().unwrap_or(0)) - stayed.min(total);
    if total < PEERS_MIN || (rest > 0 && rest < PEERS_MIN) {
        plan.remove.extend(published.contains_key(ALL).then(|| ALL.to_owned()));
    } else if !published.contains_key(ALL) || changed >= PEERS_MIN {
        plan.set.insert(ALL.to_owned());
    }
    plan
}

/// Publishes the figures of every scheme version anew, where that is safe. Returns how many
/// cells were set or taken back.
///
/// # Errors
/// The store's.
pub async fn peers_publish(cx: &Cx) -> Result<usize, Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    let mut done = 0;
    for scheme in catalog.schemes() {
        done += publish(cx, scheme).await?;
    }
    Ok(done)
}

const FIGURES: Unscoped = Unscoped::because("figures are made over all companies; only cells of five or more are kept");

/// Reads and decides first, then writes one cell at a time, so that nobody waits long.
async fn publish(cx: &Cx, scheme: &Scheme) -> Result<usize, Problem> {
    let mut tx = cx.read().await?;
    let rows: Vec<PeerRow> = tx.all(&FIGURES, PEER_ROWS, params![&scheme.id, &scheme.version]).await?;
    let known: Vec<(String, i64)> = tx.all(&FIGURES, PEER_LIST, params![&scheme.id, &scheme.version]).await?;
    drop(tx);
    let published = known.into_iter().map(|(cell, n)| (cell, usize::try_from(n).unwrap_or(0))).collect();
    let plan = plan(&rows, &published);
    let day = cx.now().day().to_string();
    let mut members: BTreeMap<String, Vec<&PeerRow>> = BTreeMap::new();
    for row in rows.iter().filter(|r| r.is_answered()) {
        members.entry(row.cell()).or_default().push(row);
        members.entry(ALL.to_owned()).or_default().push(row);
    }
    for cell in plan.remove.iter().chain(&plan.set) {
        let mut tx = cx.write().await?;
        tx.run(&FIGURES, PEER_REMOVE, params![&scheme.id, &scheme.version, cell]).await?;
        if let Some(members) = members.get(cell).filter(|_| plan.set.contains(cell)) {
            let figures = serde_json::to_string(&figures(scheme, members.iter().copied())).unwrap_or_default();
            let n = i64::try_from(members.len()).unwrap_or(0);
            tx.run(&FIGURES, PEER_SET, params![&scheme.id, &scheme.version, cell, n, figures, &day]).await?;
            count(&mut tx, scheme, cell).await?;
        }
        let event = Event::new(EventKind::PeersPublished, scheme.name()).with("cell", cell);
        tx.record_as(None, "daily", cx.now(), &event).await?;
        tx.commit().await?;
    }
    Ok(plan.set.len() + plan.remove.len())
}

/// Notes with which answers the companies of a cell stand in its figures.
async fn count(tx: &mut Tx, scheme: &Scheme, cell: &str) -> Result<(), Problem> {
    let (id, version) = (&scheme.id, &scheme.version);
    match cell.split_once('/') {
        None => tx.run(&FIGURES, PEER_COUNTED_ALL, params![id, version]).await?,
        Some((industry, band)) => tx.run(&FIGURES, PEER_COUNTED_CELL, params![id, version, cell, industry, band]).await?,
    };
    Ok(())
}

/// Puts the next publication into the queue, at the next three o'clock in the morning in Japan.
/// Asking again, as every start does, moves nothing.
///
/// # Errors
/// The store's.
pub async fn schedule_peers(tx: &mut Tx, clock: &dyn Clock, rng: &dyn Rng) -> Result<(), Problem> {
    let now = clock.now();
    let at_three = |days: i64| now.day().plus_days(days).starts_in_japan().plus_seconds(3 * 3600);
    let next = if at_three(0).seconds_since(now) > 0 { at_three(0) } else { at_three(1) };
    Ok(job_schedule(tx, clock, rng, (INSTANCE, PEERS_JOB, ALL), next).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n` companies of a cell; the first `counted` stand in the published figures as they are.
    fn companies(industry: &str, n: usize, counted: usize) -> Vec<PeerRow> {
        let row = |place: usize| PeerRow {
            industry: industry.to_owned(),
            employee_band: "6-20".to_owned(),
            results: "mn".to_owned(),
            steps: "34".to_owned(),
            counted_cell: if place < counted { format!("{industry}/6-20") } else { String::new() },
            counted_answers: if place < counted { "34".to_owned() } else { String::new() },
            counted_all: if place < counted { "34".to_owned() } else { String::new() },
        };
        (0..n).map(row).collect()
    }

    fn published(list: &[(&str, usize)]) -> BTreeMap<String, usize> {
        list.iter().map(|(cell, n)| ((*cell).to_owned(), *n)).collect()
    }

    #[test]
    fn four_companies_are_never_published() {
        assert_eq!(plan(&companies("E", 4, 0), &published(&[])), Plan::default());
        let five = plan(&companies("E", 5, 0), &published(&[]));
        assert!(five.set.contains("E/6-20") && five.set.contains(ALL));
    }

    #[test]
    fn the_whole_is_held_back_while_it_would_give_away_a_small_cell() {
        let rows = [companies("E", 8, 0), companies("I", 2, 0)].concat();
        let plan = plan(&rows, &published(&[]));
        assert!(plan.set.contains("E/6-20") && !plan.set.contains(ALL), "10 minus 8 would be two companies");
    }

    #[test]
    fn one_newcomer_changes_nothing_and_five_do() {
        let before = published(&[("E/6-20", 10), (ALL, 10)]);
        assert_eq!(plan(&companies("E", 11, 10), &before), Plan::default());
        assert_eq!(plan(&companies("E", 14, 10), &before), Plan::default());
        assert!(plan(&companies("E", 15, 10), &before).set.contains("E/6-20"));
    }

    #[test]
    fn one_changed_answer_changes_nothing() {
        let before = published(&[("E/6-20", 10), (ALL, 10)]);
        let mut rows = companies("E", 10, 10);
        rows[0].steps = "55".to_owned();
        assert_eq!(plan(&rows, &before), Plan::default());
        rows.iter_mut().take(5).for_each(|r| r.steps = "55".to_owned());
        assert!(plan(&rows, &before).set.contains("E/6-20"));
    }

    #[test]
    fn one_that_leaves_changes_nothing_and_a_cell_that_shrinks_is_taken_back() {
        let before = published(&[("E/6-20", 10), (ALL, 10)]);
        assert_eq!(plan(&companies("E", 9, 9), &before), Plan::default());
        let small = plan(&companies("E", 4, 4), &before);
        assert!(small.remove.contains("E/6-20") && small.remove.contains(ALL));
    }

    #[test]
    fn quarters_and_mean_of_a_known_list() {
        let found = figure(vec![100, 200, 300, 400, 500]).unwrap();
        assert_eq!(found, Figure { mean: 300, lower: 200, upper: 400, n: 5 });
    }
}
