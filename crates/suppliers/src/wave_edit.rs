//! `suppliers::wave_edit` — the pages of a wave: all waves, a draft with its letter and what the guard says, and
//! sending it. A draft is kept as often as it is saved; last year's is the start of this year's.

use std::collections::BTreeMap;

use askama::Template;
use kernel::{Event, EventKind, Scope, WaveId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx, params};
use web::{Call, Cx, Fields, Form, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::data::Data;
use crate::guard::GuardRecord;
use crate::letter::{self, Facts};
use crate::own_sheet::set_of;
use crate::store::{RequestRow, WAVE_ADD, WAVE_BEFORE, WAVE_DROP, WAVE_LIST, WAVE_SAVE, WAVE_STATE, WaveRow};
use crate::supplier_list::departments;
use crate::wave::{WaveInput, aim, find, sets};
use crate::wave_send::{name, wave_send};

/// Longest text of a field, in characters.
const TEXT_MAX_CHARS: usize = 2000;

/// A wave in lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WaveHead {
    /// Its id.
    pub wave_id: String,
    pub(crate) title: String,
    /// `draft`, `sending`, `open` or `closed`.
    pub(crate) state: String,
    pub(crate) deadline: String,
    pub(crate) request_count: i64,
    /// For saving a draft.
    pub revision: i64,
}

impl WaveRow {
    pub(crate) fn head(&self) -> WaveHead {
        WaveHead {
            wave_id: self.wave_id.clone(),
            title: self.title.clone(),
            state: self.state.clone(),
            deadline: self.deadline.clone(),
            request_count: self.request_count,
            revision: self.revision,
        }
    }
}

/// A finding with its words.
struct Told {
    title: String,
    why: String,
    instead: String,
    words: String,
}

#[derive(Template)]
#[template(path = "wave_list.html")]
pub(crate) struct WaveListPage {
    p: Page,
    waves: Vec<WaveRow>,
    /// Whether letters can go out by mail.
    mail: bool,
}

impl Sampled for WaveListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let all = ["draft", "sending", "open", "closed"].map(WaveRow::sample).to_vec();
        vec![("empty", Self { p: p.clone(), waves: vec![], mail: false }), ("filled", Self { p: p.clone(), waves: all, mail: true })]
    }
}

#[derive(Template)]
#[template(path = "wave_edit.html")]
pub(crate) struct WaveEditPage {
    p: Page,
    wave: WaveRow,
    input: WaveInput,
    sets: Vec<(String, String)>,
    departments: Vec<String>,
    guard: GuardRecord,
    told: Vec<Told>,
    /// Suppliers by the number of questions they answer.
    sizes: Vec<(usize, usize)>,
    reached: usize,
    /// Subject and text for a supplier, as an example.
    letter: (String, String),
    errors: Fields,
}

impl WaveEditPage {
    fn has(list: &[String], value: &str) -> bool {
        list.iter().any(|v| v == value)
    }

    fn has_level(&self, level: &str) -> bool {
        level.parse().is_ok_and(|l| self.input.levels.contains(&l))
    }
}

impl Sampled for WaveEditPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |told: Vec<Told>, errors: Fields| Self {
            p: p.clone(),
            wave: WaveRow::sample("draft"),
            input: WaveRow::sample("draft").input(),
            sets: vec![("yearly".into(), "年に1回の対策状況の確認".into())],
            departments: vec!["購買部".into()],
            guard: GuardRecord { applies: 40, unknown: 3, ..GuardRecord::default() },
            told,
            sizes: vec![(4, 30), (11, 12)],
            reached: 42,
            letter: ("件名".into(), "本文".into()),
            errors,
        };
        let told =
            Told {
                title: "費用の押し付け".into(), why: "負担の分け方".into(), instead: "一緒に決める".into(), words: "貴社負担".into()
            };
        let mut errors = Fields::default();
        errors.add("deadline", "期限を確かめてください");
        vec![("fair", page(vec![], Fields::default())), ("warned", page(vec![told], errors))]
    }
}

/// `GET /suppliers/waves`
pub(crate) async fn list(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let waves = tx.all(cx.scope()?, WAVE_LIST, params![]).await?;
    let page = WaveListPage { p: Page::new(&cx), waves, mail: cx.part::<mail::MailRoom>()?.post().is_some() };
    Ok(page.p.clone().render(&page))
}

