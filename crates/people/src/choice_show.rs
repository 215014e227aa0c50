//! `people::choice_show` — the first page after the first account: three big choices. Says
//! plainly what is not there yet.

use askama::Template;
use web::{Call, Cx, Page, Problem, Response, Sampled};

#[derive(Template)]
#[template(path = "choice_show.html")]
pub(crate) struct ChoicePage {
    p: Page,
    /// Empty for the three choices, else the one that is not there yet.
    chosen: String,
}

impl Sampled for ChoicePage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        ["", "ask", "evaluate"]
            .into_iter()
            .map(|c| (if c.is_empty() { "all" } else { c }, Self { p: p.clone(), chosen: c.into() }))
            .collect()
    }
}

/// `GET /choose` and `GET /choose/{what}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let chosen = call.part("what").to_owned();
    if !["", "ask", "evaluate"].contains(&chosen.as_str()) {
        return Err(Problem::not_found());
    }
    let p = Page::new(&cx);
    Ok(p.render(&ChoicePage { p: p.clone(), chosen }))
}
