//! `suppliers::impact_show` — what stops, when and at whom, if a supplier stops: a walk over its links, read
//! from the database as far as they reach, so that nothing has to be kept in memory or grow stale.

use std::collections::BTreeMap;

use askama::Template;
use kernel::{Scope, Unscoped};
use schemars::JsonSchema;
use serde::Serialize;
use store::{Tx, params};
use web::{Call, Cx, Page, Problem, Response, Sampled};

use crate::store::{CallRow, LINK_REACH, NODE_REACH, SUPPLIER_ANYWHERE, SUPPLIER_NAMED, StepRow};
use crate::supplier::find;
use crate::walk::{Chain, Edge, OPEN, Span, Substitute};

/// A company that stands still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct StopHead {
    /// Empty for the buyer itself.
    pub(crate) supplier_id: String,
    pub(crate) name: String,
    /// Days after the stop on which it stands still at the earliest.
    pub(crate) from_day: i64,
    /// Day on which it goes on; none while that is not known.
    pub(crate) to_day: Option<i64>,
    /// Whether that is sure, or only possible because something is not known.
    pub(crate) sure: bool,
    /// What it lacks, from whom.
    pub(crate) lacks: Vec<(String, String)>,
    /// Whom to call: name and telephone; empty where nobody is known.
    pub(crate) call: String,
}

/// What a stop comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Impact {
    pub(crate) supplier_id: String,
    pub(crate) name: String,
    /// How long it stops, in days; none for good.
    pub(crate) days: Option<i64>,
    /// Who stands still, first ones first; the buyer is among them if it is hit.
    pub(crate) stopped: Vec<StopHead>,
    /// Links on the way of which stock or substitute is not known.
    pub(crate) unknown_links: usize,
    /// Links looked at.
    pub(crate) links: usize,
}

impl Impact {
    /// A readable form for the operator.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let days = self.days.map_or("for good".to_owned(), |d| format!("for {d} days"));
        let mut lines = vec![format!("{} stops {days}: {} companies stand still", self.name, self.stopped.len())];
        lines.extend(self.stopped.iter().map(|s| {
            let to = s.to_day.map_or(String::new(), |d| format!(" to {d}"));
            let sure = if s.sure { "" } else { "  (possible: something is not known)" };
            let lacks = s.lacks.iter().map(|(item, from)| format!("{item} from {from}")).collect::<Vec<_>>().join(", ");
            format!("day {:>4}{to}  {}  lacks {lacks}{sure}", s.from_day, s.name)
        }));
        lines
    }
}

#[derive(Template)]
#[template(path = "impact_show.html")]
pub(crate) struct ImpactPage {
    p: Page,
    i: Impact,
}

impl Sampled for ImpactPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let stop = |name: &str, from_day, sure| StopHead {
            supplier_id: if name == "I社" { String::new() } else { "2".into() },
            name: name.into(),
            from_day,
            to_day: if sure { None } else { Some(30) },
            sure,
            lacks: vec![("ねじ".into(), "石垣精工".into())],
            call: if sure { "石垣 花子 03-0000-0000".into() } else { String::new() },
        };
        let page = |stopped: Vec<StopHead>| Self {
            p: p.clone(),
            i: Impact {
                supplier_id: "1".into(),
                name: "石垣精工".into(),
                days: None,
                unknown_links: stopped.len() / 2,
                links: stopped.len(),
                stopped,
            },
        };
        vec![("nothing", page(vec![])), ("stops", page(vec![stop("架空鋳造", 5, true), stop("I社", 12, false)]))]
    }
}

