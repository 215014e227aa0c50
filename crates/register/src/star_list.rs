//! `register::star_list` — an organisation's stars, what it applied for, and what it could declare.

use std::sync::Arc;

use askama::Template;
use kernel::{ApplicationId, Day, Event, EventKind, Permission};
use schemars::JsonSchema;
use schemes::Catalog;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, Page, Problem, Response, Sampled, redirect};

use crate::application_edit::{ApplicationDetails, Details};
use crate::award::{entry, entry_change};
use crate::entry_search::EntryHead;
use crate::entry_show::found;
use crate::rules::{Readiness, RulesFile};
use crate::status::EntryState;
use crate::store::{APPLICATION_ADD, APPLICATION_LIST, APPLICATION_OPEN, ApplicationRow, ENTRY_HELD, ENTRY_OWN, EntryRow};

/// Days before its end from which a star may be applied for again.
const RENEWAL_DAYS: i64 = 90;

/// A scheme that can be applied for, and how far the organisation is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct OfferHead {
    /// `scheme@version`.
    scheme: String,
    title: String,
    level: String,
    met: usize,
    total: usize,
    /// Criteria and conditions that keep it from being declared.
    open: usize,
    /// Criteria without public text: it cannot be awarded yet.
    pending: usize,
}

/// An application in lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ApplicationHead {
    pub(crate) application_id: String,
    pub(crate) scheme: String,
    pub(crate) title: String,
    /// `open`, `withdrawn` or `awarded`.
    pub(crate) state: String,
    pub(crate) started_on: String,
    pub(crate) number: String,
}

/// Everything about an organisation's stars.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Stars {
    held: Vec<EntryHead>,
    applications: Vec<ApplicationHead>,
    offers: Vec<OfferHead>,
}

/// Which star to apply for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApplicationInput {
    /// `scheme` or `scheme@version`.
    scheme: String,
}

/// Rules that were checked at the start of the instance.
pub(crate) fn rules(scheme: &schemes::Scheme) -> Result<Option<RulesFile>, Problem> {
    RulesFile::of(scheme).map_err(|e| Problem::new(kernel::Code::Internal).because(e))
}

async fn stars(cx: &Cx) -> Result<Stars, Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    let (scope, today) = (cx.scope()?, cx.now().day());
    let mut tx = cx.read().await?;
    let facts = evidence::company_facts(&mut tx, scope, &catalog).await?;
    let entries: Vec<EntryRow> = tx.all(scope, ENTRY_OWN, params![]).await?;
    let rows: Vec<ApplicationRow> = tx.all(scope, APPLICATION_LIST, params![]).await?;
    let title = |name: &str| catalog.named(name).map_or(name.to_owned(), |s| s.texts(cx.lang).title.clone());
    let mut offers = Vec::new();
    for scheme in catalog.newest() {
        let Some(rules) = rules(scheme)? else { continue };
        let ready = Readiness::of(scheme, rules.needs, &facts, today);
        offers.push(OfferHead {
            scheme: scheme.name(),
            title: scheme.texts(cx.lang).title.clone(),
            level: scheme.file.award.level.clone(),
            met: ready.met(),
            total: ready.standings.len(),
            open: ready.open.len() + ready.conditions.len(),
            pending: ready.pending,
        });
    }
    let application = |r: ApplicationRow| ApplicationHead {
        title: title(&format!("{}@{}", r.scheme_id, r.version)),
        application_id: r.application_id,
        scheme: format!("{}@{}", r.scheme_id, r.version),
        state: r.state,
        started_on: r.started_at.get(..10).unwrap_or_default().to_owned(),
        number: r.number,
    };
    Ok(Stars {
        held: entries.iter().map(|r| EntryHead::of(found(r), today)).collect(),
        applications: rows.into_iter().map(application).collect(),
        offers,
    })
}

