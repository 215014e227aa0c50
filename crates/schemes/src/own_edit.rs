//! `schemes::own_edit` — the draft of own rules: the form, a table of questions, or files.

use std::collections::BTreeMap;

use ::store::{StoreError, Tx, params};
use askama::Template;
use kernel::{Event, EventKind};
use sheets::Sheet;
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, Upload, redirect};

use crate::catalog::Catalog;
use crate::fact_type::FactKind;
use crate::own::{OwnDraft, OwnQuestion, QUESTIONS_MAX, STEPS};
use crate::own_list::named;
use crate::store::{OWN_SAVE, OwnRow};

/// Questions on one page of the form, and empty places after them.
const PAGE_QUESTIONS: usize = 50;
const EMPTY_PLACES: usize = 5;

/// Longest text of a field, in characters.
const TEXT_MAX_CHARS: usize = 1000;

/// One row of the form.
struct Line {
    n: usize,
    place: usize,
    question: OwnQuestion,
}

#[derive(Template)]
#[template(path = "own_edit.html")]
pub(crate) struct OwnEditPage {
    p: Page,
    row: OwnRow,
    draft: OwnDraft,
    lines: Vec<Line>,
    /// The first question shown, counted from 0; and where the next page begins, 0 at the end.
    from: usize,
    next: usize,
    /// Facts a question may rest on.
    facts: Vec<(String, String)>,
    errors: Fields,
}

impl Sampled for OwnEditPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |state: &str, draft: OwnDraft, errors| {
            let lines = lines(&draft, 0, state == "draft");
            let row = OwnRow { state: state.into(), ..OwnRow::sample() };
            Self {
                p: p.clone(), row, lines, draft, from: 0, next: 0, facts: vec![("backup.taken".into(), "バックアップ".into())], errors
            }
        };
        let question =
            OwnQuestion {
                id: "q1".into(), group: "個人情報".into(), text: "国の法律を確かめていますか".into(), ..OwnQuestion::default()
            };
        let plain = OwnDraft { questions: vec![question], ..OwnDraft::new("海外拠点の点検表", false, vec![]) };
        let steps = OwnDraft { steps: true, step_texts: vec!["していない".into(); STEPS], ..plain.clone() };
        let files = OwnDraft { files: BTreeMap::from([("scheme.toml".into(), "format = 1".into())]), ..plain.clone() };
        let mut errors = Fields::default();
        errors.add("file", "読めませんでした");
        vec![
            ("plain", page("draft", plain.clone(), Fields::default())),
            ("steps", page("draft", steps, errors)),
            ("files", page("draft", files, Fields::default())),
            ("released", page("released", plain, Fields::default())),
        ]
    }
}

fn lines(draft: &OwnDraft, from: usize, empty: bool) -> Vec<Line> {
    let shown = draft.questions.iter().skip(from).take(PAGE_QUESTIONS).cloned();
    let places = std::iter::repeat_with(OwnQuestion::default).take(if empty { EMPTY_PLACES } else { 0 });
    let line = |(n, question): (usize, OwnQuestion)| Line { n, place: from + n + 1, question };
    shown.chain(places).enumerate().map(line).collect()
}

fn usable_facts(catalog: &Catalog, cx: &Cx) -> Vec<(String, String)> {
    let shared = catalog.topics().iter().filter(|t| t.scheme.is_none()).flat_map(|t| &t.facts);
    let usable = shared.filter_map(|k| catalog.fact(k)).filter(|f| f.kind() == FactKind::Practice);
    usable.map(|f| (f.key().to_owned(), f.texts(cx.lang).label.clone())).collect()
}

async fn make(cx: &Cx, call: &Call, errors: Fields) -> Result<OwnEditPage, Problem> {
    let mut tx = cx.read().await?;
    let row = named(cx, &mut tx, call).await?;
    let catalog = crate::own_catalog::catalog(cx, &mut tx, cx.scope()?).await?;
    let draft = row.draft()?;
    let from = call.query.get("from").parse().unwrap_or(0);
    let next = if from + PAGE_QUESTIONS < draft.questions.len() { from + PAGE_QUESTIONS } else { 0 };
    let lines = lines(&draft, from, row.is_draft() && next == 0);
    Ok(OwnEditPage { p: Page::new(cx), lines, from, next, facts: usable_facts(&catalog, cx), row, draft, errors })
}

/// `GET /own-schemes/{id}/{version}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let page = make(&cx, &call, Fields::default()).await?;
    Ok(page.p.clone().render(&page))
}

/// Keeps a changed draft, if nobody else saved since `revision`.
pub(crate) async fn keep(cx: &Cx, tx: &mut Tx, row: &OwnRow, draft: &OwnDraft, revision: i64) -> Result<(), Problem> {
    let text = serde_json::to_string(draft).unwrap_or_default();
    let values = params![&row.scheme_id, &row.version, &draft.title, text, cx.now(), revision];
    if tx.run(cx.scope()?, OWN_SAVE, values).await? == 0 {
        return Err(StoreError::Stale.into());
    }
    let event = Event::new(EventKind::OwnSchemeChanged, row.name()).with("questions", draft.questions.len().to_string());
    cx.record(tx, event).await
}

