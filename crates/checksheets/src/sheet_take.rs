//! `checksheets::sheet_take` — the filled file taken out, and a sheet thrown away.

use std::collections::BTreeMap;

use kernel::{Event, EventKind};
use sheets::{BookKind, Entry};
use store::params;
use web::{Call, Cx, Problem, Response, download, redirect, workbook_response};

use crate::sheet::{Looked, find, look};
use crate::store::{ANSWER_CLEAR, SHEET_DROP, SHEET_TAKEN};

/// What is written: answers, also over what stands there where somebody asked for that, and the cells about the company
/// that are empty.
fn entries(looked: &Looked) -> Vec<Entry> {
    let mut all = Vec::new();
    for (line, (table, asked)) in looked.lines.iter().zip(looked.content.layout.questions()) {
        if !line.is_fixed() && !line.answer().is_empty() {
            let (row, column) = asked.answer;
            all.push(Entry { sheet: table.sheet, row, column, text: line.answer().to_owned(), number: true, over: line.is_taken() });
        }
    }
    for (line, cell) in looked.company.iter().zip(&looked.content.layout.company) {
        if line.given.is_empty() && !line.fixed && !line.text.is_empty() {
            let text = line.text.clone();
            all.push(Entry { sheet: cell.sheet, row: cell.row, column: cell.column, text, number: false, over: false });
        }
    }
    all
}

/// `POST /sheets/{id}/file`: the same file with the answers in it; what was written is kept for next year.
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let looked = look(&cx, &mut cx.read().await?, &scope, call.part("id")).await?;
    let (row, entries) = (&looked.row, entries(&looked));
    let bytes = cx.app.store.blobs().read_for(&row.sheet_id, &row.file_sha256).await?;
    let refused = |e: sheets::SheetError| Problem::new(kernel::Code::Internal).because(e.line());
    let stem = looked.row.file_name.rsplit_once('.').map_or(looked.row.file_name.as_str(), |(stem, _)| stem);
    let name = |end: &str| format!("{stem}_回答_{}.{end}", cx.now().day().to_string().replace('-', ""));
    let kind = BookKind::parse(&looked.row.kind).map_err(|e| Problem::new(kernel::Code::Internal).because(e.to_string()))?;
    let macros = kind == BookKind::Xlsm && call.form.get("macros") != "drop";
    let bytes = sheets::answered_in_child(kind, &bytes, &entries, !macros).await.map_err(refused)?;
    let answer = if macros {
        download(&name("xlsm"), "application/vnd.ms-excel.sheet.macroEnabled.12", bytes)
    } else {
        workbook_response(&name("xlsx"), bytes)
    };
    let sent: BTreeMap<usize, &str> = looked.lines.iter().map(|l| (l.place, l.stands())).collect();
    let sent = serde_json::to_string(&sent).unwrap_or_default();
    let mut tx = cx.write().await?;
    tx.run(&scope, SHEET_TAKEN, params![&looked.row.sheet_id, sent, cx.now()]).await?;
    let event = Event::new(EventKind::SheetTaken, &looked.row.sheet_id).with("answers", entries.len().to_string());
    tx.record(&scope, cx.now(), &event).await?;
    tx.commit().await?;
    Ok(answer)
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
