//! `evidence::fact_list` — all questions by topic as a task list, with search and filters; and
//! the check page with every answer.

use std::collections::BTreeMap;

use askama::Template;
use schemars::JsonSchema;
use schemes::{AnswerKind, FactType, fold};
use serde::Serialize;
use store::params;
use web::{Call, Cx, Page, Problem, Response, Sampled};

use crate::store::{FACT_LIST, FACT_LIST_ALL, FactRow};
use crate::view::{FactDetails, FactHead, head};

/// A topic of the list.
struct TopicRows {
    title: String,
    rows: Vec<FactHead>,
    stated: usize,
    total: usize,
}

#[derive(Template)]
#[template(path = "fact_list.html")]
pub(crate) struct FactListPage {
    p: Page,
    topics: Vec<TopicRows>,
    stated: usize,
    total: usize,
    query: String,
    state: String,
    site: String,
    sites: Vec<(String, String)>,
    /// Whether this is the check page, with every answer written out.
    checking: bool,
}

impl Sampled for FactListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let rows = vec![
            FactHead {
                key: "backup.taken".into(),
                label: "バックアップ".into(),
                answer: Some(AnswerKind::Given),
                words: "実施".into(),
                review_by: Some("2027-11-21".into()),
                expired: false,
            },
            FactHead {
                key: "backup.plan".into(),
                label: "バックアップの決まり".into(),
                answer: None,
                words: String::new(),
                review_by: None,
                expired: false,
            },
        ];
        let page = |rows: Vec<FactHead>, checking| Self {
            p: p.clone(),
            stated: 1,
            total: 2,
            query: String::new(),
            state: String::new(),
            site: String::new(),
            sites: vec![],
            checking,
            topics: vec![TopicRows { title: "バックアップ".into(), stated: 1, total: 2, rows }],
        };
        vec![
            ("list", page(rows.clone(), false)),
            ("check", page(rows, true)),
            ("nothing found", Self { topics: vec![], ..page(vec![], false) }),
        ]
    }
}

fn wanted(head: &FactHead, fact: &FactType, p: &Page, query: &str, state: &str) -> bool {
    let texts = fact.texts(p.lang());
    let found = query.is_empty() || fold(&format!("{} {} {}", head.label, texts.question, head.key)).contains(&fold(query));
    let fits = match state {
        "open" => head.answer.is_none(),
        "stated" => head.answer.is_some(),
        "unknown" => head.answer == Some(AnswerKind::Unknown),
        "expired" => head.expired,
        _ => true,
    };
    found && fits
}

async fn show(cx: &Cx, call: &Call, checking: bool) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let catalog = schemes::catalog(cx, &mut tx, cx.scope()?).await?;
    let p = Page::new(cx);
    let get = |n: &str| call.query.get(n).to_owned();
    let (query, state, site) = (get("q"), get("state"), get("site"));
    let sites = people::site_list(&mut tx, cx.scope()?).await?;
    if !site.is_empty() && !sites.iter().any(|s| s.site_id == site) {
        return Err(Problem::not_found());
    }
    let rows: Vec<FactRow> = tx.all(cx.scope()?, FACT_LIST, params![&site]).await?;
    let stated_rows: BTreeMap<&str, &FactRow> = rows.iter().map(|r| (r.fact_key.as_str(), r)).collect();
    let today = cx.now().day();
    let (mut topics, mut total) = (Vec::new(), 0);
    for topic in catalog.topics() {
        // A scheme's own questions are asked on its pages; here they stand once one is answered.
        if topic.scheme.is_some() && !topic.facts.iter().any(|k| stated_rows.contains_key(k.as_str())) {
            continue;
        }
        total += topic.facts.len();
        let facts = topic.facts.iter().filter_map(|k| catalog.fact(k));
        let heads = facts.map(|f| (f, head(&p, f, stated_rows.get(f.key()).copied(), today)));
        let title = if p.shell.lang == "ja" { &topic.ja } else { &topic.en };
        let rows: Vec<FactHead> = heads.filter(|(f, h)| wanted(h, f, &p, &query, &state)).map(|(_, h)| h).collect();
        let stated = topic.facts.iter().filter(|k| stated_rows.contains_key(k.as_str())).count();
        if !rows.is_empty() {
            topics.push(TopicRows { title: title.clone(), stated, total: topic.facts.len(), rows });
        }
    }
    let page = FactListPage {
        p: p.clone(),
        topics,
        stated: stated_rows.len(),
        total,
        query,
        state,
        site,
        sites: sites.into_iter().map(|s| (s.site_id, s.name)).collect(),
        checking,
    };
    Ok(p.render(&page))
}

/// `GET /facts`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, &call, false).await
}

/// `GET /facts/check`
pub(crate) async fn check(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, &call, true).await
}

/// A page of facts.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FactPageOut {
    facts: Vec<FactDetails>,
}

/// `GET /api/v1/facts`
pub(crate) async fn api(cx: Cx, _call: Call, (): ()) -> Result<FactPageOut, Problem> {
    let mut tx = cx.read().await?;
    let rows: Vec<FactRow> = tx.all(cx.scope()?, FACT_LIST_ALL, params![]).await?;
    Ok(FactPageOut { facts: rows.into_iter().map(FactRow::details).collect() })
}
