//! `suppliers::walk` — questions to the chain, as walks over its links. Pure: what stops and when, how long
//! until the buyer stops, in which tiers a company stands.
//!
//! A customer runs on its stock first. It stops from the day the stock is used up until the supplier is back
//! or a substitute delivers; it does not stop if the stock lasts that long. Stocks are not filled again
//! between two stops, so a span covers every stop of a company from its first day to its last.

use std::collections::{BTreeMap, BTreeSet};

kernel::text_enum! {
    /// Whether something else can be had instead.
    Substitute {
        /// Nothing else.
        None = "none",
        /// A part of what is needed.
        Some = "some",
        /// All that is needed.
        Full = "full",
        /// Nobody knows.
        Unknown = "unknown",
    }
}

/// A link as walks need it. Companies are numbered by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) supplier: usize,
    pub(crate) customer: usize,
    pub(crate) substitute: Substitute,
    /// Days until the substitute delivers.
    pub(crate) switch_days: Option<i64>,
    /// Days the customer's stock lasts.
    pub(crate) stock_days: Option<i64>,
}

/// When a company stands still: from the first day, up to the last; without end while nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

/// No end.
pub(crate) const OPEN: i64 = i64::MAX;

impl Edge {
    /// Whether the link leaves nothing to guess.
    fn is_sure(&self) -> bool {
        self.stock_days.is_some()
            && match self.substitute {
                Substitute::None => true,
                Substitute::Full => self.switch_days.is_some(),
                Substitute::Some | Substitute::Unknown => false,
            }
    }

    /// When the customer stands still while the supplier does.
    pub(crate) fn pass(&self, supplier: Span) -> Option<Span> {
        let from = supplier.from.saturating_add(self.stock_days.unwrap_or(0));
        let to = match (self.substitute, self.switch_days) {
            (Substitute::Full, Some(days)) => supplier.to.min(supplier.from.saturating_add(days)),
            (Substitute::Full, None) | (Substitute::None | Substitute::Some | Substitute::Unknown, _) => supplier.to,
        };
        (from < to).then_some(Span { from, to })
    }
}

/// The links of a chain, by supplier and by customer.
#[derive(Debug)]
pub(crate) struct Chain {
    edges: Vec<Edge>,
    down: Vec<Vec<usize>>,
    up: Vec<Vec<usize>>,
}

impl Chain {
    /// A chain of `size` companies.
    pub(crate) fn new(size: usize, edges: Vec<Edge>) -> Self {
        let (mut down, mut up) = (vec![Vec::new(); size], vec![Vec::new(); size]);
        for (place, edge) in edges.iter().enumerate() {
            if let Some(list) = down.get_mut(edge.supplier) {
                list.push(place);
            }
            if let Some(list) = up.get_mut(edge.customer) {
                list.push(place);
            }
        }
        Self { edges, down, up }
    }

    fn of<'a>(&'a self, lists: &'a [Vec<usize>], company: usize) -> impl Iterator<Item = &'a Edge> {
        lists.get(company).into_iter().flatten().filter_map(|place| self.edges.get(*place))
    }

    /// Links into a company.
    pub(crate) fn links_into(&self, company: usize) -> impl Iterator<Item = &Edge> {
        self.of(&self.up, company)
    }

    /// Links out of a company.
    pub(crate) fn links_out(&self, company: usize) -> impl Iterator<Item = &Edge> {
        self.of(&self.down, company)
    }

    /// Who stands still, and when, if `first` stops for `days` (`OPEN` for good). With `sure`, only over links
    /// that leave nothing to guess; else what is not known counts as the worst.
    pub(crate) fn stops(&self, first: usize, days: i64, sure: bool) -> BTreeMap<usize, Span> {
        let mut found = BTreeMap::from([(first, Span { from: 0, to: days })]);
        let mut queue = BTreeSet::from([(0, first)]);
        while let Some((_, company)) = queue.pop_first() {
            let Some(span) = found.get(&company).copied() else { continue };
            for edge in self.of(&self.down, company).filter(|e| !sure || e.is_sure()) {
                let Some(new) = edge.pass(span) else { continue };
                let old = found.get(&edge.customer).copied();
                let all = old.map_or(new, |o| Span { from: o.from.min(new.from), to: o.to.max(new.to) });
                if old != Some(all) && edge.customer != first {
                    found.insert(edge.customer, all);
                    queue.insert((all.from, edge.customer));
                }
            }
        }
        found
    }

