//! `people::session_open` — sign in with password and, where set up, a one-time code; sign out;
//! change the organisation or the language. A form that met an expired session is carried
//! through and offered again, so that nothing typed is lost.

use askama::Template;
use kernel::{Code, Event, EventKind, Instant, Lang, OrganisationId, PersonId, SessionId, Unscoped, random_token, sha256_hex};
use store::{Tx, params};
use web::{Call, Cx, Fields, Form, Page, Problem, Response, Resume, Sampled, StatusCode, local_path, redirect, set_session_cookie};

use crate::model::{PENDING_SECONDS, login};
use crate::second_factor::code_fits;
use crate::store::{
    MEMBERSHIPS_OF, PERSON_BY_ID, PERSON_BY_LOGIN, PersonRow, SESSION_ADD, SESSION_END, SESSION_FIND, SESSION_ORGANISATION, SESSION_PROVE,
    SessionRow,
};
use crate::{password, throttle};

const SIGN_IN: Unscoped = Unscoped::because("before sign-in there is no organisation");

#[derive(Template)]
#[template(path = "session_open.html")]
pub(crate) struct LoginPage {
    p: Page,
    errors: Fields,
    login: String,
    next: String,
    kept: Resume,
    wants_code: bool,
    demo: bool,
}

impl Sampled for LoginPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page =
            |errors, kept, wants_code| Self { p: p.clone(), errors, login: String::new(), next: "/".into(), kept, wants_code, demo: false };
        let mut errors = Fields::default();
        errors.add("login", p.t("error.sign_in_refused.mend"));
        let kept = Resume { path: "/facts/backup.taken".into(), body: "answer=done".into() };
        vec![
            ("empty", page(Fields::default(), Resume::default(), false)),
            ("refused", page(errors, Resume::default(), false)),
            ("kept form", page(Fields::default(), kept, false)),
            ("code", page(Fields::default(), Resume::default(), true)),
        ]
    }
}

#[derive(Template)]
#[template(path = "session_resume.html")]
pub(crate) struct ResumePage {
    p: Page,
    csrf: String,
    path: String,
    fields: Form,
}

impl Sampled for ResumePage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let fields = Form::decode("answer=done&owner=%E7%B7%8F%E5%8B%99");
        vec![("kept", Self { p: p.clone(), csrf: String::new(), path: "/facts/backup.taken".into(), fields })]
    }
}

fn show(cx: &Cx, status: StatusCode, errors: Fields, call: &Call, wants_code: bool) -> Response {
    let p = Page::new(cx);
    let get = |n: &str| call.form.get(n).to_owned();
    let next = if call.query.get("next").is_empty() { get("next") } else { call.query.get("next").to_owned() };
    let kept = Resume { path: get("kept_path"), body: get("kept_body") };
    let demo = cx.app.config.demo;
    p.render_as(status, &LoginPage { p: p.clone(), errors, login: get("login"), next: local_path(&next), kept, wants_code, demo })
}

/// The sign-in page for a form that arrived without a session.
pub(crate) fn kept_form_page(cx: &Cx, kept: &Resume) -> Response {
    let p = Page::new(cx);
    let page = LoginPage {
        p: p.clone(),
        errors: Fields::default(),
        login: String::new(),
        next: "/".to_owned(),
        kept: kept.clone(),
        wants_code: false,
        demo: cx.app.config.demo,
    };
    p.render_as(StatusCode::UNAUTHORIZED, &page)
}

/// `GET /login`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    if !crate::instance_claim::instance_is_claimed(&mut tx).await? {
        return Ok(redirect("/start"));
    }
    Ok(show(&cx, StatusCode::OK, Fields::default(), &call, false))
}

