//! `suppliers::reply_enter` — the way in: a link or a number with its short code shows who asks; a code sent to
//! the registered contact opens the form. Nothing is opened by looking, so a mail scanner cannot use a link up.

use askama::Template;
use kernel::{Event, EventKind, Permission, sha256_hex};
use mail::{Letter, letter_queue};
use store::{Tx, params};
use web::{Call, Cx, Fields, Form, Page, Problem, Response, Sampled, redirect, set_guest_cookie};

use crate::acting::scope_of;
use crate::door::{self, CODE_SECONDS, CODE_TRIES, GUEST, SESSION_SECONDS, code_hash, linked, numbered};
use crate::letter;
use crate::store::{
    DOOR_CODE, DOOR_END, REQUEST_CLAIM, REQUEST_CODE, REQUEST_HELD, REQUEST_MISS, REQUEST_OPENED, RequestRow, SUPPLIER_LINK,
};
use crate::supplier::mail_contact;
use crate::wave::find;
use crate::wave_send::name;

/// Pages a guest's cookie goes to.
const PATH: &str = "/reply";

/// What is known at the door.
struct Met {
    buyer: String,
    title: String,
    supplier: String,
    deadline: String,
    number: String,
    /// The registered address, almost hidden; empty where there is none.
    mail: String,
}

#[derive(Template)]
#[template(path = "reply_enter.html")]
pub(crate) struct ReplyEnterPage {
    p: Page,
    met: Option<Met>,
    /// What was given, for the next step.
    token: String,
    number: String,
    check: String,
    /// Whether a code was sent, and is asked for.
    coded: bool,
    errors: Fields,
}

impl Sampled for ReplyEnterPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |met: bool, coded: bool, errors: Fields| Self {
            p: p.clone(),
            met: met.then(|| Met {
                buyer: "A社".into(),
                title: "2026年の確認".into(),
                supplier: "石垣精工".into(),
                deadline: "2026-12-14".into(),
                number: "R-ABCD-2345".into(),
                mail: "h…@example.jp".into(),
            }),
            token: "t".into(),
            number: String::new(),
            check: String::new(),
            coded,
            errors,
        };
        let mut errors = Fields::default();
        errors.add("code", "コードが違います");
        vec![
            ("by_hand", page(false, false, Fields::default())),
            ("met", page(true, false, Fields::default())),
            ("coded", page(true, true, errors)),
        ]
    }
}

#[derive(Template)]
#[template(path = "asked_list.html")]
pub(crate) struct AskedListPage {
    p: Page,
    /// Requests to this organisation, with the buyer's name.
    requests: Vec<(RequestRow, String)>,
}

impl Sampled for AskedListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let row = RequestRow {
            request_id: "1".into(),
            number: "R-ABCD-2345".into(),
            state: "sent".into(),
            deadline: "2026-12-14".into(),
            ..RequestRow::default()
        };
        vec![("empty", Self { p: p.clone(), requests: vec![] }), ("filled", Self { p: p.clone(), requests: vec![(row, "A社".into())] })]
    }
}

/// The request that a form or address names.
async fn named(cx: &Cx, tx: &mut Tx, form: &Form) -> Result<RequestRow, Problem> {
    let token = form.get("token");
    if token.is_empty() { numbered(tx, form.get("number"), form.get("check")).await } else { linked(cx, tx, token).await }
}

async fn meet(cx: &Cx, tx: &mut Tx, row: &RequestRow) -> Result<Met, Problem> {
    let scope = scope_of(cx, &row.organisation_id)?;
    let wave = find(tx, &scope, &row.wave_id).await?;
    let mail = mail_contact(tx, &scope, &row.supplier_id).await?.map_or(String::new(), |c| c.mail);
    let hidden = mail.split_once('@').map(|(local, domain)| format!("{}…@{domain}", local.chars().next().unwrap_or('…')));
    Ok(Met {
        buyer: name(tx, &scope).await?,
        title: wave.title,
        supplier: row.name.clone(),
        deadline: row.deadline.clone(),
        number: row.number.clone(),
        mail: hidden.unwrap_or_default(),
    })
}

