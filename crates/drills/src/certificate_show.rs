//! `drills::certificate_show` — the certificate of completion of one person: printable, for
//! themselves only. It says what was learned; it is no qualification.

use std::sync::Arc;

use askama::Template;
use web::{Call, Cx, Page, Problem, Response, Sampled};

use crate::lesson_list::{day_of, progress};
use crate::model::Lessons;

#[derive(Template)]
#[template(path = "certificate_show.html")]
pub(crate) struct CertificatePage {
    p: Page,
    /// Number of lessons, all of them passed; 0 while some are open.
    lessons: usize,
    /// Lessons still open.
    open: usize,
    /// The day the last one was passed.
    day: String,
    /// Digest of what stands on it, to tell copies from the original record.
    number: String,
}

impl Sampled for CertificatePage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |lessons, open, day: &str| Self { p: p.clone(), lessons, open, day: day.into(), number: "0123456789ab".into() };
        vec![("open", page(0, 3, "")), ("complete", page(25, 0, "2026-11-21"))]
    }
}

/// `GET /lessons/certificate`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let lessons = cx.part::<Arc<Lessons>>()?;
    let mut tx = cx.read().await?;
    let progress = progress(&cx, &mut tx).await?;
    let passed: Vec<&str> = lessons.lesson.iter().filter_map(|l| progress.get(&l.id)?.passed_at.as_deref()).collect();
    let open = lessons.lesson.len() - passed.len();
    let last = passed.iter().max().copied().unwrap_or("");
    let scope = cx.scope()?;
    let digest = kernel::Digest::default().field(scope.id().as_str()).field(scope.person().as_str()).field(last).finish();
    let p = Page::new(&cx);
    let page = CertificatePage {
        p: p.clone(),
        lessons: if open == 0 { passed.len() } else { 0 },
        open,
        day: day_of(last),
        number: digest.chars().take(12).collect(),
    };
    Ok(p.render(&page))
}