/// Puts what the form says into the draft: rows with an id are changed or taken out, others added.
fn merge(draft: &mut OwnDraft, call: &Call) {
    let cut = |name: &str| call.form.get(name).chars().take(TEXT_MAX_CHARS).collect::<String>();
    (draft.title_en, draft.summary) = (cut("title_en"), cut("summary"));
    if !cut("title").is_empty() {
        draft.title = cut("title");
    }
    if draft.steps {
        draft.goal = call.form.get("goal").parse().unwrap_or(3).clamp(1, STEPS);
        draft.step_texts = (1..=STEPS).map(|n| cut(&format!("step.{n}"))).collect();
    }
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for n in 0..PAGE_QUESTIONS + EMPTY_PLACES {
        let (id, text) = (cut(&format!("id.{n}")), cut(&format!("text.{n}")));
        let question = OwnQuestion {
            group: cut(&format!("group.{n}")),
            text_en: cut(&format!("en.{n}")),
            hint: cut(&format!("hint.{n}")),
            fact: cut(&format!("uses.{n}")),
            text,
            id,
        };
        let known = draft.questions.iter().position(|q| q.id == question.id);
        match known {
            Some(place) if question.text.is_empty() => drop(draft.questions.remove(place)),
            Some(place) => {
                places.insert(question.id.clone(), call.form.get(&format!("place.{n}")).parse().unwrap_or(place + 1));
                if let Some(old) = draft.questions.get_mut(place) {
                    *old = question;
                }
            }
            None if question.text.is_empty() || draft.questions.len() >= QUESTIONS_MAX => {}
            None => draft.questions.push(OwnQuestion { id: draft.fresh_id(), ..question }),
        }
    }
    let order: BTreeMap<String, usize> = draft.questions.iter().enumerate().map(|(n, q)| (q.id.clone(), n + 1)).collect();
    draft.questions.sort_by_key(|q| places.get(&q.id).or_else(|| order.get(&q.id)).copied());
    let kept: Vec<String> = draft.questions.iter().map(|q| q.id.clone()).collect();
    draft.samples.iter_mut().for_each(|s| s.answers.retain(|q, _| kept.contains(q)));
}

/// `POST /own-schemes/{id}/{version}`
pub(crate) async fn save(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let row = named(&cx, &mut tx, &call).await?;
    let mut draft = row.draft()?;
    merge(&mut draft, &call);
    keep(&cx, &mut tx, &row, &draft, call.form.get("revision").parse().unwrap_or(0)).await?;
    tx.commit().await?;
    let path = format!("/own-schemes/{}/{}", row.scheme_id, row.version);
    Ok(redirect(&if call.form.get("then") == "samples" { format!("{path}/samples") } else { path }))
}

/// Finds the questions of a sheet: columns by their heads, or the first two.
fn questions_of(sheets: &[Sheet], heads: &[(usize, Vec<String>)]) -> Vec<OwnQuestion> {
    let Some(sheet) = sheets.iter().find(|s| s.rows.len() > 1).or_else(|| sheets.first()) else { return Vec::new() };
    let fold = crate::practice::fold;
    let place = |cells: &[String], what: usize| {
        let names = heads.iter().find(|(n, _)| *n == what).map(|(_, names)| names.as_slice()).unwrap_or_default();
        cells.iter().position(|c| names.iter().any(|n| fold(n) == fold(c.trim())))
    };
    let head = sheet.rows.iter().take(10).position(|r| place(r, 1).is_some());
    let columns: Vec<Option<usize>> = match head.and_then(|h| sheet.rows.get(h)) {
        Some(cells) => (0..5).map(|what| place(cells, what)).collect(),
        None => vec![Some(0), Some(1), Some(2), None, None],
    };
    let (mut questions, mut group) = (Vec::new(), String::new());
    for row in sheet.rows.iter().skip(head.map_or(0, |h| h + 1)) {
        let cell = |what: usize| {
            let text = columns.get(what).copied().flatten().and_then(|c| row.get(c)).map_or("", |c| c.trim());
            text.chars().take(TEXT_MAX_CHARS).collect::<String>()
        };
        // A heading written once, as in merged cells, counts for the rows below it.
        if !cell(0).is_empty() {
            group = cell(0);
        }
        if !cell(1).is_empty() && questions.len() < QUESTIONS_MAX {
            let id = format!("q{}", questions.len() + 1);
            questions.push(OwnQuestion { id, group: group.clone(), text: cell(1), hint: cell(2), text_en: cell(3), fact: cell(4) });
        }
    }
    questions
}