/// Makes a draft; from a wave that was sent if `before` names one, else from the words to start with.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub async fn wave_add(cx: &Cx, tx: &mut Tx, scope: &Scope, before: &str) -> Result<WaveHead, Problem> {
    let (data, today) = (cx.part::<Data>()?, cx.now().day());
    let mut input = WaveInput::fresh(cx, &data, today, &name(tx, scope).await?);
    let mut last: Option<(String,)> = tx.one(scope, WAVE_BEFORE, params![""]).await?;
    if !before.is_empty() {
        let old = find(tx, scope, before).await?;
        let (deadline, grace_until) = (input.deadline.clone(), input.grace_until.clone());
        input = WaveInput { deadline, grace_until, suppliers: Vec::new(), ..old.input() };
        last = Some((before.to_owned(),));
    }
    let id = WaveId::new(&*cx.app.clock, &*cx.app.rng);
    let text = serde_json::to_string(&input).unwrap_or_default();
    let before = last.map_or(String::new(), |(id,)| id);
    tx.run(scope, WAVE_ADD, params![&id, &input.title, text, before, &input.deadline, cx.now(), scope.person()]).await?;
    tx.without_record("a draft of a request is no event; sending it is");
    Ok(find(tx, scope, id.as_str()).await?.head())
}

/// Saves a draft.
///
/// # Errors
/// [`kernel::Code::Stale`] if somebody saved it since, or it was sent; the store's.
pub async fn wave_save(cx: &Cx, tx: &mut Tx, scope: &Scope, id: &str, input: &WaveInput, revision: i64) -> Result<WaveHead, Problem> {
    find(tx, scope, id).await?;
    let cut = |text: &str| text.trim().chars().take(TEXT_MAX_CHARS).collect::<String>();
    let input = WaveInput {
        title: cut(&input.title).chars().take(200).collect(),
        need: cut(&input.need),
        method: cut(&input.method),
        cost: cut(&input.cost),
        more: cut(&input.more),
        viewers: cut(&input.viewers),
        contact: cut(&input.contact),
        ..input.clone()
    };
    if input.title.is_empty() {
        let text = cx.t("wave.wrong.title");
        return Err(Problem::invalid(vec![web::FieldError { field: "title".to_owned(), text }]));
    }
    let text = serde_json::to_string(&input).unwrap_or_default();
    if tx.run(scope, WAVE_SAVE, params![id, &input.title, text, &input.deadline, revision]).await? == 0 {
        return Err(StoreError::Stale.into());
    }
    tx.without_record("a draft of a request is no event; sending it is");
    Ok(find(tx, scope, id).await?.head())
}

/// What a form says; suppliers chosen by id stay as they were.
fn read(form: &Form, old: &WaveInput) -> WaveInput {
    let get = |name: &str| form.get(name).to_owned();
    let all = |name: &str| form.all(name).into_iter().map(str::to_owned).collect::<Vec<_>>();
    WaveInput {
        title: get("title"),
        set: get("set"),
        classes: all("classes"),
        levels: form.all("levels").into_iter().filter_map(|l| l.parse().ok()).collect(),
        departments: all("departments"),
        suppliers: old.suppliers.clone(),
        need: get("need"),
        method: get("method"),
        cost: get("cost"),
        more: get("more"),
        viewers: get("viewers"),
        deadline: kernel::Day::parse_loose(form.get("deadline")).map_or_else(|_| get("deadline"), |d| d.to_string()),
        grace_until: kernel::Day::parse_loose(form.get("grace_until")).map_or_else(|_| get("grace_until"), |d| d.to_string()),
        contact: get("contact"),
        minutes: get("minutes"),
        goods: form.get("goods") != "no",
    }
}

/// What the guard found, one note for each pattern.
fn told(cx: &Cx, data: &Data, guard: &GuardRecord) -> Vec<Told> {
    let mut by_pattern: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for finding in &guard.findings {
        by_pattern.entry(&finding.pattern).or_default().extend(Some(finding.words.as_str()).filter(|w| !w.is_empty()));
    }
    let one = |(id, words): (&str, Vec<&str>)| {
        let (title, why, instead) = data.fair_trade().pattern(id)?.texts(cx.lang);
        Some(Told { title: title.to_owned(), why: why.to_owned(), instead: instead.to_owned(), words: words.join("」「") })
    };
    by_pattern.into_iter().filter_map(one).collect()
}

async fn show(cx: &Cx, id: &str, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let scope = cx.scope()?;
    let mut tx = cx.read().await?;
    let wave = find(&mut tx, scope, id).await?;
    if wave.state != "draft" {
        return Ok(redirect(&format!("/suppliers/waves/{id}/board")));
    }
    let input = wave.input();
    let aimed = aim(cx, &mut tx, scope, &input).await?;
    let (data, own) = (cx.part::<Data>()?, name(&mut tx, scope).await?);
    let told = told(cx, &data, &aimed.guard);
    let set = set_of(cx, &mut tx, scope, &input.set).await?.unwrap_or_default();
    let first = aimed.suppliers.first();
    let example = RequestRow {
        name: first.map_or_else(|| cx.t("wave.example"), |s| s.name.clone()),
        number: "R-XXXX-XXXX".to_owned(),
        asked: first.map_or(String::new(), |s| set.asked(&s.class, &s.certificates, false)),
        deadline: wave.deadline.clone(),
        ..RequestRow::default()
    };
    let link = format!("{}/reply/…", cx.app.config.public_url);
    let facts = Facts { own: &own, person: "", link: &link, check: "123456" };
    let page = WaveEditPage {
        letter: letter::request(cx, &wave, &example, &facts),
        departments: departments(&mut tx, scope).await?,
        sets: sets(cx, &mut tx, scope).await?,
        p: Page::new(cx),
        wave,
        input,
        guard: aimed.guard,
        told,
        sizes: aimed.sizes.into_iter().collect(),
        reached: aimed.suppliers.len(),
        errors,
    };
    Ok(page.p.clone().render_as(status, &page))
}

