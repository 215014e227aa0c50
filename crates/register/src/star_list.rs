//! `register::star_list` — an organisation's stars, what it applied for, and what it could declare.

use std::sync::Arc;

use askama::Template;
use kernel::{ApplicationId, Day, Event, EventKind, Permission};
use people::SiteKind;
use schemars::JsonSchema;
use schemes::{Catalog, Scheme, Subject};
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, Page, Problem, Response, Sampled, redirect};

use crate::appeal::{self, AppealHead};
use crate::application_show::ApplicationDetails;
use crate::award::{entry, entry_change};
use crate::entry_search::EntryHead;
use crate::rules::{Readiness, Rules};
use crate::status::EntryState;
use crate::store::{
    APPLICATION_ADD, APPLICATION_AWARDED, APPLICATION_LIST, APPLICATION_OPEN, ApplicationRow, ENTRY_HELD, ENTRY_OWN, EntryRow,
};
use crate::way::{Details, conflict};

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
    /// What the star is for.
    subject: Subject,
    /// Whether the whole organisation holds it for longer than it can be renewed before.
    held: bool,
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
    /// Appeals against suspension and revocation.
    appeals: Vec<AppealHead>,
    /// Register numbers of stars about which an appeal can be made.
    appealable: Vec<String>,
    /// What is to be told of stars that end.
    reminders: Vec<String>,
    offers: Vec<OfferHead>,
    /// Sites, products, services and persons, with id, kind and name.
    sites: Vec<(String, String, String)>,
}

/// Which star to apply for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApplicationInput {
    /// `scheme` or `scheme@version`.
    scheme: String,
    /// The site, product, service or person it is about; empty for the whole organisation.
    #[serde(default)]
    site_id: String,
}

async fn stars(cx: &Cx) -> Result<Stars, Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    let (scope, today) = (cx.scope()?, cx.now().day());
    let mut tx = cx.read().await?;
    let facts = evidence::company_facts(&mut tx, scope, &catalog).await?;
    let entries: Vec<EntryRow> = tx.all(scope, ENTRY_OWN, params![]).await?;
    let rows: Vec<ApplicationRow> = tx.all(scope, APPLICATION_LIST, params![]).await?;
    let title = |name: &str| catalog.named(name).map_or(name.to_owned(), |s| s.texts(cx.lang).title.clone());
    let sites = people::site_list(&mut tx, scope).await?;
    let mut offers = Vec::new();
    let rules = cx.part::<Rules>()?;
    for (scheme, rules) in rules.open(&catalog, today) {
        let ready = Readiness::of(scheme, rules.needs, &facts, today);
        let window = today.plus_days(rules.renewal_days).to_string();
        let holds = |r: &EntryRow| {
            let long = r.found.to_day.is_empty() || r.found.to_day >= window;
            r.found.scheme_id == scheme.id && r.site_id.is_empty() && r.found.state != EntryState::Revoked.as_str() && long
        };
        offers.push(OfferHead {
            held: entries.iter().any(holds),
            scheme: scheme.name(),
            title: scheme.texts(cx.lang).title.clone(),
            level: scheme.file.award.level.clone(),
            met: ready.met(),
            total: ready.standings.len(),
            open: ready.open.len() + ready.conditions.len(),
            pending: ready.pending,
            subject: scheme.file.subject,
        });
    }
    let application = |r: ApplicationRow| ApplicationHead {
        title: title(&format!("{}@{}", r.scheme_id, r.version)),
        application_id: r.application_id,
        scheme: format!("{}@{}", r.scheme_id, r.version),
        state: r.state,
        started_on: kernel::Instant::day_of(&r.started_at),
        number: r.number,
    };
    Ok(Stars {
        held: entries.iter().map(|r| EntryHead::of(r.found.clone(), today)).collect(),
        applications: rows.into_iter().map(application).collect(),
        appealable: appeal::open_to(cx, &mut tx, &entries).await?,
        appeals: appeal::own(cx, &mut tx).await?,
        reminders: crate::reminder::lines(cx, &entries),
        offers,
        sites: sites.into_iter().filter(|s| s.open).map(|s| (s.site_id, s.kind, s.name)).collect(),
    })
}

/// Whether a part of the organisation can hold this scheme's star.
async fn check_subject(cx: &Cx, tx: &mut Tx, scheme: &Scheme, site_id: &str) -> Result<(), Problem> {
    let wanted = if scheme.file.subject == Subject::Organisation { SiteKind::Site.as_str() } else { scheme.file.subject.as_str() };
    let sites = people::site_list(tx, cx.scope()?).await?;
    let fits = match site_id {
        "" => scheme.file.subject == Subject::Organisation,
        id => sites.iter().any(|s| s.site_id == id && s.open && s.kind == wanted),
    };
    if fits { Ok(()) } else { Err(conflict(cx, "application.wrong.subject")) }
}