fn shown(cx: &Cx, met: Option<Met>, form: &Form, coded: bool, errors: Fields) -> Response {
    let get = |name: &str| form.get(name).to_owned();
    let page = ReplyEnterPage { p: Page::new(cx), met, token: get("token"), number: get("number"), check: get("check"), coded, errors };
    page.p.clone().render_as(page.errors.status(), &page)
}

/// `GET /reply`
pub(crate) async fn by_hand(cx: Cx, _call: Call) -> Result<Response, Problem> {
    Ok(shown(&cx, None, &Form::default(), false, Fields::default()))
}

/// `POST /reply`: a number and its short code; shows who asks.
pub(crate) async fn send_number(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let row = numbered(&mut tx, call.form.get("number"), call.form.get("check")).await?;
    let met = meet(&cx, &mut tx, &row).await?;
    Ok(shown(&cx, Some(met), &call.form, false, Fields::default()))
}

/// `GET /reply/{token}`
pub(crate) async fn by_link(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let row = linked(&cx, &mut tx, call.part("token")).await?;
    let met = meet(&cx, &mut tx, &row).await?;
    let form = Form::from(vec![("token".to_owned(), call.part("token").to_owned())]);
    let coded = !door_code(&cx, &mut tx, call.part("token")).await?.is_empty();
    Ok(shown(&cx, Some(met), &form, coded, Fields::default()))
}

/// The code that belongs to a link of its own, as it is stored; empty for a link of a letter.
async fn door_code(cx: &Cx, tx: &mut Tx, token: &str) -> Result<String, Problem> {
    let row: Option<(String,)> = tx.one(&GUEST, DOOR_CODE, params![sha256_hex(token.as_bytes()), cx.now()]).await?;
    Ok(row.map_or(String::new(), |(hash,)| hash))
}

/// `POST /reply/code`: sends a code to the registered contact, at most once a minute.
pub(crate) async fn send_code(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let row = named(&cx, &mut tx, &call.form).await?;
    let met = meet(&cx, &mut tx, &row).await?;
    let (scope, code) = (scope_of(&cx, &row.organisation_id)?, door::code(&cx));
    let Some(contact) = mail_contact(&mut tx, &scope, &row.supplier_id).await? else {
        let mut errors = Fields::default();
        errors.add("code", cx.t("reply.wrong.contact"));
        return Ok(shown(&cx, Some(met), &call.form, false, errors));
    };
    let until = cx.now().plus_seconds(CODE_SECONDS);
    let fresh = cx.now().plus_seconds(CODE_SECONDS - 60);
    let values = params![&row.organisation_id, &row.request_id, code_hash(&row.request_id, &code), until, fresh];
    if tx.run(&GUEST, REQUEST_CODE, values).await? > 0 {
        let (subject, body) = letter::code(&cx, &met.buyer, &row.number, &code);
        let key = format!("code:{}:{}", row.request_id, cx.now().text());
        let l = Letter { organisation: &row.organisation_id, key: &key, to: &contact.mail, subject: &subject, body: &body };
        // Somebody is waiting for this one: it leaves at once, whatever the hour.
        letter_queue(&mut tx, &*cx.app.clock, &*cx.app.rng, &l, cx.now()).await?;
    }
    tx.without_record("a code is no event; what is done with it is");
    tx.commit().await?;
    cx.part::<mail::Bell>()?.ring();
    Ok(shown(&cx, Some(met), &call.form, true, Fields::default()))
}

