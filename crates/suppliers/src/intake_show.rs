//! `suppliers::intake_show` — the page of a wave's files: put them in, see what became of each, stop and go on, say whose
//! a file is, clear away.

use askama::Template;
use kernel::{Event, EventKind};
use schemars::JsonSchema;
use serde::Serialize;
use sheets::ARCHIVE_MAX_BYTES;
use store::{Tx, job_schedule, params};
use web::{Call, Cx, FieldError, Fields, Form, Page, Problem, Response, Sampled, StatusCode, Upload, redirect};

use crate::data::Data;
use crate::intake::{INTAKE_JOB, Intake, IntakeReport, IntakeState, Seen, WhoseBy, intake_add, intake_keep, intake_report, take};
use crate::request_show::find as request_find;
use crate::store::{
    INTAKE_CLEAR, INTAKE_COUNT, INTAKE_FIND, INTAKE_PAGE, INTAKE_RESUME, INTAKE_SET, INTAKE_STOP, IntakeRow, REQUEST_INDEX, WaveRow,
    WhoseRow,
};
use crate::wave::find;

/// Files on a page.
const PAGE_ROWS: i64 = 100;

/// Most bytes put in at once.
pub(crate) const ROOM_BYTES: u64 = 128 << 20;

#[derive(Template)]
#[template(path = "intake_show.html")]
pub(crate) struct IntakePage {
    p: Page,
    wave: WaveRow,
    files: Vec<Intake>,
    /// Files by what became of them.
    counts: Vec<(IntakeState, i64)>,
    form: Form,
    page: i64,
    more: bool,
    errors: Fields,
}

impl IntakePage {
    fn link(&self, name: &str, value: &str) -> String {
        format!("/suppliers/waves/{}/replies?{}", self.wave.wave_id, self.form.with(name, value).encode())
    }

    fn page_link(&self, by: i64) -> String {
        self.link("page", &(self.page + by).to_string())
    }

    fn all(&self) -> i64 {
        self.counts.iter().map(|(_, n)| n).sum()
    }

    fn of(&self, states: &[IntakeState]) -> i64 {
        self.counts.iter().filter(|(s, _)| states.contains(s)).map(|(_, n)| n).sum()
    }

    fn left(&self) -> i64 {
        self.of(&[IntakeState::Packed, IntakeState::Waiting])
    }

    fn stopped(&self) -> i64 {
        self.of(&[IntakeState::PackedStopped, IntakeState::Stopped])
    }

    fn wrong(&self, file: &Intake) -> &str {
        self.errors.of(&format!("whose-{}", file.id))
    }

    /// Whether somebody may say whose a file is, or that it replaces what is here.
    fn may_settle(file: &Intake) -> bool {
        matches!(file.state, IntakeState::Unknown | IntakeState::Answered)
    }
}

impl Sampled for IntakePage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let file = |state: &IntakeState| Intake {
            id: "1".into(),
            name: "返信.zip/石垣精工.xlsx".into(),
            state: *state,
            request_id: if *state == IntakeState::Taken { "1".into() } else { String::new() },
            report: IntakeReport {
                why: (*state == IntakeState::Unreadable).then_some(sheets::SheetError::Locked),
                supplier: "石垣精工".into(),
                by: Some(WhoseBy::Number),
                called: "石垣精工".into(),
                asked: 11,
                answered: 9,
                blank: vec!["q3".into()],
                unclear: vec![("C7".into(), "たぶん".into())],
                files: 3,
                next: 0,
            },
        };
        let page = |states: &[IntakeState]| Self {
            p: p.clone(),
            wave: WaveRow::sample("open"),
            files: states.iter().map(file).collect(),
            counts: states.iter().map(|s| (*s, 2)).collect(),
            form: Form::default(),
            page: 1,
            more: false,
            errors: Fields::default(),
        };
        let mut errors = Fields::default();
        errors.add("file", "ファイルを選んでください");
        vec![("empty", Self { errors, ..page(&[]) }), ("filled", page(IntakeState::ALL))]
    }
}

