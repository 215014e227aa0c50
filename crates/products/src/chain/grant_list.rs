//! `products::chain::grant_list` — who may see what of a product, and where somebody new is let in.

use askama::Template;
use kernel::Scope;
use schemars::JsonSchema;
use serde::Serialize;
use store::params;
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, redirect};

use crate::chain::grant::{GrantInput, SHARES, end, grant_make};
use crate::chain::store::{GRANT_OF_PRODUCT, GrantRow};
use crate::product_show::find as find_product;
use crate::store::ProductRow;

/// How long a grant is proposed to hold, in days.
const DAYS: i64 = 365;

#[derive(Template)]
#[template(path = "grant_list.html")]
pub(crate) struct GrantListPage {
    p: Page,
    product: ProductRow,
    grants: Vec<GrantRow>,
    /// Customer and code of the grant that was just made.
    made: Option<(String, String)>,
    said: GrantInput,
    errors: Fields,
}

impl GrantListPage {
    /// How a grant stands: `open`, `taken`, `ended`.
    fn state(&self, grant: &GrantRow) -> &'static str {
        let is_over = !grant.ended_at.is_empty() || grant.ends_on < self.p.today().to_string();
        match (is_over, grant.taken_at.is_empty()) {
            (true, _) => "ended",
            (false, true) => "open",
            (false, false) => "taken",
        }
    }
}

impl Sampled for GrantListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let product = ProductRow { product_id: "1".into(), name: "計測器 K-100".into(), made_at: String::new() };
        let grant = |id: &str, taken: &str, ended: &str| GrantRow {
            grant_id: id.into(),
            product_id: "1".into(),
            customer_name: "架空機械".into(),
            share: "answers".into(),
            ends_on: "2027-11-21".into(),
            taken_at: taken.into(),
            ended_at: ended.into(),
        };
        let at = "2026-11-21T00:00:00.000000Z";
        let mut errors = Fields::default();
        for field in ["customer_name", "share", "withheld", "ends_on"] {
            errors.add(field, "入れてください");
        }
        let page =
            |grants, made, errors| Self { p: p.clone(), product: product.clone(), grants, made, said: GrantInput::default(), errors };
        vec![
            ("empty", page(vec![], None, Fields::default())),
            (
                "filled",
                page(
                    vec![grant("1", "", ""), grant("2", at, ""), grant("3", at, at)],
                    Some(("架空機械".into(), "AAAA-2222-BBBB-3333-CCCC".into())),
                    errors,
                ),
            ),
        ]
    }
}

/// A grant that was just made.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GrantMade {
    grant_id: String,
    /// What the customer enters; told this once.
    code: String,
}

async fn show(
    cx: &Cx,
    (scope, product): (&Scope, &str),
    made: Option<(String, String)>,
    (said, errors): (Option<GrantInput>, Fields),
) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let product = find_product(&mut tx, scope, product).await?;
    let grants = tx.all(scope, GRANT_OF_PRODUCT, params![&product.product_id]).await?;
    let proposed =
        || GrantInput { share: "answers".to_owned(), ends_on: cx.now().day().plus_days(DAYS).to_string(), ..GrantInput::default() };
    let page = GrantListPage { p: Page::new(cx), product, grants, made, said: said.unwrap_or_else(proposed), errors };
    Ok(page.p.clone().render_as(page.errors.status(), &page))
}

/// `GET /products/{id}/grants`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, (cx.scope()?, call.part("id")), None, (None, Fields::default())).await
}

/// `POST /products/{id}/grants`: the code is shown with the answer, once.
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let get = |name: &str| call.form.get(name).to_owned();
    let input = GrantInput { customer_name: get("customer_name"), share: get("share"), withheld: get("withheld"), ends_on: get("ends_on") };
    let (scope, product) = (cx.scope()?, call.part("id"));
    match grant_make(&cx, scope, product, &input).await {
        Ok((_, code)) => show(&cx, (scope, product), Some((input.customer_name, code)), (None, Fields::default())).await,
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => show(&cx, (scope, product), None, (Some(input), Fields(problem.fields))).await,
    }
}

/// `POST /products/grants/{id}/end`
pub(crate) async fn send_end(cx: Cx, call: Call) -> Result<Response, Problem> {
    let product = end(&cx, cx.scope()?, call.part("id")).await?;
    Ok(redirect(&format!("/products/{product}/grants")))
}

/// `POST /api/v1/products/{id}/grants`
pub(crate) async fn api(cx: Cx, call: Call, input: GrantInput) -> Result<GrantMade, Problem> {
    let (grant_id, code) = grant_make(&cx, cx.scope()?, call.part("id"), &input).await?;
    Ok(GrantMade { grant_id, code })
}
