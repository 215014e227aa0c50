//! `drills::department_list` — results by department; no names, and no group of fewer than ten.

use std::sync::Arc;

use askama::Template;
use store::params;
use web::{Call, Cx, Page, Problem, Response, Sampled};

use crate::model::{DepartmentHead, Lessons, by_department};
use crate::store::DEPARTMENT_ROWS;

async fn list(cx: &Cx) -> Result<Vec<DepartmentHead>, Problem> {
    let lessons = cx.part::<Arc<Lessons>>()?;
    let mut tx = cx.read().await?;
    let rows: Vec<(String, i64)> = tx.all(cx.scope()?, DEPARTMENT_ROWS, params![]).await?;
    let rows: Vec<(String, usize)> = rows.into_iter().map(|(d, n)| (d, usize::try_from(n).unwrap_or(0))).collect();
    Ok(by_department(&rows, lessons.lesson.len()))
}

#[derive(Template)]
#[template(path = "department_list.html")]
pub(crate) struct DepartmentListPage {
    p: Page,
    heads: Vec<DepartmentHead>,
}

impl Sampled for DepartmentListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let head = |department: &str| DepartmentHead { department: department.into(), people: 12, passed_percent: 64, finished: 5 };
        vec![("too few", Self { p: p.clone(), heads: vec![] }), ("two", Self { p: p.clone(), heads: vec![head("営業"), head("")] })]
    }
}

/// `GET /lessons/results`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let p = Page::new(&cx);
    Ok(p.render(&DepartmentListPage { p: p.clone(), heads: list(&cx).await? }))
}

/// `GET /api/v1/lessons/results`
pub(crate) async fn api(cx: Cx, _call: Call, (): ()) -> Result<Vec<DepartmentHead>, Problem> {
    list(&cx).await
}
