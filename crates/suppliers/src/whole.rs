//! `suppliers::whole` — the whole chain of a buyer in memory, for questions that need all of it: tiers, single
//! points, exposure, what is not known.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::Arc;

use kernel::Scope;
use schemars::JsonSchema;
use serde::Serialize;
use store::{Tx, params};
use web::{Cx, Problem};

use crate::store::{LINK_ALL, NODE_LIST, NodeRow, ReachRow};
use crate::walk::{Chain, OPEN, Substitute};

/// What [`Levels::held`] gives: the highest level by corporate number.
pub type LevelFuture<'a> = Pin<Box<dyn Future<Output = Result<BTreeMap<String, i64>, Problem>> + Send + 'a>>;

/// Which level companies hold now, by corporate number. Answered by the register, wired in `server`.
pub trait Levels: Send + Sync {
    /// The highest level held by each of the numbers; those that hold none are left out.
    fn held<'a>(&'a self, cx: &'a Cx, tx: &'a mut Tx, numbers: &'a [String]) -> LevelFuture<'a>;
}

/// Links counted for tiers.
const TIERS_MOST: u32 = 6;

/// The half-life of harm, in days: a stop that reaches us after so long counts half.
const HARM_DAYS: i64 = 30;

/// The chain with names and numbers.
pub(crate) struct Whole {
    pub(crate) nodes: Vec<NodeRow>,
    pub(crate) links: Vec<ReachRow>,
    pub(crate) chain: Chain,
    places: BTreeMap<String, usize>,
    /// Level held by corporate number.
    held: BTreeMap<String, i64>,
}

/// A supplier without which we stop.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct PointHead {
    pub(crate) supplier_id: String,
    pub(crate) name: String,
    pub(crate) department: String,
    /// Days until the buyer stops, at the earliest.
    pub(crate) days: i64,
    /// What only it supplies, to whom.
    pub(crate) items: Vec<(String, String)>,
    /// Nearest tier.
    pub(crate) tier: u32,
}

/// A supplier whose rise to its required level lowers the exposure.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct LiftHead {
    pub(crate) supplier_id: String,
    pub(crate) name: String,
    /// Required level.
    pub(crate) level: i64,
    /// Level held; 0 if none is known.
    pub(crate) held: i64,
    /// Own items that stop without it.
    pub(crate) hit_count: usize,
    /// Days until the first of them stops.
    pub(crate) days: i64,
    /// Exposure in hundredths: missing levels × harm.
    pub(crate) exposure: i64,
}

/// What is not known.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct Gaps {
    /// Links of which nobody knows the stock.
    pub(crate) stock: usize,
    /// Links of which nobody knows a substitute.
    pub(crate) substitute: usize,
    /// Suppliers without any link.
    pub(crate) unlinked: usize,
    /// Critical links whose supplier's own suppliers are not known.
    pub(crate) deeper: usize,
    /// Links known by hearsay only.
    pub(crate) hearsay: usize,
    /// Suppliers whose required level is not known.
    pub(crate) level: usize,
}

