//! `products::product_list` — the products of an organisation, and where a new one goes in.

use askama::Template;
use kernel::{Event, EventKind, ProductId, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::params;
use web::{Call, Cx, FieldError, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::store::{PRODUCT_ADD, PRODUCT_LIST, ProductListRow};

/// Longest name, in characters.
const NAME_MAX: usize = 200;

#[derive(Template)]
#[template(path = "product_list.html")]
pub(crate) struct ProductListPage {
    p: Page,
    products: Vec<ProductListRow>,
    name: String,
    errors: Fields,
}

/// A product for examples.
pub(crate) fn sample_product() -> ProductListRow {
    ProductListRow { product_id: "1".into(), name: "計測器 K-100".into(), made_at: "2026-11-21T00:00:00.000000Z".into(), releases: 2 }
}

impl Sampled for ProductListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let mut errors = Fields::default();
        errors.add("name", "名前を入れてください");
        let one = |products, errors| Self { p: p.clone(), products, name: String::new(), errors };
        vec![("empty", one(vec![], Fields::default())), ("filled", one(vec![sample_product()], errors))]
    }
}

/// A product as programs see it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ProductHead {
    product_id: String,
    name: String,
    releases: i64,
    made_at: String,
}

/// What a new product is called.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ProductInput {
    name: String,
}

async fn show(cx: &Cx, name: &str, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let products = cx.read().await?.all(cx.scope()?, PRODUCT_LIST, params![]).await?;
    let page = ProductListPage { p: Page::new(cx), products, name: name.to_owned(), errors };
    Ok(page.p.clone().render_as(status, &page))
}

/// `GET /products`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    show(&cx, "", Fields::default(), StatusCode::OK).await
}

/// Adds a product. Returns its id.
///
/// # Errors
/// [`kernel::Code::Invalid`] for a name that is empty or too long; the store's.
pub async fn product_add(cx: &Cx, scope: &Scope, name: &str) -> Result<String, Problem> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX {
        return Err(Problem::invalid(vec![FieldError { field: "name".to_owned(), text: cx.t("product.wrong.name") }]));
    }
    let id = ProductId::new(&*cx.app.clock, &*cx.app.rng).to_string();
    let mut tx = cx.write().await?;
    tx.run(scope, PRODUCT_ADD, params![&id, name, cx.now(), scope.person()]).await?;
    tx.record(scope, cx.now(), &Event::new(EventKind::ProductAdded, &id)).await?;
    tx.commit().await?;
    Ok(id)
}

/// `POST /products`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    match product_add(&cx, cx.scope()?, call.form.get("name")).await {
        Ok(id) => Ok(redirect(&format!("/products/{id}"))),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => show(&cx, call.form.get("name"), Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

/// `GET /api/v1/products`
pub(crate) async fn api(cx: Cx, _call: Call, (): ()) -> Result<Vec<ProductHead>, Problem> {
    let rows: Vec<ProductListRow> = cx.read().await?.all(cx.scope()?, PRODUCT_LIST, params![]).await?;
    let head = |r: ProductListRow| ProductHead { product_id: r.product_id, name: r.name, releases: r.releases, made_at: r.made_at };
    Ok(rows.into_iter().map(head).collect())
}

/// `POST /api/v1/products`
pub(crate) async fn api_add(cx: Cx, _call: Call, input: ProductInput) -> Result<ProductHead, Problem> {
    let product_id = product_add(&cx, cx.scope()?, &input.name).await?;
    Ok(ProductHead { product_id, name: input.name, releases: 0, made_at: cx.now().text() })
}
