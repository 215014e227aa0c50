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
    shown: Shown,
}

/// What the page says beside the list.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) errors: Fields,
    /// Questions of a mapping file that were taken in.
    pub(crate) taken: Option<usize>,
}

/// A row for examples.
pub(crate) fn sample_row(kind: &str) -> SheetRow {
    SheetRow {
        sheet_id: "1".into(),
        file_name: "調査票.xlsx".into(),
        file_sha256: String::new(),
        kind: kind.into(),
        sent_at: "2026-11-22T00:00:00.000000Z".into(),
        content: String::new(),
        question_count: 82,
        revision: 1,
        made_at: "2026-11-21T00:00:00.000000Z".into(),
        ..SheetRow::default()
    }
}

impl Sampled for SheetListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let mut errors = Fields::default();
        errors.add("file", "読めませんでした");
        errors.add("mapping", "読めませんでした");
        vec![
            ("empty", Self { p: p.clone(), sheets: vec![], shown: Shown::default() }),
            ("filled", Self { p: p.clone(), sheets: vec![sample_row("xlsx")], shown: Shown { errors, taken: None } }),
            ("taken", Self { p: p.clone(), sheets: vec![sample_row("csv")], shown: Shown { taken: Some(12), ..Shown::default() } }),
        ]
    }
}

/// The page, with what was wrong or taken in.
///
/// # Errors
/// The store's.
pub(crate) async fn show(cx: &Cx, shown: Shown, status: StatusCode) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let sheets = tx.all(cx.scope()?, SHEET_LIST, params![]).await?;
    let page = SheetListPage { p: Page::new(cx), sheets, shown };
    Ok(page.p.clone().render_as(status, &page))
}

/// `GET /sheets`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    show(&cx, Shown::default(), StatusCode::OK).await
}
