//! `people::member_edit` — who belongs to the organisation, in which role: list, add, change,
//! remove. A new person gets a first password that is shown once to the administrator.

use askama::Template;
use kernel::{Code, Event, EventKind, PersonId, Role, Scope, Unscoped, random_token};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::model::{login, name};
use crate::password;
use crate::store::{
    MEMBER_ADD, MEMBER_ADMINS, MEMBER_LIST, MEMBER_REMOVE, MEMBER_ROLE, MEMBERSHIPS_OF, MemberRow, PERSON_ADD, PERSON_REMOVE,
};

const PERSON: Unscoped = Unscoped::because("persons belong to several organisations; the id is bound as a parameter");

/// A new member.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberInput {
    /// Login, 3 to 64 letters, digits, `.`, `_`, `-`, `@`.
    pub login: String,
    /// Name, 1 to 100 characters.
    pub name: String,
    /// Role by its stored text.
    pub role: String,
}

/// A member in lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct MemberHead {
    pub(crate) person_id: String,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) role: String,
    /// Whether a second factor is set up.
    pub(crate) second_factor: bool,
}

/// Adds a person to the organisation and returns the first password.
///
/// # Errors
/// [`Code::Invalid`] by field; [`Code::Conflict`] if the login is taken.
pub async fn member_add(
    cx: &Cx,
    tx: &mut Tx,
    scope: &Scope,
    input: &MemberInput,
    first_password: Option<&str>,
) -> Result<(PersonId, String), Problem> {
    let mut errors = Fields::default();
    let (login, name) = (login(&input.login), name(&input.name));
    if login.is_none() {
        errors.add("login", cx.t("person.login.wrong"));
    }
    if name.is_none() {
        errors.add("name", cx.t("person.name.wrong"));
    }
    let role = Role::parse(&input.role);
    if role.is_err() {
        errors.add("role", cx.t("form.choose"));
    }
    let (Some(login), Some(name), Ok(role)) = (login, name, role) else {
        return Err(Problem::invalid(errors.0));
    };
    let first = first_password.map_or_else(|| random_token(&*cx.app.rng, 10), str::to_owned);
    let hash = password::hash(first.clone(), &*cx.app.rng).await?;
    let id = PersonId::new(&*cx.app.clock, &*cx.app.rng);
    tx.run(&PERSON, PERSON_ADD, params![&id, login, name, hash, cx.now()]).await?;
    tx.run(scope, MEMBER_ADD, params![&id, role.as_str()]).await?;
    let event = Event::new(EventKind::MemberAdded, id.as_str()).with("role", role.as_str());
    tx.record(scope, cx.now(), &event).await?;
    Ok((id, first))
}

async fn list(tx: &mut Tx, scope: &Scope) -> Result<Vec<MemberHead>, Problem> {
    let rows: Vec<MemberRow> = tx.all(scope, MEMBER_LIST, params![]).await?;
    let head = |r: MemberRow| MemberHead {
        person_id: r.person_id,
        login: r.login,
        name: r.name,
        role: r.role,
        second_factor: r.second_factor_count > 0,
    };
    Ok(rows.into_iter().map(head).collect())
}

#[derive(Template)]
#[template(path = "member_edit.html")]
pub(crate) struct MemberPage {
    p: Page,
    errors: Fields,
    input: MemberInput,
    members: Vec<MemberHead>,
    roles: Vec<&'static str>,
    first_password: String,
}

impl Sampled for MemberPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let one = MemberHead {
            person_id: "1".into(),
            login: "soumu".into(),
            name: "総務 花子".into(),
            role: "admin".into(),
            second_factor: false,
        };
        let page = |first: &str, errors| Self {
            p: p.clone(),
            errors,
            input: MemberInput::default(),
            members: vec![one.clone()],
            roles: roles(),
            first_password: first.into(),
        };
        let mut errors = Fields::default();
        errors.add("login", p.t("person.login.wrong"));
        vec![("plain", page("", Fields::default())), ("added", page("0123", Fields::default())), ("error", page("", errors))]
    }
}

fn roles() -> Vec<&'static str> {
    Role::ALL.iter().map(|r| r.as_str()).collect()
}

