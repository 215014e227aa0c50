//! `suppliers::list_show` — the pages of an import: choose a file, look at what it would do, take it in, undo.

use askama::Template;
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, Upload, redirect};

use crate::list_import::{ListReport, draft, drafted, drop_draft, take, undo};
use crate::list_read::{CellError, Doubt, Why};
use crate::store::{LIST_ALL, ListRow};

/// Largest file, in bytes.
const FILE_MAX_BYTES: usize = 8 << 20;

/// Wrong cells and doubts shown on the page; all are in the file to download.
const SHOWN_MAX: usize = 200;

#[derive(Template)]
#[template(path = "list_list.html")]
pub(crate) struct ListListPage {
    p: Page,
    lists: Vec<ListRow>,
    errors: Fields,
}

impl Sampled for ListListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let list = |state: &str| ListRow {
            list_id: "1".into(),
            file_name: "取引先一覧.xlsx".into(),
            state: state.into(),
            content: String::new(),
            added_count: 118,
            changed_count: 2,
            made_at: "2026-11-21T00:00:00.000000Z".into(),
        };
        let mut errors = Fields::default();
        errors.add("file", "読めませんでした");
        vec![
            ("empty", Self { p: p.clone(), lists: vec![], errors: Fields::default() }),
            ("filled", Self { p: p.clone(), lists: vec![list("draft"), list("done"), list("undone")], errors }),
        ]
    }
}

#[derive(Template)]
#[template(path = "list_show.html")]
pub(crate) struct ListShowPage {
    p: Page,
    list: ListRow,
    report: Option<ListReport>,
}

impl ListShowPage {
    fn errors(&self) -> Vec<&CellError> {
        self.report.iter().flat_map(|r| r.errors.iter().take(SHOWN_MAX)).collect()
    }

    fn doubts(&self) -> Vec<&Doubt> {
        self.report.iter().flat_map(|r| r.doubts.iter().take(SHOWN_MAX)).collect()
    }
}

impl Sampled for ListShowPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let error = |why: Why, offered: &str| CellError {
            row: 7,
            column: "法人番号".into(),
            text: "000012050002".into(),
            why,
            offered: offered.into(),
        };
        let doubt = |other_row| Doubt {
            row: 8, name: "東海電子部品工業".into(), other_row, other_name: "東海電子部品工業所".into()
        };
        let report = ListReport {
            list_id: "1".into(),
            kept: false,
            file: "取引先一覧.xlsx".into(),
            sheet: "一覧".into(),
            head_row: 4,
            columns: [("会社名".to_owned(), "name".to_owned())].into(),
            ignored: vec!["備考2".into()],
            companies: 120,
            added: 118,
            changed: 2,
            same: 0,
            skipped: 1,
            joined: vec![(9, 5)],
            errors: vec![error(Why::NumberTwelve, "7000012050002"), error(Why::YesNo, "")],
            doubts: vec![doubt(12), doubt(0)],
            classes: [("A".to_owned(), 20), ("unknown".to_owned(), 100)].into(),
            levels: [("4".to_owned(), 30), ("unknown".to_owned(), 90)].into(),
        };
        let list = |state: &str| ListRow {
            list_id: "1".into(),
            file_name: "取引先一覧.xlsx".into(),
            state: state.into(),
            content: String::new(),
            added_count: 118,
            changed_count: 2,
            made_at: "2026-11-21T00:00:00.000000Z".into(),
        };
        vec![
            ("draft", Self { p: p.clone(), list: list("draft"), report: Some(report) }),
            ("done", Self { p: p.clone(), list: list("done"), report: None }),
        ]
    }
}

async fn lists(cx: &Cx, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let lists = tx.all(cx.scope()?, LIST_ALL, store::params![]).await?;
    let page = ListListPage { p: Page::new(cx), lists, errors };
    Ok(page.p.clone().render_as(status, &page))
}

/// `GET /suppliers/lists`
pub(crate) async fn list(cx: Cx, _call: Call) -> Result<Response, Problem> {
    lists(&cx, Fields::default(), StatusCode::OK).await
}

/// `POST /suppliers/lists`
pub(crate) async fn send(cx: Cx, _call: Call, upload: Upload) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let drafted = async {
        let (name, bytes) = upload.file(&cx, FILE_MAX_BYTES).await?;
        draft(&cx, &scope, &name, bytes).await
    };
    match drafted.await {
        Ok(report) => Ok(redirect(&format!("/suppliers/lists/{}", report.list_id))),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => lists(&cx, Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

/// `GET /suppliers/lists/{id}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let (list, report) = drafted(&cx, &mut tx, cx.scope()?, call.part("id")).await?;
    let page = ListShowPage { p: Page::new(&cx), list, report };
    Ok(page.p.clone().render(&page))
}

/// `GET /suppliers/lists/{id}/errors.csv`
pub(crate) async fn errors(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let (_, report) = drafted(&cx, &mut tx, cx.scope()?, call.part("id")).await?;
    let mut rows = vec![["list.row", "list.column", "list.cell", "list.wrong"].map(|k| cx.t(k)).to_vec()];
    for e in report.iter().flat_map(|r| &r.errors) {
        rows.push(vec![e.row.to_string(), e.column.clone(), e.text.clone(), cx.t(&format!("list.why.{}", e.why))]);
    }
    Ok(web::csv_response("errors.csv", &rows))
}

/// `POST /suppliers/lists/{id}/take`
pub(crate) async fn send_take(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    take(&cx, &scope, call.part("id")).await?;
    Ok(redirect("/suppliers"))
}

/// `POST /suppliers/lists/{id}/undo`
pub(crate) async fn send_undo(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    undo(&cx, &scope, call.part("id")).await?;
    Ok(redirect("/suppliers/lists"))
}

/// `POST /suppliers/lists/{id}/drop`
pub(crate) async fn send_drop(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    drop_draft(&cx, &scope, call.part("id")).await?;
    Ok(redirect("/suppliers/lists"))
}

/// `POST /api/v1/supplier-lists`
pub(crate) async fn api_draft(cx: Cx, _call: Call, upload: Upload) -> Result<ListReport, Problem> {
    let scope = cx.scope()?.clone();
    let (name, bytes) = upload.file(&cx, FILE_MAX_BYTES).await?;
    draft(&cx, &scope, &name, bytes).await
}

/// `POST /api/v1/supplier-lists/{id}/take`
pub(crate) async fn api_take(cx: Cx, call: Call, (): ()) -> Result<ListReport, Problem> {
    let scope = cx.scope()?.clone();
    take(&cx, &scope, call.part("id")).await
}
