//! `suppliers::chain_show` — the chain as a picture of tiers with its list, and what is weak in it.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Call, Cx, Page, Problem, Response, Sampled, Stone};

use crate::store::NodeRow;
use crate::whole::{Gaps, LiftHead, PointHead, Whole};

/// Most companies in one picture.
const PICTURE_MOST: usize = 120;

/// Single points and rises told.
const POINTS_MOST: usize = 50;
const LIFTS_MOST: usize = 5;

/// A company in the list beside the picture.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    supplier_id: String,
    name: String,
    class: String,
    level: i64,
    held: i64,
    tiers: Vec<u32>,
    /// Days until we stop if it stops; none if we do not.
    days: Option<i64>,
}

#[derive(Template)]
#[template(path = "chain_show.html")]
pub(crate) struct ChainPage {
    p: Page,
    picture: String,
    lines: Vec<Line>,
    /// Companies in the chain, and in the picture.
    all: usize,
    shown: usize,
    /// Name of the company the picture is about; empty for all.
    focus: String,
    by_tier: Vec<(u32, usize)>,
}

impl Sampled for ChainPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let line = Line {
            supplier_id: "1".into(),
            name: "石垣精工".into(),
            class: "C".into(),
            level: 4,
            held: 0,
            tiers: vec![1, 2],
            days: Some(12),
        };
        let page = |lines: Vec<Line>, focus: &str| Self {
            p: p.clone(),
            picture: web::columns(
                "x",
                &["自社".to_owned(), "1次".to_owned()],
                &[vec![Stone::new("I社", "")], vec![Stone::new("石垣精工", "C ★4")]],
                &[(0, 1, false)],
            ),
            all: lines.len(),
            shown: lines.len(),
            lines,
            focus: focus.into(),
            by_tier: vec![(1, 1)],
        };
        vec![("empty", page(vec![], "")), ("filled", page(vec![line], "石垣精工"))]
    }
}

/// What is weak in the chain.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Weak {
    pub(crate) points: Vec<PointHead>,
    pub(crate) lifts: Vec<LiftHead>,
    /// Exposure of all suppliers in hundredths.
    pub(crate) exposure: i64,
    pub(crate) gaps: Gaps,
}

#[derive(Template)]
#[template(path = "weak_show.html")]
pub(crate) struct WeakPage {
    p: Page,
    w: Weak,
}

impl WeakPage {
    /// The share of the exposure that the rises take away, in percent.
    fn share(&self) -> i64 {
        let taken: i64 = self.w.lifts.iter().map(|l| l.exposure).sum();
        (taken * 100).checked_div(self.w.exposure).unwrap_or(0)
    }

    fn gaps(&self) -> [(&'static str, usize); 6] {
        let g = &self.w.gaps;
        [
            ("stock", g.stock),
            ("substitute", g.substitute),
            ("unlinked", g.unlinked),
            ("deeper", g.deeper),
            ("hearsay", g.hearsay),
            ("level", g.level),
        ]
    }
}

impl Sampled for WeakPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let point = PointHead {
            supplier_id: "1".into(),
            name: "石垣精工".into(),
            department: "購買部".into(),
            days: 12,
            items: vec![("ねじ".into(), "架空鋳造".into()), ("ばね".into(), String::new())],
            tier: 2,
        };
        let lift =
            LiftHead { supplier_id: "1".into(), name: "石垣精工".into(), level: 4, held: 0, hit_count: 2, days: 12, exposure: 284 };
        let gaps = Gaps { stock: 3, ..Gaps::default() };
        let empty = Weak { points: vec![], lifts: vec![], exposure: 0, gaps: Gaps::default() };
        let filled = Weak { points: vec![point], lifts: vec![lift], exposure: 400, gaps };
        vec![("empty", Self { p: p.clone(), w: empty }), ("filled", Self { p: p.clone(), w: filled })]
    }
}

/// Companies around one: who it supplies and who supplies it, up to three steps each way.
fn around(whole: &Whole, focus: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::from([focus]);
    for up in [true, false] {
        let mut here = BTreeSet::from([focus]);
        for _ in 0..3 {
            let step = |c: &usize| -> Vec<usize> {
                if up {
                    whole.chain.links_into(*c).map(|e| e.supplier).collect()
                } else {
                    whole.chain.links_out(*c).map(|e| e.customer).collect()
                }
            };
            here = here.iter().flat_map(step).filter(|c| !found.contains(c)).collect();
            found.extend(here.iter().copied().take(PICTURE_MOST.saturating_sub(found.len())));
        }
    }
    found.insert(0);
    found
}

