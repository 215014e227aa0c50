//! `schemes::own_list` — the rules an organisation wrote for itself, and a new draft.

use std::collections::BTreeMap;

use ::store::{Tx, params};
use askama::Template;
use kernel::{Day, Event, EventKind, OwnSchemeId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::own::{Imprint, OWN, OwnDraft, OwnQuestion, STEPS};
use crate::store::{OWN_ADD, OWN_FIND, OWN_LIST, OwnRow};

/// The first version of own rules.
const FIRST: &str = "1.0.0";

/// Own rules in lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct OwnHead {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) title: String,
    /// `draft` or `released`.
    pub(crate) state: String,
    pub(crate) questions: usize,
    pub(crate) samples: usize,
    pub(crate) changed_at: String,
}

impl OwnHead {
    pub(crate) fn of(row: &OwnRow) -> Result<Self, Problem> {
        let draft = row.draft()?;
        Ok(Self {
            id: row.scheme_id.clone(),
            version: row.version.clone(),
            title: row.title.clone(),
            state: row.state.clone(),
            questions: draft.questions.len(),
            samples: draft.samples.len(),
            changed_at: kernel::Instant::day_of(&row.changed_at),
        })
    }
}

/// What to begin with: a title, or the files of a scheme.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnInput {
    /// Name in Japanese.
    pub(crate) title: String,
    /// Answers are steps 1 to 5 instead of 実施 / 一部 / 未実施.
    #[serde(default)]
    pub(crate) steps: bool,
    /// Files by name (`scheme.toml`, `texts/ja.toml`, `texts/en.toml`, `cases.toml`), instead of the form.
    #[serde(default)]
    pub(crate) files: BTreeMap<String, String>,
}

/// The draft or release that the path names.
pub(crate) async fn named(cx: &Cx, tx: &mut Tx, call: &Call) -> Result<OwnRow, Problem> {
    let row: Option<OwnRow> = tx.one(cx.scope()?, OWN_FIND, params![call.part("id"), call.part("version")]).await?;
    row.ok_or_else(Problem::not_found)
}

/// Who writes it, for its files.
pub(crate) fn imprint<'a>(cx: &'a Cx, row: &'a OwnRow) -> Imprint<'a> {
    let organisation = cx.signed.as_ref().map_or("", |s| s.organisation_name.as_str());
    Imprint { id: &row.scheme_id, version: &row.version, organisation, day: today(cx) }
}

fn today(cx: &Cx) -> Day {
    cx.now().day()
}

async fn heads(cx: &Cx) -> Result<Vec<OwnHead>, Problem> {
    let mut tx = cx.read().await?;
    let rows: Vec<OwnRow> = tx.all(cx.scope()?, OWN_LIST, params![]).await?;
    rows.iter().map(OwnHead::of).collect()
}

/// What each step usually means.
pub(crate) fn usual_steps(cx: &Cx) -> Vec<String> {
    (1..=STEPS).map(|n| cx.t(&format!("own.step.{n}"))).collect()
}

/// Puts a draft into the database.
pub(crate) async fn add(cx: &Cx, tx: &mut Tx, id: &str, version: &str, draft: &OwnDraft) -> Result<(), Problem> {
    let text = serde_json::to_string(draft).unwrap_or_default();
    tx.run(cx.scope()?, OWN_ADD, params![id, version, &draft.title, text, cx.now()]).await?;
    cx.record(tx, Event::new(EventKind::OwnSchemeBegun, format!("{id}@{version}"))).await
}

/// Begins new rules; the beginning may bring questions.
pub(crate) async fn begin(cx: &Cx, input: &OwnInput, questions: Vec<OwnQuestion>) -> Result<OwnHead, Problem> {
    let title = input.title.trim();
    if title.is_empty() || title.chars().count() > 100 {
        let mut errors = Fields::default();
        errors.add("title", cx.t("own.wrong.title"));
        return Err(Problem::invalid(errors.0));
    }
    let id = format!("{OWN}{}", OwnSchemeId::new(&*cx.app.clock, &*cx.app.rng));
    let draft = OwnDraft { questions, files: input.files.clone(), ..OwnDraft::new(title, input.steps, usual_steps(cx)) };
    let mut tx = cx.write().await?;
    add(cx, &mut tx, &id, FIRST, &draft).await?;
    let row: Option<OwnRow> = tx.one(cx.scope()?, OWN_FIND, params![&id, FIRST]).await?;
    tx.commit().await?;
    OwnHead::of(&row.ok_or_else(Problem::not_found)?)
}

#[derive(Template)]
#[template(path = "own_list.html")]
pub(crate) struct OwnListPage {
    p: Page,
    heads: Vec<OwnHead>,
    title: String,
    errors: Fields,
}

impl Sampled for OwnListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let head = OwnHead {
            id: "own-1".into(),
            version: "1.0.0".into(),
            title: "海外拠点の点検表".into(),
            state: "draft".into(),
            questions: 12,
            samples: 2,
            changed_at: "2026-11-21".into(),
        };
        let mut errors = Fields::default();
        errors.add("title", p.t("own.wrong.title"));
        let page = |heads, errors| Self { p: p.clone(), heads, title: String::new(), errors };
        vec![("empty", page(vec![], Fields::default())), ("refused", page(vec![], errors)), ("one", page(vec![head], Fields::default()))]
    }
}

/// `GET /own-schemes`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let page = OwnListPage { p: Page::new(&cx), heads: heads(&cx).await?, title: String::new(), errors: Fields::default() };
    Ok(page.p.clone().render(&page))
}

/// `POST /own-schemes`
pub(crate) async fn create(cx: Cx, call: Call) -> Result<Response, Problem> {
    let input = OwnInput { title: call.form.get("title").to_owned(), steps: call.form.get("answers") == "steps", ..OwnInput::default() };
    let questions = match call.form.get("start") {
        start @ ("abroad" | "cloud") => starting_questions(&cx, start),
        _ => Vec::new(),
    };
    match begin(&cx, &input, questions).await {
        Ok(head) => Ok(redirect(&format!("/own-schemes/{}/{}", head.id, head.version))),
        Err(problem) if !problem.fields.is_empty() => {
            let errors = Fields(problem.fields);
            let page = OwnListPage { p: Page::new(&cx), heads: heads(&cx).await?, title: input.title, errors };
            Ok(page.p.clone().render_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(problem) => Err(problem),
    }
}

/// Questions to begin with, from our own words: one line each, `heading｜question`.
fn starting_questions(cx: &Cx, start: &str) -> Vec<OwnQuestion> {
    let lines = |lang| cx.app.texts.get(lang, &format!("own.start.{start}.lines")).to_owned();
    let (ja, en) = (lines(kernel::Lang::Ja), lines(kernel::Lang::En));
    let split = |line: &str| line.split_once('｜').map(|(g, t)| (g.trim().to_owned(), t.trim().to_owned()));
    let pairs = ja.split('／').filter_map(split).zip(en.split('／').filter_map(split)).enumerate();
    let question =
        |(n, ((group, text), (_, text_en)))| OwnQuestion { id: format!("q{}", n + 1), group, text, text_en, ..OwnQuestion::default() };
    pairs.map(question).collect()
}

/// `GET /api/v1/own-schemes`
pub(crate) async fn api(cx: Cx, _call: Call, (): ()) -> Result<Vec<OwnHead>, Problem> {
    heads(&cx).await
}

/// `POST /api/v1/own-schemes`
pub(crate) async fn api_create(cx: Cx, _call: Call, input: OwnInput) -> Result<OwnHead, Problem> {
    begin(&cx, &input, Vec::new()).await
}