async fn show(cx: &Cx, status: StatusCode, errors: Fields, input: MemberInput, first_password: String) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let members = list(&mut tx, cx.scope()?).await?;
    let p = Page::new(cx);
    Ok(p.render_as(status, &MemberPage { p: p.clone(), errors, input, members, roles: roles(), first_password }))
}

/// `GET /members`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    show(&cx, StatusCode::OK, Fields::default(), MemberInput::default(), String::new()).await
}

/// `POST /members`
pub(crate) async fn add(cx: Cx, call: Call) -> Result<Response, Problem> {
    let get = |n: &str| call.form.get(n).to_owned();
    let input = MemberInput { login: get("login"), name: get("name"), role: get("role") };
    let mut tx = cx.write().await?;
    match member_add(&cx, &mut tx, cx.scope()?, &input, None).await {
        Ok((_, first)) => {
            tx.commit().await?;
            show(&cx, StatusCode::OK, Fields::default(), MemberInput::default(), first).await
        }
        Err(problem) if problem.code == Code::Invalid => {
            drop(tx);
            show(&cx, StatusCode::UNPROCESSABLE_ENTITY, Fields(problem.fields), input, String::new()).await
        }
        Err(problem) => Err(problem),
    }
}

/// The last administrator cannot leave or step down.
async fn keep_an_admin(cx: &Cx, tx: &mut Tx, person: &PersonId) -> Result<(), Problem> {
    let others: Option<(i64,)> = tx.one(cx.scope()?, MEMBER_ADMINS, params![person]).await?;
    if others.is_some_and(|(n,)| n > 0) { Ok(()) } else { Err(Problem::new(Code::Conflict).with_detail(cx.t("member.last_admin"))) }
}

/// `POST /members/{id}/role`
pub(crate) async fn change(cx: Cx, call: Call) -> Result<Response, Problem> {
    let id: PersonId = call.id("id")?;
    let role = Role::parse(call.form.get("role")).map_err(|_| Problem::new(Code::Invalid))?;
    let mut tx = cx.write().await?;
    if role != Role::Admin {
        keep_an_admin(&cx, &mut tx, &id).await?;
    }
    if tx.run(cx.scope()?, MEMBER_ROLE, params![&id, role.as_str()]).await? == 0 {
        return Err(Problem::not_found());
    }
    cx.record(&mut tx, Event::new(EventKind::MemberChanged, id.as_str()).with("role", role.as_str())).await?;
    tx.commit().await?;
    Ok(redirect("/members"))
}

/// `POST /members/{id}/remove`
pub(crate) async fn remove(cx: Cx, call: Call) -> Result<Response, Problem> {
    let id: PersonId = call.id("id")?;
    let mut tx = cx.write().await?;
    keep_an_admin(&cx, &mut tx, &id).await?;
    if tx.run(cx.scope()?, MEMBER_REMOVE, params![&id]).await? == 0 {
        return Err(Problem::not_found());
    }
    let elsewhere: Vec<(String, String, String)> = tx.all(&PERSON, MEMBERSHIPS_OF, params![&id]).await?;
    if elsewhere.is_empty() {
        tx.run(&PERSON, PERSON_REMOVE, params![&id]).await?;
    }
    cx.record(&mut tx, Event::new(EventKind::MemberRemoved, id.as_str())).await?;
    tx.commit().await?;
    Ok(redirect("/members"))
}

/// `GET /api/v1/members`
pub(crate) async fn api_list(cx: Cx, _call: Call, (): ()) -> Result<Vec<MemberHead>, Problem> {
    let mut tx = cx.read().await?;
    list(&mut tx, cx.scope()?).await
}

/// A member just added.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MemberAdded {
    person_id: String,
    /// Shown once; the person changes it after signing in.
    first_password: String,
}

/// `POST /api/v1/members`
pub(crate) async fn api_add(cx: Cx, _call: Call, input: MemberInput) -> Result<MemberAdded, Problem> {
    let mut tx = cx.write().await?;
    let (id, first_password) = member_add(&cx, &mut tx, cx.scope()?, &input, None).await?;
    tx.commit().await?;
    Ok(MemberAdded { person_id: id.to_string(), first_password })
}