/// Begins an application; not while one is open, and not while such a star holds for long.
async fn start(cx: &Cx, input: &ApplicationInput) -> Result<ApplicationDetails, Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    let scheme = catalog.named(&input.scheme).ok_or_else(Problem::not_found)?;
    rules(scheme)?.ok_or_else(Problem::not_found)?;
    let conflict = |key: &str| Problem::new(kernel::Code::Conflict).with_detail(cx.t(key));
    if scheme.pending() > 0 {
        return Err(conflict("application.wrong.pending"));
    }
    let scope = cx.scope()?;
    let mut tx = cx.write().await?;
    let open: Option<(i64,)> = tx.one(scope, APPLICATION_OPEN, params![&scheme.id]).await?;
    if open.is_some_and(|(n,)| n > 0) {
        return Err(conflict("application.wrong.open"));
    }
    let until = cx.now().day().plus_days(RENEWAL_DAYS).to_string();
    let held: Option<(i64,)> = tx.one(scope, ENTRY_HELD, params![&scheme.id, until]).await?;
    if held.is_some_and(|(n,)| n > 0) {
        return Err(conflict("application.wrong.held"));
    }
    let id = ApplicationId::new(&*cx.app.clock, &*cx.app.rng);
    let details = serde_json::to_string(&Details { scope: cx.t("application.scope.whole"), ..Details::default() }).unwrap_or_default();
    tx.run(scope, APPLICATION_ADD, params![&id, &scheme.id, &scheme.version, details, cx.now()]).await?;
    cx.record(&mut tx, Event::new(EventKind::ApplicationStarted, id.as_str()).with("scheme", scheme.name())).await?;
    let found = crate::application_edit::details(cx, &mut tx, id.as_str()).await?;
    tx.commit().await?;
    Ok(found)
}

/// An own entry, by its number.
pub(crate) async fn own_entry(cx: &Cx, tx: &mut Tx, number: &str) -> Result<EntryRow, Problem> {
    let row = entry(tx, number).await?;
    if row.organisation_id == cx.scope()?.id().as_str() { Ok(row) } else { Err(Problem::not_found()) }
}

#[derive(Template)]
#[template(path = "star_list.html")]
pub(crate) struct StarListPage {
    p: Page,
    s: Stars,
    may_apply: bool,
}

impl StarListPage {
    fn days_left(&self, head: &EntryHead) -> String {
        let today = self.p.today();
        let left = Day::parse(&head.to).ok().map(|to| to.days_since(today));
        left.filter(|n| (0..=RENEWAL_DAYS).contains(n)).map_or(String::new(), |n| self.p.t1("star.days_left", "n", n))
    }
}

impl Sampled for StarListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let star = EntryHead {
            number: "S3-2026-000001".into(),
            scheme: "small".into(),
            version: "1.0.0".into(),
            level: "★3".into(),
            name: "石垣精工".into(),
            corporate_number: String::new(),
            prefecture: "23".into(),
            scope: "全社".into(),
            from: "2026-01-21".into(),
            to: "2027-01-20".into(),
            state: "valid".into(),
            state_day: String::new(),
        };
        let application = ApplicationHead {
            application_id: "1".into(),
            scheme: "small@1.0.0".into(),
            title: "SECURITY ACTION ★".into(),
            state: "open".into(),
            started_on: "2026-11-21".into(),
            number: String::new(),
        };
        let offer = |open, pending| OfferHead {
            scheme: "small@1.0.0".into(),
            title: "SECURITY ACTION ★".into(),
            level: "★".into(),
            met: 4,
            total: 6,
            open,
            pending,
        };
        let page = |held, applications, may_apply| Self {
            p: p.clone(),
            s: Stars { held, applications, offers: vec![offer(0, 0), offer(2, 0), offer(0, 72)] },
            may_apply,
        };
        vec![("new", page(vec![], vec![], true)), ("held", page(vec![star], vec![application], false))]
    }
}

/// `GET /stars`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let p = Page::new(&cx);
    Ok(p.render(&StarListPage { p: p.clone(), s: stars(&cx).await?, may_apply: cx.may(Permission::StarApply) }))
}

/// `POST /stars`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let found = start(&cx, &ApplicationInput { scheme: call.form.get("scheme").to_owned() }).await?;
    Ok(redirect(&format!("/applications/{}", found.application_id)))
}

/// `POST /stars/{number}/end`: a holder ends an own star.
pub(crate) async fn end(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let row = own_entry(&cx, &mut tx, call.part("number")).await?;
    entry_change(&cx, &mut tx, &row.number, EntryState::Revoked, &cx.t("star.ended.reason")).await?;
    tx.commit().await?;
    Ok(redirect("/stars"))
}

/// `GET /api/v1/stars`
pub(crate) async fn api(cx: Cx, _call: Call, (): ()) -> Result<Stars, Problem> {
    stars(&cx).await
}

/// `POST /api/v1/stars`
pub(crate) async fn api_start(cx: Cx, _call: Call, input: ApplicationInput) -> Result<ApplicationDetails, Problem> {
    start(&cx, &input).await
}
