//! `products::chain::usage_list` — what the organisation uses of other makers, what needs looking at first, and where the code of
//! a maker goes in.

use std::collections::BTreeMap;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use store::params;
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, redirect};

use crate::chain::store::{NOTICE_COUNT, NoticeCount, UseRow};
use crate::chain::usage::{UseInput, use_add, uses};

#[derive(Template)]
#[template(path = "usage_list.html")]
pub(crate) struct UsageListPage {
    p: Page,
    uses: Vec<UseRow>,
    counts: BTreeMap<String, NoticeCount>,
    said: UseInput,
    errors: Fields,
}

impl UsageListPage {
    /// Open notices of a use, and those waiting for an answer.
    fn count(&self, id: &str) -> (i64, i64) {
        self.counts.get(id).map_or((0, 0), |c| (c.open, c.waiting))
    }

    fn waiting(&self) -> i64 {
        self.counts.values().map(|c| c.waiting).sum()
    }
}

/// A use for examples.
pub(crate) fn sample_use(id: &str, inside: &str) -> UseRow {
    UseRow {
        use_id: id.into(),
        release_id: "1".into(),
        asset: "第2工場の検査機".into(),
        exposure: "controlled".into(),
        mission: "high".into(),
        in_release_id: if inside.is_empty() { String::new() } else { "9".into() },
        in_product: inside.into(),
        in_version: if inside.is_empty() { String::new() } else { "2.0".into() },
        mail: "joho@example.jp".into(),
        maker: "石垣精工".into(),
        product_id: "1".into(),
        product: "計測器 K-100".into(),
        version: "1.0".into(),
        share: "whole".into(),
        ends_on: "2027-11-21".into(),
        ..UseRow::default()
    }
}

impl Sampled for UsageListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |uses, counts: Vec<NoticeCount>, errors| Self {
            p: p.clone(),
            uses,
            counts: counts.into_iter().map(|c| (c.use_id.clone(), c)).collect(),
            said: UseInput::default(),
            errors,
        };
        let mut errors = Fields::default();
        errors.add("code", "合言葉が違います");
        errors.add("asset", "入れてください");
        let count = NoticeCount { use_id: "1".into(), open: 3, waiting: 2 };
        vec![
            ("empty", page(vec![], vec![], Fields::default())),
            ("filled", page(vec![sample_use("1", ""), sample_use("2", "検査装置 Z-9")], vec![count], errors)),
        ]
    }
}

/// A use as programs see it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct UseHead {
    use_id: String,
    asset: String,
    maker: String,
    product: String,
    version: String,
    /// Vulnerabilities open in it.
    open: i64,
    /// Of these, not acknowledged as they stand.
    waiting: i64,
}

async fn read(cx: &Cx) -> Result<(Vec<UseRow>, BTreeMap<String, NoticeCount>), Problem> {
    let (scope, mut tx) = (cx.scope()?, cx.read().await?);
    let uses = uses(&mut tx, scope, "", "").await?;
    let counts: Vec<NoticeCount> = tx.all(scope, NOTICE_COUNT, params![]).await?;
    Ok((uses, counts.into_iter().map(|c| (c.use_id.clone(), c)).collect()))
}

async fn show(cx: &Cx, said: UseInput, errors: Fields) -> Result<Response, Problem> {
    let (uses, counts) = read(cx).await?;
    let page = UsageListPage { p: Page::new(cx), uses, counts, said, errors };
    Ok(page.p.clone().render_as(page.errors.status(), &page))
}

/// `GET /products/uses`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    show(&cx, UseInput::default(), Fields::default()).await
}

/// `POST /products/uses`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let input = UseInput { code: call.form.get("code").to_owned(), asset: call.form.get("asset").to_owned(), ..UseInput::default() };
    match use_add(&cx, cx.scope()?, &input).await {
        Ok(id) => Ok(redirect(&format!("/products/uses/{id}"))),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => show(&cx, input, Fields(problem.fields)).await,
    }
}

/// `GET /api/v1/products/uses`
pub(crate) async fn api(cx: Cx, _call: Call, (): ()) -> Result<Vec<UseHead>, Problem> {
    let (uses, counts) = read(&cx).await?;
    let head = |u: UseRow| {
        let (open, waiting) = counts.get(&u.use_id).map_or((0, 0), |c| (c.open, c.waiting));
        UseHead { use_id: u.use_id, asset: u.asset, maker: u.maker, product: u.product, version: u.version, open, waiting }
    };
    Ok(uses.into_iter().map(head).collect())
}

/// `POST /api/v1/products/uses`. Returns the id.
pub(crate) async fn api_add(cx: Cx, _call: Call, input: UseInput) -> Result<String, Problem> {
    use_add(&cx, cx.scope()?, &input).await
}