/// What stops if a supplier stops for `days`, none for good. `own` is the name of the buyer.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub async fn impact(cx: &Cx, tx: &mut Tx, scope: &Scope, id: &str, days: Option<i64>, own: &str) -> Result<Impact, Problem> {
    let row = find(tx, scope, id).await?;
    let today = cx.now().day().to_string();
    let links: Vec<StepRow> = tx.all(scope, LINK_REACH, params![id, &today]).await?;
    let mut places: BTreeMap<&str, usize> = BTreeMap::from([(id, 0)]);
    for link in &links {
        for end in [&link.supplier_id, &link.customer_id] {
            let next = places.len();
            places.entry(end).or_insert(next);
        }
    }
    let place = |id: &str| places.get(id).copied().unwrap_or(0);
    let edges: Vec<Edge> = links.iter().map(|l| l.edge(place(&l.supplier_id), place(&l.customer_id))).collect();
    let chain = Chain::new(places.len(), edges);
    let days_open = days.unwrap_or(OPEN);
    let (worst, sure) = (chain.stops(0, days_open, false), chain.stops(0, days_open, true));
    let hit: Vec<&str> = places.iter().filter(|(_, n)| worst.contains_key(n)).map(|(id, _)| *id).collect();
    let nodes: Vec<CallRow> = tx.all(scope, NODE_REACH, params![id, &today]).await?;
    let nodes: BTreeMap<String, CallRow> = nodes.into_iter().map(|n| (n.supplier_id.clone(), n)).collect();
    let name = |id: &str| if id.is_empty() { own.to_owned() } else { nodes.get(id).map_or(String::new(), |n| n.name.clone()) };
    let mut lacks: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
    for link in &links {
        let (supplier, customer) = (place(&link.supplier_id), place(&link.customer_id));
        if worst.get(&supplier).is_some_and(|span| link.edge(supplier, customer).pass(*span).is_some()) {
            lacks.entry(&link.customer_id).or_default().push((link.item.clone(), name(&link.supplier_id)));
        }
    }
    let stop = |id: &str, span: Span| {
        let known = sure.get(&place(id));
        StopHead {
            supplier_id: id.to_owned(),
            name: name(id),
            from_day: span.from,
            to_day: (span.to != OPEN).then_some(span.to),
            sure: known.is_some_and(|s| s.from == span.from),
            lacks: lacks.get(id).cloned().unwrap_or_default(),
            call: nodes.get(id).map_or(String::new(), |n| format!("{} {}", n.contact, n.phone).trim().to_owned()),
        }
    };
    let mut stopped: Vec<StopHead> =
        hit.iter().filter(|other| **other != id).filter_map(|other| worst.get(&place(other)).map(|span| stop(other, *span))).collect();
    stopped.sort_by(|a, b| (a.from_day, &a.name).cmp(&(b.from_day, &b.name)));
    let unknown = |l: &&StepRow| l.stock_days.is_none() || l.substitute == Substitute::Unknown.as_str();
    Ok(Impact {
        supplier_id: row.supplier_id,
        name: row.name,
        days,
        stopped,
        unknown_links: links.iter().filter(unknown).count(),
        links: links.len(),
    })
}

impl StepRow {
    pub(crate) fn edge(&self, supplier: usize, customer: usize) -> Edge {
        let substitute = Substitute::parse(&self.substitute).unwrap_or(Substitute::Unknown);
        Edge { supplier, customer, substitute, switch_days: self.switch_days, stock_days: self.stock_days }
    }
}

fn days(call: &Call) -> Option<i64> {
    call.query.get("days").parse::<i64>().ok().filter(|d| (1..=3650).contains(d))
}

async fn own(cx: &Cx, call: &Call) -> Result<Impact, Problem> {
    let scope = cx.scope()?;
    let mut tx = cx.read().await?;
    let name = people::profile(&mut tx, scope).await?.name;
    impact(cx, &mut tx, scope, call.part("id"), days(call), &name).await
}

/// `GET /suppliers/{id}/impact`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let page = ImpactPage { p: Page::new(&cx), i: own(&cx, &call).await? };
    Ok(page.p.clone().render(&page))
}

/// `GET /api/v1/suppliers/{id}/impact`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<Impact, Problem> {
    own(&cx, &call).await
}

/// For the operator's command: a supplier by id, or by name or corporate number, in whoever's list it stands.
///
/// # Errors
/// [`kernel::Code::NotFound`] if none or several fit; the store's.
pub async fn impact_named(cx: &Cx, named: &str, days: Option<i64>) -> Result<Impact, Problem> {
    const OPERATOR: Unscoped = Unscoped::because("the operator names a supplier in whoever's list");
    let mut tx = cx.read().await?;
    let mut found: Vec<(String, String)> = tx.all(&OPERATOR, SUPPLIER_ANYWHERE, params![named]).await?;
    if found.is_empty() {
        found = tx.all(&OPERATOR, SUPPLIER_NAMED, params![kernel::fold_name(named), named]).await?;
    }
    let [(organisation, supplier)] = found.as_slice() else {
        return Err(Problem::not_found().because("no supplier, or more than one, has this id, name or number"));
    };
    let scope = crate::acting::scope_of(cx, organisation)?;
    let name = people::profile(&mut tx, &scope).await?.name;
    impact(cx, &mut tx, &scope, supplier, days, &name).await
}
