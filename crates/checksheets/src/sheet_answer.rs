//! `checksheets::sheet_answer` — what people answer themselves, which facts they say answer a question, and facts
//! stated from a sheet.

use std::sync::Arc;

use evidence::{FactInput, fact_state};
use kernel::{Event, EventKind};
use schemes::Catalog;
use store::{Tx, params};
use web::{Call, Cx, FieldError, Form, Problem, Response, redirect};

use crate::mapping::digest;
use crate::sheet::{Line, Looked, company_place, find, look};
use crate::store::{ANSWER_DROP, ANSWER_SET, MATCH_DROP, MATCH_SET, SHEET_TOUCH};

/// Longest answer, in characters.
const ANSWER_MAX_CHARS: usize = 2_000;

/// What a form changes: a place with an own answer, or none to fall back to what is known.
struct Changed {
    place: i64,
    own: Option<String>,
}

fn cut(value: &str) -> String {
    value.trim().chars().take(ANSWER_MAX_CHARS).collect()
}

/// The line a field such as `a-12` is about.
fn line_of<'a>(looked: &'a Looked, name: &str, prefix: &str) -> Option<&'a Line> {
    name.strip_prefix(prefix).and_then(|n| n.parse::<usize>().ok()).and_then(|n| looked.lines.get(n))
}

/// Answers that differ from what stands there now. One that is the draft is nobody's own.
fn changes(looked: &Looked, form: &Form) -> Vec<Changed> {
    let mut all = Vec::new();
    for (name, value) in form.pairs() {
        let value = cut(value);
        let answered = line_of(looked, name, "a-").filter(|l| !l.is_fixed() && value != l.answer());
        if let Some(line) = answered {
            let place = i64::try_from(line.place).unwrap_or(i64::MAX);
            // Where something stands, an empty field asks for nothing.
            let fallen = value == line.draft || (line.is_taken() && (value.is_empty() || value == line.given));
            all.push(Changed { place, own: Some(value).filter(|_| !fallen) });
            continue;
        }
        let number = name.strip_prefix("c-").and_then(|n| n.parse::<usize>().ok());
        let cell = number.and_then(|n| looked.company.get(n).map(|cell| (n, cell)));
        if let Some((number, _)) = cell.filter(|(_, cell)| !cell.fixed && cell.given.is_empty() && cell.text != value) {
            all.push(Changed { place: company_place(number), own: Some(value) });
        }
    }
    all
}

/// Which facts a form says answer a question: the digest, and a key, nothing for no fact, or none for our own guess again.
fn matches(cx: &Cx, catalog: &Catalog, looked: &Looked, form: &Form) -> Result<Vec<(String, Option<String>)>, Problem> {
    let mut all = Vec::new();
    for (name, value) in form.pairs() {
        let Some(line) = line_of(looked, name, "m-").filter(|l| l.fact != value.trim()) else { continue };
        let said = match value.trim() {
            "" => None,
            "-" => Some(String::new()),
            key if catalog.fact(key).is_some() => Some(key.to_owned()),
            _ => {
                let text = cx.app.texts.fill(cx.lang, "sheet.wrong.fact", &[("number", line.number.clone())]);
                return Err(Problem::invalid(vec![FieldError { field: name.clone(), text }]));
            }
        };
        all.push((digest(&line.question), said));
    }
    Ok(all)
}

async fn keep(cx: &Cx, tx: &mut Tx, id: &str, changed: &[Changed], said: &[(String, Option<String>)]) -> Result<(), Problem> {
    let scope = cx.scope()?;
    for change in changed {
        match &change.own {
            Some(own) => tx.run(scope, ANSWER_SET, params![id, change.place, own, cx.now(), scope.person()]).await?,
            None => tx.run(scope, ANSWER_DROP, params![id, change.place]).await?,
        };
    }
    for (digest, facts) in said {
        match facts {
            Some(facts) => tx.run(scope, MATCH_SET, params![digest, facts, cx.now(), scope.person()]).await?,
            None => tx.run(scope, MATCH_DROP, params![digest]).await?,
        };
    }
    Ok(())
}

/// `POST /sheets/{id}`: the answers of a page of questions.
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    // Nobody waits to write while answers are drafted.
    let looked = look(&cx, &mut cx.read().await?, &scope, &id).await?;
    let changed = changes(&looked, &call.form);
    let said = matches(&cx, &*cx.part::<Arc<Catalog>>()?, &looked, &call.form)?;
    let count = changed.len() + said.len();
    if count > 0 {
        let mut tx = cx.write().await?;
        keep(&cx, &mut tx, &id, &changed, &said).await?;
        let seen = call.form.get("revision").parse::<i64>().unwrap_or(looked.row.revision);
        tx.run_one(&scope, SHEET_TOUCH, params![&id, seen]).await?;
        tx.record(&scope, cx.now(), &Event::new(EventKind::SheetAnswered, &id).with("changed", count.to_string())).await?;
        tx.commit().await?;
    }
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
