//! `evidence::fact_state` — state a fact: one question a page. Every version is kept; whoever
//! saved in between is noticed, and nothing typed is lost.

use std::pin::Pin;
use std::sync::Arc;

use askama::Template;
use kernel::{Code, Day, Digest, Event, EventKind, FactVersionId, Scope};
use schemars::JsonSchema;
use schemes::{Answer, AnswerKind, Catalog, FactKind, FactType, ValueError};
use serde::Deserialize;
use store::{StoreError, Tx, params};
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::document_edit::{DocumentHead, documents};
use crate::model::TEXT_MAX_CHARS;
use crate::store::{FACT_ADD, FACT_CHANGE, FACT_FIND, FACT_REMOVE, FactRow, VERSION_ADD, VERSION_LAST};
use crate::view::{FactDetails, none_words, words};

/// What one states about a fact.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactInput {
    /// The site's id; empty or absent for the whole company.
    #[serde(default)]
    pub site_id: String,
    /// The value's text, or `none`, `unknown`, `not_applicable`; options of a set joined by commas.
    pub answer: String,
    /// Why 該当なし; required then.
    #[serde(default)]
    pub reason: String,
    /// Since when it is so, as people write days.
    #[serde(default)]
    pub since: String,
    /// Who answers for it.
    #[serde(default)]
    pub owner: String,
    /// The last day it counts; absent for the fact type's own period.
    #[serde(default)]
    pub review_by: String,
    /// The revision that was read; absent to overwrite whatever is there.
    #[serde(default)]
    pub revision: Option<i64>,
}

/// A fact that was just stated or withdrawn.
#[derive(Debug, Clone)]
pub struct FactStated {
    /// The fact's key.
    pub key: String,
    /// The site's id, empty for the whole company.
    pub site_id: String,
    /// The new version.
    pub version: FactVersionId,
}

/// What followed from it.
#[derive(Debug, Clone, Default)]
pub struct FactEcho {
    /// How many criteria changed.
    pub changed: usize,
    /// The page that shows them.
    pub path: String,
}

/// The watcher's answer.
pub type EchoFuture<'a> = Pin<Box<dyn Future<Output = Result<FactEcho, Problem>> + Send + 'a>>;

/// Told about every statement, in the same transaction. Wired in `server`.
pub trait FactWatcher: Send + Sync {
    /// A fact was stated.
    fn stated<'a>(&'a self, cx: &'a Cx, tx: &'a mut Tx, scope: &'a Scope, fact: &'a FactStated) -> EchoFuture<'a>;
    /// Many facts of one site (empty: of the company) were stated at once.
    fn imported<'a>(&'a self, cx: &'a Cx, tx: &'a mut Tx, scope: &'a Scope, site: &'a str) -> EchoFuture<'a>;
}

struct Checked {
    answer: Answer,
    since: Option<String>,
    review_by: Option<String>,
}

/// Checks an input against its fact type; messages are in the reader's language.
fn check(cx: &Cx, fact: &FactType, input: &FactInput) -> Result<Checked, Problem> {
    let mut errors = Fields::default();
    let fill = |key: &str, values: &[(&str, String)]| cx.app.texts.fill(cx.lang, key, values);
    let answer = fact.read(&input.answer).unwrap_or_else(|error| {
        errors.add(
            "answer",
            match error {
                ValueError::Option { .. } | ValueError::Type { .. } => cx.t("fact.wrong.option"),
                ValueError::NotNumber(_) => cx.t("fact.wrong.number"),
                ValueError::Range { min, max, .. } => fill("fact.wrong.range", &[("min", min.to_string()), ("max", max.to_string())]),
                ValueError::NotDay(_) => cx.t("fact.wrong.day"),
                ValueError::TextLength => cx.t("fact.wrong.text"),
            },
        );
        Answer::Unknown
    });
    if matches!(&answer, Answer::Given(schemes::Value::Day(day)) if *day > cx.now().day()) {
        errors.add("answer", cx.t("fact.wrong.future"));
    }
    if answer == Answer::NotApplicable && input.reason.trim().is_empty() {
        errors.add("reason", cx.t("fact.wrong.reason"));
    }
    for (field, text) in [("reason", &input.reason), ("owner", &input.owner)] {
        if text.chars().count() > TEXT_MAX_CHARS {
            errors.add(field, cx.t("fact.wrong.long"));
        }
    }
    let mut day = |field: &str, text: &str| -> Option<Day> {
        let day = if text.trim().is_empty() { return None } else { Day::parse_loose(text) };
        day.map_err(|_| errors.add(field, cx.t("fact.wrong.day"))).ok()
    };
    let (since, review_by) = (day("since", &input.since), day("review_by", &input.review_by));
    if since.is_some_and(|d| d > cx.now().day()) {
        errors.add("since", cx.t("fact.wrong.future"));
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors.0));
    }
    let default = cx.now().day().plus_months(i64::from(fact.file.review_months));
    let review_by = review_by.or((answer != Answer::Unknown).then_some(default));
    Ok(Checked { answer, since: since.map(|d| d.to_string()), review_by: review_by.map(|d| d.to_string()) })
}