/// The star that a new application renews, and what was shown of it: the last one that is not
/// revoked. None may hold for longer than the renewal window.
async fn renewed(cx: &Cx, tx: &mut Tx, scheme: &Scheme, site_id: &str, days: i64) -> Result<(String, Details), Problem> {
    let (scope, today) = (cx.scope()?, cx.now().day());
    let held: Option<(i64,)> = tx.one(scope, ENTRY_HELD, params![&scheme.id, today.plus_days(days).to_string(), site_id]).await?;
    if held.is_some_and(|(n,)| n > 0) {
        return Err(conflict(cx, "application.wrong.held"));
    }
    let named = people::site_list(tx, scope).await?.into_iter().find(|s| s.site_id == site_id).map(|s| s.name);
    let whole = Details { scope: named.unwrap_or_else(|| cx.t("application.scope.whole")), ..Details::default() };
    let own: Vec<EntryRow> = tx.all(scope, ENTRY_OWN, params![]).await?;
    let former = |r: &&EntryRow| r.found.scheme_id == scheme.id && r.site_id == site_id && r.found.state != EntryState::Revoked.as_str();
    let Some(former) = own.iter().find(former) else { return Ok((String::new(), whole)) };
    let row: Option<ApplicationRow> = tx.one(scope, APPLICATION_AWARDED, params![&former.found.number]).await?;
    let details = row.and_then(|r| serde_json::from_str(&r.details).ok()).unwrap_or(whole);
    Ok((former.found.number.clone(), details))
}

/// Begins an application; not while one is open, and not while such a star holds for long.
async fn start(cx: &Cx, input: &ApplicationInput) -> Result<ApplicationDetails, Problem> {
    let (catalog, rules) = (cx.part::<Arc<Catalog>>()?, cx.part::<Rules>()?);
    let scheme = catalog.named(&input.scheme).ok_or_else(Problem::not_found)?;
    let open = rules.open(&catalog, cx.now().day()).find(|(s, _)| s.name() == scheme.name());
    let (_, rules) = open.ok_or_else(Problem::not_found)?;
    if scheme.pending() > 0 {
        return Err(conflict(cx, "application.wrong.pending"));
    }
    let (scope, site) = (cx.scope()?, input.site_id.as_str());
    let mut tx = cx.write().await?;
    check_subject(cx, &mut tx, scheme, site).await?;
    let open: Option<(i64,)> = tx.one(scope, APPLICATION_OPEN, params![&scheme.id, site]).await?;
    if open.is_some_and(|(n,)| n > 0) {
        return Err(conflict(cx, "application.wrong.open"));
    }
    let (renews, details) = renewed(cx, &mut tx, scheme, site, rules.renewal_days).await?;
    let id = ApplicationId::new(&*cx.app.clock, &*cx.app.rng);
    let details = serde_json::to_string(&details).unwrap_or_default();
    tx.run(scope, APPLICATION_ADD, params![&id, site, &scheme.id, &scheme.version, details, renews, cx.now()]).await?;
    cx.record(&mut tx, Event::new(EventKind::ApplicationStarted, id.as_str()).with("scheme", scheme.name())).await?;
    let found = crate::application_show::details(cx, &mut tx, id.as_str()).await?;
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

impl OfferHead {
    /// Whether the whole organisation can hold it.
    fn whole(&self) -> bool {
        self.subject == Subject::Organisation
    }
}

impl StarListPage {
    /// Parts of the organisation that can hold such a star.
    fn sites(&self, offer: &OfferHead) -> Vec<&(String, String, String)> {
        let wanted = if offer.subject == Subject::Organisation { SiteKind::Site.as_str() } else { offer.subject.as_str() };
        self.s.sites.iter().filter(|(_, kind, _)| kind == wanted).collect()
    }

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
            subject: if pending == 0 { Subject::Organisation } else { Subject::Product },
            held: open == 2,
        };
        let reminders = ["★3 全社 は、あと60日で終わります。".to_owned()];
        let page = |held: Vec<EntryHead>, applications, may_apply, appeals| Self {
            p: p.clone(),
            s: Stars {
                reminders: reminders.iter().take(held.len()).cloned().collect(),
                appealable: held.iter().filter(|r| r.state == "revoked").map(|r| r.number.clone()).collect(),
                held,
                applications,
                appeals,
                offers: vec![offer(0, 0), offer(2, 0), offer(0, 72)],
                sites: vec![],
            },
            may_apply,
        };
        let revoked = EntryHead { state: "revoked".into(), state_day: "2026-12-01".into(), ..star.clone() };
        vec![
            ("new", page(vec![], vec![], true, vec![])),
            ("held", page(vec![star], vec![application], false, vec![])),
            ("revoked", page(vec![revoked], vec![], true, ["open", "dismissed"].map(AppealHead::sample).into())),
        ]
    }
}

/// `GET /stars`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let p = Page::new(&cx);
    Ok(p.render(&StarListPage { p: p.clone(), s: stars(&cx).await?, may_apply: cx.may(Permission::StarApply) }))
}

/// `POST /stars`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let found =
        start(&cx, &ApplicationInput { scheme: call.form.get("scheme").to_owned(), site_id: call.form.get("site_id").to_owned() }).await?;
    Ok(redirect(&format!("/applications/{}", found.application_id)))
}

/// `POST /stars/{number}/end`: a holder ends an own star.
pub(crate) async fn end(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let row = own_entry(&cx, &mut tx, call.part("number")).await?;
    entry_change(&cx, &mut tx, &row.found.number, EntryState::Revoked, &cx.t("star.ended.reason")).await?;
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
