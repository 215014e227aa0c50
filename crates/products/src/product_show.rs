//! `products::product_show` — one product: its releases with what concerns them, and where the next list goes in.

use askama::Template;
use kernel::{Event, EventKind, Scope};
use store::{Tx, params};
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::chain::store::GRANT_DROP;
use crate::release::{drop_release, sample_release};
use crate::store::{
    DECISION_DROP, FindingCount, PRODUCT_DROP, PRODUCT_FIND, ProductRow, RELEASE_FINDINGS, RELEASE_OF_PRODUCT, ReleaseRow, WORKSHEET_DROP,
};

#[derive(Template)]
#[template(path = "product_show.html")]
pub(crate) struct ProductShowPage {
    p: Page,
    product: ProductRow,
    releases: Vec<ReleaseRow>,
    counts: Vec<FindingCount>,
    errors: Fields,
}

impl ProductShowPage {
    /// Open findings of a release in a state.
    fn count(&self, release: &str, state: &str) -> i64 {
        self.counts.iter().find(|c| c.release_id == release && c.state == state).map_or(0, |c| c.times)
    }
}

impl Sampled for ProductShowPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let product = ProductRow { product_id: "1".into(), name: "計測器 K-100".into(), made_at: "2026-11-21T00:00:00.000000Z".into() };
        let mut errors = Fields::default();
        errors.add("file", "読めませんでした");
        let counts = vec![FindingCount { release_id: "1".into(), state: "affected".into(), times: 3 }];
        vec![
            ("empty", Self { p: p.clone(), product: product.clone(), releases: vec![], counts: vec![], errors: Fields::default() }),
            ("filled", Self { p: p.clone(), product, releases: vec![sample_release()], counts, errors }),
        ]
    }
}

/// A product of the organisation.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub(crate) async fn find(tx: &mut Tx, scope: &Scope, id: &str) -> Result<ProductRow, Problem> {
    tx.one(scope, PRODUCT_FIND, params![id]).await?.ok_or_else(Problem::not_found)
}

/// The page, with what was wrong.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub(crate) async fn show(cx: &Cx, id: &str, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let (scope, mut tx) = (cx.scope()?, cx.read().await?);
    let product = find(&mut tx, scope, id).await?;
    let releases = tx.all(scope, RELEASE_OF_PRODUCT, params![id]).await?;
    let counts = tx.all(scope, RELEASE_FINDINGS, params![id]).await?;
    let page = ProductShowPage { p: Page::new(cx), product, releases, counts, errors };
    Ok(page.p.clone().render_as(status, &page))
}

/// `GET /products/{id}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, call.part("id"), Fields::default(), StatusCode::OK).await
}

/// `POST /products/{id}/drop`: the product goes with its releases.
pub(crate) async fn send_drop(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    let product = find(&mut tx, &scope, call.part("id")).await?;
    loop {
        let releases: Vec<ReleaseRow> = tx.all(&scope, RELEASE_OF_PRODUCT, params![&product.product_id]).await?;
        if releases.is_empty() {
            break;
        }
        for release in &releases {
            drop_release(&cx, &mut tx, &scope, &release.release_id).await?;
        }
    }
    tx.run(&scope, GRANT_DROP, params![&product.product_id]).await?;
    tx.run(&scope, WORKSHEET_DROP, params![&product.product_id]).await?;
    tx.run(&scope, DECISION_DROP, params![&product.product_id]).await?;
    tx.run_one(&scope, PRODUCT_DROP, params![&product.product_id]).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::ProductDropped, &product.product_id)).await?;
    tx.commit().await?;
    Ok(redirect("/products"))
}
