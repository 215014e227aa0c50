//! `checksheets::mapping_share` — what people found out about a sheet's questions, as a mapping file for others: digests
//! and facts, never the sheet's text. And such a file of others, taken in.

use std::sync::Arc;

use kernel::{Event, EventKind, Lang};
use schemes::Catalog;
use store::params;
use web::{Call, Cx, FieldError, Fields, Problem, Response, StatusCode, Upload, download};

use crate::mapping::{MAPPING_MAX_BYTES, Mapped, MappingFile, digest};
use crate::sheet::{accepted, look};
use crate::sheet_list::{Shown, show};
use crate::store::MATCH_SET;

/// `GET /sheets/{id}/mapping.toml`: every question of the sheet that a fact answers surely, or that somebody said none does.
pub(crate) async fn export(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let looked = look(&cx, &mut tx, cx.scope()?, call.part("id")).await?;
    let mut question = Vec::new();
    for line in &looked.lines {
        let digest = digest(&line.question);
        let matched = || (!line.fact.is_empty()).then(|| std::iter::once(&line.fact).chain(&line.more).cloned().collect());
        let facts = looked.accepted.get(&digest).cloned().or_else(matched);
        question.extend(facts.map(|facts| Mapped { text: String::new(), digests: vec![digest], facts }));
    }
    // The file's name would say whose sheet it is.
    let title = |lang: Lang| cx.app.texts.get(lang, "sheet.title").to_owned();
    let (id, title_ja, title_en) = (looked.row.sheet_id, title(Lang::Ja), title(Lang::En));
    let file = MappingFile { format: 1, id, title_ja, title_en, question, ..MappingFile::default() };
    Ok(download("mapping.toml", "application/toml", file.text().into_bytes()))
}

/// `POST /sheets/mappings`: takes a mapping file in. What people here said themselves stays.
pub(crate) async fn send(cx: Cx, _call: Call, upload: Upload) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let wrong = |why: String| {
        let text = cx.app.texts.fill(cx.lang, "sheet.wrong.mapping", &[("why", why)]);
        Problem::invalid(vec![FieldError { field: "mapping".to_owned(), text }])
    };
    let catalog = cx.part::<Arc<Catalog>>()?;
    let read = async {
        let (_, bytes) = upload.file(&cx, MAPPING_MAX_BYTES).await?;
        let text = String::from_utf8(bytes).map_err(|_| wrong("UTF-8".to_owned()))?;
        MappingFile::read(&text, &catalog).map_err(wrong)
    };
    let file = match read.await {
        Ok(file) => file,
        Err(problem) if problem.fields.is_empty() => return Err(problem),
        Err(problem) => {
            let mut errors = Fields(problem.fields);
            for error in &mut errors.0 {
                "mapping".clone_into(&mut error.field);
            }
            return show(&cx, Shown { errors, taken: None }, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let mut tx = cx.write().await?;
    let own = accepted(&mut tx, &scope).await?;
    let mut taken = 0_usize;
    for (digest, facts) in file.pairs().filter(|(digest, _)| !own.contains_key(digest)) {
        tx.run(&scope, MATCH_SET, params![&digest, facts.join(" "), cx.now(), scope.person()]).await?;
        taken += 1;
    }
    tx.record(&scope, cx.now(), &Event::new(EventKind::MappingTaken, scope.id().as_str()).with("questions", taken.to_string())).await?;
    tx.commit().await?;
    show(&cx, Shown { errors: Fields::default(), taken: Some(taken) }, StatusCode::OK).await
}
