//! `suppliers::tier_edit` — what a supplier tells of its own suppliers: how many at which level, without names;
//! names only for parts that matter, and only if it and they agree. The buyer may put the named ones into its
//! chain; it ends after two years, and the supplier may take it back.

use askama::Template;
use kernel::{Event, EventKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::acting::scope_of;
use crate::data::Data;
use crate::door::{GUEST, inside, note};
use crate::list_read::amount;
use crate::reply::cut;
use crate::store::{LINK_ALL, LinkRow, ReachRow, RequestRow, SupplierRow, TIER_ADD, TIER_LAST, TIER_WITHDRAW, TierRow};
use crate::supplier::{find, rules, save};
use crate::wave_send::name;

/// Names one hand-over may hold.
const NAMES_MOST: usize = 5;

/// What is handed over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Tier {
    /// Own suppliers at level 4 or above, 3, below, and unknown.
    pub(crate) counts: [i64; 4],
    /// What matters, and by whom it is supplied; only with consent.
    pub(crate) named: Vec<(String, String)>,
}

impl Tier {
    /// How many at which level: the last part of a text key, and the number.
    pub(crate) fn counts(&self) -> [(&'static str, i64); 4] {
        let [a, b, c, d] = self.counts;
        [("high", a), ("base", b), ("below", c), ("unknown", d)]
    }

    /// What a supplier told that holds now.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn find(cx: &Cx, tx: &mut Tx, row: &RequestRow) -> Result<Option<(Self, TierRow)>, Problem> {
        let found: Option<TierRow> = tx.one(&GUEST, TIER_LAST, params![&row.organisation_id, &row.supplier_id, cx.now()]).await?;
        Ok(found.map(|t| (serde_json::from_str(&t.content).unwrap_or_default(), t)))
    }
}

#[derive(Template)]
#[template(path = "tier_edit.html")]
pub(crate) struct TierPage {
    p: Page,
    buyer: String,
    tier: Tier,
    /// Day until which the buyer may see it; empty if nothing is told.
    until: String,
    errors: Fields,
}

impl TierPage {
    /// A place for each company that may be named: its number, what it supplies, its name.
    fn places(&self) -> Vec<(usize, String, String)> {
        let named = |place: usize| self.tier.named.get(place).cloned().unwrap_or_default();
        (0..NAMES_MOST).map(|place| (place, named(place).0, named(place).1)).collect()
    }
}

impl Sampled for TierPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let tier = Tier { counts: [2, 5, 1, 8], named: vec![("ねじ".into(), "架空ねじ".into())] };
        let mut errors = Fields::default();
        errors.add("agreed", "同意を確かめてください");
        vec![
            ("empty", Self { p: p.clone(), buyer: "A社".into(), tier: Tier::default(), until: String::new(), errors: Fields::default() }),
            ("told", Self { p: p.clone(), buyer: "A社".into(), tier, until: "2028-12-01".into(), errors }),
        ]
    }
}

async fn show(cx: &Cx, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let row = inside(cx, &mut tx).await?;
    let buyer = name(&mut tx, &scope_of(cx, &row.organisation_id)?).await?;
    let (tier, until) = match Tier::find(cx, &mut tx, &row).await? {
        Some((tier, found)) => (tier, kernel::Instant::day_of(&found.until_at)),
        None => (Tier::default(), String::new()),
    };
    let page = TierPage { p: Page::new(cx), buyer, tier, until, errors };
    Ok(page.p.clone().render_as(status, &page))
}

/// `GET /reply/chain`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    show(&cx, Fields::default(), StatusCode::OK).await
}

/// `POST /reply/chain`: tells it, or takes it back.
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let row = inside(&cx, &mut tx).await?;
    let taken_back = call.form.get("go") == "withdraw";
    let mut tier = Tier::default();
    for (count, name) in tier.counts.iter_mut().zip(["high", "base", "below", "unknown"]) {
        *count = amount(call.form.get(name)).unwrap_or(0).clamp(0, 100_000);
    }
    for place in 0..NAMES_MOST {
        let get = |start: &str| cut(call.form.get(&format!("{start}-{place}"))).chars().take(200).collect::<String>();
        if !get("item").is_empty() && !get("name").is_empty() {
            tier.named.push((get("item"), get("name")));
        }
    }
    if !tier.named.is_empty() && call.form.get("agreed") != "yes" && !taken_back {
        drop(tx);
        let mut errors = Fields::default();
        errors.add("agreed", cx.t("tier.wrong.agreed"));
        return show(&cx, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let version = Tier::find(&cx, &mut tx, &row).await?.map_or(0, |(_, t)| t.version);
    tx.run(&GUEST, TIER_WITHDRAW, params![&row.organisation_id, &row.supplier_id, cx.now()]).await?;
    if !taken_back {
        let until = cx.now().day().plus_months(cx.part::<Data>()?.requests().reply_months).starts_in_japan();
        let content = serde_json::to_string(&tier).unwrap_or_default();
        let next = version.max(cx.now().as_millis() / 1000);
        tx.run(&GUEST, TIER_ADD, params![&row.organisation_id, &row.supplier_id, next, &row.request_id, content, cx.now(), until]).await?;
    }
    let kind = if taken_back { EventKind::TierWithdrawn } else { EventKind::TierTold };
    note(&cx, &mut tx, &row, &Event::new(kind, &row.supplier_id)).await?;
    tx.commit().await?;
    Ok(redirect("/reply/chain"))
}

/// `POST /suppliers/requests/{id}/tier`: puts the named companies into the buyer's chain, as told by the supplier.
pub(crate) async fn send_take(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.write().await?;
    let request = crate::request_show::find(&mut tx, &scope, &id).await?;
    let (tier, _) = Tier::find(&cx, &mut tx, &request).await?.ok_or_else(Problem::not_found)?;
    let (rules, mut added) = (rules(&cx, &mut tx, &scope).await?, 0);
    let known: Vec<SupplierRow> = tx.all(&scope, crate::store::SUPPLIER_ALL, params![]).await?;
    let links: Vec<ReachRow> = tx.all(&scope, LINK_ALL, params![""]).await?;
    for (item, company) in &tier.named {
        let folded = kernel::fold_name(company);
        let from = if let Some(row) = known.iter().find(|s| s.folded == folded) {
            row.supplier_id.clone()
        } else {
            let mut row = SupplierRow::new(&cx, company, "handed");
            row.put(&rules);
            save(&mut tx, &scope, &mut row, cx.now()).await?;
            row.supplier_id
        };
        if !links.iter().any(|l| l.supplier_id == from && l.customer_id == request.supplier_id && l.item == *item) {
            let link = LinkRow {
                link_id: kernel::LinkId::new(&*cx.app.clock, &*cx.app.rng).to_string(),
                ..LinkRow::handed(&from, &request.supplier_id, item)
            };
            crate::link_edit::add(&cx, &mut tx, &scope, &link).await?;
            added += 1;
        }
    }
    find(&mut tx, &scope, &request.supplier_id).await?;
    let event = Event::new(EventKind::SupplierLinksChanged, &request.supplier_id).with("handed", added.to_string());
    tx.record(&scope, cx.now(), &event).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/suppliers/{}/links", request.supplier_id)))
}
