//! `web::page` — the shell around every page, and small answers: redirect, JSON, CSV.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use kernel::{Lang, Permission};
use serde::Serialize;

use crate::cx::Cx;
use crate::problem::Problem;
use crate::sample::Sampled;

/// What every template has as `p`: words, address, who is signed in.
#[derive(Debug, Clone)]
pub struct Page {
    cx: Cx,
    /// Head and navigation.
    pub shell: Shell,
}

/// Head and navigation of a page.
#[derive(Debug, Clone, Default)]
pub struct Shell {
    /// `ja` or `en`.
    pub lang: String,
    /// The other language.
    pub other_lang: String,
    /// The person, empty if nobody.
    pub person: String,
    /// The organisation, empty if none.
    pub organisation: String,
    /// The role's text key, empty if none.
    pub role_key: String,
    /// Links: text key, address, whether it is this room.
    pub links: Vec<(&'static str, &'static str, bool)>,
    /// Whether this is the fictional world.
    pub demo: bool,
}

/// Rooms of the navigation: text key, address, what one must hold.
const ROOMS: &[(&str, &str, Permission)] = &[
    ("nav.facts", "/facts", Permission::FactRead),
    ("nav.assessments", "/assessments", Permission::AssessmentRead),
    ("nav.stars", "/stars", Permission::StarRead),
    ("nav.examinations", "/examinations", Permission::StarExamine),
    ("nav.sheets", "/sheets", Permission::FactRead),
    ("nav.suppliers", "/suppliers", Permission::SupplierRead),
    ("nav.products", "/products", Permission::ProductRead),
    ("nav.asked", "/asked", Permission::SupplierAnswer),
    ("nav.practices", "/practices", Permission::AssessmentRead),
    ("nav.lessons", "/lessons", Permission::AccountEdit),
    ("nav.schemes", "/schemes", Permission::SchemeRead),
    ("nav.organisation", "/organisation", Permission::OrganisationRead),
    ("nav.members", "/members", Permission::PersonRead),
    ("nav.ledger", "/ledger", Permission::LedgerRead),
];

impl Page {
    /// The page of a request.
    #[must_use]
    pub fn new(cx: &Cx) -> Self {
        let mut shell = Shell {
            lang: cx.lang.to_string(),
            other_lang: match cx.lang {
                Lang::Ja => Lang::En,
                Lang::En => Lang::Ja,
            }
            .to_string(),
            demo: cx.app.config.demo,
            ..Shell::default()
        };
        if let Some(signed) = &cx.signed {
            shell.person.clone_from(&signed.person_name);
            shell.organisation.clone_from(&signed.organisation_name);
            shell.role_key = format!("role.{}", signed.scope.role());
            let here = |path: &str| cx.path == path || cx.path.starts_with(&format!("{path}/"));
            shell.links.push(("nav.home", "/", cx.path == "/"));
            let rooms = ROOMS.iter().filter(|(_, _, permission)| cx.may(*permission));
            shell.links.extend(rooms.map(|(key, path, _)| (*key, *path, here(path))));
        }
        Self { cx: cx.clone(), shell }
    }

    /// A text.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.cx.t(key)
    }

    /// A text whose key has a computed last part, such as a role's name.
    #[must_use]
    pub fn key(&self, start: &str, end: impl std::fmt::Display) -> String {
        self.cx.t(&format!("{start}.{end}"))
    }

    /// A text with one value.
    #[must_use]
    pub fn t1(&self, key: &str, name: &str, value: impl std::fmt::Display) -> String {
        self.cx.app.texts.fill(self.cx.lang, key, &[(name, value.to_string())])
    }

    /// A text with two values.
    #[must_use]
    pub fn t2(&self, key: &str, one: &str, a: impl std::fmt::Display, two: &str, b: impl std::fmt::Display) -> String {
        self.cx.app.texts.fill(self.cx.lang, key, &[(one, a.to_string()), (two, b.to_string())])
    }

    /// The request's language.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.cx.lang
    }

    /// Whether the signed-in role may do this, by the permission's stored text.
    #[must_use]
    pub fn may(&self, permission: &str) -> bool {
        Permission::parse(permission).is_ok_and(|p| self.cx.may(p))
    }

    /// The digest in the addresses of assets.
    #[must_use]
    pub fn assets(&self) -> &'static str {
        crate::assets::version()
    }

    /// The form token.
    #[must_use]
    pub fn csrf(&self) -> &str {
        &self.cx.csrf
    }

    /// The path asked for, to come back to after changing the language.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.cx.path
    }

    /// The day of this request.
    #[must_use]
    pub fn today(&self) -> kernel::Day {
        self.cx.now().day()
    }

    /// A day for people: with era in Japanese, ISO in English.
    #[must_use]
    pub fn day(&self, day: &kernel::Day) -> String {
        match self.cx.lang {
            Lang::Ja => day.in_words(),
            Lang::En => day.to_string(),
        }
    }

    /// Renders a template as a page.
    #[must_use]
    pub fn render(&self, template: &impl Template) -> Response {
        self.render_as(StatusCode::OK, template)
    }

    /// Renders a template with a status.
    #[must_use]
    pub fn render_as(&self, status: StatusCode, template: &impl Template) -> Response {
        match template.render() {
            Ok(html) => (status, [("content-type", "text/html; charset=utf-8")], html).into_response(),
            Err(error) => {
                tracing::error!(%error, "page.render");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }

    pub(crate) fn problem(cx: &Cx, problem: &Problem) -> Response {
        problem.log(cx);
        let page = Self::new(cx);
        let body = problem.body(cx);
        let status = StatusCode::from_u16(body.status).unwrap_or_default();
        let fields = body.fields.into_iter().map(|f| f.text).collect();
        let code = body.code.to_string();
        page.render_as(status, &ProblemPage { p: page.clone(), code, title: body.title, detail: body.detail, fields })
    }
}

/// The page of a problem.
#[derive(Debug, Template)]
#[template(path = "problem.html")]
pub(crate) struct ProblemPage {
    p: Page,
    code: String,
    title: String,
    detail: String,
    fields: Vec<String>,
}

impl Sampled for ProblemPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let (title, detail) = (p.t("error.stale.title"), p.t("error.stale.mend"));
        vec![("stale", Self { p: p.clone(), code: "stale".into(), title, detail, fields: vec![] })]
    }
}

