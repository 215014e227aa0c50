//! `people::account_show` — one's own account: sessions, tokens, second factor, organisations.

use askama::Template;
use kernel::{Event, EventKind, Instant, SessionId, Unscoped, sha256_hex};
use schemars::JsonSchema;
use serde::Serialize;
use store::params;
use web::{Call, Cx, Page, Problem, Response, Sampled, redirect};

use crate::store::{MEMBERSHIPS_OF, PERSON_BY_ID, PersonRow, SESSION_END_BY_ID, SESSION_LIST, SessionListRow, TOKEN_LIST};

const OWN: Unscoped = Unscoped::because("a person's own account; the person's id is bound as a parameter");

#[derive(Template)]
#[template(path = "account_show.html")]
pub(crate) struct AccountPage {
    p: Page,
    has_second_factor: bool,
    organisations: Vec<(String, String, String)>,
    sessions: Vec<(String, String, String, bool)>,
    tokens: Vec<(String, String, String)>,
    new_token: String,
}

impl Sampled for AccountPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |tokens: Vec<(String, String, String)>, new_token: &str| Self {
            p: p.clone(),
            has_second_factor: !tokens.is_empty(),
            organisations: vec![("1".into(), "石垣精工".into(), "admin".into())],
            sessions: vec![("1".into(), "2026-11-21 12:00".into(), "Firefox".into(), true)],
            tokens,
            new_token: new_token.into(),
        };
        vec![("empty", page(vec![], "")), ("token made", page(vec![("1".into(), "build".into(), "2027-11-21 12:00".into())], "ishi_pat_0"))]
    }
}

pub(crate) async fn show(cx: &Cx, new_token: &str) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.read().await?;
    let person: Option<PersonRow> = tx.one(&OWN, PERSON_BY_ID, params![scope.person()]).await?;
    let sessions: Vec<SessionListRow> = tx.all(&OWN, SESSION_LIST, params![scope.person()]).await?;
    let tokens: Vec<(String, String, String, String)> = tx.all(&scope, TOKEN_LIST, params![scope.person()]).await?;
    let organisations = tx.all(&OWN, MEMBERSHIPS_OF, params![scope.person()]).await?;
    let time = |text: &str| Instant::parse(text).map(Instant::in_japan).unwrap_or_default();
    let own = sha256_hex(cx.session.as_bytes());
    let p = Page::new(cx);
    Ok(p.render(&AccountPage {
        p: p.clone(),
        has_second_factor: person.is_some_and(|r| r.totp_secret.is_some()),
        organisations,
        sessions: sessions.into_iter().map(|s| (s.session_id, time(&s.seen_at), s.agent, s.token_hash == own)).collect(),
        tokens: tokens.into_iter().map(|(id, name, _, ends)| (id, name, time(&ends))).collect(),
        new_token: new_token.to_owned(),
    }))
}

/// `GET /account`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    show(&cx, "").await
}

/// `POST /account/sessions/{id}/end`
pub(crate) async fn end_session(cx: Cx, call: Call) -> Result<Response, Problem> {
    let id: SessionId = call.id("id")?;
    let mut tx = cx.write().await?;
    let ended = tx.run(&OWN, SESSION_END_BY_ID, params![cx.scope()?.person(), &id]).await?;
    if ended == 0 {
        return Err(Problem::not_found());
    }
    cx.record(&mut tx, Event::new(EventKind::SessionEnded, id.as_str())).await?;
    tx.commit().await?;
    Ok(redirect("/account"))
}

/// Who the caller is.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AccountDetails {
    person_id: String,
    name: String,
    organisation_id: String,
    organisation: String,
    role: kernel::Role,
}

/// `GET /api/v1/account`
pub(crate) async fn api(cx: Cx, _call: Call, (): ()) -> Result<AccountDetails, Problem> {
    let signed = cx.signed.as_ref().ok_or_else(Problem::not_found)?;
    Ok(AccountDetails {
        person_id: signed.scope.person().to_string(),
        name: signed.person_name.clone(),
        organisation_id: signed.scope.id().to_string(),
        organisation: signed.organisation_name.clone(),
        role: signed.scope.role(),
    })
}
