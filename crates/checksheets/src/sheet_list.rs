//! `checksheets::sheet_list` — the sheets customers sent, and where a new one goes in.

use askama::Template;
use store::params;
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode};

use crate::store::{SHEET_LIST, SheetRow};

#[derive(Template)]
#[template(path = "sheet_list.html")]
pub(crate) struct SheetListPage {
    p: Page,
    sheets: Vec<SheetRow>,
    errors: Fields,
}

/// A row for examples.
pub(crate) fn sample_row(kind: &str) -> SheetRow {
    SheetRow {
        sheet_id: "1".into(),
        file_name: "調査票.xlsx".into(),
        file_sha256: String::new(),
        kind: kind.into(),
        content: String::new(),
        question_count: 82,
        revision: 1,
        made_at: "2026-11-21T00:00:00.000000Z".into(),
    }
}

impl Sampled for SheetListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let mut errors = Fields::default();
        errors.add("file", "読めませんでした");
        vec![
            ("empty", Self { p: p.clone(), sheets: vec![], errors: Fields::default() }),
            ("filled", Self { p: p.clone(), sheets: vec![sample_row("xlsx")], errors }),
        ]
    }
}

/// The page, with what was wrong.
///
/// # Errors
/// The store's.
pub(crate) async fn show(cx: &Cx, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let sheets = tx.all(cx.scope()?, SHEET_LIST, params![]).await?;
    let page = SheetListPage { p: Page::new(cx), sheets, errors };
    Ok(page.p.clone().render_as(status, &page))
}

/// `GET /sheets`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    show(&cx, Fields::default(), StatusCode::OK).await
}
