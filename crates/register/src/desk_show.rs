//! `register::desk_show` — the desk of whoever runs a scheme's register: who may play which part,
//! from when to when, and suspending, restoring and revoking stars with a reason.

use std::sync::Arc;

use askama::Template;
use kernel::{Day, DesignationId, Event, EventKind, OrganisationId, PersonId, Scope};
use schemars::JsonSchema;
use schemes::{Catalog, Scheme};
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, FieldError, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::appeal::{self, AppealHead};
use crate::application_edit::cut;
use crate::award::{entry, entry_change};
use crate::examination_edit::credential_holds;
use crate::keys::REGISTER;
use crate::rules::Rules;
use crate::status::EntryState;
use crate::store::{
    DESIGNATION_ADD, DESIGNATION_END, DESIGNATION_FIND, DESIGNATION_LIST, DESIGNATION_OWN, DesignationRow, ORGANISATION_NAMED,
};

/// The part that runs a register; only the command word designates for it.
pub const OPERATOR: &str = "operator";

/// Longest reason, in characters.
const REASON_MAX_CHARS: usize = 500;

/// A designation as shown.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct DesignationHead {
    designation_id: String,
    name: String,
    part: String,
    credential: String,
    from: String,
    /// Empty if it does not end.
    to: String,
    /// The day it was ended early; empty if it was not.
    ended_on: String,
    reason: String,
    /// Whether it holds today.
    valid: bool,
    /// Whether it is the part that runs the register, which only the command word gives and takes.
    runs: bool,
}

/// A scheme that the organisation runs the register of.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct DeskScheme {
    scheme: String,
    title: String,
    /// Parts with their names and what must be held.
    parts: Vec<(String, String, String)>,
    designations: Vec<DesignationHead>,
    appeals: Vec<AppealHead>,
}

/// A new designation.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DesignationInput {
    /// Scheme id.
    scheme: String,
    part: String,
    /// Corporate number or exact name of an organisation of this instance.
    organisation: String,
    /// What it holds: a register number where the scheme asks for a star, else own words.
    #[serde(default)]
    credential: String,
    /// First day; today if empty.
    #[serde(default)]
    from: String,
}

/// A new state of a star.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StateInput {
    /// `suspended`, `valid` or `revoked`.
    state: String,
    reason: String,
}

pub(crate) fn wrong(cx: &Cx, field: &str, key: &str) -> Problem {
    Problem::invalid(vec![FieldError { field: field.to_owned(), text: cx.t(key) }])
}

fn is_valid(row: &DesignationRow, today: &str) -> bool {
    let ended = |day: &str, last: bool| !day.is_empty() && (day < today || (day == today && !last));
    row.from_day.as_str() <= today && !ended(&row.to_day, true) && !ended(&row.ended_on, false)
}

/// Ids of the schemes whose register the organisation that asks runs today.
async fn run_by(cx: &Cx, tx: &mut Tx) -> Result<Vec<String>, Problem> {
    let rows: Vec<DesignationRow> = tx.all(cx.scope()?, DESIGNATION_OWN, params![]).await?;
    let today = cx.now().day().to_string();
    Ok(rows.into_iter().filter(|r| r.part == OPERATOR && is_valid(r, &today)).map(|r| r.scheme_id).collect())
}

pub(crate) async fn check_runs(cx: &Cx, tx: &mut Tx, scheme: &str) -> Result<(), Problem> {
    if run_by(cx, tx).await?.iter().any(|s| s == scheme) { Ok(()) } else { Err(Problem::not_found()) }
}

async fn desk(cx: &Cx) -> Result<Vec<DeskScheme>, Problem> {
    let mut tx = cx.read().await?;
    let (catalog, rules, today) = (cx.part::<Arc<Catalog>>()?, cx.part::<Rules>()?, cx.now().day().to_string());
    let mut all = Vec::new();
    for id in run_by(cx, &mut tx).await? {
        let Some((scheme, rules)) = catalog.scheme(&id, None).and_then(|s| Some((s, rules.get(s)?))) else { continue };
        let texts = rules.texts(cx.lang);
        let word = |all: &std::collections::BTreeMap<String, String>, part: &str| all.get(part).cloned().unwrap_or_default();
        let rows: Vec<DesignationRow> = tx.all(&REGISTER, DESIGNATION_LIST, params![&id]).await?;
        let head = |r: DesignationRow| DesignationHead {
            valid: is_valid(&r, &today),
            runs: r.part == OPERATOR,
            part: word(&texts.parts, &r.part),
            designation_id: r.designation_id,
            name: r.name,
            credential: r.credential,
            from: r.from_day,
            to: r.to_day,
            ended_on: r.ended_on,
            reason: r.reason,
        };
        all.push(DeskScheme {
            title: scheme.texts(cx.lang).title.clone(),
            parts: rules
                .part
                .keys()
                .filter(|p| *p != OPERATOR)
                .map(|p| (p.clone(), word(&texts.parts, p), word(&texts.holds, p)))
                .collect(),
            designations: rows.into_iter().map(head).collect(),
            appeals: appeal::of_scheme(&mut tx, &id).await?,
            scheme: id,
        });
    }
    Ok(all)
}