/// States a fact for the organisation of `scope`.
///
/// # Errors
/// [`Code::NotFound`] for an unknown key or a site that is not the organisation's;
/// [`Code::Invalid`] by field; [`Code::Stale`] if somebody saved since `revision`.
pub async fn fact_state(cx: &Cx, tx: &mut Tx, scope: &Scope, key: &str, input: &FactInput) -> Result<(FactDetails, FactEcho), Problem> {
    let catalog = schemes::catalog(cx, tx, scope).await?;
    let fact = catalog.fact(key).ok_or_else(Problem::not_found)?;
    let checked = check(cx, fact, input)?;
    let site = input.site_id.trim();
    if !site.is_empty() && !people::site_list(tx, scope).await?.iter().any(|s| s.site_id == site && s.open) {
        return Err(Problem::not_found());
    }
    let found: Option<FactRow> = tx.one(scope, FACT_FIND, params![site, key]).await?;
    let now = found.as_ref().map_or(0, |f| f.revision);
    if input.revision.is_some_and(|seen| seen != now) {
        return Err(StoreError::Stale.into());
    }
    let version = FactVersionId::new(&*cx.app.clock, &*cx.app.rng);
    let (kind, value) = (checked.answer.kind().as_str(), checked.answer.value_text());
    let (reason, owner) = (input.reason.trim(), input.owner.trim());
    let last: Option<(Option<i64>,)> = tx.one(scope, VERSION_LAST, params![key, site]).await?;
    let revision = last.and_then(|(n,)| n).unwrap_or(0) + 1;
    let mut row = params![site, key, &version, kind, &value, reason, checked.since.clone(), owner, checked.review_by.clone()];
    if found.is_some() {
        row.extend(params![now]);
        tx.run_one(scope, FACT_CHANGE, row).await?;
    } else {
        tx.run(scope, FACT_ADD, row).await.map_err(|e| if matches!(e, StoreError::Conflict) { StoreError::Stale } else { e })?;
    }
    tx.run(
        scope,
        VERSION_ADD,
        params![
            &version,
            site,
            key,
            kind,
            &value,
            reason,
            checked.since.clone(),
            owner,
            checked.review_by.clone(),
            revision,
            cx.now(),
            scope.person(),
        ],
    )
    .await?;
    let digest = Digest::default().field(kind).field(&value).field(reason).finish();
    let event = Event::new(EventKind::FactStated, version.as_str()).with("key", key).with("site", site).with("digest", digest);
    tx.record(scope, cx.now(), &event).await?;
    let stated = FactStated { key: key.to_owned(), site_id: site.to_owned(), version };
    let echo = cx.part::<Arc<dyn FactWatcher>>()?.stated(cx, tx, scope, &stated).await?;
    let row: Option<FactRow> = tx.one(scope, FACT_FIND, params![site, key]).await?;
    Ok((row.ok_or_else(Problem::not_found)?.details(), echo))
}

/// Takes a fact back: from now on it counts as not stated. Its history stays.
///
/// # Errors
/// [`Code::NotFound`] if nothing is stated.
pub(crate) async fn fact_withdraw(cx: &Cx, tx: &mut Tx, scope: &Scope, key: &str, site: &str) -> Result<FactEcho, Problem> {
    let found: Option<FactRow> = tx.one(scope, FACT_FIND, params![site, key]).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    let version = FactVersionId::new(&*cx.app.clock, &*cx.app.rng);
    tx.run_one(scope, FACT_REMOVE, params![site, key]).await?;
    tx.run(
        scope,
        VERSION_ADD,
        params![
            &version,
            site,
            key,
            "withdrawn",
            "",
            "",
            None::<String>,
            found.owner_name,
            None::<String>,
            found.revision + 1,
            cx.now(),
            scope.person(),
        ],
    )
    .await?;
    let event = Event::new(EventKind::FactWithdrawn, version.as_str()).with("key", key).with("site", site);
    tx.record(scope, cx.now(), &event).await?;
    let stated = FactStated { key: key.to_owned(), site_id: site.to_owned(), version };
    cx.part::<Arc<dyn FactWatcher>>()?.stated(cx, tx, scope, &stated).await
}

/// An option of the question: value, words, whether it is chosen.
pub(crate) struct Choice {
    value: String,
    words: String,
    help: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "fact_state.html")]
