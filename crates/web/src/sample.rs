//! `web::sample` — every template has samples; a test renders each in both languages and
//! compares with what is committed, so that a reviewer reads what people will see.

use askama::Template;

use crate::page::Page;

/// A page that knows examples of itself.
pub trait Sampled: Template + Sized {
    /// Examples by name, in the page's language.
    fn samples(page: &Page) -> Vec<(&'static str, Self)>;
}

/// A template's rendered samples as one text: each sample's name, then the part within
/// `<main>`, a line per line.
#[must_use]
pub fn render_samples<T: Sampled>(page: &Page) -> String {
    let render = |(name, sample): (&'static str, T)| {
        let html = sample.render().unwrap_or_else(|e| format!("does not render: {e}"));
        let main = html.split_once("<main").and_then(|(_, rest)| rest.split_once("</main>"));
        let main = main.map_or(html.as_str(), |(inner, _)| inner);
        let lines = main.lines().map(str::trim).filter(|l| !l.is_empty());
        format!("<!-- sample: {name} -->\n{}\n", lines.collect::<Vec<_>>().join("\n"))
    };
    T::samples(page).into_iter().map(render).collect()
}