/// Sends the browser on to a path of this site.
#[must_use]
pub fn redirect(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [("location", path.to_owned())]).into_response()
}

/// JSON with its type.
#[must_use]
pub fn json_response(value: &impl Serialize) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => (StatusCode::OK, [("content-type", "application/json")], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A text that is JSON already, byte for byte.
#[must_use]
pub fn json_text_response(text: String) -> Response {
    (StatusCode::OK, [("content-type", "application/json")], text).into_response()
}

/// A plain text for programs and auditors.
#[must_use]
pub fn text_response(text: String) -> Response {
    (StatusCode::OK, [("content-type", "text/plain; charset=utf-8")], text).into_response()
}

/// A picture on its own; its colours do not come from the page.
#[must_use]
pub fn svg_response(svg: &str) -> Response {
    let alone = svg.replacen("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", 1);
    (StatusCode::OK, [("content-type", "image/svg+xml")], alone).into_response()
}

/// Bytes that never change under their address.
#[must_use]
pub fn bytes_response(bytes: Vec<u8>) -> Response {
    let headers = [("content-type", "application/octet-stream"), ("cache-control", "public, max-age=31536000, immutable")];
    (StatusCode::OK, headers, bytes).into_response()
}

/// A file for everybody, sent as it is read.
///
/// # Errors
/// [`kernel::Code::NotFound`] where it is not.
pub async fn file_response(media_type: &'static str, path: &std::path::Path) -> Result<Response, Problem> {
    let file = tokio::fs::File::open(path).await.map_err(|_| Problem::not_found())?;
    let size = file.metadata().await.map_err(|_| Problem::not_found())?.len();
    let headers = [("content-type", media_type.to_owned()), ("content-length", size.to_string()), ("cache-control", "no-cache".to_owned())];
    let body = axum::body::Body::from_stream(tokio_util::io::ReaderStream::with_capacity(file, 64 * 1024));
    Ok((StatusCode::OK, headers, body).into_response())
}

/// Text as it may stand in an address or header: all but letters, digits, `.`, `-`, `_` in percent form.
#[must_use]
pub fn percent(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            write!(out, "%{byte:02X}").unwrap_or_default();
        }
        out
    })
}

/// A stored file as a download under its own name, never shown in the page's context.
#[must_use]
pub fn download(name: &str, media_type: &str, bytes: Vec<u8>) -> Response {
    // RFC 6266: a plain name for old programs, the real one percent-encoded.
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' }).collect();
    let encoded = percent(name);
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    let headers = [
        ("content-type", media_type.to_owned()),
        ("content-disposition", disposition),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'".to_owned()),
    ];
    (StatusCode::OK, headers, bytes).into_response()
}

/// A workbook (.xlsx) as a download under its own name.
#[must_use]
pub fn workbook_response(name: &str, bytes: Vec<u8>) -> Response {
    download(name, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", bytes)
}

/// One cell of a CSV file: quoted, and never a formula in a spreadsheet program.
#[must_use]
pub fn csv_cell(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let plain_number = text.parse::<f64>().is_ok();
    let guard = if risky && !plain_number { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// A CSV file (UTF-8 with a mark that spreadsheet programs need) offered under `name`.
#[must_use]
pub fn csv_response(name: &str, rows: &[Vec<String>]) -> Response {
    let mut text = String::from("\u{feff}");
    for row in rows {
        text.push_str(&row.iter().map(|cell| csv_cell(cell)).collect::<Vec<_>>().join(","));
        text.push_str("\r\n");
    }
    let disposition = format!("attachment; filename=\"{name}\"");
    (StatusCode::OK, [("content-type", "text/csv; charset=utf-8".to_owned()), ("content-disposition", disposition)], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::csv_cell;

    #[test]
    fn cells_never_become_formulas() {
        for bad in ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\tx", "＝1"] {
            assert!(csv_cell(bad).starts_with("\"'"), "{bad}");
        }
        assert_eq!(csv_cell("-5"), "\"-5\"");
        assert_eq!(csv_cell("say \"hi\""), "\"say \"\"hi\"\"\"");
    }
}