pub(crate) struct FactPage {
    p: Page,
    errors: Fields,
    key: String,
    topic: String,
    question: String,
    hint: String,
    kind: &'static str,
    source: String,
    confidence: String,
    answers: Vec<Choice>,
    boxes: Vec<Choice>,
    typed: String,
    input: FactInput,
    revision: i64,
    sites: Vec<(String, String)>,
    stated: String,
    somebody_saved: bool,
    documents: Vec<DocumentHead>,
    next: String,
    limit_mb: u64,
}

impl FactPage {
    fn build(p: &Page, catalog: &Catalog, fact: &FactType, input: FactInput, revision: i64) -> Self {
        let texts = fact.texts(p.lang());
        let word = |o: &str| texts.options.get(o).cloned().unwrap_or_else(|| p.key("answer", o));
        let by_options = matches!(fact.kind(), FactKind::Practice | FactKind::Choice | FactKind::YesNo);
        let special = ["none", "unknown", "not_applicable"].contains(&input.answer.as_str());
        let mut answers: Vec<Choice> = Vec::new();
        let choice = |value: &str, words: String, help: String, chosen: bool| Choice { value: value.to_owned(), words, help, chosen };
        if by_options {
            answers.extend(fact.options().iter().map(|o| choice(o, word(o), String::new(), input.answer == *o)));
        } else {
            let chosen = !input.answer.is_empty() && !special;
            answers.push(choice("given", p.t(&format!("answer.given.{}", fact.kind())), String::new(), chosen));
        }
        if fact.takes_none() {
            answers.push(choice("none", none_words(p, fact, "none"), String::new(), input.answer == "none"));
        }
        answers.push(choice("unknown", p.t("answer.unknown"), p.t("answer.unknown.help"), input.answer == "unknown"));
        answers.push(choice(
            "not_applicable",
            p.t("answer.not_applicable"),
            p.t("answer.not_applicable.help"),
            input.answer == "not_applicable",
        ));
        let picked: Vec<&str> = input.answer.split(',').collect();
        let boxes = if fact.kind() == FactKind::Set {
            fact.options().iter().map(|o| choice(o, word(o), String::new(), !special && picked.contains(o))).collect()
        } else {
            Vec::new()
        };
        let topic = catalog.topics().iter().find(|t| t.id == fact.topic);
        Self {
            p: p.clone(),
            errors: Fields::default(),
            key: fact.key().to_owned(),
            topic: topic.map_or(String::new(), |t| if p.shell.lang == "ja" { t.ja.clone() } else { t.en.clone() }),
            question: texts.question.clone(),
            hint: texts.hint.clone(),
            kind: fact.kind().as_str(),
            source: fact.provenance.source.clone(),
            confidence: fact.provenance.status.to_string(),
            answers,
            boxes,
            typed: if special || by_options { String::new() } else { input.answer.clone() },
            input,
            revision,
            sites: Vec::new(),
            stated: String::new(),
            somebody_saved: false,
            documents: Vec::new(),
            next: String::new(),
            limit_mb: 20,
        }
    }
}

impl Sampled for FactPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let Ok(catalog) = Catalog::shipped() else { return Vec::new() };
        let build = |key: &str, answer: &str| {
            let input = FactInput { answer: answer.into(), owner: "総務課".into(), ..FactInput::default() };
            catalog.fact(key).map(|fact| Self::build(p, &catalog, fact, input, 0))
        };
        let wrong = build("password.min_length", "長い").map(|mut page| {
            page.errors.add("answer", p.t("fact.wrong.number"));
            page.somebody_saved = true;
            page.stated = "8".into();
            page
        });
        let list = [
            ("practice", build("backup.taken", "done")),
            ("set", build("asset.pc_inventory", "maker,os")),
            ("date", build("training.reviewed_on", "")),
            ("error", wrong),
        ];
        list.into_iter().filter_map(|(name, page)| Some((name, page?))).collect()
    }
}

