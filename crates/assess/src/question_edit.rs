//! `assess::question_edit` — the questions of a scheme, one group a page: what is chosen is
//! kept at once, going on and back loses nothing. Answers are facts like any other.

use std::sync::Arc;

use askama::Template;
use evidence::{FactInput, fact_state};
use schemes::{Answer, Ask, Catalog, Criterion, Facts, Scheme, Scoring, Value};
use store::Tx;
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::assessment_list::named;
use crate::store::AssessmentRow;

/// A way to answer: value, words, whether it is chosen.
struct Choice {
    value: String,
    words: String,
    chosen: bool,
}

/// One question as shown.
struct Question {
    id: String,
    text: String,
    hint: String,
    /// What stood there when the page was made, to notice changes by others.
    was: String,
    options: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "question_edit.html")]
pub(crate) struct QuestionPage {
    p: Page,
    assessment: String,
    title: String,
    group: String,
    group_title: String,
    place: usize,
    groups: usize,
    answered: usize,
    total: usize,
    questions: Vec<Question>,
    previous: String,
    errors: Fields,
}

impl Sampled for QuestionPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let option = |value: &str, words: &str, chosen| Choice { value: value.into(), words: words.into(), chosen };
        let question = Question {
            id: "2-2".into(),
            text: "役割と責任を、はっきり決めている".into(),
            hint: "職務の説明書を見ます。".into(),
            was: "3".into(),
            options: vec![option("1", "行っていない", false), option("3", "知られている", true), option("unknown", "分からない", false)],
        };
        let mut errors = Fields::default();
        errors.add("2-2", "ほかの人が変えました");
        let page = |errors| Self {
            p: p.clone(),
            assessment: "1".into(),
            title: "経営ガイドライン".into(),
            group: "d2".into(),
            group_title: "管理体制".into(),
            place: 2,
            groups: 10,
            answered: 4,
            total: 40,
            questions: Vec::new(),
            previous: "d1".into(),
            errors,
        };
        vec![("empty", page(Fields::default())), ("changed by others", Self { questions: vec![question], ..page(errors) })]
    }
}

/// The key of a criterion's own question.
fn key(criterion: &Criterion) -> Option<&str> {
    criterion.ask?;
    criterion.facts().into_iter().next()
}

/// The stored text of what is stated; empty if nothing is.
fn stated(facts: &Facts, key: &str) -> String {
    match facts.get(key).map(|s| &s.answer) {
        None => String::new(),
        Some(Answer::Given(value)) => value.to_string(),
        Some(Answer::None) => "none".to_owned(),
        Some(Answer::Unknown) => "unknown".to_owned(),
        Some(Answer::NotApplicable) => "not_applicable".to_owned(),
    }
}

/// How strictly the company reads the steps.
pub(crate) fn reading(scheme: &Scheme, facts: &Facts) -> String {
    let Scoring::MaturityMean { reading: Some(key), .. } = &scheme.scoring else { return "plain".to_owned() };
    match facts.get(key).map(|s| &s.answer) {
        Some(Answer::Given(Value::Choice(option))) => option.clone(),
        _ => "plain".to_owned(),
    }
}

fn options(p: &Page, scheme: &Scheme, criterion: &Criterion, reading: &str, chosen: &str) -> Vec<Choice> {
    let mut list: Vec<(String, String)> = match (criterion.ask, scheme.scale()) {
        (Some(Ask::Step), Some(scale)) => {
            scale.map(|n| (n.to_string(), format!("{n}　{}", scheme.step_text(reading, n, p.lang())))).collect()
        }
        _ => ["done", "partial", "none"].map(|o| (o.to_owned(), p.key("answer", o))).to_vec(),
    };
    list.push(("unknown".to_owned(), p.key("answer", "unknown")));
    list.into_iter().map(|(value, words)| Choice { chosen: value == chosen, value, words }).collect()
}

struct Found {
    catalog: Arc<Catalog>,
    row: AssessmentRow,
    facts: Facts,
}

impl Found {
    fn scheme(&self) -> Result<&Scheme, Problem> {
        self.catalog.scheme(&self.row.scheme_id, Some(&self.row.version)).ok_or_else(Problem::not_found)
    }
}

async fn find(cx: &Cx, tx: &mut Tx, call: &Call) -> Result<Found, Problem> {
    let catalog = schemes::catalog(cx, tx, cx.scope()?).await?;
    let row = named(cx, tx, call).await?;
    let facts = evidence::facts_of(tx, cx.scope()?, &catalog, &row.site_id).await?;
    Ok(Found { catalog, row, facts })
}

