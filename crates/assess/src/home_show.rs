//! `assess::home_show` — the start page: at most three things to do now, and the ladder.

use std::sync::Arc;

use askama::Template;
use kernel::Permission;
use schemars::JsonSchema;
use schemes::{Catalog, Facts};
use serde::Serialize;
use store::Tx;
use web::{Call, Cx, Notice, Notices, Page, Problem, Response, Rung, Sampled, ladder, redirect};

use crate::assessment_list::{AssessmentHead, heads};
use crate::remaining::{Remaining, effort, remaining};

/// How many steps are shown per rung.
const STEPS_SHOWN: usize = 8;

/// One rung with what remains.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct RungDetails {
    head: AssessmentHead,
    /// Criteria that are not met.
    open_count: i64,
    /// How many facts nobody has stated.
    unanswered_count: usize,
    /// The steps in order of effort.
    remaining: Vec<Remaining>,
    /// Their effort together; our rough estimate.
    minutes: u32,
}

impl RungDetails {
    fn effort(&self, p: &Page) -> String {
        effort(p, self.minutes)
    }
}

#[derive(Template)]
#[template(path = "home_show.html")]
pub(crate) struct HomePage {
    p: Page,
    rungs: Vec<RungDetails>,
    chart: String,
    expired: Vec<(String, String)>,
    notices: Vec<Notice>,
    stated: usize,
    has_group: bool,
}

impl Sampled for HomePage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |rungs: Vec<RungDetails>, expired, stated| {
            let chart = picture(p, &rungs);
            let notices = vec![Notice { text: "★3 全社 は、あと30日で終わります。".into(), path: "/stars".into() }];
            Self { p: p.clone(), rungs, chart, expired, notices: if stated == 0 { vec![] } else { notices }, stated, has_group: false }
        };
        let head = AssessmentHead {
            assessment_id: "1".into(),
            scheme: "small".into(),
            version: "4.0.0".into(),
            title: "SECURITY ACTION ★".into(),
            level: "★".into(),
            site_id: String::new(),
            met_count: 5,
            not_met_count: 1,
            unknown_count: 0,
            pending_count: 0,
            score: 5,
            band: None,
            rung: Some(1),
        };
        let step = crate::remaining::Step {
            fact: "backup.taken".into(),
            label: "バックアップ".into(),
            words: "「実施」にする".into(),
            stated: true,
            minutes: 60,
        };
        let rung =
            RungDetails { head, open_count: 1, unanswered_count: 0, remaining: vec![Remaining { step, criteria_count: 1 }], minutes: 60 };
        vec![
            ("new", page(vec![], vec![], 0)),
            ("under way", page(vec![rung], vec![("malware.definitions".into(), "定義ファイルの更新".into())], 9)),
        ]
    }
}

fn picture(p: &Page, rungs: &[RungDetails]) -> String {
    let rung = |r: &RungDetails| Rung {
        level: r.head.level.clone(),
        met: u32::try_from(r.head.met_count).unwrap_or(0),
        total: u32::try_from(r.head.total()).unwrap_or(0),
        words: if r.open_count == 0 { p.t("home.rung.full") } else { p.t1("home.rung.open", "n", r.open_count) },
    };
    ladder(&p.t("home.ladder"), &rungs.iter().map(rung).collect::<Vec<_>>())
}

/// The rungs of the whole company, lowest first.
async fn rungs(cx: &Cx, tx: &mut Tx, p: &Page, catalog: &Catalog) -> Result<(Vec<RungDetails>, Facts), Problem> {
    let facts = evidence::company_facts(tx, cx.scope()?, catalog).await?;
    let mut rungs: Vec<RungDetails> = Vec::new();
    for head in heads(cx, tx, catalog).await?.into_iter().filter(|h| h.site_id.is_empty() && h.rung.is_some()) {
        let Some(scheme) = catalog.scheme(&head.scheme, Some(&head.version)) else { continue };
        let remaining = remaining(p, catalog, scheme, &facts, cx.now().day());
        let unanswered_count = scheme.facts().filter(|k| !facts.contains_key(*k)).count();
        let minutes = remaining.iter().map(|r| r.step.minutes).sum();
        rungs.retain(|r| r.head.scheme != head.scheme);
        rungs.push(RungDetails { open_count: head.total() - head.met_count, head, unanswered_count, remaining, minutes });
    }
    Ok((rungs, facts))
}

/// `GET /`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    if !cx.may(Permission::AssessmentRead) {
        return Ok(redirect("/schemes"));
    }
    let mut tx = cx.read().await?;
    let catalog = schemes::catalog(&cx, &mut tx, cx.scope()?).await?;
    let p = Page::new(&cx);
    let (mut rungs, facts) = rungs(&cx, &mut tx, &p, &catalog).await?;
    let chart = picture(&p, &rungs);
    for rung in &mut rungs {
        rung.remaining.truncate(STEPS_SHOWN);
    }
    let today = cx.now().day();
    let past = facts.iter().filter(|(_, s)| s.review_by.is_some_and(|d| d < today));
    let label = |key: &str| catalog.fact(key).map_or(String::new(), |f| f.texts(cx.lang).label.clone());
    let expired = past.map(|(k, _)| (k.clone(), label(k))).collect();
    let notices = cx.part::<Arc<dyn Notices>>()?.of(&cx, &mut tx).await?;
    Ok(p.render(&HomePage { p: p.clone(), rungs, chart, expired, notices, stated: facts.len(), has_group: true }))
}

/// `GET /api/v1/ladder`
pub(crate) async fn api(cx: Cx, _call: Call, (): ()) -> Result<Vec<RungDetails>, Problem> {
    let p = Page::new(&cx);
    let mut tx = cx.read().await?;
    let catalog = schemes::catalog(&cx, &mut tx, cx.scope()?).await?;
    Ok(rungs(&cx, &mut tx, &p, &catalog).await?.0)
}