/// `POST /login`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let login = login(call.form.get("login")).unwrap_or_default();
    let mut tx = cx.read().await?;
    throttle::check(&cx, &mut tx, &login).await?;
    let person: Option<PersonRow> = tx.one(&SIGN_IN, PERSON_BY_LOGIN, params![&login]).await?;
    drop(tx);
    let stored = person.as_ref().map(|p| p.password_hash.clone());
    let good = password::verify(call.form.get("password").to_owned(), stored).await;
    let Some(person) = person.filter(|_| good) else {
        refuse(&cx, &login).await?;
        return Ok(refused(&cx, &call, false));
    };
    let id = PersonId::try_from(person.person_id.clone()).map_err(|_| Problem::not_found())?;
    let mut tx = cx.write().await?;
    throttle::clear(&cx, &mut tx, &login).await?;
    let home: Vec<(String, String, String)> = tx.all(&SIGN_IN, MEMBERSHIPS_OF, params![&id]).await?;
    tx.without_record("the sign-in itself is recorded when the session starts");
    tx.commit().await?;
    // Ids are in the order of time: who belongs to several begins in the one that has been there longest.
    let first = home.into_iter().map(|(o, _, _)| o).min().and_then(|o| OrganisationId::try_from(o).ok());
    let organisation = first.ok_or_else(|| Problem::new(Code::Forbidden))?;
    if person.totp_secret.is_some() {
        let response = start(&cx, &id, &organisation, false, "").await?;
        let mut page = show(&cx, StatusCode::OK, Fields::default(), &call, true);
        page.headers_mut().extend(response.headers().get("set-cookie").cloned().map(|c| (axum::http::header::SET_COOKIE, c)));
        return Ok(page);
    }
    enter(&cx, &call, &id, &organisation).await
}

/// Starts the session and goes on to where the person was going, or offers the kept form.
async fn enter(cx: &Cx, call: &Call, person: &PersonId, organisation: &OrganisationId) -> Result<Response, Problem> {
    let kept = call.form.get("kept_path");
    if kept.is_empty() || call.form.get("kept_body").is_empty() {
        return start(cx, person, organisation, true, &local_path(call.form.get("next"))).await;
    }
    let started = start(cx, person, organisation, true, "/").await?;
    let cookie = started.headers().get("set-cookie").cloned();
    let token = cookie.as_ref().and_then(|c| c.to_str().ok()).and_then(|c| c.split_once('=')?.1.split(';').next()).unwrap_or("");
    let p = Page::new(cx);
    let page =
        ResumePage { p: p.clone(), csrf: web::form_token(token), path: local_path(kept), fields: Form::decode(call.form.get("kept_body")) };
    let mut response = p.render(&page);
    response.headers_mut().extend(cookie.map(|c| (axum::http::header::SET_COOKIE, c)));
    Ok(response)
}

fn refused(cx: &Cx, call: &Call, wants_code: bool) -> Response {
    let mut errors = Fields::default();
    errors.add(if wants_code { "code" } else { "login" }, cx.t("error.sign_in_refused.mend"));
    show(cx, StatusCode::UNAUTHORIZED, errors, call, wants_code)
}

async fn refuse(cx: &Cx, login: &str) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    throttle::fail(cx, &mut tx, login).await?;
    // A digest, because people type passwords into the wrong field.
    let event = Event::new(EventKind::SignInRefused, sha256_hex(login.as_bytes()));
    tx.record_as(None, "nobody", cx.now(), &event).await?;
    Ok(tx.commit().await?)
}

/// `POST /login/code`
pub(crate) async fn code(cx: Cx, call: Call) -> Result<Response, Problem> {
    let hash = sha256_hex(cx.session.as_bytes());
    let mut tx = cx.write().await?;
    let row: Option<SessionRow> = tx.one(&SIGN_IN, SESSION_FIND, params![&hash]).await?;
    let young = |r: &SessionRow| Instant::parse(&r.created_at).is_ok_and(|at| cx.now().seconds_since(at) <= PENDING_SECONDS);
    let Some(row) = row.filter(|r| r.proven_at.is_empty() && young(r)) else {
        return Ok(redirect("/login"));
    };
    let bucket = format!("code {}", row.person_id);
    throttle::check(&cx, &mut tx, &bucket).await?;
    let person: Option<PersonRow> = tx.one(&SIGN_IN, PERSON_BY_ID, params![&row.person_id]).await?;
    let person = person.ok_or_else(Problem::not_found)?;
    if !code_fits(&cx, &mut tx, &person, call.form.get("code")).await? {
        drop(tx);
        refuse(&cx, &bucket).await?;
        return Ok(refused(&cx, &call, true));
    }
    throttle::clear(&cx, &mut tx, &bucket).await?;
    tx.run(&SIGN_IN, SESSION_END, params![&hash]).await?;
    tx.without_record("the sign-in itself is recorded when the session starts");
    tx.commit().await?;
    let id = PersonId::try_from(row.person_id).map_err(|_| Problem::not_found())?;
    let organisation = OrganisationId::try_from(row.organisation_id).map_err(|_| Problem::not_found())?;
    enter(&cx, &call, &id, &organisation).await
}

