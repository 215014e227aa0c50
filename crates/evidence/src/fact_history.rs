//! `evidence::fact_history` — every version of a fact: what, when, by whom.

use askama::Template;
use kernel::Instant;
use schemars::JsonSchema;
use serde::Serialize;
use store::params;
use web::{Call, Cx, Page, Problem, Response, Sampled};

use crate::store::{VERSION_LIST, VersionRow};
use crate::view::words;

/// One version, in words.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct VersionHead {
    version_id: String,
    revision: i64,
    words: String,
    reason: String,
    since: Option<String>,
    owner: String,
    review_by: Option<String>,
    stated_at: String,
    stated_by: String,
}

#[derive(Template)]
#[template(path = "fact_history.html")]
pub(crate) struct HistoryPage {
    p: Page,
    key: String,
    label: String,
    site: String,
    versions: Vec<VersionHead>,
}

impl Sampled for HistoryPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let version = VersionHead {
            version_id: "1".into(),
            revision: 1,
            words: "実施".into(),
            reason: String::new(),
            since: None,
            owner: "総務課".into(),
            review_by: Some("2027-11-21".into()),
            stated_at: "2026-11-21 12:00".into(),
            stated_by: "総務 花子".into(),
        };
        let page =
            |versions| Self { p: p.clone(), key: "backup.taken".into(), label: "バックアップ".into(), site: String::new(), versions };
        vec![("empty", page(vec![])), ("one", page(vec![version]))]
    }
}

async fn versions(cx: &Cx, call: &Call) -> Result<(String, Vec<VersionHead>), Problem> {
    let mut tx = cx.read().await?;
    let catalog = schemes::catalog(cx, &mut tx, cx.scope()?).await?;
    let fact = catalog.fact(call.part("key")).ok_or_else(Problem::not_found)?;
    let p = Page::new(cx);
    let rows: Vec<VersionRow> = tx.all(cx.scope()?, VERSION_LIST, params![fact.key(), call.query.get("site")]).await?;
    let head = |r: VersionRow| VersionHead {
        words: words(&p, fact, &r.answer, &r.value),
        version_id: r.version_id,
        revision: r.revision,
        reason: r.reason,
        since: r.since,
        owner: r.owner_name,
        review_by: r.review_by,
        stated_at: Instant::parse(&r.stated_at).map(Instant::in_japan).unwrap_or_default(),
        stated_by: r.stated_by_name,
    };
    Ok((fact.texts(p.lang()).label.clone(), rows.into_iter().map(head).collect()))
}

/// `GET /facts/{key}/history`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (label, versions) = versions(&cx, &call).await?;
    let p = Page::new(&cx);
    let (key, site) = (call.part("key").to_owned(), call.query.get("site").to_owned());
    Ok(p.render(&HistoryPage { p: p.clone(), key, label, site, versions }))
}

/// `GET /api/v1/facts/{key}/history`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<Vec<VersionHead>, Problem> {
    Ok(versions(&cx, &call).await?.1)
}
