//! `suppliers::bench` — what benches need to begin with: ids, a wave of 153 questions that all suppliers have
//! answered, browsers that are in. Not for use otherwise.

use std::sync::Arc;

use kernel::{Rng as _, Scope, SeededRng, WaveId};
use schemes::Catalog;
use store::params;
use web::{Cx, Problem};

use crate::data::Data;
use crate::door;
use crate::questions::{Question, QuestionSet, Reply, weakness};
use crate::reply_sheet::workbook;
use crate::store::{
    ANSWER_COUNT_FOR_BENCH, REQUEST_ADD, REQUEST_FILL_FOR_BENCH, REQUEST_OPEN_FOR_BENCH, REQUEST_WAVE, RequestRow, SUPPLIER_NAMES,
    WAVE_ADD, WAVE_FILL_FOR_BENCH,
};
use crate::wave::{WaveInput, find};

/// Ids of all suppliers, by name.
///
/// # Errors
/// The store's.
pub async fn ids_for_bench(cx: &Cx, scope: &Scope) -> Result<Vec<String>, Problem> {
    let mut tx = cx.read().await?;
    let all: Vec<(String, String)> = tx.all(scope, SUPPLIER_NAMES, params![]).await?;
    Ok(all.into_iter().map(|(id, _)| id).collect())
}

/// A wave with the criteria of the largest scheme, answered by every supplier. Returns its id.
///
/// # Errors
/// The store's.
pub async fn filled_wave_for_bench(cx: &Cx, scope: &Scope, ids: &[String]) -> Result<String, Problem> {
    let (data, catalog) = (cx.part::<Data>()?, cx.part::<Arc<Catalog>>()?);
    let largest = catalog.newest().filter(|s| s.criteria().count() <= 153).max_by_key(|s| s.criteria().count());
    let set = largest.and_then(|s| QuestionSet::of(data.questions(), &catalog, &s.name())).ok_or_else(Problem::not_found)?;
    let id = WaveId::new(&*cx.app.clock, &*cx.app.rng).to_string();
    let deadline = cx.now().day().plus_days(30).to_string();
    let content = serde_json::to_string(&WaveInput { title: "bench".to_owned(), ..WaveInput::default() }).unwrap_or_default();
    let mut tx = cx.write().await?;
    tx.run(scope, WAVE_ADD, params![&id, "bench", content, "", &deadline, cx.now(), scope.person()]).await?;
    tx.run(scope, WAVE_FILL_FOR_BENCH, params![&id, serde_json::to_string(&set).unwrap_or_default(), ids.len()]).await?;
    let (dice, asked) = (SeededRng::new(612), ".".repeat(set.items.len()));
    let until = cx.now().plus_seconds(86_400 * 365);
    for (n, supplier) in ids.iter().enumerate() {
        let mut bytes = vec![0_u8; set.items.len()];
        dice.fill(&mut bytes);
        let cells: String =
            bytes.iter().map(|b| ['d', 'd', 'd', 'p', 'n', 'u', 'x', 'w'].get(usize::from(b % 8)).copied().unwrap_or('d')).collect();
        let (number, check) = door::number(cx);
        let request = kernel::RequestId::new(&*cx.app.clock, &*cx.app.rng);
        let department = ["購買部", "製造部", "総務部", "設計部"].get(n % 4).copied().unwrap_or("");
        let hash = door::check_hash(&number, &check);
        let values = params![&request, &id, supplier, &number, hash, "sent", department, "C", &asked, "", cx.now(), &deadline];
        tx.run(scope, REQUEST_ADD, values).await?;
        tx.run(scope, REQUEST_FILL_FOR_BENCH, params![&request, &cells, weakness(&cells), until]).await?;
    }
    tx.without_record("rows of a bench are nobody's");
    tx.commit().await?;
    Ok(id)
}

/// Opens the first requests of a wave again and lets a browser into each. Returns their cookies.
///
/// # Errors
/// The store's.
pub async fn doors_for_bench(cx: &Cx, scope: &Scope, wave: &str, count: usize) -> Result<Vec<String>, Problem> {
    let mut tx = cx.write().await?;
    let most = i64::try_from(count).unwrap_or(i64::MAX);
    let rows: Vec<RequestRow> = tx.all(scope, REQUEST_WAVE, params![wave, "", "", "", most, 0_i64]).await?;
    let mut doors = Vec::new();
    for row in rows {
        tx.run(scope, REQUEST_OPEN_FOR_BENCH, params![&row.request_id]).await?;
        doors.push(door::open(cx, &mut tx, &row, "session", "", cx.now().plus_seconds(3600)).await?);
    }
    tx.without_record("rows of a bench are nobody's");
    tx.commit().await?;
    Ok(doors)
}

/// How many answers of drafts are kept of a wave.
///
/// # Errors
/// The store's.
pub async fn answers_for_bench(cx: &Cx, scope: &Scope, wave: &str) -> Result<i64, Problem> {
    let mut tx = cx.read().await?;
    let row: Option<(i64,)> = tx.one(scope, ANSWER_COUNT_FOR_BENCH, params![wave]).await?;
    Ok(row.map_or(0, |(n,)| n))
}

/// Filled workbooks of a wave's requests, as they come back by mail: name and bytes.
///
/// # Errors
/// The store's.
pub async fn workbooks_for_bench(cx: &Cx, scope: &Scope, wave: &str, count: usize) -> Result<Vec<(String, Vec<u8>)>, Problem> {
    let set = find(&mut cx.read().await?, scope, wave).await?.set();
    let values = params![wave, "", "", "", i64::try_from(count).unwrap_or(i64::MAX), 0_i64];
    let rows: Vec<RequestRow> = cx.read().await?.all(scope, REQUEST_WAVE, values).await?;
    let said = [Reply::Done, Reply::Partial, Reply::None, Reply::Unknown];
    let mut books = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let answer = |(n, q): (usize, &Question)| {
            let reply = said.get((number + n) % said.len()).map_or("", |r| r.as_str());
            (q.id.clone(), (reply.to_owned(), "旋盤が3台".to_owned()))
        };
        let known = set.items.iter().enumerate().map(answer).collect();
        books.push(workbook(cx, &set, row, &known).await?);
    }
    Ok(books)
}
