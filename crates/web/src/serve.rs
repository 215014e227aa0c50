//! `web::serve` — one way for every request: context, origin, permission, body within its
//! limit, form token, handler, headers. Builds the router from the route tables.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::multipart::Multipart;
use axum::extract::{ConnectInfo, FromRequest as _, FromRequestParts as _, RawPathParams, Request};
use axum::http::{HeaderMap, header, request::Parts};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, on};
use kernel::{Code, Lang};

use crate::body::{Call, Form, Upload, broken};
use crate::cx::{App, Cx, Resume};
use crate::guard::{add_headers, check_origin, cookie, form_token, guest_cookie, session_cookie};
use crate::page::Page;
use crate::problem::Problem;
use crate::route::{Input, Kind, Need, Route};

/// The router of all route tables, with pages for what is not there.
pub fn router(app: &Arc<App>, routes: &[Route]) -> Router {
    let mut router = Router::new();
    for route in routes {
        let (app, row) = (Arc::clone(app), route.clone());
        let Ok(filter) = MethodFilter::try_from(route.method.clone()) else { continue };
        let handler = move |request: Request| answer(Arc::clone(&app), row.clone(), request);
        router = router.route(route.path, on(filter, handler));
    }
    let (one, two) = (Arc::clone(app), Arc::clone(app));
    router
        .fallback(move |request: Request| lost(Arc::clone(&one), request, Code::NotFound))
        .method_not_allowed_fallback(move |request: Request| lost(Arc::clone(&two), request, Code::MethodNotAllowed))
}

async fn lost(app: Arc<App>, request: Request, code: Code) -> Response {
    let (parts, _) = request.into_parts();
    let token = session_cookie(&parts.headers, &app.config);
    let cx = context(&app, &parts, token.as_deref(), false).await.unwrap_or_else(|_| bare(&app, &parts));
    finish(&cx, cx.path.starts_with("/api/"), Err(Problem::new(code)))
}

async fn answer(app: Arc<App>, route: Route, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let token = session_cookie(&parts.headers, &app.config);
    let cx = match context(&app, &parts, token.as_deref(), route.is_api()).await {
        Ok(cx) => cx,
        Err(problem) => return finish(&bare(&app, &parts), route.is_api(), Err(problem)),
    };
    let result = run(&cx, &route, parts, body).await;
    finish(&cx, route.is_api(), result)
}

async fn run(cx: &Cx, route: &Route, mut parts: Parts, body: Body) -> Result<Response, Problem> {
    check_origin(&parts.method, &parts.headers, &cx.app.config)?;
    if cx.signed.is_none() && route.need != Need::Nobody {
        return unsigned(cx, route, &parts, body).await;
    }
    if !cx.meets(route.need) {
        return Err(Problem::new(Code::Forbidden));
    }
    // A browser's session may read the API; changes need a token, which no other site can send.
    if route.is_api() && !parts.method.is_safe() && !parts.headers.contains_key(header::AUTHORIZATION) && cx.signed.is_some() {
        return Err(Problem::new(Code::ForeignRequest).because("session on an API change"));
    }
    let call = Call { path: path_parts(&mut parts).await, query: Form::decode(parts.uri.query().unwrap_or("")), form: Form::default() };
    let input = match route.kind {
        Kind::Upload => flowing(cx, (route.is_api(), route.room_bytes), parts, body, call).await?,
        Kind::Api => Input::Read(call, api_body(cx, &parts, body).await?),
        Kind::Page => form_body(cx, &parts, body, call).await?,
    };
    (route.handler)(cx.clone(), input).await
}

/// Nobody is signed in: a page asks to sign in, and keeps what was typed.
async fn unsigned(cx: &Cx, route: &Route, parts: &Parts, body: Body) -> Result<Response, Problem> {
    if route.is_api() {
        return Err(Problem::new(Code::SignInNeeded));
    }
    let path = parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
    if parts.method.is_safe() {
        let next = serde_urlencoded::to_string([("next", path)]).unwrap_or_default();
        return Ok(crate::page::redirect(&format!("/login?{next}")));
    }
    let form = match route.kind {
        Kind::Page => Form::decode(&String::from_utf8_lossy(&limited(cx, body).await?)),
        Kind::Upload | Kind::Api => Form::default(),
    };
    Ok(cx.app.gate.sign_in(cx, &Resume { path, body: form.encode() }))
}

async fn path_parts(parts: &mut Parts) -> BTreeMap<String, String> {
    match RawPathParams::from_request_parts(parts, &()).await {
        Ok(params) => params.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
        Err(_) => BTreeMap::new(),
    }
}

