//! `checksheets::sheet_add` — a customer's file comes in: opened in the limited child, understood, kept; where
//! people correct the columns, that is remembered for the next file of the same shape.

use kernel::{Event, EventKind, Scope, SheetId};
use serde::{Deserialize, Serialize};
use sheets::{Book, Correction, FILE_MAX_BYTES};
use std::sync::Arc;
use store::{StoreError, Tx, params};
use web::{Call, Cx, FieldError, Fields, Problem, Response, StatusCode, Upload, redirect};

use crate::knowledge::Knowledge;
use crate::sheet::{Content, find, look};
use crate::sheet_compare::before_of;
use crate::sheet_list::{Shown, show};
use crate::sheet_show::SheetDetails;
use crate::store::{ANSWER_CLEAR, SHAPE_ALL, SHAPE_SET, SHEET_ADD, SHEET_CORRECT};

/// Of a remembered shape's questions, how many in a hundred must stand where they stood.
const SAME_SHAPE_PERCENT: usize = 80;

/// What people said about a file, with the questions it found: sheet, row, column, text.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Shape {
    said: Vec<Correction>,
    asked: Vec<(usize, u32, u32, String)>,
}

/// What was said of a file of this shape before.
async fn remembered(tx: &mut Tx, scope: &Scope, book: &Book) -> Result<Vec<Correction>, StoreError> {
    let all: Vec<(String,)> = tx.all(scope, SHAPE_ALL, params![]).await?;
    for shape in all.iter().filter_map(|(text,)| serde_json::from_str::<Shape>(text).ok()) {
        let at =
            |(sheet, row, column, text): &&(usize, u32, u32, String)| book.sheets.get(*sheet).is_some_and(|s| s.at(*row, *column) == text);
        let same = shape.asked.iter().filter(at).count();
        if !shape.asked.is_empty() && same * 100 >= shape.asked.len() * SAME_SHAPE_PERCENT {
            return Ok(shape.said);
        }
    }
    Ok(Vec::new())
}

fn wrong(cx: &Cx, key: &str) -> Problem {
    Problem::invalid(vec![FieldError { field: "file".to_owned(), text: cx.t(key) }])
}

/// Takes a file in. Returns the id of the sheet.
///
/// # Errors
/// [`kernel::Code::Invalid`] with what is wrong with the file; the store's.
pub(crate) async fn sheet_add(cx: &Cx, name: &str, bytes: &[u8]) -> Result<String, Problem> {
    let scope = cx.scope()?.clone();
    let book = sheets::book_in_child(bytes).await.map_err(|e| wrong(cx, e.key()))?;
    let id = SheetId::new(&*cx.app.clock, &*cx.app.rng).to_string();
    // Nobody waits to write while a file is understood and kept.
    let said = remembered(&mut cx.read().await?, &scope, &book).await?;
    let content = Content::of(&book, &*cx.part::<Arc<Knowledge>>()?, &said);
    let sha256 = cx.app.store.blobs().keep_for(&id, bytes).await?;
    let before = before_of(&mut cx.read().await?, &scope, (&id, &cx.now().text()), &content).await?;
    let count = content.layout.questions().count();
    let mut tx = cx.write().await?;
    let values = params![&id, name, &sha256, book.kind.as_str(), content.text(), count, cx.now(), scope.person(), before];
    tx.run(&scope, SHEET_ADD, values).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::SheetAdded, &id).with("questions", count.to_string())).await?;
    tx.commit().await?;
    Ok(id)
}

/// `POST /sheets`
pub(crate) async fn send(cx: Cx, _call: Call, upload: Upload) -> Result<Response, Problem> {
    let added = async {
        let (name, bytes) = upload.file(&cx, FILE_MAX_BYTES).await?;
        sheet_add(&cx, &name, &bytes).await
    };
    match added.await {
        Ok(id) => Ok(redirect(&format!("/sheets/{id}"))),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => show(&cx, Shown { errors: Fields(problem.fields), taken: None }, StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

/// `POST /api/v1/sheets`: a file; the answer is what it asks and what the facts say.
pub(crate) async fn api(cx: Cx, _call: Call, upload: Upload) -> Result<SheetDetails, Problem> {
    let (name, bytes) = upload.file(&cx, FILE_MAX_BYTES).await?;
    let id = sheet_add(&cx, &name, &bytes).await?;
    let mut tx = cx.read().await?;
    Ok(SheetDetails::of(look(&cx, &mut tx, cx.scope()?, &id).await?))
}

/// `POST /sheets/{id}/columns`: where questions and answers stand, said by people. Answers given before go, because
/// they belonged to other questions.
pub(crate) async fn send_columns(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let row = find(&mut cx.read().await?, &scope, &id).await?;
    let number = |name: &str| call.form.get(name).parse::<u32>().ok();
    let first_row = number("first_row").and_then(|n| n.checked_sub(1));
    let (Some(first_row), Some(question), Some(answer)) = (first_row, number("question"), number("answer")) else {
        return Err(wrong(&cx, "sheet.wrong.columns"));
    };
    let sheet = call.form.get("sheet").parse::<usize>().unwrap_or(0);
    let said = vec![Correction { sheet, first_row, question, answer, remark: None }];
    let bytes = cx.app.store.blobs().read_for(&id, &row.file_sha256).await?;
    let book = sheets::book_in_child(&bytes).await.map_err(|e| wrong(&cx, e.key()))?;
    let content = Content::of(&book, &*cx.part::<Arc<Knowledge>>()?, &said);
    let before = before_of(&mut cx.read().await?, &scope, (&id, &row.made_at), &content).await?;
    let count = content.layout.questions().count();
    let mut tx = cx.write().await?;
    tx.run_one(&scope, SHEET_CORRECT, params![&id, content.text(), count, row.revision, before]).await?;
    tx.run(&scope, ANSWER_CLEAR, params![&id]).await?;
    let asked = content.layout.questions().map(|(t, q)| (t.sheet, q.row, t.columns.question, q.text.clone())).collect();
    let shape = serde_json::to_string(&Shape { said, asked }).unwrap_or_default();
    tx.run(&scope, SHAPE_SET, params![&id, shape, cx.now()]).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::SheetCorrected, &id)).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/sheets/{id}")))
}
