//! `people::ledger_list` — the organisation's own ledger: who did what, when. Newest first.

use std::collections::BTreeMap;

use askama::Template;
use kernel::Instant;
use schemars::JsonSchema;
use serde::Serialize;
use store::{ledger_list, params};
use web::{Call, Cx, Page, Problem, Response, Sampled};

use crate::store::{MEMBER_LIST, MemberRow};

/// How many entries a page shows.
const PAGE_ROWS: i64 = 50;

/// One entry in words.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct EntryHead {
    seq: i64,
    at: String,
    actor: String,
    kind: String,
    object_id: String,
    hash: String,
}

#[derive(Template)]
#[template(path = "ledger_list.html")]
pub(crate) struct LedgerPage {
    p: Page,
    entries: Vec<EntryHead>,
    older: i64,
}

impl Sampled for LedgerPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let entry = EntryHead {
            seq: 1,
            at: "2026-11-21 12:00".into(),
            actor: "総務 花子".into(),
            kind: "fact_stated".into(),
            object_id: "1".into(),
            hash: "00".into(),
        };
        vec![("empty", Self { p: p.clone(), entries: vec![], older: 0 }), ("one", Self { p: p.clone(), entries: vec![entry], older: 1 })]
    }
}

async fn entries(cx: &Cx, call: &Call) -> Result<Vec<EntryHead>, Problem> {
    let before = call.query.get("before").parse().unwrap_or(i64::MAX);
    let mut tx = cx.read().await?;
    let names: Vec<MemberRow> = tx.all(cx.scope()?, MEMBER_LIST, params![]).await?;
    let names: BTreeMap<String, String> = names.into_iter().map(|m| (m.person_id, m.name)).collect();
    let rows = ledger_list(&mut tx, cx.scope()?, before, PAGE_ROWS).await?;
    let head = |e: store::LedgerEntry| EntryHead {
        seq: e.seq,
        at: Instant::parse(&e.at).map(Instant::in_japan).unwrap_or_default(),
        actor: names.get(&e.actor_id).cloned().unwrap_or(e.actor_id),
        kind: e.kind,
        object_id: e.object_id,
        hash: e.hash,
    };
    Ok(rows.into_iter().map(head).collect())
}

/// `GET /ledger`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let entries = entries(&cx, &call).await?;
    let older = entries.last().filter(|e| e.seq > 1).map_or(0, |e| e.seq);
    let p = Page::new(&cx);
    Ok(p.render(&LedgerPage { p: p.clone(), entries, older }))
}

/// `GET /api/v1/ledger`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<Vec<EntryHead>, Problem> {
    entries(&cx, &call).await
}