async fn show(cx: &Cx, call: &Call, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let scope = cx.scope()?;
    let mut tx = cx.read().await?;
    let wave = find(&mut tx, scope, call.part("id")).await?;
    let page = call.query.get("page").parse::<i64>().unwrap_or(1).max(1);
    let state = IntakeState::parse(call.query.get("state")).map_or("", IntakeState::as_str);
    let values = params![&wave.wave_id, state, PAGE_ROWS + 1, (page - 1) * PAGE_ROWS];
    let mut rows: Vec<IntakeRow> = tx.all(scope, INTAKE_PAGE, values).await?;
    let more = rows.len() > usize::try_from(PAGE_ROWS).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(PAGE_ROWS).unwrap_or(usize::MAX));
    let counts: Vec<(String, i64)> = tx.all(scope, INTAKE_COUNT, params![&wave.wave_id]).await?;
    let page = IntakePage {
        p: Page::new(cx),
        files: rows.into_iter().map(Intake::try_from).collect::<Result<_, _>>()?,
        counts: counts.into_iter().filter_map(|(s, n)| Some((IntakeState::parse(&s).ok()?, n))).collect(),
        form: call.query.clone(),
        page,
        more,
        errors,
        wave,
    };
    Ok(page.p.clone().render_as(status, &page))
}

/// `GET /suppliers/waves/{id}/replies`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, &call, Fields::default(), StatusCode::OK).await
}

/// `GET /suppliers/waves/{id}/replies.csv`
pub(crate) async fn csv(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    find(&mut tx, cx.scope()?, call.part("id")).await?;
    let mut rows =
        vec![["file", "state", "supplier", "answered", "asked", "blank", "unclear"].map(|h| cx.t(&format!("intake.head.{h}"))).to_vec()];
    for f in intake_report(&mut tx, cx.scope()?, call.part("id")).await? {
        let state = cx.t(&format!("intake.state.{}", f.state));
        let why = f.report.why.map_or(String::new(), |w| cx.t(w.key()));
        let unclear = f.report.unclear.iter().map(|(cell, text)| format!("{cell} {text}")).collect::<Vec<_>>().join(" / ");
        rows.push(vec![
            f.name,
            if why.is_empty() { state } else { format!("{state} {why}") },
            f.report.supplier,
            f.report.answered.to_string(),
            f.report.asked.to_string(),
            f.report.blank.join(" "),
            unclear,
        ]);
    }
    Ok(web::csv_response("replies.csv", &rows))
}

/// Keeps every file of a form and puts them in.
async fn put_in(cx: &Cx, wave: &str, mut upload: Upload) -> Result<usize, Problem> {
    let scope = cx.scope()?.clone();
    find(&mut cx.read().await?, &scope, wave).await?;
    let mut kept = Vec::new();
    // One after the other, so that only one is held in memory.
    while let Some((field, name, bytes)) = upload.field(ARCHIVE_MAX_BYTES).await? {
        if field == "file" && !name.is_empty() && !bytes.is_empty() {
            kept.push(intake_keep(cx, &name, &bytes).await?);
        }
    }
    if kept.is_empty() {
        return Err(Problem::invalid(vec![FieldError { field: "file".to_owned(), text: cx.t("upload.wrong.none") }]));
    }
    intake_add(cx, &scope, wave, &kept, cx.now()).await
}