/// Groups that ask something, in shown order.
pub(crate) fn asking_groups(scheme: &Scheme) -> Vec<&str> {
    let asks = |g: &&String| scheme.requirements.iter().any(|r| r.group == **g && r.criteria.iter().any(|c| c.ask.is_some()));
    scheme.file.groups.iter().filter(asks).map(String::as_str).collect()
}

fn criteria_of<'a>(scheme: &'a Scheme, group: &'a str) -> impl Iterator<Item = &'a Criterion> {
    scheme.requirements.iter().filter(move |r| r.group == group).flat_map(|r| &r.criteria)
}

fn make(cx: &Cx, found: &Found, group: &str, errors: Fields, typed: &dyn Fn(&str) -> Option<String>) -> Result<QuestionPage, Problem> {
    let scheme = found.scheme()?;
    let p = Page::new(cx);
    let groups = asking_groups(scheme);
    let place = groups.iter().position(|g| *g == group).ok_or_else(Problem::not_found)?;
    let reading = reading(scheme, &found.facts);
    let question = |c: &Criterion| {
        let key = key(c)?;
        let was = stated(&found.facts, key);
        let chosen = typed(&c.id).unwrap_or_else(|| was.clone());
        Some(Question {
            id: c.id.clone(),
            text: scheme.criterion_text(c, cx.lang).to_owned(),
            hint: scheme.texts(cx.lang).hint.get(&c.id).cloned().unwrap_or_default(),
            options: options(&p, scheme, c, &reading, &chosen),
            was,
        })
    };
    let keys: Vec<&str> = scheme.criteria().filter_map(key).collect();
    Ok(QuestionPage {
        assessment: found.row.assessment_id.clone(),
        title: scheme.texts(cx.lang).title.clone(),
        group_title: scheme.texts(cx.lang).group.get(group).cloned().unwrap_or_default(),
        group: group.to_owned(),
        place: place + 1,
        groups: groups.len(),
        answered: keys.iter().filter(|k| found.facts.contains_key(**k)).count(),
        total: keys.len(),
        questions: criteria_of(scheme, group).filter_map(question).collect(),
        previous: place.checked_sub(1).and_then(|n| groups.get(n)).map_or(String::new(), |g| (*g).to_owned()),
        errors,
        p,
    })
}

/// `GET /assessments/{id}/questions/{group}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let found = find(&cx, &mut tx, &call).await?;
    let page = make(&cx, &found, call.part("group"), Fields::default(), &|_| None)?;
    Ok(page.p.clone().render(&page))
}

/// `POST /assessments/{id}/questions/{group}`: keeps what changed, then goes on.
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let found = find(&cx, &mut tx, &call).await?;
    let scheme = found.scheme()?;
    let group = call.part("group");
    let mut errors = Fields::default();
    for criterion in criteria_of(scheme, group) {
        let Some(key) = key(criterion) else { continue };
        let answer = call.form.get(&format!("a.{}", criterion.id)).to_owned();
        let (now, was) = (stated(&found.facts, key), call.form.get(&format!("was.{}", criterion.id)));
        if answer.is_empty() || answer == now || answer == was {
            continue;
        }
        if was != now {
            errors.add(&criterion.id, cx.t("fact.stale"));
            continue;
        }
        let input = FactInput { site_id: found.row.site_id.clone(), answer, ..FactInput::default() };
        if let Err(problem) = fact_state(&cx, &mut tx, cx.scope()?, key, &input).await {
            let text = problem.fields.first().map(|f| f.text.clone()).ok_or(problem)?;
            errors.add(&criterion.id, text);
        }
    }
    if !errors.is_empty() {
        drop(tx);
        let page = make(&cx, &found, group, errors, &|id| Some(call.form.get(&format!("a.{id}")).to_owned()).filter(|a| !a.is_empty()))?;
        return Ok(page.p.clone().render_as(StatusCode::CONFLICT, &page));
    }
    tx.without_record("where nothing changed, nothing happened; what changed was recorded with each fact");
    tx.commit().await?;
    let groups = asking_groups(scheme);
    let next = groups.iter().skip_while(|g| **g != group).nth(1);
    let id = &found.row.assessment_id;
    Ok(redirect(&next.map_or(format!("/assessments/{id}"), |g| format!("/assessments/{id}/questions/{g}"))))
}