/// `GET /suppliers/waves/{id}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, call.part("id"), Fields::default(), StatusCode::OK).await
}

/// `POST /suppliers/waves`
pub(crate) async fn send_add(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    let mut head = wave_add(&cx, &mut tx, &scope, call.form.get("before")).await?;
    let set = call.form.get("set");
    if let Some(set) = set_of(&cx, &mut tx, &scope, set).await? {
        let input = WaveInput { set: set.id, ..find(&mut tx, &scope, &head.wave_id).await?.input() };
        head = wave_save(&cx, &mut tx, &scope, &head.wave_id, &input, head.revision).await?;
    }
    tx.commit().await?;
    Ok(redirect(&format!("/suppliers/waves/{}", head.wave_id)))
}

/// `POST /suppliers/waves/{id}`: saves, and sends if that was asked.
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let saved = async {
        let mut tx = cx.write().await?;
        let input = read(&call.form, &find(&mut tx, &scope, &id).await?.input());
        let head = wave_save(&cx, &mut tx, &scope, &id, &input, call.form.get("revision").parse().unwrap_or(0)).await?;
        tx.commit().await?;
        if call.form.get("go") == "send" {
            wave_send(&cx, &scope, &id, head.revision, call.form.get("looked") == "yes").await?;
        }
        Ok::<(), Problem>(())
    };
    match saved.await {
        Ok(()) => Ok(redirect(&format!("/suppliers/waves/{id}"))),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => show(&cx, &id, Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

/// `POST /suppliers/waves/{id}/drop`
pub(crate) async fn send_drop(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    if tx.run(&scope, WAVE_DROP, params![call.part("id")]).await? == 0 {
        return Err(Problem::not_found());
    }
    tx.without_record("a draft of a request is no event");
    tx.commit().await?;
    Ok(redirect("/suppliers/waves"))
}

/// `POST /suppliers/waves/{id}/close`
pub(crate) async fn send_close(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.write().await?;
    find(&mut tx, &scope, &id).await?;
    tx.run_one(&scope, WAVE_STATE, params![&id, "closed", "open"]).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::WaveClosed, &id)).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/suppliers/waves/{id}/board")))
}

/// A draft to be made through the API.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WaveAddInput {
    /// A wave that was sent, to start from.
    before: String,
    /// What it says; fields that are missing keep the words to start from.
    content: Option<WaveInput>,
}

/// `POST /api/v1/supplier-waves`
pub(crate) async fn api_add(cx: Cx, _call: Call, input: WaveAddInput) -> Result<WaveHead, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    let mut head = wave_add(&cx, &mut tx, &scope, &input.before).await?;
    if let Some(content) = input.content {
        let fresh = find(&mut tx, &scope, &head.wave_id).await?.input();
        let keep = |given: String, fresh: String| if given.is_empty() { fresh } else { given };
        let all = WaveInput {
            set: keep(content.set.clone(), fresh.set),
            title: keep(content.title.clone(), fresh.title),
            need: keep(content.need.clone(), fresh.need),
            method: keep(content.method.clone(), fresh.method),
            cost: keep(content.cost.clone(), fresh.cost),
            viewers: keep(content.viewers.clone(), fresh.viewers),
            deadline: keep(content.deadline.clone(), fresh.deadline),
            grace_until: keep(content.grace_until.clone(), fresh.grace_until),
            ..content
        };
        head = wave_save(&cx, &mut tx, &scope, &head.wave_id, &all, head.revision).await?;
    }
    tx.commit().await?;
    Ok(head)
}

/// `POST /api/v1/supplier-waves/{id}/send`: the answer is how many are asked.
pub(crate) async fn api_send(cx: Cx, call: Call, looked: Option<bool>) -> Result<usize, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.read().await?;
    let wave = find(&mut tx, &scope, call.part("id")).await?;
    drop(tx);
    wave_send(&cx, &scope, call.part("id"), wave.revision, looked.unwrap_or(false)).await
}

/// `GET /api/v1/supplier-waves`
pub(crate) async fn api_list(cx: Cx, _call: Call, (): ()) -> Result<Vec<WaveHead>, Problem> {
    let mut tx = cx.read().await?;
    let rows: Vec<WaveRow> = tx.all(cx.scope()?, WAVE_LIST, params![]).await?;
    Ok(rows.iter().map(WaveRow::head).collect())
}