impl Whole {
    /// Reads the chain of a buyer.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn read(cx: &Cx, tx: &mut Tx, scope: &Scope) -> Result<Self, Problem> {
        let nodes: Vec<NodeRow> = tx.all(scope, NODE_LIST, params![]).await?;
        let links: Vec<ReachRow> = tx.all(scope, LINK_ALL, params![cx.now().day().to_string()]).await?;
        let numbers: Vec<String> = nodes.iter().map(|n| n.corporate_number.clone()).filter(|n| !n.is_empty()).collect();
        let held = cx.part::<Arc<dyn Levels>>()?.held(cx, tx, &numbers).await?;
        Ok(Self::of(nodes, links, held))
    }

    /// A chain of these companies; the buyer has number 0.
    pub(crate) fn of(nodes: Vec<NodeRow>, links: Vec<ReachRow>, held: BTreeMap<String, i64>) -> Self {
        let mut places: BTreeMap<String, usize> = nodes.iter().enumerate().map(|(n, node)| (node.supplier_id.clone(), n + 1)).collect();
        places.insert(String::new(), 0);
        let place = |id: &str| places.get(id).copied();
        let edges = links.iter().filter_map(|l| Some(l.edge(place(&l.supplier_id)?, place(&l.customer_id)?))).collect();
        let chain = Chain::new(nodes.len() + 1, edges);
        Self { nodes, links, chain, places, held }
    }

    /// A company by its number; none for the buyer.
    pub(crate) fn node(&self, place: usize) -> Option<&NodeRow> {
        place.checked_sub(1).and_then(|n| self.nodes.get(n))
    }

    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    pub(crate) fn tiers(&self) -> BTreeMap<usize, BTreeSet<u32>> {
        self.chain.tiers(0, TIERS_MOST)
    }

    /// The level a company holds; 0 if none is known.
    pub(crate) fn held(&self, node: &NodeRow) -> i64 {
        self.held.get(&node.corporate_number).copied().unwrap_or(0)
    }

    /// Suppliers without which the buyer stops, the soonest first.
    pub(crate) fn points(&self, most: usize) -> Vec<PointHead> {
        let (days, tiers) = (self.chain.days_to(0), self.tiers());
        let mut only: BTreeMap<&str, Vec<&ReachRow>> = BTreeMap::new();
        for link in self.links.iter().filter(|l| l.substitute == Substitute::None.as_str()) {
            only.entry(&link.supplier_id).or_default().push(link);
        }
        let name = |id: &str| self.place(id).and_then(|n| self.node(n)).map_or(String::new(), |n| n.name.clone());
        let head = |(id, links): (&str, Vec<&ReachRow>)| {
            let place = self.place(id)?;
            let node = self.node(place)?;
            Some(PointHead {
                supplier_id: id.to_owned(),
                name: node.name.clone(),
                department: node.department.clone(),
                days: *days.get(&place)?,
                items: links.iter().map(|l| (l.item.clone(), name(&l.customer_id))).collect(),
                tier: tiers.get(&place).and_then(BTreeSet::first).copied().unwrap_or(0),
            })
        };
        let mut found: Vec<PointHead> = only.into_iter().filter_map(head).collect();
        found.sort_by(|a, b| (a.days, &a.name).cmp(&(b.days, &b.name)));
        found.truncate(most);
        found
    }

    /// The suppliers whose rise to their required level lowers the exposure most, and the exposure of all.
    ///
    /// Harm of a supplier: for every item of ours that stops without it, `30 / (30 + days)`. Exposure: harm
    /// times the levels it lacks; a required level that is not known counts as one lacking level.
    pub(crate) fn lifts(&self, most: usize) -> (Vec<LiftHead>, i64) {
        let mut found = Vec::new();
        for (place, node) in self.nodes.iter().enumerate().map(|(n, node)| (n + 1, node)) {
            let held = self.held(node);
            let lacking = if node.level == 0 { 1 } else { (node.level - held).max(0) };
            if lacking == 0 {
                continue;
            }
            let spans = self.chain.stops(place, OPEN, false);
            let hits = self.chain.links_into(0).filter_map(|e| {
                let from = spans.get(&e.supplier)?.from.saturating_add(e.stock_days.unwrap_or(0));
                let bridged = e.substitute == Substitute::Full && e.switch_days.is_some_and(|d| d <= e.stock_days.unwrap_or(0));
                (!bridged).then_some(from)
            });
            let hits: Vec<i64> = hits.collect();
            let harm: i64 = hits.iter().map(|days| 100 * HARM_DAYS / (HARM_DAYS + days)).sum();
            if harm > 0 {
                found.push(LiftHead {
                    supplier_id: node.supplier_id.clone(),
                    name: node.name.clone(),
                    level: node.level,
                    held,
                    hit_count: hits.len(),
                    days: hits.iter().copied().min().unwrap_or(0),
                    exposure: harm * lacking,
                });
            }
        }
        let all = found.iter().map(|l| l.exposure).sum();
        found.sort_by(|a, b| (b.exposure, &a.name).cmp(&(a.exposure, &b.name)));
        found.truncate(most);
        (found, all)
    }

    /// What is not known.
    pub(crate) fn gaps(&self) -> Gaps {
        let linked: BTreeSet<&str> = self.links.iter().flat_map(|l| [l.supplier_id.as_str(), l.customer_id.as_str()]).collect();
        let supplied: BTreeSet<&str> = self.links.iter().map(|l| l.customer_id.as_str()).collect();
        let count = |test: &dyn Fn(&ReachRow) -> bool| self.links.iter().filter(|l| test(l)).count();
        Gaps {
            stock: count(&|l| l.stock_days.is_none()),
            substitute: count(&|l| l.substitute == Substitute::Unknown.as_str()),
            unlinked: self.nodes.iter().filter(|n| !linked.contains(n.supplier_id.as_str())).count(),
            deeper: count(&|l| l.critical > 0 && !supplied.contains(l.supplier_id.as_str())),
            hearsay: count(&|l| l.basis == "hearsay"),
            level: self.nodes.iter().filter(|n| n.level == 0).count(),
        }
    }
}