    /// Days until `buyer` stops if a company stops for good, for every company whose stop reaches it; what is
    /// not known counts as the worst.
    pub(crate) fn days_to(&self, buyer: usize) -> BTreeMap<usize, i64> {
        let mut found = BTreeMap::from([(buyer, 0)]);
        let mut queue = BTreeSet::from([(0, buyer)]);
        while let Some((days, company)) = queue.pop_first() {
            for edge in self.of(&self.up, company) {
                let (stock, switch) = (edge.stock_days.unwrap_or(0), edge.switch_days.filter(|_| edge.substitute == Substitute::Full));
                if switch.is_some_and(|switch| switch <= stock) {
                    continue;
                }
                let total = days + stock;
                if found.get(&edge.supplier).is_none_or(|known| total < *known) {
                    found.insert(edge.supplier, total);
                    queue.insert((total, edge.supplier));
                }
            }
        }
        found
    }

    /// The tiers of every company, seen from `buyer`: the number of links on ways of at most `most` links. A
    /// company may stand in several.
    pub(crate) fn tiers(&self, buyer: usize, most: u32) -> BTreeMap<usize, BTreeSet<u32>> {
        let mut found: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::from([(buyer, BTreeSet::from([0]))]);
        let mut here = BTreeSet::from([buyer]);
        for tier in 1..=most {
            let mut next = BTreeSet::new();
            for company in &here {
                next.extend(self.of(&self.up, *company).map(|e| e.supplier).filter(|s| *s != buyer));
            }
            // A way that comes back to where it was is no new tier.
            next.retain(|c| found.entry(*c).or_default().len() < 3);
            for company in &next {
                found.entry(*company).or_default().insert(tier);
            }
            here = next;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(supplier: usize, customer: usize, substitute: Substitute, switch_days: Option<i64>, stock_days: Option<i64>) -> Edge {
        Edge { supplier, customer, substitute, switch_days, stock_days }
    }

    const fn span(from: i64, to: i64) -> Span {
        Span { from, to }
    }

    #[test]
    fn stock_delays_and_a_quick_substitute_prevents_a_stop() {
        let chain = Chain::new(
            5,
            vec![
                edge(3, 2, Substitute::None, None, Some(10)),
                edge(2, 1, Substitute::None, None, Some(5)),
                edge(1, 0, Substitute::Full, Some(20), Some(30)),
                edge(2, 4, Substitute::Full, Some(30), Some(7)),
            ],
        );
        let found = chain.stops(3, OPEN, true);
        assert_eq!(found, [(3, span(0, OPEN)), (2, span(10, OPEN)), (1, span(15, OPEN)), (4, span(17, 40))].into());
        assert_eq!(chain.stops(3, 12, true), [(3, span(0, 12)), (2, span(10, 12))].into(), "a short stop is bridged by stock");
        let days = chain.days_to(0);
        assert_eq!((days.get(&1), days.get(&3)), (None, None), "a substitute in time keeps the buyer going");
        assert_eq!(chain.days_to(1).get(&3), Some(&15));
    }

    #[test]
    fn what_is_unknown_may_stop_but_is_not_sure() {
        let chain = Chain::new(3, vec![edge(2, 1, Substitute::Unknown, None, None), edge(1, 0, Substitute::None, None, Some(3))]);
        assert_eq!(chain.stops(2, OPEN, true).len(), 1);
        let worst = chain.stops(2, OPEN, false);
        assert_eq!(worst.get(&0), Some(&span(3, OPEN)), "the worst: no stock, no substitute");
    }

    #[test]
    fn the_earliest_way_counts_and_cycles_end() {
        let none = |s, c, stock| edge(s, c, Substitute::None, None, Some(stock));
        let chain = Chain::new(4, vec![none(1, 0, 30), none(1, 2, 1), none(2, 0, 2), none(2, 1, 0), none(3, 1, 1), none(0, 3, 1)]);
        let found = chain.stops(1, OPEN, true);
        assert_eq!((found.get(&0), found.get(&2), found.get(&3)), (Some(&span(3, OPEN)), Some(&span(1, OPEN)), Some(&span(4, OPEN))));
        let tiers = chain.tiers(0, 6);
        assert_eq!(tiers.get(&1).map(|t| t.iter().copied().take(2).collect::<Vec<_>>()), Some(vec![1, 2]), "one company in two tiers");
    }
}