/// Puts a designation in; the term ends as the scheme says.
async fn put(
    cx: &Cx,
    tx: &mut Tx,
    scheme: &Scheme,
    part: &str,
    designee: &Scope,
    credential: &str,
    from: Day,
) -> Result<DesignationId, Problem> {
    let rules = cx.part::<Rules>()?;
    let rule = rules.get(scheme).and_then(|r| r.part.get(part)).ok_or_else(Problem::not_found)?;
    let to = rule.term_months.map_or(String::new(), |m| from.plus_months(m).plus_days(-1).to_string());
    let id = DesignationId::new(&*cx.app.clock, &*cx.app.rng);
    let by = cx.scope().map_or("command", |s| s.person().as_str()).to_owned();
    let values = params![&id, &scheme.id, part, credential, from.to_string(), to, cx.now(), &by];
    tx.run(designee, DESIGNATION_ADD, values).await?;
    let event = Event::new(EventKind::PartyDesignated, id.as_str()).with("scheme", &scheme.id).with("part", part);
    tx.record_as(Some(designee.id().as_str()), &by, cx.now(), &event).await?;
    Ok(id)
}

/// The one organisation with this name or corporate number.
async fn named(tx: &mut Tx, text: &str) -> Result<Option<Scope>, Problem> {
    let rows: Vec<(String, String)> = tx.all(&REGISTER, ORGANISATION_NAMED, params![text.trim()]).await?;
    let [(id, _)] = rows.as_slice() else { return Ok(None) };
    let id = OrganisationId::try_from(id.clone()).map_err(|_| Problem::not_found())?;
    let nobody = PersonId::try_from("00000000-0000-7000-8000-000000000000".to_owned()).map_err(|_| Problem::not_found())?;
    Ok(Some(Scope::granted(id, nobody, kernel::Role::Viewer)))
}

/// Lets an organisation play a part of a scheme, such as running its register, for as long as the scheme
/// says. For the command word and the fictional world.
///
/// # Errors
/// [`kernel::Code::NotFound`] if there is no such scheme, part or organisation.
pub async fn party_designate(cx: &Cx, tx: &mut Tx, scheme: &str, part: &str, organisation: &str) -> Result<(), Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    let scheme = catalog.scheme(scheme, None).ok_or_else(Problem::not_found)?;
    let designee = named(tx, organisation).await?.ok_or_else(Problem::not_found)?;
    put(cx, tx, scheme, part, &designee, "", cx.now().day()).await?;
    Ok(())
}

async fn designate(cx: &Cx, input: &DesignationInput) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    check_runs(cx, &mut tx, &input.scheme).await?;
    let (catalog, rules) = (cx.part::<Arc<Catalog>>()?, cx.part::<Rules>()?);
    let scheme = catalog.scheme(&input.scheme, None).ok_or_else(Problem::not_found)?;
    let part = rules.get(scheme).and_then(|r| r.part.get(&input.part)).filter(|_| input.part != OPERATOR);
    let part = part.ok_or_else(|| wrong(cx, "part", "desk.wrong.part"))?;
    let designee = named(&mut tx, &input.organisation).await?.ok_or_else(|| wrong(cx, "organisation", "desk.wrong.organisation"))?;
    let from = if input.from.trim().is_empty() { Some(cx.now().day()) } else { Day::parse_loose(&input.from).ok() };
    let from = from.ok_or_else(|| wrong(cx, "from", "desk.wrong.day"))?;
    let credential = cut(&input.credential, REASON_MAX_CHARS);
    if !part.holds.is_empty() && !credential_holds(cx, &mut tx, &credential, designee.id().as_str(), &part.holds).await? {
        return Err(wrong(cx, "credential", "desk.wrong.credential"));
    }
    let id = put(cx, &mut tx, scheme, &input.part, &designee, &credential, from).await?;
    cx.record(&mut tx, Event::new(EventKind::PartyDesignated, id.as_str())).await?;
    Ok(tx.commit().await?)
}

