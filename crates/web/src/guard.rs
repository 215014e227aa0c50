//! `web::guard` — what stands before every handler: where a request comes from, whose it is,
//! and the headers every answer carries.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use kernel::{Code, sha256_hex};

use crate::cx::Config;
use crate::problem::Problem;

/// Strict, without inline script or style: charts are styled by class.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";

/// Headers of every answer.
const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", CSP),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ("x-frame-options", "DENY"),
];

/// Adds the headers every answer carries, and `no-store` unless the answer says otherwise.
pub(crate) fn add_headers(headers: &mut HeaderMap, config: &Config) {
    for (name, value) in HEADERS {
        if !headers.contains_key(*name) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if is_secure(config) {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
}

fn is_secure(config: &Config) -> bool {
    config.public_url.starts_with("https://")
}

/// Refuses a change that another site started. Browsers say where a request comes from; what
/// says nothing is no browser and carries no cookie of a victim.
pub(crate) fn check_origin(method: &Method, headers: &HeaderMap, config: &Config) -> Result<(), Problem> {
    if method.is_safe() {
        return Ok(());
    }
    let get = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let foreign = |why: &str| Err(Problem::new(Code::ForeignRequest).because(why));
    match get("sec-fetch-site") {
        Some("same-origin" | "none") => return Ok(()),
        Some(_) => return foreign("sec-fetch-site"),
        None => {}
    }
    let Some(origin) = get("origin") else { return Ok(()) };
    let host = get("host").unwrap_or_default();
    let same = origin == config.public_url || origin.split_once("://").is_some_and(|(_, h)| h == host);
    if same { Ok(()) } else { foreign("origin") }
}

/// The name of the session cookie: with the `__Host-` prefix where the instance has https.
fn cookie_name(config: &Config) -> &'static str {
    if is_secure(config) { "__Host-ishigaki" } else { "ishigaki" }
}

/// A cookie of the request.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = all.flat_map(|v| v.split(';')).filter_map(|p| p.trim().split_once('='));
    pairs.find(|(n, _)| *n == name).map(|(_, v)| v.to_owned())
}

/// The session token a request carries.
#[must_use]
pub fn session_cookie(headers: &HeaderMap, config: &Config) -> Option<String> {
    cookie(headers, cookie_name(config))
}

/// The header that sets or, with an empty token, clears the session cookie.
#[must_use]
pub fn set_session_cookie(config: &Config, token: &str) -> String {
    let secure = if is_secure(config) { "; Secure" } else { "" };
    let age = if token.is_empty() { "; Max-Age=0" } else { "" };
    format!("{}={token}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", cookie_name(config))
}

fn guest_name(config: &Config) -> &'static str {
    if is_secure(config) { "__Secure-ishigaki_reply" } else { "ishigaki_reply" }
}

/// The token of somebody who answers without an account.
pub(crate) fn guest_cookie(headers: &HeaderMap, config: &Config) -> Option<String> {
    cookie(headers, guest_name(config))
}

/// Gives the browser the token of somebody who answers without an account, or takes it away if it is empty. It
/// goes nowhere but to pages below `path`.
pub fn set_guest_cookie(response: &mut axum::response::Response, config: &Config, path: &str, token: &str) {
    let secure = if is_secure(config) { "; Secure" } else { "" };
    let age = if token.is_empty() { "; Max-Age=0" } else { "" };
    let text = format!("{}={token}; Path={path}; HttpOnly; SameSite=Strict{secure}{age}", guest_name(config));
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The form token that belongs to a session token.
#[must_use]
pub fn form_token(token: &str) -> String {
    sha256_hex(format!("ishigaki form token\n{token}").as_bytes())
}

/// A path of this site: one slash first, no host, no control characters. Anything else
/// becomes the start page, so that nobody is led away after signing in.
#[must_use]
pub fn local_path(text: &str) -> String {
    let decoded = text.replace("%5c", "\\").replace("%5C", "\\").replace("%2f", "/").replace("%2F", "/");
    let safe = decoded.starts_with('/')
        && !decoded.starts_with("//")
        && !decoded.contains('\\')
        && !decoded.contains("/..")
        && !decoded.chars().any(char::is_control);
    if safe { text.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        assert_eq!(local_path("/facts?x=1"), "/facts?x=1");
        for bad in [
            "",
            "facts",
            "//evil.example",
            "/\\evil.example",
            "/%5cevil.example",
            "https://evil.example",
            "/%2Fevil",
            "/a/../b",
            "/\nset-cookie:x",
        ] {
            assert_eq!(local_path(bad), "/", "{bad:?}");
        }
    }

    #[test]
    fn a_change_from_another_site_is_refused() {
        let config = Config::default();
        let with = |name: &'static str, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static("127.0.0.1:7750"));
            headers.insert(name, HeaderValue::from_static(value));
            check_origin(&Method::POST, &headers, &config).is_ok()
        };
        assert!(with("sec-fetch-site", "same-origin"));
        assert!(!with("sec-fetch-site", "cross-site"));
        assert!(!with("sec-fetch-site", "same-site"));
        assert!(with("origin", "http://127.0.0.1:7750"));
        assert!(!with("origin", "http://evil.example"));
        assert!(!with("origin", "null"));
    }

    #[test]
    fn cookies_are_host_bound_and_secure_behind_https() {
        let config = Config { public_url: "https://example.jp".into(), ..Config::default() };
        assert_eq!(set_session_cookie(&config, "t"), "__Host-ishigaki=t; Path=/; HttpOnly; SameSite=Lax; Secure");
    }
}
