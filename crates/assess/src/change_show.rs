//! `assess::change_show` — after a statement: exactly which criteria changed because of it.

use askama::Template;
use kernel::FactVersionId;
use schemars::JsonSchema;
use serde::Serialize;
use store::params;
use web::{Call, Cx, Page, Problem, Response, Sampled};

use crate::store::{CHANGE_LIST, ChangeRow};

/// One criterion that changed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ChangeHead {
    assessment_id: String,
    scheme: String,
    level: String,
    criterion: String,
    text: String,
    before: String,
    after: String,
}

#[derive(Template)]
#[template(path = "change_show.html")]
pub(crate) struct ChangePage {
    p: Page,
    changes: Vec<ChangeHead>,
    next: String,
    site: String,
}

impl Sampled for ChangePage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let change = ChangeHead {
            assessment_id: "1".into(),
            scheme: "SCS評価制度 ★3".into(),
            level: "★3".into(),
            criterion: "4-3-4-1".into(),
            text: "バックアップ".into(),
            before: "unanswered".into(),
            after: "met".into(),
        };
        let page = |changes| Self { p: p.clone(), changes, next: "backup.plan".into(), site: String::new() };
        vec![("nothing", page(vec![])), ("one", page(vec![change]))]
    }
}

async fn changes(cx: &Cx, call: &Call) -> Result<Vec<ChangeHead>, Problem> {
    let version: FactVersionId = call.id("version")?;
    let mut tx = cx.read().await?;
    let catalog = schemes::catalog(cx, &mut tx, cx.scope()?).await?;
    let rows: Vec<ChangeRow> = tx.all(cx.scope()?, CHANGE_LIST, params![&version]).await?;
    let head = |r: ChangeRow| {
        let scheme = catalog.scheme(&r.scheme_id, Some(&r.version))?;
        let criterion = scheme.criterion(&r.criterion)?;
        Some(ChangeHead {
            assessment_id: r.assessment_id,
            scheme: scheme.texts(cx.lang).title.clone(),
            level: scheme.file.award.level.clone(),
            text: scheme.criterion_text(criterion, cx.lang).to_owned(),
            criterion: r.criterion,
            before: r.before_state,
            after: r.after_state,
        })
    };
    Ok(rows.into_iter().filter_map(head).collect())
}

/// `GET /changes/{version}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let changes = changes(&cx, &call).await?;
    let mut tx = cx.read().await?;
    let catalog = schemes::catalog(&cx, &mut tx, cx.scope()?).await?;
    let next = catalog.next_fact(call.query.get("key")).unwrap_or_default().to_owned();
    let p = Page::new(&cx);
    Ok(p.render(&ChangePage { p: p.clone(), changes, next, site: call.query.get("site").to_owned() }))
}

/// `GET /api/v1/changes/{version}`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<Vec<ChangeHead>, Problem> {
    changes(&cx, &call).await
}
