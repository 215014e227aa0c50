//! `drills::lesson_show` — one lesson and its check. Every answer is explained; four of five pass.

use std::sync::Arc;

use askama::Template;
use kernel::{Event, EventKind};
use store::params;
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode};

use crate::model::{CHECKS, Lesson, LessonTexts, Lessons, PASS_FROM};
use crate::store::PROGRESS_SET;

/// A statement as shown; the explanation only after it was judged.
struct Statement {
    name: String,
    text: String,
    /// What was chosen: `yes`, `no` or nothing.
    chosen: String,
    /// Whether the choice was right; none before judging.
    right: Option<bool>,
    why: String,
}

#[derive(Template)]
#[template(path = "lesson_show.html")]
pub(crate) struct LessonPage {
    p: Page,
    id: String,
    t: LessonTexts,
    statements: Vec<Statement>,
    /// How many were right; none before judging.
    right: Option<usize>,
    passed: bool,
    next: String,
    errors: Fields,
}

impl LessonPage {
    fn of(p: Page, lessons: &Lessons, lesson: &Lesson, chosen: &dyn Fn(usize) -> String, judged: bool, errors: Fields) -> Self {
        let lang = p.lang();
        let statement = |(n, check): (usize, &crate::model::Check)| {
            let chosen = chosen(n);
            let right = judged.then(|| (chosen == "yes") == check.holds);
            let texts = check.texts(lang);
            let why = if judged { texts.why.clone() } else { String::new() };
            Statement { name: format!("c{n}"), text: texts.statement.clone(), chosen, right, why }
        };
        let statements: Vec<Statement> = lesson.check.iter().enumerate().map(statement).collect();
        let right = judged.then(|| statements.iter().filter(|s| s.right == Some(true)).count());
        let mut after = lessons.lesson.iter().skip_while(|l| l.id != lesson.id).skip(1);
        Self {
            id: lesson.id.clone(),
            t: lesson.texts(lang).clone(),
            passed: right.is_some_and(|n| n >= PASS_FROM),
            next: after.next().map_or(String::new(), |l| l.id.clone()),
            statements,
            right,
            errors,
            p,
        }
    }
}

impl Sampled for LessonPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let Ok(lessons) = Lessons::shipped() else { return Vec::new() };
        let Some(lesson) = lessons.lesson.first() else { return Vec::new() };
        let page = |judged| {
            Self::of(p.clone(), &lessons, lesson, &|_| if judged { "yes".into() } else { String::new() }, judged, Fields::default())
        };
        vec![("fresh", page(false)), ("judged", page(true))]
    }
}

/// `GET /lessons/{id}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let lessons = cx.part::<Arc<Lessons>>()?;
    let lesson = lessons.lesson(call.part("id")).ok_or_else(Problem::not_found)?;
    let p = Page::new(&cx);
    Ok(p.render(&LessonPage::of(p.clone(), &lessons, lesson, &|_| String::new(), false, Fields::default())))
}

/// `POST /lessons/{id}`: judges the five statements and keeps the result.
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let lessons = cx.part::<Arc<Lessons>>()?;
    let lesson = lessons.lesson(call.part("id")).ok_or_else(Problem::not_found)?;
    let p = Page::new(&cx);
    let chosen = |n: usize| call.form.get(&format!("c{n}")).to_owned();
    let mut errors = Fields::default();
    for n in (0..CHECKS).filter(|n| !matches!(chosen(*n).as_str(), "yes" | "no")) {
        errors.add(&format!("c{n}"), cx.t("lesson.choose"));
    }
    if !errors.is_empty() {
        let page = LessonPage::of(p.clone(), &lessons, lesson, &chosen, false, errors);
        return Ok(p.render_as(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let page = LessonPage::of(p.clone(), &lessons, lesson, &chosen, true, Fields::default());
    let mut tx = cx.write().await?;
    let scope = cx.scope()?;
    let right = i64::try_from(page.right.unwrap_or(0)).unwrap_or(0);
    let passed_at = page.passed.then(|| cx.now().text());
    tx.run(scope, PROGRESS_SET, params![scope.person(), &lesson.id, right, passed_at, cx.now()]).await?;
    cx.record(&mut tx, Event::new(EventKind::LessonTaken, &lesson.id)).await?;
    tx.commit().await?;
    Ok(p.render(&page))
}
