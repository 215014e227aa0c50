//! `products::chain::notice_show` — what a maker says of a vulnerability, in the words of what it is used in: what to do, how
//! soon it is to be done here, and the answer that it was read.

use std::collections::BTreeMap;

use askama::Template;
use kernel::{Event, EventKind};
use store::params;
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, redirect};

use crate::advisory::vulnerability_known;
use crate::chain::store::{NOTICE_ACKNOWLEDGE, NoticeRow, UseRow, VulnerabilityRow};
use crate::chain::usage::find;
use crate::chain::usage_list::sample_use;
use crate::chain::usage_show::{notices, sample_notice};
use crate::decision::{answers_of, due, tree};
use crate::decision_show::Question;
use crate::signal::{Known, known, signals};
use crate::store::SignalRow;

/// Longest plan, in characters.
const PLAN_MAX: usize = 2000;

#[derive(Template)]
#[template(path = "notice_show.html")]
pub(crate) struct NoticeShowPage {
    p: Page,
    usage: UseRow,
    notice: NoticeRow,
    vulnerability: VulnerabilityRow,
    signals: Known,
    questions: Vec<Question>,
    plan: String,
    errors: Fields,
}

impl Sampled for NoticeShowPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |notice: NoticeRow, signals, errors| Self {
            p: p.clone(),
            usage: sample_use("1", ""),
            plan: notice.plan.clone(),
            notice,
            vulnerability: VulnerabilityRow::sample(),
            signals: Known(signals),
            questions: vec![Question::sample()],
            errors,
        };
        let mut errors = Fields::default();
        errors.add("plan", "長すぎます");
        let answered = NoticeRow {
            acknowledged_at: "2026-11-21T02:00:00.000000Z".into(),
            person: "石垣 花子".into(),
            outcome: "out_of_cycle".into(),
            due_on: "2026-12-05".into(),
            plan: "次の休みに入れ替える".into(),
            impact: "調べた結果です。".into(),
            ..sample_notice("affected", "")
        };
        vec![
            ("new", page(sample_notice("under_investigation", ""), vec![], Fields::default())),
            ("answered", page(answered, vec![SignalRow::sample("kev", 1)], errors)),
            ("closed", page(sample_notice("affected", "moved"), vec![], Fields::default())),
        ]
    }
}

/// The use and the notice an address names.
async fn named(cx: &Cx, call: &Call) -> Result<(UseRow, NoticeRow), Problem> {
    let (scope, mut tx) = (cx.scope()?, cx.read().await?);
    let usage = find(&mut tx, scope, call.part("id")).await?;
    let named = call.query.get("v");
    let all = if named.is_empty() { vec![] } else { notices(&mut tx, scope, &usage.use_id, named).await? };
    let notice = all.into_iter().next().ok_or_else(Problem::not_found)?;
    Ok((usage, notice))
}

/// What is filled in before anybody answers: what is known of the vulnerability, and of where it is used.
fn prefilled(usage: &UseRow, notice: &NoticeRow, signals: &[SignalRow]) -> BTreeMap<String, String> {
    let given: BTreeMap<String, String> = serde_json::from_str(&notice.answers).unwrap_or_default();
    let place = [("system_exposure", usage.exposure.as_str()), ("human_impact", usage.mission.as_str())];
    let mut all: BTreeMap<String, String> = place.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    all.extend(given);
    all.extend(known(signals));
    all
}

async fn show(cx: &Cx, call: &Call, said: Option<(BTreeMap<String, String>, String)>, errors: Fields) -> Result<Response, Problem> {
    let (usage, notice) = named(cx, call).await?;
    let mut tx = cx.read().await?;
    let signals = signals(&mut tx, &notice.vulnerability).await?;
    let vulnerability = vulnerability_known(&mut tx, &notice.vulnerability).await?.unwrap_or_default();
    let (answers, plan) = said.unwrap_or_else(|| (prefilled(&usage, &notice, &signals), notice.plan.clone()));
    let questions = Question::of(tree("deployer")?, &answers);
    let page = NoticeShowPage { p: Page::new(cx), usage, notice, vulnerability, signals: Known(signals), questions, plan, errors };
    Ok(page.p.clone().render_as(page.errors.status(), &page))
}

/// `GET /products/uses/{id}/notice?v=…`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, &call, None, Fields::default()).await
}

/// `POST /products/uses/{id}/notice?v=…`: it was read, and this is what is done.
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let tree = tree("deployer")?;
    let mut answers = answers_of(tree, &call.form);
    answers.retain(|_, answer| !answer.is_empty());
    let plan = call.form.get("plan").trim().to_owned();
    if plan.chars().count() > PLAN_MAX {
        let mut errors = Fields::default();
        errors.add("plan", cx.t("decision.wrong.long"));
        return show(&cx, &call, Some((answers, plan)), errors).await;
    }
    let (usage, notice) = named(&cx, &call).await?;
    let (outcome, due_on, _) = due(tree, &answers, cx.now().day());
    let kept = serde_json::to_string(&answers).unwrap_or_default();
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    // What was read is what is acknowledged: if it changed meanwhile, it is read again.
    let seen = call.form.get("seen");
    let values = params![&usage.use_id, &notice.vulnerability, cx.now(), scope.person(), kept, outcome, due_on, &plan, seen];
    if tx.run(&scope, NOTICE_ACKNOWLEDGE, values).await? == 0 {
        drop(tx);
        let mut errors = Fields::default();
        errors.add("plan", cx.t("notice.wrong.changed"));
        return show(&cx, &call, Some((answers, plan)), errors).await;
    }
    let event = Event::new(EventKind::NoticeAcknowledged, &usage.use_id).with("vulnerability", &notice.vulnerability);
    tx.record(&scope, cx.now(), &event).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/products/uses/{}", usage.use_id)))
}