async fn end(cx: &Cx, id: &DesignationId, reason: &str) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    let row: Option<DesignationRow> = tx.one(&REGISTER, DESIGNATION_FIND, params![id]).await?;
    let row = row.filter(|r| r.part != OPERATOR).ok_or_else(Problem::not_found)?;
    check_runs(cx, &mut tx, &row.scheme_id).await?;
    let reason = cut(reason, REASON_MAX_CHARS);
    if reason.is_empty() {
        return Err(wrong(cx, "reason", "desk.wrong.reason"));
    }
    tx.run_one(&REGISTER, DESIGNATION_END, params![id, cx.now().day().to_string(), reason]).await?;
    let event = Event::new(EventKind::DesignationEnded, id.as_str()).with("scheme", &row.scheme_id);
    cx.record(&mut tx, event.clone()).await?;
    tx.record_as(Some(&row.organisation_id), cx.scope()?.person().as_str(), cx.now(), &event).await?;
    Ok(tx.commit().await?)
}

async fn change(cx: &Cx, number: &str, input: &StateInput) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    let row = entry(&mut tx, number.trim()).await?;
    check_runs(cx, &mut tx, &row.found.scheme_id).await?;
    let reason = cut(&input.reason, REASON_MAX_CHARS);
    if reason.is_empty() {
        return Err(wrong(cx, "state_reason", "desk.wrong.reason"));
    }
    let state = EntryState::parse(&input.state).map_err(|_| wrong(cx, "state", "desk.wrong.state"))?;
    entry_change(cx, &mut tx, &row.found.number, state, &reason).await?;
    Ok(tx.commit().await?)
}

#[derive(Template)]
#[template(path = "desk_show.html")]
pub(crate) struct DeskPage {
    p: Page,
    schemes: Vec<DeskScheme>,
    errors: Fields,
}

impl Sampled for DeskPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let head = |valid: bool| DesignationHead {
            designation_id: "1".into(),
            name: "架空評価機関".into(),
            part: "評価機関".into(),
            credential: "架空登録 第1号".into(),
            from: "2026-11-21".into(),
            to: "2029-11-20".into(),
            ended_on: if valid { String::new() } else { "2026-12-01".into() },
            reason: if valid { String::new() } else { "届出による".into() },
            valid,
            runs: false,
        };
        let scheme = DeskScheme {
            scheme: "small".into(),
            title: "町工場★".into(),
            parts: vec![("body".into(), "評価機関".into(), "3年の実績".into())],
            designations: vec![head(true), head(false)],
            appeals: ["open", "upheld", "dismissed"].map(AppealHead::sample).into(),
        };
        let mut errors = Fields::default();
        errors.add("organisation", p.t("desk.wrong.organisation"));
        vec![
            ("none", Self { p: p.clone(), schemes: vec![], errors: Fields::default() }),
            ("some", Self { p: p.clone(), schemes: vec![scheme], errors }),
        ]
    }
}

async fn show(cx: &Cx, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let p = Page::new(cx);
    Ok(p.clone().render_as(status, &DeskPage { schemes: desk(cx).await?, errors, p }))
}

/// The desk after something was done, with what does not fit.
pub(crate) async fn answer(cx: &Cx, done: Result<(), Problem>) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(redirect("/register-desk")),
        Err(problem) if !problem.fields.is_empty() => show(cx, Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await,
        Err(problem) => Err(problem),
    }
}

/// `GET /register-desk`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    show(&cx, Fields::default(), StatusCode::OK).await
}

/// `GET /api/v1/register-desk`
pub(crate) async fn api(cx: Cx, _call: Call, (): ()) -> Result<Vec<DeskScheme>, Problem> {
    desk(&cx).await
}

/// `POST /register-desk/designations`
pub(crate) async fn send_designation(cx: Cx, call: Call) -> Result<Response, Problem> {
    let get = |name: &str| call.form.get(name).to_owned();
    let input = DesignationInput {
        scheme: get("scheme"),
        part: get("part"),
        organisation: get("organisation"),
        credential: get("credential"),
        from: get("from"),
    };
    let done = designate(&cx, &input).await;
    answer(&cx, done).await
}

/// `POST /register-desk/designations/{id}/end`
pub(crate) async fn send_end(cx: Cx, call: Call) -> Result<Response, Problem> {
    let id: DesignationId = call.id("id")?;
    let done = end(&cx, &id, call.form.get("reason")).await;
    answer(&cx, done).await
}

/// `POST /register-desk/entries`
pub(crate) async fn send_state(cx: Cx, call: Call) -> Result<Response, Problem> {
    let input = StateInput { state: call.form.get("state").to_owned(), reason: call.form.get("state_reason").to_owned() };
    let done = change(&cx, call.form.get("number"), &input).await;
    answer(&cx, done).await
}

/// `POST /api/v1/register-desk/designations`
pub(crate) async fn api_designate(cx: Cx, _call: Call, input: DesignationInput) -> Result<Vec<DeskScheme>, Problem> {
    designate(&cx, &input).await?;
    desk(&cx).await
}

/// `POST /api/v1/register-desk/entries/{number}`
pub(crate) async fn api_state(cx: Cx, call: Call, input: StateInput) -> Result<(), Problem> {
    change(&cx, call.part("number"), &input).await
}