async fn show(cx: &Cx, status: StatusCode, key: &str, errors: Fields, typed: Option<FactInput>, site: &str) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let catalog = schemes::catalog(cx, &mut tx, cx.scope()?).await?;
    let fact = catalog.fact(key).ok_or_else(Problem::not_found)?;
    let p = Page::new(cx);
    let scope = cx.scope()?;
    let sites = people::site_list(&mut tx, scope).await?;
    if !site.is_empty() && !sites.iter().any(|s| s.site_id == site) {
        return Err(Problem::not_found());
    }
    let row: Option<FactRow> = tx.one(scope, FACT_FIND, params![site, key]).await?;
    let revision = row.as_ref().map_or(0, |r| r.revision);
    let somebody_saved = typed.as_ref().is_some_and(|t| t.revision.is_some_and(|seen| seen != revision));
    let stated = row.as_ref().map_or(String::new(), |r| words(&p, fact, &r.answer, &r.value));
    let saved = || {
        row.clone().map_or_else(
            || FactInput { site_id: site.to_owned(), ..FactInput::default() },
            |r| {
                let word = if r.answer == AnswerKind::Given.as_str() { r.value } else { r.answer };
                let day = |d: Option<String>| d.unwrap_or_default();
                FactInput {
                    site_id: r.site_id,
                    answer: word,
                    reason: r.reason,
                    since: day(r.since),
                    owner: r.owner_name,
                    review_by: day(r.review_by),
                    revision: None,
                }
            },
        )
    };
    let mut page = FactPage::build(&p, &catalog, fact, typed.unwrap_or_else(saved), revision);
    page.errors = errors;
    page.sites = sites.into_iter().filter(|s| s.open || s.site_id == site).map(|s| (s.site_id, s.name)).collect();
    page.stated = stated;
    page.somebody_saved = somebody_saved;
    page.documents = documents(&mut tx, scope, key, site).await?;
    page.next = catalog.next_fact(key).unwrap_or_default().to_owned();
    page.limit_mb = cx.app.config.upload_limit_bytes / 1024 / 1024;
    Ok(p.render_as(status, &page))
}

/// `GET /facts/{key}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, StatusCode::OK, call.part("key"), Fields::default(), None, call.query.get("site")).await
}

fn read(call: &Call) -> FactInput {
    let get = |n: &str| call.form.get(n).to_owned();
    let given = call.form.all("value").into_iter().filter(|v| !v.is_empty()).collect::<Vec<_>>().join(",");
    let answer = if call.form.get("answer") == "given" { given } else { get("answer") };
    let revision = Some(call.form.get("revision").parse().unwrap_or(0));
    FactInput {
        site_id: get("site_id"),
        answer,
        reason: get("reason"),
        since: get("since"),
        owner: get("owner"),
        review_by: get("review_by"),
        revision,
    }
}

/// `POST /facts/{key}`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (key, input) = (call.part("key").to_owned(), read(&call));
    let mut tx = cx.write().await?;
    let picked_nothing = call.form.get("answer") == "given" && input.answer.is_empty();
    let done = if picked_nothing {
        let mut errors = Fields::default();
        errors.add("answer", cx.t("fact.wrong.empty"));
        Err(Problem::invalid(errors.0))
    } else {
        fact_state(&cx, &mut tx, cx.scope()?, &key, &input).await
    };
    match done {
        Ok((_, echo)) => {
            tx.commit().await?;
            Ok(redirect(&echo.path))
        }
        Err(problem) if matches!(problem.code, Code::Invalid | Code::Stale) => {
            drop(tx);
            let mut errors = Fields(problem.fields);
            if problem.code == Code::Stale {
                errors.add("answer", cx.t("fact.stale"));
            }
            let status = StatusCode::from_u16(problem.code.status()).unwrap_or_default();
            let site = input.site_id.clone();
            show(&cx, status, &key, errors, Some(input), &site).await
        }
        Err(problem) => Err(problem),
    }
}

/// `POST /facts/{key}/withdraw`
pub(crate) async fn withdraw(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let echo = fact_withdraw(&cx, &mut tx, cx.scope()?, call.part("key"), call.form.get("site_id")).await?;
    tx.commit().await?;
    Ok(redirect(&echo.path))
}

/// `GET /api/v1/facts/{key}`
pub(crate) async fn api_show(cx: Cx, call: Call, (): ()) -> Result<FactDetails, Problem> {
    let mut tx = cx.read().await?;
    let row: Option<FactRow> = tx.one(cx.scope()?, FACT_FIND, params![call.query.get("site"), call.part("key")]).await?;
    Ok(row.ok_or_else(Problem::not_found)?.details())
}

/// A fact after it was stated, with what followed.
#[derive(Debug, serde::Serialize, JsonSchema)]
pub(crate) struct FactSaved {
    fact: FactDetails,
    /// How many criteria changed because of it.
    changed_count: usize,
}

/// `PUT /api/v1/facts/{key}`
pub(crate) async fn api(cx: Cx, call: Call, input: FactInput) -> Result<FactSaved, Problem> {
    let mut tx = cx.write().await?;
    let (fact, echo) = fact_state(&cx, &mut tx, cx.scope()?, call.part("key"), &input).await?;
    tx.commit().await?;
    Ok(FactSaved { fact, changed_count: echo.changed })
}

/// `DELETE /api/v1/facts/{key}`
pub(crate) async fn api_withdraw(cx: Cx, call: Call, (): ()) -> Result<usize, Problem> {
    let mut tx = cx.write().await?;
    let echo = fact_withdraw(&cx, &mut tx, cx.scope()?, call.part("key"), call.query.get("site")).await?;
    tx.commit().await?;
    Ok(echo.changed)
}