async fn limited(cx: &Cx, body: Body) -> Result<Vec<u8>, Problem> {
    let bytes = axum::body::to_bytes(body, cx.app.config.body_limit_bytes).await;
    bytes.map(|b| b.to_vec()).map_err(|e| Problem::new(Code::TooLarge).because(e.to_string()))
}

fn media_type(headers: &HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    value.split(';').next().unwrap_or("").trim()
}

async fn api_body(cx: &Cx, parts: &Parts, body: Body) -> Result<Vec<u8>, Problem> {
    let bytes = limited(cx, body).await?;
    if !bytes.is_empty() && media_type(&parts.headers) != "application/json" {
        return Err(Problem::new(Code::MediaType));
    }
    Ok(bytes)
}

async fn form_body(cx: &Cx, parts: &Parts, body: Body, mut call: Call) -> Result<Input, Problem> {
    if !parts.method.is_safe() {
        let bytes = limited(cx, body).await?;
        if !bytes.is_empty() && media_type(&parts.headers) != "application/x-www-form-urlencoded" {
            return Err(Problem::new(Code::MediaType));
        }
        call.form = Form::decode(&String::from_utf8_lossy(&bytes));
        check_token(cx, call.form.get("_csrf"))?;
    }
    Ok(Input::Read(call, Vec::new()))
}

/// A form with files: from a page, its first field must be the form token, so that nothing is
/// read without it; a program has its API token.
async fn flowing(cx: &Cx, (is_api, room_bytes): (bool, u64), parts: Parts, body: Body, call: Call) -> Result<Input, Problem> {
    if media_type(&parts.headers) != "multipart/form-data" {
        return Err(Problem::new(Code::MediaType));
    }
    let limit = cx.app.config.upload_limit_bytes.max(room_bytes) + 64 * 1024;
    let length = parts.headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
    if length.is_some_and(|n| n > limit) {
        return Err(Problem::new(Code::TooLarge));
    }
    let mut request = Request::from_parts(parts, body);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    axum::extract::DefaultBodyLimit::max(limit).apply(&mut request);
    let multipart = Multipart::from_request(request, &()).await;
    let mut multipart = multipart.map_err(|_| Problem::new(Code::MediaType))?;
    if is_api {
        return Ok(Input::Flowing(call, Upload { multipart }));
    }
    let first = multipart.next_field().await.map_err(|e| broken(&e))?;
    let token = match first {
        Some(field) if field.name() == Some("_csrf") => field.text().await.map_err(|e| broken(&e))?,
        _ => String::new(),
    };
    check_token(cx, &token)?;
    Ok(Input::Flowing(call, Upload { multipart }))
}

fn check_token(cx: &Cx, token: &str) -> Result<(), Problem> {
    if cx.signed.is_some() && token != cx.csrf {
        return Err(Problem::new(Code::ForeignRequest).because("form token"));
    }
    Ok(())
}

async fn context(app: &Arc<App>, parts: &Parts, token: Option<&str>, is_api: bool) -> Result<Cx, Problem> {
    let mut cx = bare(app, parts);
    // API tokens open the API only; pages belong to signed-in browsers.
    let bearer = parts.headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    if let (Some(bearer), true) = (bearer, is_api) {
        let secret = bearer.strip_prefix("Bearer ").unwrap_or("");
        cx.signed = app.gate.bearer(app, secret).await?;
    } else if let Some(token) = token {
        cx.signed = app.gate.session(app, token).await?;
        cx.csrf = form_token(token);
        token.clone_into(&mut cx.session);
    }
    Ok(cx)
}

fn bare(app: &Arc<App>, parts: &Parts) -> Cx {
    let network = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    Cx {
        app: Arc::clone(app),
        signed: None,
        lang: language(&parts.headers),
        path: parts.uri.path().to_owned(),
        network,
        session: String::new(),
        guest: guest_cookie(&parts.headers, &app.config).unwrap_or_default(),
        agent: parts.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("").chars().take(120).collect(),
        csrf: String::new(),
    }
}

/// The chosen language, else the browser's first of ours, else Japanese.
fn language(headers: &HeaderMap) -> Lang {
    if let Some(Ok(lang)) = cookie(headers, "lang").map(|l| Lang::parse(&l)) {
        return lang;
    }
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let mut known = wanted.split(',').filter_map(|part| Lang::parse(part.trim().get(..2)?).ok());
    known.next().unwrap_or(Lang::Ja)
}

fn finish(cx: &Cx, is_api: bool, result: Result<Response, Problem>) -> Response {
    let mut response = match result {
        Ok(response) => response,
        Err(problem) if is_api => problem.json(cx),
        Err(problem) => Page::problem(cx, &problem).into_response(),
    };
    add_headers(response.headers_mut(), &cx.app.config);
    response
}