/// `POST /reply/enter`: the code opens the form.
pub(crate) async fn send_enter(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let row = named(&cx, &mut tx, &call.form).await?;
    let digits: String =
        call.form.get("code").chars().filter_map(|c| c.to_digit(10).or_else(|| wide_digit(c))).map(|d| d.to_string()).collect();
    let given = code_hash(&row.request_id, &digits);
    let own = door_code(&cx, &mut tx, call.form.get("token")).await?;
    let current = row.code_until > cx.now().text() && row.code_count < CODE_TRIES && !row.code_hash.is_empty();
    let good = if own.is_empty() { current && given == row.code_hash } else { given == own && row.code_count < CODE_TRIES };
    if !good {
        tx.run(&GUEST, REQUEST_MISS, params![&row.organisation_id, &row.request_id]).await?;
        let met = meet(&cx, &mut tx, &row).await?;
        tx.without_record("a wrong code is counted");
        tx.commit().await?;
        let mut errors = Fields::default();
        errors.add("code", cx.t("reply.wrong.code"));
        return Ok(shown(&cx, Some(met), &call.form, true, errors));
    }
    enter(&cx, tx, &row).await
}

fn wide_digit(c: char) -> Option<u32> {
    ('０'..='９').contains(&c).then(|| u32::from(c) - u32::from('０'))
}

/// Lets the browser in.
async fn enter(cx: &Cx, mut tx: Tx, row: &RequestRow) -> Result<Response, Problem> {
    tx.run(&GUEST, REQUEST_OPENED, params![&row.organisation_id, &row.request_id, cx.now()]).await?;
    let token = door::open(cx, &mut tx, row, "session", "", cx.now().plus_seconds(SESSION_SECONDS)).await?;
    door::note(cx, &mut tx, row, &Event::new(EventKind::ReplyDoorMade, &row.request_id).with("kind", "session")).await?;
    tx.commit().await?;
    let mut response = redirect("/reply/form");
    set_guest_cookie(&mut response, &cx.app.config, PATH, &token);
    Ok(response)
}

/// `POST /reply/leave`
pub(crate) async fn send_leave(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    tx.run(&GUEST, DOOR_END, params![sha256_hex(cx.guest.as_bytes())]).await?;
    tx.without_record("leaving is no event");
    tx.commit().await?;
    let mut response = redirect("/reply");
    set_guest_cookie(&mut response, &cx.app.config, PATH, "");
    Ok(response)
}

/// `GET /asked`: what buyers ask this organisation.
pub(crate) async fn asked(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let rows: Vec<RequestRow> = tx.all(cx.scope()?, REQUEST_HELD, params![]).await?;
    let mut requests = Vec::new();
    for row in rows {
        let buyer = name(&mut tx, &scope_of(&cx, &row.organisation_id)?).await?;
        requests.push((row, buyer));
    }
    let page = AskedListPage { p: Page::new(&cx), requests };
    Ok(page.p.clone().render(&page))
}

/// `POST /asked/{id}/open`: an organisation goes in with its account.
pub(crate) async fn send_open(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    let rows: Vec<RequestRow> = tx.all(&scope, REQUEST_HELD, params![]).await?;
    let row = rows.into_iter().find(|r| r.request_id == call.part("id")).ok_or_else(Problem::not_found)?;
    enter(&cx, tx, &row).await
}

/// `POST /reply/claim`: the organisation that is signed in takes the request on, and the next ones too.
pub(crate) async fn send_claim(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    if !cx.may(Permission::SupplierAnswer) {
        return Err(Problem::new(kernel::Code::Forbidden));
    }
    let mut tx = cx.write().await?;
    let row = door::inside(&cx, &mut tx).await?;
    if row.organisation_id == scope.id().as_str() {
        return Err(Problem::new(kernel::Code::Conflict).with_detail(cx.t("reply.wrong.own")));
    }
    tx.run_one(&GUEST, REQUEST_CLAIM, params![&row.organisation_id, &row.request_id, scope.id()]).await?;
    tx.run(&GUEST, SUPPLIER_LINK, params![&row.organisation_id, &row.supplier_id, scope.id()]).await?;
    let event = Event::new(EventKind::RequestClaimed, &row.request_id);
    door::note(&cx, &mut tx, &row, &event).await?;
    cx.record(&mut tx, event).await?;
    tx.commit().await?;
    Ok(redirect("/reply/form"))
}
