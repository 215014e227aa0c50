//! `suppliers::wave_send` — a wave goes out: accepted at once, made into requests and letters step by step by the
//! queue, so that a stop in between loses nothing and sends nothing twice; reminders in working days.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernel::{Day, Event, EventKind, RequestId, Scope};
use mail::{Bell, Letter, letter_queue};
use store::{StoreError, Tx, job_schedule, params};
use web::{Cx, FieldError, Problem};

use crate::acting::scope_of;
use crate::data::Data;
use crate::door::{self, GUEST};
use crate::letter::{self, Facts};
use crate::own_sheet::settled;
use crate::questions::QuestionSet;
use crate::store::{
    DEPARTMENT_ALL, ORGANISATION_NAME, REQUEST_ADD, REQUEST_ASKED, REQUEST_LATE, REQUEST_REMINDED, RequestRow, SupplierRow, WAVE_ACCEPT,
    WAVE_OPEN, WAVE_STATE, WaveRow,
};
use crate::supplier::mail_contact;
use crate::wave::{aim, find};
use crate::whole::Levels;

/// The kind of job that makes a wave's letters.
pub const WAVE_JOB: &str = "supplier_wave";

/// Requests made in one step.
const STEP: usize = 200;

/// Sends a draft on its way. Nothing is sent yet when this returns, and nothing can be lost any more.
///
/// # Errors
/// [`kernel::Code::Invalid`] with what is missing; [`kernel::Code::Stale`]; the store's.
pub async fn wave_send(cx: &Cx, scope: &Scope, id: &str, revision: i64, looked: bool) -> Result<usize, Problem> {
    let data = cx.part::<Data>()?;
    // Nobody waits to write while a sheet's file is kept for the wave.
    let asked = find(&mut cx.read().await?, scope, id).await?.input().set;
    let set = settled(cx, scope, id, &asked).await?;
    let mut tx = cx.write().await?;
    let wave = find(&mut tx, scope, id).await?;
    let mut input = wave.input();
    let aimed = aim(cx, &mut tx, scope, &input).await?;
    let wrong = |field: &str, key: &str| Problem::invalid(vec![FieldError { field: field.to_owned(), text: cx.t(key) }]);
    if aimed.guard.findings.iter().any(|f| f.words.is_empty()) {
        return Err(wrong("need", "wave.wrong.need"));
    }
    // A letter nobody can be asked about looks like phishing.
    if input.contact.trim().is_empty() {
        return Err(wrong("contact", "wave.wrong.contact"));
    }
    if !aimed.guard.findings.is_empty() && !looked {
        return Err(wrong("looked", "wave.wrong.looked"));
    }
    if aimed.suppliers.is_empty() {
        return Err(wrong("classes", "wave.wrong.nobody"));
    }
    let least = data.requests().after(cx.now().day(), data.requests().deadline_least_days);
    let deadline =
        Day::parse_loose(&input.deadline).ok().filter(|d| *d >= least).ok_or_else(|| wrong("deadline", "wave.wrong.deadline"))?;
    let set = set.filter(|_| asked == input.set).ok_or_else(|| wrong("set", "wave.wrong.set"))?;
    // Who is asked is settled now, whatever is changed while the letters are made.
    input.suppliers = aimed.suppliers.iter().map(|s| s.supplier_id.clone()).collect();
    let values = params![id, json(&input), json(&set), json(&aimed.guard), deadline.to_string(), input.suppliers.len(), cx.now(), revision];
    tx.run_one(scope, WAVE_ACCEPT, values).await?;
    job_schedule(&mut tx, &*cx.app.clock, &*cx.app.rng, (scope.id().as_str(), WAVE_JOB, id), cx.now()).await?;
    let event = Event::new(EventKind::WaveAccepted, id).with("requests", input.suppliers.len().to_string());
    tx.record(scope, cx.now(), &event).await?;
    tx.commit().await?;
    cx.part::<Bell>()?.ring();
    Ok(input.suppliers.len())
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Makes the next requests of a wave and queues their letters. Returns whether there are more.
///
/// # Errors
/// The store's.
pub async fn wave_step(cx: &Cx, organisation: &str, id: &str) -> Result<bool, Problem> {
    let (scope, data) = (scope_of(cx, organisation)?, cx.part::<Data>()?);
    let mut tx = cx.write().await?;
    let wave = find(&mut tx, &scope, id).await?;
    if wave.state != "sending" {
        return Ok(false);
    }
    let (input, set, own) = (wave.input(), wave.set(), name(&mut tx, &scope).await?);
    let asked: Vec<(String,)> = tx.all(&scope, REQUEST_ASKED, params![id]).await?;
    let asked: BTreeSet<String> = asked.into_iter().map(|(s,)| s).collect();
    let next: Vec<&String> = input.suppliers.iter().filter(|s| !asked.contains(*s)).take(STEP).collect();
    let mut rows = Vec::new();
    for supplier in &next {
        rows.extend(crate::supplier::find(&mut tx, &scope, supplier).await.ok());
    }
    let numbers: Vec<String> = rows.iter().map(|r| r.corporate_number.clone()).filter(|n| !n.is_empty()).collect();
    let held = cx.part::<Arc<dyn Levels>>()?.held(cx, &mut tx, &numbers).await?;
    let leaves = data.requests().letter_time(cx.now());
    for supplier in &rows {
        let star = supplier.level > 0 && held.get(&supplier.corporate_number).is_some_and(|h| *h >= supplier.level);
        let request = make(cx, &mut tx, &scope, &wave, &set, supplier, star).await?;
        let (row, check) = request;
        let Some(contact) = mail_contact(&mut tx, &scope, &supplier.supplier_id).await? else {
            continue;
        };
        let token = door::open(cx, &mut tx, &row, "link", "", door::link_ends(&data, &row.deadline, cx.now())).await?;
        let link = format!("{}/reply/{token}", cx.app.config.public_url);
        let facts = Facts { own: &own, person: &contact.name, link: &link, check: &check };
        let (subject, body) = letter::request(cx, &wave, &row, &facts);
        let key = format!("request:{}", row.request_id);
        let l = Letter { organisation, key: &key, to: &contact.mail, subject: &subject, body: &body };
        letter_queue(&mut tx, &*cx.app.clock, &*cx.app.rng, &l, leaves).await?;
    }
    let more = asked.len() + next.len() < input.suppliers.len();
    if !more {
        tx.run(&scope, WAVE_STATE, params![id, "open", "sending"]).await?;
    }
    tx.without_record("that the wave goes out was recorded when it was accepted");
    tx.commit().await?;
    Ok(more)
}

/// Makes a request. Returns it with its short code, which is stored hashed.
async fn make(
    cx: &Cx,
    tx: &mut Tx,
    scope: &Scope,
    wave: &WaveRow,
    set: &QuestionSet,
    supplier: &SupplierRow,
    star: bool,
) -> Result<(RequestRow, String), Problem> {
    let (number, check) = door::number(cx);
    let row = RequestRow {
        organisation_id: scope.id().to_string(),
        request_id: RequestId::new(&*cx.app.clock, &*cx.app.rng).to_string(),
        wave_id: wave.wave_id.clone(),
        supplier_id: supplier.supplier_id.clone(),
        name: supplier.name.clone(),
        number,
        state: "sent".to_owned(),
        department: supplier.department.clone(),
        class: supplier.class.clone(),
        asked: set.asked(&supplier.class, &supplier.certificates, star),
        holder_id: supplier.linked_id.clone(),
        deadline: wave.deadline.clone(),
        ..RequestRow::default()
    };
    let values = params![
        &row.request_id,
        &row.wave_id,
        &row.supplier_id,
        &row.number,
        door::check_hash(&row.number, &check),
        &row.state,
        &row.department,
        &row.class,
        &row.asked,
        &row.holder_id,
        cx.now(),
        &row.deadline
    ];
    tx.run(scope, REQUEST_ADD, values).await?;
    Ok((row, check))
}

/// The name of an organisation.
///
/// # Errors
/// The store's.
pub(crate) async fn name(tx: &mut Tx, scope: &Scope) -> Result<String, StoreError> {
    let row: Option<(String,)> = tx.one(scope, ORGANISATION_NAME, params![]).await?;
    Ok(row.map_or(String::new(), |(name,)| name))
}

/// Sends a letter about a request to its first contact with a new link. Returns whether there is one to write to.
///
/// # Errors
/// The store's.
pub(crate) async fn write_to(
    cx: &Cx,
    tx: &mut Tx,
    scope: &Scope,
    (wave, row): (&WaveRow, &RequestRow),
    key: &str,
    text: impl Fn(&Facts<'_>) -> (String, String) + Send,
) -> Result<bool, Problem> {
    let data = cx.part::<Data>()?;
    let Some(contact) = mail_contact(tx, scope, &row.supplier_id).await? else { return Ok(false) };
    let deadline = if row.deadline.is_empty() { &wave.deadline } else { &row.deadline };
    let token = door::open(cx, tx, row, "link", "", door::link_ends(&data, deadline, cx.now())).await?;
    let (own, link) = (name(tx, scope).await?, format!("{}/reply/{token}", cx.app.config.public_url));
    let (subject, body) = text(&Facts { own: &own, person: &contact.name, link: &link, check: "" });
    let letter = Letter { organisation: scope.id().as_str(), key, to: &contact.mail, subject: &subject, body: &body };
    let leaves = data.requests().letter_time(cx.now());
    Ok(letter_queue(tx, &*cx.app.clock, &*cx.app.rng, &letter, leaves).await?)
}

/// Which reminder is due on a day: the newest whose day has come.
fn due(data: &Data, deadline: Day, today: Day) -> Option<String> {
    let rules = data.requests();
    let mut all: Vec<(Day, String)> = rules.remind_before_days.iter().map(|n| (rules.after(deadline, -n), format!("before{n}"))).collect();
    all.push((rules.after(deadline, rules.remind_after_days), "after".to_owned()));
    all.push((rules.after(deadline, rules.tell_department_after_days), "department".to_owned()));
    all.into_iter().filter(|(day, _)| *day <= today).max_by_key(|(day, _)| *day).map(|(_, kind)| kind)
}

/// Queues every reminder that is due. Returns how many letters.
///
/// # Errors
/// The store's.
pub async fn reminders_queue(cx: &Cx) -> Result<usize, Problem> {
    let (data, now) = (cx.part::<Data>()?, cx.now());
    if data.requests().letter_time(now) != now {
        return Ok(0);
    }
    let mut tx = cx.read().await?;
    let waves: Vec<(String, String, String)> = tx.all(&GUEST, WAVE_OPEN, params![]).await?;
    drop(tx);
    let mut queued = 0;
    for (organisation, wave, deadline) in waves {
        let Some(kind) = Day::parse(&deadline).ok().and_then(|d| due(&data, d, now.day())) else { continue };
        let scope = scope_of(cx, &organisation)?;
        loop {
            let (letters, more) = remind(cx, &scope, &wave, &kind).await?;
            queued += letters;
            if !more {
                break;
            }
        }
    }
    Ok(queued)
}

/// Reminds the next of a wave. Returns how many letters were queued, and whether there are more.
async fn remind(cx: &Cx, scope: &Scope, wave: &str, kind: &str) -> Result<(usize, bool), Problem> {
    let mut tx = cx.write().await?;
    let wave = find(&mut tx, scope, wave).await?;
    let rows: Vec<RequestRow> = tx.all(scope, REQUEST_LATE, params![&wave.wave_id, kind, i64::try_from(STEP).unwrap_or(200)]).await?;
    let mut queued = 0;
    let mut late: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in &rows {
        tx.run(scope, REQUEST_REMINDED, params![&row.request_id, kind]).await?;
        if kind == "department" {
            late.entry(&row.department).or_default().push(row.name.clone());
            continue;
        }
        let key = format!("request:{}:{kind}", row.request_id);
        let sent = write_to(cx, &mut tx, scope, (&wave, row), &key, |f| letter::reminder(cx, &wave, row, f, kind)).await?;
        queued += usize::from(sent);
    }
    let departments: Vec<(String, String, String)> = tx.all(scope, DEPARTMENT_ALL, params![]).await?;
    let own = name(&mut tx, scope).await?;
    for (department, _, mail) in departments.iter().filter(|(_, _, mail)| !mail.is_empty()) {
        let Some(names) = late.get(department.as_str()) else { continue };
        let (subject, body) = letter::department(cx, &wave, &own, names);
        let key = format!("wave:{}:{department}:{}", wave.wave_id, rows.first().map_or("", |r| &r.request_id));
        let letter = Letter { organisation: scope.id().as_str(), key: &key, to: mail, subject: &subject, body: &body };
        queued += usize::from(letter_queue(&mut tx, &*cx.app.clock, &*cx.app.rng, &letter, cx.now()).await?);
    }
    tx.without_record("reminders are letters of a wave that was recorded");
    tx.commit().await?;
    Ok((queued, rows.len() == STEP))
}
