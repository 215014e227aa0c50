//! `register::bulk_show` — the whole register as files for everybody, written once a day, so that
//! nobody has to ask page by page.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Call, Cx, Page, Problem, Response, Sampled, file_response};

use crate::bulk_write::{FILES, NOTE};

/// A file of the register.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct FileHead {
    name: String,
    size_bytes: u64,
}

/// The files that are there.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct Files {
    files: Vec<FileHead>,
    /// The signed note: day, number of entries, and SHA-256 of each file.
    note: String,
}

fn files(cx: &Cx) -> Files {
    let folder = cx.app.store.public();
    let mut found = Files { note: std::fs::read_to_string(folder.join(NOTE)).unwrap_or_default(), ..Files::default() };
    for name in FILES {
        if let Ok(meta) = std::fs::metadata(folder.join(name)) {
            found.files.push(FileHead { name: name.to_owned(), size_bytes: meta.len() });
        }
    }
    found
}

#[derive(Template)]
#[template(path = "bulk_show.html")]
pub(crate) struct BulkPage {
    p: Page,
    d: Files,
}

impl FileHead {
    fn size(&self) -> String {
        let bytes = self.size_bytes;
        if bytes < 1_000_000 { format!("{} KB", bytes.div_ceil(1000)) } else { format!("{} MB", bytes.div_ceil(1_000_000)) }
    }
}

impl Sampled for BulkPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let files =
            vec![FileHead { name: "entries.csv".into(), size_bytes: 52_000_000 }, FileHead { name: "entries.txt".into(), size_bytes: 300 }];
        let note = "ishigaki-register/1\nmade 2026-11-21\nentries 400000\n".to_owned();
        vec![("some", Self { p: p.clone(), d: Files { files, note } }), ("none", Self { p: p.clone(), d: Files::default() })]
    }
}

/// `GET /register/files`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let p = Page::new(&cx);
    Ok(p.clone().render(&BulkPage { d: files(&cx), p }))
}

/// `GET /api/v1/register-files`
pub(crate) async fn api(cx: Cx, _call: Call, (): ()) -> Result<Files, Problem> {
    Ok(files(&cx))
}

/// `GET /register/files/{name}`
pub(crate) async fn file(cx: Cx, call: Call) -> Result<Response, Problem> {
    let name = FILES.iter().find(|n| **n == call.part("name")).ok_or_else(Problem::not_found)?;
    let media = match name.rsplit('.').next() {
        Some("csv") => "text/csv; charset=utf-8",
        Some("jsonl") => "application/jsonl",
        _ => "text/plain; charset=utf-8",
    };
    file_response(media, &cx.app.store.public().join(name)).await
}
