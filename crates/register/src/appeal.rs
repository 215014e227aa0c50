//! `register::appeal` — a holder says why a suspension or revocation is wrong; somebody else of the
//! operator than whoever decided it answers. An upheld appeal makes the star hold again.

use kernel::{AppealId, Event, EventKind, Instant, OrganisationId, PersonId, Role, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, Problem, Response, redirect};

use crate::application_edit::cut;
use crate::award::entry_restore;
use crate::desk_show::{OPERATOR, check_runs, wrong};
use crate::keys::REGISTER;
use crate::star_list::own_entry;
use crate::status::EntryState;
use crate::store::{
    APPEAL_ADD, APPEAL_ANSWER, APPEAL_FIND, APPEAL_OPEN, APPEAL_OWN, APPEAL_SCHEME, AppealRow, CHANGE_LAST, EntryRow, PERSON_BELONGS,
};
use crate::way::{conflict, parties};

/// Longest appeal or answer, in characters.
const TEXT_MAX_CHARS: usize = 4000;

/// An appeal as both sides see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct AppealHead {
    pub(crate) appeal_id: String,
    /// Register number.
    pub(crate) number: String,
    /// The holder.
    pub(crate) name: String,
    pub(crate) body: String,
    pub(crate) made_on: String,
    /// `open`, `upheld` or `dismissed`.
    pub(crate) state: String,
    pub(crate) answer: String,
    pub(crate) answered_on: String,
}

impl AppealHead {
    fn of(row: AppealRow) -> Self {
        Self {
            made_on: Instant::day_of(&row.made_at),
            answered_on: Instant::day_of(&row.answered_at),
            appeal_id: row.appeal_id,
            number: row.number,
            name: row.name,
            body: row.body,
            state: row.state,
            answer: row.answer,
        }
    }

    /// For pages shown to tests and reviewers.
    pub(crate) fn sample(state: &str) -> Self {
        Self {
            appeal_id: "1".into(),
            number: "S3-2026-000001".into(),
            name: "石垣精工".into(),
            body: "届け出た内容は正しいものです".into(),
            made_on: "2026-12-02".into(),
            state: state.into(),
            answer: if state == "open" { String::new() } else { "確かめました".into() },
            answered_on: if state == "open" { String::new() } else { "2026-12-10".into() },
        }
    }
}

/// An appeal.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppealInput {
    /// Why it is wrong, 1 to 4,000 characters.
    body: String,
}

/// An answer to an appeal.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerInput {
    /// Whether the holder is right.
    uphold: bool,
    /// Why, 1 to 4,000 characters.
    answer: String,
}

/// The appeals of the organisation that asks, newest first.
///
/// # Errors
/// The store's.
pub(crate) async fn own(cx: &Cx, tx: &mut Tx) -> Result<Vec<AppealHead>, Problem> {
    let rows: Vec<AppealRow> = tx.all(cx.scope()?, APPEAL_OWN, params![]).await?;
    Ok(rows.into_iter().map(AppealHead::of).collect())
}

/// Numbers of own stars about which an appeal can be made: somebody else ended or suspended them, and
/// none is open.
///
/// # Errors
/// The store's.
pub(crate) async fn open_to(cx: &Cx, tx: &mut Tx, entries: &[EntryRow]) -> Result<Vec<String>, Problem> {
    let mut open = Vec::new();
    for row in entries.iter().filter(|r| r.found.state != EntryState::Valid.as_str()) {
        if refused(cx, tx, row).await?.is_none() {
            open.push(row.found.number.clone());
        }
    }
    Ok(open)
}

/// Why no appeal can be made about an own star, as a text key.
async fn refused(cx: &Cx, tx: &mut Tx, row: &EntryRow) -> Result<Option<&'static str>, Problem> {
    let (scope, by) = (cx.scope()?, changed_by(tx, row).await?);
    let own: Option<(i64,)> = tx.one(scope, PERSON_BELONGS, params![&by]).await?;
    if row.found.state == EntryState::Valid.as_str() || own.is_some_and(|(n,)| n > 0) {
        return Ok(Some("appeal.wrong.state"));
    }
    let open: Option<(i64,)> = tx.one(scope, APPEAL_OPEN, params![&row.found.number]).await?;
    Ok(open.is_some_and(|(n,)| n > 0).then_some("appeal.wrong.open"))
}