/// What the columns of a table of questions may be called, in both languages.
fn heads(cx: &Cx) -> Vec<(usize, Vec<String>)> {
    let names = |key: &str| {
        let both = kernel::Lang::ALL.iter().map(|lang| cx.app.texts.get(*lang, key).to_owned());
        both.flat_map(|t| t.split('／').map(|w| w.trim().to_owned()).collect::<Vec<_>>()).collect()
    };
    ["own.column.group", "own.column.text", "own.column.hint", "own.column.en", "own.column.fact"]
        .iter()
        .map(|k| names(k))
        .enumerate()
        .collect()
}

/// `POST /own-schemes/{id}/{version}/questions`: a table of questions instead of those there.
pub(crate) async fn import(cx: Cx, call: Call, upload: Upload) -> Result<Response, Problem> {
    let sent = upload.fields(sheets::FILE_MAX_BYTES).await?;
    let bytes = sent.into_iter().find(|(name, ..)| name == "file").map(|(_, _, bytes)| bytes).unwrap_or_default();
    let sheets = match sheets::read_in_child(bytes).await {
        Ok(sheets) => sheets,
        Err(e) => return refuse(&cx, &call, &cx.t(e.key())).await,
    };
    let questions = questions_of(&sheets, &heads(&cx));
    if questions.is_empty() {
        return refuse(&cx, &call, &cx.t("own.wrong.table")).await;
    }
    let change = |draft: &mut OwnDraft| {
        draft.samples.clear();
        draft.files.clear();
        draft.questions = questions;
    };
    change_draft(&cx, &call, change).await
}

async fn refuse(cx: &Cx, call: &Call, text: &str) -> Result<Response, Problem> {
    let mut errors = Fields::default();
    errors.add("file", text);
    let page = make(cx, call, errors).await?;
    Ok(page.p.clone().render_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

async fn change_draft(cx: &Cx, call: &Call, change: impl FnOnce(&mut OwnDraft)) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let row = named(cx, &mut tx, call).await?;
    let mut draft = row.draft()?;
    change(&mut draft);
    keep(cx, &mut tx, &row, &draft, row.revision).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/own-schemes/{}/{}", row.scheme_id, row.version)))
}

/// `POST /own-schemes/{id}/{version}/files`: the files of a scheme instead of the form.
pub(crate) async fn send_files(cx: Cx, call: Call, upload: Upload) -> Result<Response, Problem> {
    let mut files = BTreeMap::new();
    for (_, name, bytes) in upload.fields(cx.app.config.body_limit_bytes).await? {
        let name = match name.rsplit(['/', '\\']).next().unwrap_or("") {
            "ja.toml" => "texts/ja.toml",
            "en.toml" => "texts/en.toml",
            "scheme.toml" => "scheme.toml",
            "cases.toml" => "cases.toml",
            _ => continue,
        };
        files.insert(name.to_owned(), String::from_utf8_lossy(&bytes).into_owned());
    }
    if !files.contains_key("scheme.toml") {
        return refuse(&cx, &call, &cx.t("own.wrong.files")).await;
    }
    change_draft(&cx, &call, |draft| draft.files = files).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &[&[&str]]) -> Vec<Sheet> {
        vec![Sheet { name: String::new(), rows: rows.iter().map(|r| r.iter().map(|c| (*c).to_owned()).collect()).collect() }]
    }

    #[test]
    fn a_table_with_or_without_heads_is_read() {
        let heads = vec![(0, vec!["分類".to_owned()]), (1, vec!["質問".to_owned(), "Question".to_owned()])];
        let with = questions_of(&sheet(&[&["点検表"], &["番号", "質問", "分類"], &["1", "一つ目", "契約"], &["2", "二つ目", ""]]), &heads);
        assert_eq!(with.iter().map(|q| (q.group.as_str(), q.text.as_str())).collect::<Vec<_>>(), [("契約", "一つ目"), ("契約", "二つ目")]);
        let without = questions_of(&sheet(&[&["契約", "一つ目", "助け"], &["", "", ""]]), &heads);
        assert_eq!((without.len(), without[0].hint.as_str()), (1, "助け"));
    }

    #[test]
    fn the_form_changes_removes_adds_and_sorts() {
        let question = |id: &str| OwnQuestion { id: id.into(), text: id.into(), ..OwnQuestion::default() };
        let mut draft = OwnDraft { questions: vec![question("q1"), question("q2"), question("q3")], ..OwnDraft::new("表", false, vec![]) };
        let pairs = [
            ("id.0", "q1"),
            ("text.0", "直した"),
            ("place.0", "9"),
            ("id.1", "q2"),
            ("text.1", ""),
            ("id.2", "q3"),
            ("text.2", "q3"),
            ("place.2", "1"),
            ("text.3", "新しい"),
        ];
        let form = web::Form::from(pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec());
        merge(&mut draft, &Call { form, ..Call::default() });
        let got: Vec<(&str, &str)> = draft.questions.iter().map(|q| (q.id.as_str(), q.text.as_str())).collect();
        assert_eq!(got, [("q3", "q3"), ("q4", "新しい"), ("q1", "直した")]);
    }
}
