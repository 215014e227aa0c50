//! `schemes::own_sample` — examples of own rules: answers, and how many questions must count as
//! met. Rules are released only when every example comes out.

use std::collections::BTreeMap;

use askama::Template;
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::case::Miss;
use crate::own::{OwnDraft, OwnSample, Wrong, check};
use crate::own_edit::keep;
use crate::own_list::{imprint, named};
use crate::store::OwnRow;

/// Most samples of a scheme.
const SAMPLES_MAX: usize = 20;

#[derive(Template)]
#[template(path = "own_sample.html")]
pub(crate) struct OwnSamplePage {
    p: Page,
    row: OwnRow,
    draft: OwnDraft,
    /// Values and words of the answers.
    answers: Vec<(String, String)>,
    /// What is still wrong, in lines; empty if it can be released.
    wrong: Vec<String>,
    errors: Fields,
}

impl Sampled for OwnSamplePage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let question =
            crate::own::OwnQuestion { id: "q1".into(), text: "国の法律を確かめていますか".into(), ..Default::default() };
        let sample = OwnSample { name: "全部できている拠点".into(), met: 1, ..OwnSample::default() };
        let page = |samples: Vec<OwnSample>, wrong, errors| Self {
            p: p.clone(),
            row: OwnRow::sample(),
            draft: OwnDraft { questions: vec![question.clone()], samples, ..OwnDraft::default() },
            answers: vec![("done".into(), "実施".into())],
            wrong,
            errors,
        };
        let mut errors = Fields::default();
        errors.add("name", p.t("own.wrong.name"));
        vec![("none", page(vec![], vec![p.t("own.wrong.no_sample")], errors)), ("one", page(vec![sample], vec![], Fields::default()))]
    }
}

/// What is wrong, as lines for people.
pub(crate) fn lines(cx: &Cx, wrong: &Wrong) -> Vec<String> {
    let p = Page::new(cx);
    match wrong {
        Wrong::Empty => vec![cx.t("own.wrong.empty")],
        Wrong::Fact(key) => vec![p.t1("own.wrong.fact", "key", key)],
        Wrong::Star => vec![cx.t("own.wrong.star")],
        Wrong::Scheme(text) => vec![p.t1("own.wrong.scheme", "text", text)],
        Wrong::NoSample => vec![cx.t("own.wrong.no_sample")],
        Wrong::Samples(lines) => lines.iter().map(|m| miss(&p, m)).collect(),
    }
}

fn miss(p: &Page, miss: &Miss) -> String {
    if miss.what == "met" {
        let text = p.t2("own.wrong.count", "want", &miss.want, "got", &miss.got);
        return format!("{} {text}", p.t1("own.wrong.in", "name", &miss.case));
    }
    p.t1("own.wrong.sample", "text", miss)
}

async fn make(cx: &Cx, call: &Call, errors: Fields) -> Result<OwnSamplePage, Problem> {
    let mut tx = cx.read().await?;
    let row = named(cx, &mut tx, call).await?;
    let catalog = crate::own_catalog::catalog(cx, &mut tx, cx.scope()?).await?;
    let draft = row.draft()?;
    let wrong = if row.is_draft() { check(&draft, &imprint(cx, &row), &catalog).err() } else { None };
    let p = Page::new(cx);
    let mut answers: Vec<(String, String)> = if draft.steps {
        draft.step_texts.iter().enumerate().map(|(n, t)| ((n + 1).to_string(), format!("{} {t}", n + 1))).collect()
    } else {
        ["done", "partial", "none"].map(|o| (o.to_owned(), p.key("answer", o))).to_vec()
    };
    answers.push(("unknown".to_owned(), p.key("answer", "unknown")));
    Ok(OwnSamplePage { wrong: wrong.map(|w| lines(cx, &w)).unwrap_or_default(), p, row, draft, answers, errors })
}

/// `GET /own-schemes/{id}/{version}/samples`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let page = make(&cx, &call, Fields::default()).await?;
    Ok(page.p.clone().render(&page))
}

/// `POST /own-schemes/{id}/{version}/samples`: adds an example, or takes one away.
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let row = named(&cx, &mut tx, &call).await?;
    let mut draft = row.draft()?;
    if let Ok(place) = call.form.get("remove").parse::<usize>() {
        if place < draft.samples.len() {
            draft.samples.remove(place);
        }
    } else {
        let name: String = call.form.get("name").chars().take(100).collect();
        let met = call.form.get("met").parse::<usize>();
        let mut errors = Fields::default();
        if name.is_empty() || draft.samples.len() >= SAMPLES_MAX {
            errors.add("name", cx.t("own.wrong.name"));
        }
        let Some(met) = met.ok().filter(|_| errors.is_empty()) else {
            if errors.is_empty() {
                errors.add("met", cx.t("own.wrong.met"));
            }
            drop(tx);
            let page = make(&cx, &call, errors).await?;
            return Ok(page.p.clone().render_as(StatusCode::UNPROCESSABLE_ENTITY, &page));
        };
        let answer = |q: &crate::own::OwnQuestion| (q.id.clone(), call.form.get(&format!("a.{}", q.id)).to_owned());
        let answers: BTreeMap<String, String> = draft.questions.iter().map(answer).filter(|(_, a)| !a.is_empty()).collect();
        draft.samples.push(OwnSample { name, answers, met });
    }
    keep(&cx, &mut tx, &row, &draft, row.revision).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/own-schemes/{}/{}/samples", row.scheme_id, row.version)))
}
