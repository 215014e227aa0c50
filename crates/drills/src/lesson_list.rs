//! `drills::lesson_list` — all lessons with one's own progress, and one's department.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use kernel::{Event, EventKind, Lang};
use schemars::JsonSchema;
use serde::Serialize;
use store::{Tx, params};
use web::{Call, Cx, Page, Problem, Response, Sampled, redirect};

use crate::model::Lessons;
use crate::store::{DEPARTMENT_NAMES, LEARNER_FIND, LEARNER_SET, PROGRESS_LIST, ProgressRow};

/// Longest name of a department, in characters.
const DEPARTMENT_MAX_CHARS: usize = 40;

/// A lesson in lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct LessonHead {
    pub(crate) id: String,
    pub(crate) title: String,
    /// The day it was passed.
    pub(crate) passed_on: Option<String>,
    /// Statements judged rightly in the last try.
    pub(crate) right_count: Option<i64>,
}

/// One's own progress by lesson.
pub(crate) async fn progress(cx: &Cx, tx: &mut Tx) -> Result<BTreeMap<String, ProgressRow>, Problem> {
    let scope = cx.scope()?;
    let rows: Vec<ProgressRow> = tx.all(scope, PROGRESS_LIST, params![scope.person()]).await?;
    Ok(rows.into_iter().map(|r| (r.lesson_id.clone(), r)).collect())
}

/// The day of a stored instant.
pub(crate) fn day_of(at: &str) -> String {
    kernel::Instant::parse(at).map(|i| i.day().to_string()).unwrap_or_default()
}

fn heads(lessons: &Lessons, lang: Lang, progress: &BTreeMap<String, ProgressRow>) -> Vec<LessonHead> {
    let head = |l: &crate::model::Lesson| {
        let row = progress.get(&l.id);
        LessonHead {
            id: l.id.clone(),
            title: l.texts(lang).title.clone(),
            passed_on: row.and_then(|r| r.passed_at.as_deref()).map(day_of),
            right_count: row.map(|r| r.right_count),
        }
    };
    lessons.lesson.iter().map(head).collect()
}

#[derive(Template)]
#[template(path = "lesson_list.html")]
pub(crate) struct LessonListPage {
    p: Page,
    heads: Vec<LessonHead>,
    passed: usize,
    minutes: u32,
    /// The next lesson not passed; empty if all are.
    next: String,
    department: String,
    departments: Vec<String>,
}

impl Sampled for LessonListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let Ok(lessons) = Lessons::shipped() else { return Vec::new() };
        let mut heads = heads(&lessons, p.lang(), &BTreeMap::new());
        heads.truncate(3);
        if let Some(first) = heads.first_mut() {
            first.passed_on = Some("2026-11-21".into());
        }
        let page = Self {
            p: p.clone(),
            heads,
            passed: 1,
            minutes: 5,
            next: "2".into(),
            department: "総務".into(),
            departments: vec!["営業".into(), "総務".into()],
        };
        vec![("begun", page)]
    }
}

/// `GET /lessons`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let lessons = cx.part::<Arc<Lessons>>()?;
    let mut tx = cx.read().await?;
    let heads = heads(&lessons, cx.lang, &progress(&cx, &mut tx).await?);
    let scope = cx.scope()?;
    let department: Option<(String,)> = tx.one(scope, LEARNER_FIND, params![scope.person()]).await?;
    let departments: Vec<(String,)> = tx.all(scope, DEPARTMENT_NAMES, params![]).await?;
    let p = Page::new(&cx);
    let page = LessonListPage {
        p: p.clone(),
        passed: heads.iter().filter(|h| h.passed_on.is_some()).count(),
        minutes: lessons.minutes,
        next: heads.iter().find(|h| h.passed_on.is_none()).map_or(String::new(), |h| h.id.clone()),
        department: department.map(|(d,)| d).unwrap_or_default(),
        departments: departments.into_iter().map(|(d,)| d).collect(),
        heads,
    };
    Ok(p.render(&page))
}

/// `GET /api/v1/lessons`
pub(crate) async fn api(cx: Cx, _call: Call, (): ()) -> Result<Vec<LessonHead>, Problem> {
    let lessons = cx.part::<Arc<Lessons>>()?;
    let mut tx = cx.read().await?;
    Ok(heads(&lessons, cx.lang, &progress(&cx, &mut tx).await?))
}

/// `POST /lessons/department`
pub(crate) async fn department(cx: Cx, call: Call) -> Result<Response, Problem> {
    let name: String = call.form.get("department").chars().take(DEPARTMENT_MAX_CHARS).collect();
    let mut tx = cx.write().await?;
    let scope = cx.scope()?;
    tx.run(scope, LEARNER_SET, params![scope.person(), name]).await?;
    cx.record(&mut tx, Event::new(EventKind::DepartmentChosen, scope.person().as_str())).await?;
    tx.commit().await?;
    Ok(redirect("/lessons"))
}
