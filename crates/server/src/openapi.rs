//! `server::openapi` — the API's own description, and the health answer for monitors.

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::Serialize;
use web::{Call, Cx, Method, Need, Problem, Route, api};

/// Routes that belong to the instance rather than to a domain.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        api(Method::GET, "/api/v1/openapi.json", "openapi_show", Need::SignedIn, document),
        api(Method::GET, "/health", "health_show", Need::Nobody, health),
    ]
}

async fn document(_cx: Cx, _call: Call, (): ()) -> Result<serde_json::Value, Problem> {
    static DOCUMENT: OnceLock<serde_json::Value> = OnceLock::new();
    Ok(DOCUMENT.get_or_init(|| web::openapi_document(&crate::routes())).clone())
}

/// The answer of a living instance.
#[derive(Debug, Serialize, JsonSchema)]
struct Health {
    status: &'static str,
}

async fn health(cx: Cx, _call: Call, (): ()) -> Result<Health, Problem> {
    cx.read().await?.without_record("a look, to see that the database answers");
    Ok(Health { status: "ok" })
}
