//! `people::instance_claim` — the first run: a one-time code from the terminal makes the first
//! account and organisation. There is no default password.

use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use kernel::{Code, Event, EventKind, OrganisationId, PersonId, Unscoped};
use store::{Tx, params};
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::model::{BANDS, INDUSTRIES, login, name};
use crate::organisation_create::{OrganisationInput, organisation_create};
use crate::password;
use crate::store::{PERSON_ADD, PERSON_COUNT};

const FIRST: Unscoped = Unscoped::because("before the first account there is no organisation");

/// The code printed on the terminal; gone once used.
#[derive(Clone, Default)]
pub struct FirstCode(Arc<Mutex<Option<String>>>);

impl FirstCode {
    /// Waits for this code.
    #[must_use]
    pub fn waiting(code: String) -> Self {
        Self(Arc::new(Mutex::new(Some(code))))
    }

    fn fits(&self, typed: &str) -> bool {
        let plain = |t: &str| t.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let code = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        code.as_ref().is_some_and(|code| kernel::sha256_hex(plain(code).as_bytes()) == kernel::sha256_hex(plain(typed).as_bytes()))
    }

    fn used(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// The first account and organisation.
#[derive(Debug, Clone, Default)]
pub struct ClaimInput {
    /// Login.
    pub login: String,
    /// The person's name.
    pub person_name: String,
    /// Password.
    pub password: String,
    /// The organisation.
    pub organisation: OrganisationInput,
}

/// Whether anybody has an account.
///
/// # Errors
/// The store's.
pub async fn instance_is_claimed(tx: &mut Tx) -> Result<bool, Problem> {
    let count: Option<(i64,)> = tx.one(&FIRST, PERSON_COUNT, params![]).await?;
    Ok(count.is_some_and(|(n,)| n > 0))
}

/// Makes an organisation that stands on its own, with its first person as administrator.
///
/// # Errors
/// [`Code::Invalid`] by field; [`Code::Conflict`] if login or corporate number is taken.
pub async fn organisation_found(cx: &Cx, tx: &mut Tx, input: &ClaimInput) -> Result<(PersonId, OrganisationId), Problem> {
    let mut errors = Fields::default();
    let login = login(&input.login).unwrap_or_else(|| {
        errors.add("login", cx.t("person.login.wrong"));
        String::new()
    });
    let person = name(&input.person_name).unwrap_or_else(|| {
        errors.add("person_name", cx.t("person.name.wrong"));
        String::new()
    });
    if let Some(key) = password::fault(&input.password, &login) {
        errors.add("password", cx.t(key));
    }
    input.organisation.completed(tx).await?.check(cx, &mut errors);
    if !errors.is_empty() {
        return Err(Problem::invalid(errors.0));
    }
    let hash = password::hash(input.password.clone(), &*cx.app.rng).await?;
    let id = PersonId::new(&*cx.app.clock, &*cx.app.rng);
    tx.run(&FIRST, PERSON_ADD, params![&id, login, person, hash, cx.now()]).await?;
    let organisation = organisation_create(cx, tx, &input.organisation, None, &id).await?;
    Ok((id, organisation))
}

/// Makes the first account.
///
/// # Errors
/// As [`organisation_found`]; [`Code::Conflict`] if there is an account already.
pub async fn instance_claim(cx: &Cx, input: &ClaimInput) -> Result<(PersonId, OrganisationId), Problem> {
    let mut tx = cx.write().await?;
    if instance_is_claimed(&mut tx).await? {
        return Err(Problem::new(Code::Conflict));
    }
    let (id, organisation) = organisation_found(cx, &mut tx, input).await?;
    let event = Event::new(EventKind::InstanceClaimed, organisation.as_str());
    tx.record_as(None, id.as_str(), cx.now(), &event).await?;
    tx.commit().await?;
    Ok((id, organisation))
}

#[derive(Template)]
#[template(path = "instance_claim.html")]
pub(crate) struct ClaimPage {
    p: Page,
    errors: Fields,
    code: String,
    input: ClaimInput,
    bands: &'static [&'static str],
    industries: &'static [&'static str],
}

impl ClaimPage {
    fn chosen_band(&self) -> &str {
        &self.input.organisation.employee_band
    }

    fn chosen_industry(&self) -> &str {
        &self.input.organisation.industry
    }
}

impl Sampled for ClaimPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |errors, input| Self { p: p.clone(), errors, code: String::new(), input, bands: BANDS, industries: INDUSTRIES };
        let mut errors = Fields::default();
        errors.add("code", p.t("claim.code.wrong"));
        vec![("empty", page(Fields::default(), ClaimInput::default())), ("error", page(errors, ClaimInput::default()))]
    }
}

fn form(cx: &Cx, status: StatusCode, errors: Fields, code: &str, mut input: ClaimInput) -> Response {
    let p = Page::new(cx);
    input.password.clear();
    p.render_as(status, &ClaimPage { p: p.clone(), errors, code: code.to_owned(), input, bands: BANDS, industries: INDUSTRIES })
}

/// `GET /start`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    if instance_is_claimed(&mut tx).await? {
        return Ok(redirect("/"));
    }
    Ok(form(&cx, StatusCode::OK, Fields::default(), "", ClaimInput::default()))
}

/// `POST /start`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let get = |n: &str| call.form.get(n).to_owned();
    let input = ClaimInput {
        login: get("login"),
        person_name: get("person_name"),
        password: get("password"),
        organisation: OrganisationInput::read(&call),
    };
    let expected = cx.part::<FirstCode>()?;
    if !expected.fits(call.form.get("code")) {
        let mut errors = Fields::default();
        errors.add("code", cx.t("claim.code.wrong"));
        return Ok(form(&cx, StatusCode::UNPROCESSABLE_ENTITY, errors, "", input));
    }
    match instance_claim(&cx, &input).await {
        Ok((person, organisation)) => {
            expected.used();
            crate::session_open::start(&cx, &person, &organisation, true, "/choose").await
        }
        Err(problem) if problem.code == Code::Invalid => {
            Ok(form(&cx, StatusCode::UNPROCESSABLE_ENTITY, Fields(problem.fields), call.form.get("code"), input))
        }
        Err(problem) => Err(problem),
    }
}
