//! `web::openapi` — the OpenAPI 3.1 document, built from the route tables and the handlers' own
//! types. Nothing is described twice.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::problem::ProblemBody;
use crate::route::{Kind, Need, Route};

/// The document of all API routes.
#[must_use]
pub fn document(routes: &[Route]) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    let problem = generator.subschema_for::<ProblemBody>();
    let mut paths = serde_json::Map::new();
    for route in routes.iter().filter(|r| r.is_api()) {
        let Some((input, output)) = route.schemas else { continue };
        let (input, output) = (input(&mut generator), output(&mut generator));
        let mut operation = json!({
            "operationId": route.name,
            "x-permission": match route.need {
                Need::Nobody => "nobody".to_owned(),
                Need::SignedIn => "signed_in".to_owned(),
                Need::May(permission) => permission.to_string(),
            },
            "parameters": parameters(route.path),
            "responses": {
                "200": { "description": "OK", "content": { "application/json": { "schema": output } } },
                "default": { "description": "Problem", "content": { "application/problem+json": { "schema": problem } } },
            },
        });
        if !route.method.is_safe()
            && let Some(fields) = operation.as_object_mut()
        {
            let files = json!({ "type": "object", "required": ["file"], "properties": {
                "site_id": { "type": "string" }, "file": { "type": "string", "format": "binary" } } });
            let body = match route.kind {
                Kind::Upload => json!({ "content": { "multipart/form-data": { "schema": files } } }),
                Kind::Api | Kind::Page => json!({ "content": { "application/json": { "schema": input } } }),
            };
            fields.insert("requestBody".to_owned(), body);
        }
        let path = paths.entry(route.path.to_owned()).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(route.method.as_str().to_lowercase(), operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Ishigaki", "version": env!("CARGO_PKG_VERSION"), "license": { "name": "Apache-2.0" } },
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "bearerFormat": "ishi_pat_" } },
        },
    })
}

fn parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })).collect()
}
