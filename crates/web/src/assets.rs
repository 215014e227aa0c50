//! `web::assets` — vendored files: Digital Agency tokens, our style sheet, fonts, one script.
//! Their addresses carry a digest, so that browsers may keep them for good.

use std::sync::OnceLock;

use axum::http::Method;
use axum::response::IntoResponse as _;
use kernel::sha256_hex;

use crate::problem::Problem;
use crate::route::{Need, Route, page};

/// Name, media type, content.
static FILES: &[(&str, &str, &[u8])] = &[
    ("tokens.css", "text/css; charset=utf-8", include_bytes!("../assets/tokens.css")),
    ("ishigaki.css", "text/css; charset=utf-8", include_bytes!("../assets/ishigaki.css")),
    ("ishigaki.js", "text/javascript; charset=utf-8", include_bytes!("../assets/ishigaki.js")),
    ("icon.svg", "image/svg+xml", include_bytes!("../assets/icon.svg")),
    ("noto-sans-jp-japanese-400-normal.woff2", "font/woff2", include_bytes!("../assets/noto-sans-jp-japanese-400-normal.woff2")),
    ("noto-sans-jp-japanese-700-normal.woff2", "font/woff2", include_bytes!("../assets/noto-sans-jp-japanese-700-normal.woff2")),
    ("noto-sans-jp-latin-400-normal.woff2", "font/woff2", include_bytes!("../assets/noto-sans-jp-latin-400-normal.woff2")),
    ("noto-sans-jp-latin-700-normal.woff2", "font/woff2", include_bytes!("../assets/noto-sans-jp-latin-700-normal.woff2")),
];

/// One digest over all files, part of every address.
pub(crate) fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let all = FILES.iter().fold(kernel::Digest::default(), |d, (_, _, bytes)| d.field(sha256_hex(bytes)));
        all.finish().chars().take(12).collect()
    })
}

/// Routes of the files.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![page(Method::GET, "/assets/{version}/{name}", "asset_show", Need::Nobody, async |_cx, call| {
        let found = FILES.iter().find(|(name, _, _)| *name == call.part("name"));
        let (_, kind, bytes) = found.ok_or_else(Problem::not_found)?;
        let headers = [("content-type", *kind), ("cache-control", "public, max-age=31536000, immutable")];
        Ok((headers, *bytes).into_response())
    })]
}