fn picture(p: &Page, whole: &Whole, own: &str, shown: &BTreeSet<usize>, tiers: &BTreeMap<usize, BTreeSet<u32>>) -> String {
    let tier = |place: &usize| tiers.get(place).and_then(BTreeSet::first).copied();
    let last = shown.iter().filter_map(tier).max().unwrap_or(0);
    let (mut columns, mut order): (Vec<Vec<Stone>>, BTreeMap<usize, usize>) = (Vec::new(), BTreeMap::new());
    for column in 0..=last {
        let mut stones = Vec::new();
        for place in shown.iter().filter(|c| tier(c) == Some(column)) {
            order.insert(*place, order.len());
            stones.push(whole.node(*place).map_or_else(|| Stone::new(own, ""), |node| stone(p, whole, node)));
        }
        columns.push(stones);
    }
    let edges = whole.links.iter().filter_map(|l| {
        let ends = (whole.place(&l.customer_id)?, whole.place(&l.supplier_id)?);
        Some((*order.get(&ends.0)?, *order.get(&ends.1)?, l.basis != "own"))
    });
    let edges: BTreeSet<(usize, usize, bool)> = edges.collect();
    let head = |column: u32| if column == 0 { p.t("chain.us") } else { p.t1("chain.tier", "n", column) };
    let heads: Vec<String> = (0..=last).map(head).collect();
    web::columns(&p.t("chain.picture"), &heads, &columns, &edges.into_iter().collect::<Vec<_>>())
}

fn stone(p: &Page, whole: &Whole, node: &NodeRow) -> Stone {
    let level = if node.level == 0 { p.t("supplier.said.unknown") } else { format!("★{}", node.level) };
    let kind = if node.level == 0 {
        "unknown"
    } else if whole.held(node) >= node.level {
        "met"
    } else {
        "short"
    };
    Stone {
        href: format!("/suppliers/chain?focus={}", node.supplier_id),
        kind,
        ..Stone::new(&node.name, &format!("{} {level}", node.class))
    }
}

/// The companies shown, those whose stop reaches us soonest first.
fn lines(whole: &Whole, tiers: &BTreeMap<usize, BTreeSet<u32>>, days: &BTreeMap<usize, i64>, shown: &BTreeSet<usize>) -> Vec<Line> {
    let line = |(place, tiers): (&usize, &BTreeSet<u32>)| {
        let node = whole.node(*place)?;
        let tiers = tiers.iter().copied().collect();
        Some(Line {
            supplier_id: node.supplier_id.clone(),
            name: node.name.clone(),
            class: node.class.clone(),
            level: node.level,
            held: whole.held(node),
            tiers,
            days: days.get(place).copied(),
        })
    };
    let mut lines: Vec<Line> = tiers.iter().filter(|(c, _)| shown.contains(c)).filter_map(line).collect();
    lines.sort_by(|a, b| (a.days.unwrap_or(i64::MAX), &a.name).cmp(&(b.days.unwrap_or(i64::MAX), &b.name)));
    lines
}

/// `GET /suppliers/chain`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?;
    let mut tx = cx.read().await?;
    let own = people::profile(&mut tx, scope).await?.name;
    let whole = Whole::read(&cx, &mut tx, scope).await?;
    let (tiers, days) = (whole.tiers(), whole.chain.days_to(0));
    let focus = whole.place(call.query.get("focus")).filter(|place| *place > 0);
    let mut shown: BTreeSet<usize> = match focus {
        Some(place) => around(&whole, place),
        None => tiers.keys().copied().collect(),
    };
    if shown.len() > PICTURE_MOST {
        // Whose stop reaches us soonest is shown first.
        let mut soonest: Vec<usize> = shown.iter().copied().collect();
        soonest.sort_by_key(|c| (days.get(c).copied().unwrap_or(i64::MAX), *c));
        shown = soonest.into_iter().take(PICTURE_MOST).collect();
    }
    let mut by_tier: BTreeMap<u32, usize> = BTreeMap::new();
    for tier in tiers.iter().filter(|(c, _)| **c > 0).filter_map(|(_, t)| t.first()) {
        *by_tier.entry(*tier).or_default() += 1;
    }
    let p = Page::new(&cx);
    let lines = lines(&whole, &tiers, &days, &shown);
    let page = ChainPage {
        picture: picture(&p, &whole, &own, &shown, &tiers),
        p,
        all: tiers.len().saturating_sub(1),
        shown: lines.len(),
        lines,
        focus: focus.and_then(|place| whole.node(place)).map_or(String::new(), |n| n.name.clone()),
        by_tier: by_tier.into_iter().collect(),
    };
    Ok(page.p.clone().render(&page))
}

async fn look(cx: &Cx) -> Result<Weak, Problem> {
    let mut tx = cx.read().await?;
    let whole = Whole::read(cx, &mut tx, cx.scope()?).await?;
    let (lifts, exposure) = whole.lifts(LIFTS_MOST);
    Ok(Weak { points: whole.points(POINTS_MOST), lifts, exposure, gaps: whole.gaps() })
}

/// `GET /suppliers/weak`
pub(crate) async fn weak(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let page = WeakPage { p: Page::new(&cx), w: look(&cx).await? };
    Ok(page.p.clone().render(&page))
}

/// `GET /api/v1/supplier-weak-points`
pub(crate) async fn api_weak(cx: Cx, _call: Call, (): ()) -> Result<Weak, Problem> {
    look(&cx).await
}