/// `POST /suppliers/waves/{id}/replies`
pub(crate) async fn send(cx: Cx, call: Call, upload: Upload) -> Result<Response, Problem> {
    match put_in(&cx, call.part("id"), upload).await {
        Ok(_) => Ok(redirect(&format!("/suppliers/waves/{}/replies", call.part("id")))),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => show(&cx, &call, Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

/// `POST /suppliers/waves/{id}/replies/go`: stops, goes on, or clears what is done away.
pub(crate) async fn send_go(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, wave) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.write().await?;
    find(&mut tx, &scope, &wave).await?;
    let mut gone = Vec::new();
    match call.form.get("go") {
        "stop" => {
            tx.run(&scope, INTAKE_STOP, params![&wave]).await?;
        }
        "resume" => {
            tx.run(&scope, INTAKE_RESUME, params![&wave]).await?;
            job_schedule(&mut tx, &*cx.app.clock, &*cx.app.rng, (scope.id().as_str(), INTAKE_JOB, &wave), cx.now()).await?;
        }
        "clear" => {
            let rows: Vec<IntakeRow> = tx.all(&scope, crate::store::INTAKE_ALL, params![&wave]).await?;
            gone = rows.into_iter().filter(|r| !["packed", "waiting"].contains(&r.state.as_str())).map(|r| r.file_sha256).collect();
            tx.run(&scope, INTAKE_CLEAR, params![&wave]).await?;
        }
        _ => return Err(Problem::not_found()),
    }
    tx.record(&scope, cx.now(), &Event::new(EventKind::RepliesBrought, &wave).with("go", call.form.get("go"))).await?;
    tx.commit().await?;
    cx.part::<mail::Bell>()?.ring();
    for sha256 in gone {
        cx.app.store.blobs().remove(&sha256).await?;
    }
    Ok(redirect(&format!("/suppliers/waves/{wave}/replies")))
}

/// The request somebody names by its number, or by its supplier's code, corporate number or name.
async fn named(tx: &mut Tx, scope: &kernel::Scope, wave: &str, text: &str) -> Result<Option<WhoseRow>, Problem> {
    let index: Vec<WhoseRow> = tx.all(scope, REQUEST_INDEX, params![wave]).await?;
    let folded = kernel::fold_name(text);
    let fits =
        |r: &WhoseRow| !text.is_empty() && ([&r.number, &r.code, &r.corporate_number].contains(&&text.to_owned()) || r.folded == folded);
    let mut all = index.into_iter().filter(fits);
    Ok(all.next().filter(|_| all.next().is_none()))
}

/// `POST /suppliers/waves/{id}/replies/{intake}`: whose a file is; it replaces what is here.
pub(crate) async fn send_whose(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, wave) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.read().await?;
    let row: Option<IntakeRow> = tx.one(&scope, INTAKE_FIND, params![&wave, call.part("intake")]).await?;
    let row = row.filter(|r| ["unknown", "answered"].contains(&r.state.as_str())).ok_or_else(Problem::not_found)?;
    let set = find(&mut tx, &scope, &wave).await?.set();
    let text = call.form.get("whose");
    let request_id =
        if text.is_empty() { Some(row.request_id.clone()) } else { named(&mut tx, &scope, &wave, text).await?.map(|r| r.request_id) };
    drop(tx);
    let Some(request_id) = request_id.filter(|id| !id.is_empty()) else {
        let mut errors = Fields::default();
        errors.add(&format!("whose-{}", row.intake_id), cx.t("intake.wrong.whose"));
        return show(&cx, &call, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let bytes = cx.app.store.blobs().read_for(&row.intake_id, &row.file_sha256).await?;
    let book = sheets::book_in_child(&bytes).await.map_err(|e| Problem::new(kernel::Code::Conflict).with_detail(cx.t(e.key())))?;
    let seen = Seen::of(&cx, &cx.part::<Data>()?, &set, &book);
    let mut tx = cx.write().await?;
    let request = request_find(&mut tx, &scope, &request_id).await?;
    let mut report = IntakeReport { called: seen.found.name.clone(), by: Some(WhoseBy::People), ..IntakeReport::default() };
    let state = take(&cx, &mut tx, (&request, &set), &seen.found, &row, true, &mut report).await?;
    let told = serde_json::to_string(&report).unwrap_or_default();
    tx.run(&scope, INTAKE_SET, params![&wave, &row.intake_id, state.as_str(), &request_id, told]).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::RepliesBrought, &wave).with("file", &row.intake_id)).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/suppliers/waves/{wave}/replies")))
}

/// What became of a wave's files.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct IntakeSummary {
    /// Files put in by this call.
    added: usize,
    files: Vec<Intake>,
}

/// `POST /api/v1/supplier-waves/{id}/replies`: files, also a zip file of files; the answer is where all of the wave's stand.
pub(crate) async fn api_add(cx: Cx, call: Call, upload: Upload) -> Result<IntakeSummary, Problem> {
    let added = put_in(&cx, call.part("id"), upload).await?;
    let mut tx = cx.read().await?;
    Ok(IntakeSummary { added, files: intake_report(&mut tx, cx.scope()?, call.part("id")).await? })
}

/// `GET /api/v1/supplier-waves/{id}/replies`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<IntakeSummary, Problem> {
    let mut tx = cx.read().await?;
    find(&mut tx, cx.scope()?, call.part("id")).await?;
    Ok(IntakeSummary { added: 0, files: intake_report(&mut tx, cx.scope()?, call.part("id")).await? })
}
