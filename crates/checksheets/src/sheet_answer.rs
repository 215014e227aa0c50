//! `checksheets::sheet_answer` — what people answer themselves, facts stated from a sheet, the filled file, and a
//! sheet thrown away.

use evidence::{FactInput, fact_state};
use kernel::{Event, EventKind};
use sheets::{BookKind, CompanyField, Entry};
use store::params;
use web::{Call, Cx, Problem, Response, download, redirect, workbook_response};

use crate::sheet::{Looked, find, look};
use crate::sheet_add::file_of;
use crate::store::{ANSWER_CLEAR, ANSWER_DROP, ANSWER_SET, SHEET_DROP, SHEET_TOUCH};

/// Longest answer, in characters.
const ANSWER_MAX_CHARS: usize = 2_000;

/// `POST /sheets/{id}`: the answers of a page of questions. One that is the draft is nobody's own.
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.write().await?;
    let looked = look(&cx, &mut tx, &scope, &id).await?;
    let mut changed = 0_usize;
    for (name, value) in call.form.pairs() {
        let line = name.strip_prefix("a-").and_then(|n| n.parse::<usize>().ok()).and_then(|n| looked.lines.get(n));
        let Some(line) = line.filter(|l| !l.is_fixed()) else { continue };
        let value: String = value.trim().chars().take(ANSWER_MAX_CHARS).collect();
        if value == line.answer() {
            continue;
        }
        changed += 1;
        if value == line.draft {
            tx.run(&scope, ANSWER_DROP, params![&id, line.place]).await?;
        } else {
            tx.run(&scope, ANSWER_SET, params![&id, line.place, &value, cx.now(), scope.person()]).await?;
        }
    }
    if changed == 0 {
        return Ok(redirect(&format!("/sheets/{id}?page={}", call.form.get("page"))));
    }
    let seen = call.form.get("revision").parse::<i64>().unwrap_or(looked.row.revision);
    tx.run_one(&scope, SHEET_TOUCH, params![&id, seen]).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::SheetAnswered, &id).with("changed", changed.to_string())).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/sheets/{id}?page={}", call.form.get("page"))))
}

/// `POST /sheets/{id}/facts`: facts stated from the sheet's page.
pub(crate) async fn send_facts(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.write().await?;
    find(&mut tx, &scope, &id).await?;
    let mut stated = false;
    for (name, value) in call.form.pairs() {
        let Some(key) = name.strip_prefix("f-").filter(|_| !value.is_empty()) else { continue };
        let input = FactInput { answer: value.clone(), ..FactInput::default() };
        fact_state(&cx, &mut tx, &scope, key, &input).await?;
        stated = true;
    }
    if stated {
        tx.commit().await?;
    }
    Ok(redirect(&format!("/sheets/{id}")))
}

/// What is written: answers, and the cells about the company that are empty.
async fn entries(cx: &Cx, looked: &Looked) -> Result<Vec<Entry>, Problem> {
    let mut tx = cx.read().await?;
    let profile = people::profile(&mut tx, cx.scope()?).await?;
    let mut all = Vec::new();
    for (line, (table, asked)) in looked.lines.iter().zip(looked.content.layout.questions()) {
        if !line.is_fixed() && !line.answer().is_empty() {
            let (row, column) = asked.answer;
            all.push(Entry { sheet: table.sheet, row, column, text: line.answer().to_owned(), number: true, over: false });
        }
    }
    for cell in looked.content.layout.company.iter().filter(|c| c.given.is_empty()) {
        let text = match cell.field {
            CompanyField::Name => profile.name.clone(),
            CompanyField::CorporateNumber => profile.corporate_number.clone(),
            CompanyField::Date => cx.now().day().to_string(),
            CompanyField::Person | CompanyField::Department | CompanyField::Mail | CompanyField::Phone => continue,
        };
        if !text.is_empty() {
            all.push(Entry { sheet: cell.sheet, row: cell.row, column: cell.column, text, number: false, over: false });
        }
    }
    Ok(all)
}

/// `GET /sheets/{id}/file`: the same file with the answers in it.
pub(crate) async fn file(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let looked = look(&cx, &mut tx, cx.scope()?, call.part("id")).await?;
    drop(tx);
    let (bytes, entries) = (file_of(&cx, &looked.row).await?, entries(&cx, &looked).await?);
    let refused = |e: sheets::SheetError| Problem::new(kernel::Code::Internal).because(e.line());
    let stem = looked.row.file_name.rsplit_once('.').map_or(looked.row.file_name.as_str(), |(stem, _)| stem);
    let name = |end: &str| format!("{stem}_回答_{}.{end}", cx.now().day().to_string().replace('-', ""));
    let kind = BookKind::parse(&looked.row.kind).map_err(|e| Problem::new(kernel::Code::Internal).because(e.to_string()))?;
    let drop_macros = call.query.get("macros") == "drop";
    match kind {
        BookKind::Xlsm if !drop_macros => {
            let filled = sheets::fill_in_child(&bytes, &entries, false).await.map_err(refused)?;
            Ok(download(&name("xlsm"), "application/vnd.ms-excel.sheet.macroEnabled.12", filled.bytes))
        }
        BookKind::Xlsx | BookKind::Xlsm => {
            let filled = sheets::fill_in_child(&bytes, &entries, true).await.map_err(refused)?;
            Ok(workbook_response(&name("xlsx"), filled.bytes))
        }
        BookKind::Xls | BookKind::Csv => {
            let book = sheets::book_in_child(&bytes).await.map_err(refused)?;
            let new = sheets::rewritten(&book, &entries).map_err(|e| Problem::new(kernel::Code::Internal).because(e.to_string()))?;
            Ok(workbook_response(&name("xlsx"), new))
        }
    }
}

/// `POST /sheets/{id}/drop`
pub(crate) async fn send_drop(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.write().await?;
    let row = find(&mut tx, &scope, &id).await?;
    tx.run(&scope, ANSWER_CLEAR, params![&id]).await?;
    tx.run_one(&scope, SHEET_DROP, params![&id]).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::SheetDropped, &id)).await?;
    tx.commit().await?;
    cx.app.store.blobs().remove(&row.file_sha256).await?;
    Ok(redirect("/sheets"))
}