/// Writes a new session and answers with its cookie and a redirect. A session that still
/// waits for a code is not proven and opens nothing.
pub(crate) async fn start(
    cx: &Cx,
    person: &PersonId,
    organisation: &OrganisationId,
    proven: bool,
    next: &str,
) -> Result<Response, Problem> {
    let token = random_token(&*cx.app.rng, 32);
    let id = SessionId::new(&*cx.app.clock, &*cx.app.rng);
    let proven_at = if proven { cx.now().text() } else { String::new() };
    let mut tx = cx.write().await?;
    let hash = sha256_hex(token.as_bytes());
    tx.run(&SIGN_IN, SESSION_ADD, params![hash, &id, person, organisation, proven_at, cx.now(), cx.agent.as_str()]).await?;
    if proven {
        let event = Event::new(EventKind::SignedIn, id.as_str());
        tx.record_as(Some(organisation.as_str()), person.as_str(), cx.now(), &event).await?;
    } else {
        tx.without_record("half a sign-in is not yet one");
    }
    tx.commit().await?;
    let mut response = redirect(next);
    if let Ok(cookie) = set_session_cookie(&cx.app.config, &token).parse() {
        response.headers_mut().insert("set-cookie", cookie);
    }
    Ok(response)
}

/// `POST /logout`
pub(crate) async fn close(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    tx.run(&SIGN_IN, SESSION_END, params![sha256_hex(cx.session.as_bytes())]).await?;
    cx.record(&mut tx, Event::new(EventKind::SessionEnded, "own")).await?;
    tx.commit().await?;
    let mut response = redirect("/login");
    if let Ok(cookie) = set_session_cookie(&cx.app.config, "").parse() {
        response.headers_mut().insert("set-cookie", cookie);
    }
    Ok(response)
}

/// `POST /session/organisation`
pub(crate) async fn organisation(cx: Cx, call: Call) -> Result<Response, Problem> {
    let person = cx.scope()?.person().clone();
    let wanted = call.form.get("organisation_id").to_owned();
    let mut tx = cx.write().await?;
    let mine: Vec<(String, String, String)> = tx.all(&SIGN_IN, MEMBERSHIPS_OF, params![&person]).await?;
    if !mine.iter().any(|(id, _, _)| *id == wanted) {
        return Err(Problem::not_found());
    }
    tx.run(&SIGN_IN, SESSION_ORGANISATION, params![sha256_hex(cx.session.as_bytes()), &wanted]).await?;
    let event = Event::new(EventKind::SignedIn, "organisation changed");
    tx.record_as(Some(&wanted), person.as_str(), cx.now(), &event).await?;
    tx.commit().await?;
    Ok(redirect("/"))
}

/// `POST /language`
pub(crate) async fn language(cx: Cx, call: Call) -> Result<Response, Problem> {
    let lang = Lang::parse(call.form.get("lang")).unwrap_or(cx.lang);
    let mut response = redirect(&local_path(call.form.get("next")));
    if let Ok(cookie) = format!("lang={lang}; Path=/; Max-Age=31536000; SameSite=Lax").parse() {
        response.headers_mut().insert("set-cookie", cookie);
    }
    Ok(response)
}

/// Proves the session again with a new token, after a change of password.
pub(crate) async fn renew(cx: &Cx, tx: &mut Tx) -> Result<String, Problem> {
    let token = random_token(&*cx.app.rng, 32);
    let (old, new) = (sha256_hex(cx.session.as_bytes()), sha256_hex(token.as_bytes()));
    tx.run(&SIGN_IN, SESSION_PROVE, params![old, cx.now(), new]).await?;
    Ok(token)
}

/// A session of a person by login, for benches that measure signed-in pages.
///
/// # Errors
/// [`Code::NotFound`] if nobody has this login.
pub async fn session_for_bench(cx: &Cx, login: &str) -> Result<String, Problem> {
    let mut tx = cx.read().await?;
    let person: Option<PersonRow> = tx.one(&SIGN_IN, PERSON_BY_LOGIN, params![login]).await?;
    let id = PersonId::try_from(person.ok_or_else(Problem::not_found)?.person_id).map_err(|_| Problem::not_found())?;
    let home: Vec<(String, String, String)> = tx.all(&SIGN_IN, MEMBERSHIPS_OF, params![&id]).await?;
    drop(tx);
    let first = home.into_iter().find(|(_, name, _)| name == "I社").and_then(|(o, _, _)| OrganisationId::try_from(o).ok());
    let started = start(cx, &id, &first.ok_or_else(Problem::not_found)?, true, "/").await?;
    let cookie = started.headers().get("set-cookie").and_then(|c| c.to_str().ok()).unwrap_or("");
    Ok(cookie.split_once('=').and_then(|(_, v)| v.split(';').next()).unwrap_or("").to_owned())
}