/// The appeals about stars of a scheme, open ones first.
///
/// # Errors
/// The store's.
pub(crate) async fn of_scheme(tx: &mut Tx, scheme: &str) -> Result<Vec<AppealHead>, Problem> {
    let rows: Vec<AppealRow> = tx.all(&REGISTER, APPEAL_SCHEME, params![scheme]).await?;
    Ok(rows.into_iter().map(AppealHead::of).collect())
}

/// Who changed an entry last.
async fn changed_by(tx: &mut Tx, row: &EntryRow) -> Result<String, Problem> {
    let last: Option<(String,)> = tx.one(&REGISTER, CHANGE_LAST, params![&row.entry_id]).await?;
    Ok(last.map_or(String::new(), |(by,)| by))
}

async fn make(cx: &Cx, number: &str, body: &str) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    let row = own_entry(cx, &mut tx, number).await?;
    let scope = cx.scope()?.clone();
    if let Some(key) = refused(cx, &mut tx, &row).await? {
        return Err(conflict(cx, key));
    }
    let body = cut(body, TEXT_MAX_CHARS);
    if body.is_empty() {
        return Err(wrong(cx, "body", "appeal.wrong.body"));
    }
    let id = AppealId::new(&*cx.app.clock, &*cx.app.rng);
    tx.run(&scope, APPEAL_ADD, params![&id, number, &row.found.scheme_id, body, cx.now(), scope.person()]).await?;
    let event = Event::new(EventKind::AppealMade, number).with("appeal", id.as_str());
    cx.record(&mut tx, event.clone()).await?;
    for operator in parties(cx, &mut tx, &row.found.scheme_id, OPERATOR).await? {
        tx.record_as(Some(&operator.organisation_id), scope.person().as_str(), cx.now(), &event).await?;
    }
    Ok(tx.commit().await?)
}

async fn answer(cx: &Cx, id: &AppealId, input: &AnswerInput) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    let row: Option<AppealRow> = tx.one(&REGISTER, APPEAL_FIND, params![id]).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    check_runs(cx, &mut tx, &row.scheme_id).await?;
    let entry = crate::award::entry(&mut tx, &row.number).await?;
    let person = cx.scope()?.person();
    if changed_by(&mut tx, &entry).await? == person.as_str() {
        return Err(conflict(cx, "appeal.wrong.same_person"));
    }
    let text = cut(&input.answer, TEXT_MAX_CHARS);
    if text.is_empty() {
        return Err(wrong(cx, "answer", "appeal.wrong.answer"));
    }
    let holder = OrganisationId::try_from(row.organisation_id.clone()).map_err(|_| Problem::not_found())?;
    let scope = Scope::granted(holder, PersonId::clone(person), Role::Viewer);
    let state = if input.uphold { "upheld" } else { "dismissed" };
    tx.run_one(&scope, APPEAL_ANSWER, params![id, state, &text, cx.now(), person]).await?;
    let event = Event::new(EventKind::AppealAnswered, &row.number).with("appeal", id.as_str()).with("state", state);
    cx.record(&mut tx, event.clone()).await?;
    tx.record_as(Some(&row.organisation_id), cx.scope()?.id().as_str(), cx.now(), &event).await?;
    if input.uphold && entry.found.state != EntryState::Valid.as_str() {
        entry_restore(cx, &mut tx, &row.number, &cx.t("appeal.upheld.reason")).await?;
    }
    Ok(tx.commit().await?)
}

/// `POST /stars/{number}/appeal`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    make(&cx, call.part("number"), call.form.get("body")).await?;
    Ok(redirect("/stars"))
}

/// `POST /api/v1/stars/{number}/appeal`
pub(crate) async fn api(cx: Cx, call: Call, input: AppealInput) -> Result<(), Problem> {
    make(&cx, call.part("number"), &input.body).await
}

/// `POST /register-desk/appeals/{id}`
pub(crate) async fn send_answer(cx: Cx, call: Call) -> Result<Response, Problem> {
    let input = AnswerInput { uphold: call.form.get("uphold") == "yes", answer: call.form.get("answer").to_owned() };
    let done = answer(&cx, &call.id("id")?, &input).await;
    crate::desk_show::answer(&cx, done).await
}

/// `POST /api/v1/register-desk/appeals/{id}`
pub(crate) async fn api_answer(cx: Cx, call: Call, input: AnswerInput) -> Result<(), Problem> {
    answer(&cx, &call.id("id")?, &input).await
}
