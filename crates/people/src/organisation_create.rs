//! `people::organisation_create` — make an organisation, also as a child of one's own.

use std::pin::Pin;
use std::sync::Arc;

use kernel::{CorporateNumber, CorporateNumberError, Event, EventKind, OrganisationId, PersonId, Role, Scope, Unscoped};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, Fields, Problem, Response, redirect};

use crate::company::company_find;
use crate::model::{BANDS, INDUSTRIES, name};
use crate::store::{MEMBER_ADD, ORGANISATION_ADD, ORGANISATION_CHILDREN, TREE_ADD_ABOVE, TREE_ADD_SELF};

const NEW: Unscoped = Unscoped::because("a new organisation has no session yet; its id is bound as a parameter");

/// What one says about an organisation.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationInput {
    /// Name, 1 to 100 characters.
    pub name: String,
    /// 13 digits in any way of writing; empty where there is none, which is normal.
    #[serde(default)]
    pub corporate_number: String,
    /// Employee band, such as `21-50`.
    #[serde(default)]
    pub employee_band: String,
    /// Letter of the industry's major division.
    #[serde(default)]
    pub industry: String,
}

/// Told about every new organisation, in the same transaction. Wired in `server`.
pub trait OrganisationWatcher: Send + Sync {
    /// An organisation was made by `person`.
    fn created<'a>(
        &'a self,
        cx: &'a Cx,
        tx: &'a mut Tx,
        id: &'a OrganisationId,
        person: &'a PersonId,
    ) -> Pin<Box<dyn Future<Output = Result<(), Problem>> + Send + 'a>>;
}

/// An organisation in lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct OrganisationHead {
    pub(crate) organisation_id: String,
    pub(crate) name: String,
    /// How far below, 1 for children.
    pub(crate) depth: i64,
}

/// Checked details.
#[derive(Debug, Clone)]
pub(crate) struct Checked {
    pub(crate) name: String,
    pub(crate) number: Option<String>,
    pub(crate) band: String,
    pub(crate) industry: String,
}

impl OrganisationInput {
    pub(crate) fn read(call: &Call) -> Self {
        let get = |n: &str| call.form.get(n).to_owned();
        Self {
            name: get("name"),
            corporate_number: get("corporate_number"),
            employee_band: get("employee_band"),
            industry: get("industry"),
        }
    }

    /// The same with the name that belongs to the corporate number, where none was typed.
    pub(crate) async fn completed(&self, tx: &mut Tx) -> Result<Self, Problem> {
        let mut input = self.clone();
        if let (true, Ok(number)) = (input.name.trim().is_empty(), CorporateNumber::parse(&input.corporate_number)) {
            input.name = company_find(tx, number.as_str()).await?.map_or(String::new(), |c| c.name);
        }
        Ok(input)
    }

    /// Checks every field; messages go to `errors`.
    pub(crate) fn check(&self, cx: &Cx, errors: &mut Fields) -> Checked {
        let mut checked = Checked { name: String::new(), number: None, band: self.employee_band.clone(), industry: self.industry.clone() };
        match name(&self.name) {
            Some(text) => checked.name = text,
            None => errors.add("name", cx.t("organisation.name.wrong")),
        }
        if !self.corporate_number.trim().is_empty() {
            match CorporateNumber::parse(&self.corporate_number) {
                Ok(number) => checked.number = Some(number.as_str().to_owned()),
                Err(error) => errors.add("corporate_number", number_text(cx, &error)),
            }
        }
        if !checked.band.is_empty() && !BANDS.contains(&checked.band.as_str()) {
            errors.add("employee_band", cx.t("form.choose"));
        }
        if !checked.industry.is_empty() && !INDUSTRIES.contains(&checked.industry.as_str()) {
            errors.add("industry", cx.t("form.choose"));
        }
        checked
    }
}

fn number_text(cx: &Cx, error: &CorporateNumberError) -> String {
    let fill = |key: &str, value: String| cx.app.texts.fill(cx.lang, key, &[("n", value)]);
    match error {
        CorporateNumberError::Length { digits } => fill("organisation.number.length", digits.to_string()),
        CorporateNumberError::NotDigits => cx.t("organisation.number.digits"),
        CorporateNumberError::CheckDigit => cx.t("organisation.number.check"),
        CorporateNumberError::Twelve { offered } => fill("organisation.number.twelve", offered.clone()),
    }
}

/// Makes an organisation, below `parent` if given, with `person` as its administrator.
///
/// # Errors
/// [`kernel::Code::Invalid`] by field; [`kernel::Code::Conflict`] if the number is taken.
pub async fn organisation_create(
    cx: &Cx,
    tx: &mut Tx,
    input: &OrganisationInput,
    parent: Option<&OrganisationId>,
    person: &PersonId,
) -> Result<OrganisationId, Problem> {
    let mut errors = Fields::default();
    let checked = input.completed(tx).await?.check(cx, &mut errors);
    if !errors.is_empty() {
        return Err(Problem::invalid(errors.0));
    }
    let id = OrganisationId::new(&*cx.app.clock, &*cx.app.rng);
    let parent_text = parent.map(|p| p.as_str().to_owned());
    tx.run(&NEW, ORGANISATION_ADD, params![&id, parent_text, &checked.name, checked.number, &checked.band, &checked.industry, cx.now(),])
        .await?;
    tx.run(&NEW, TREE_ADD_SELF, params![&id]).await?;
    if let Some(parent) = parent {
        tx.run(&NEW, TREE_ADD_ABOVE, params![parent, &id]).await?;
    }
    tx.run(&NEW, MEMBER_ADD, params![&id, person, Role::Admin.as_str()]).await?;
    let event = Event::new(EventKind::OrganisationCreated, id.as_str()).with("admin", person.as_str());
    tx.record_as(Some(id.as_str()), person.as_str(), cx.now(), &event).await?;
    cx.part::<Arc<dyn OrganisationWatcher>>()?.created(cx, tx, &id, person).await?;
    Ok(id)
}

/// `POST /organisation/children`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    organisation_create(&cx, &mut tx, &OrganisationInput::read(&call), Some(scope.id()), scope.person()).await?;
    tx.commit().await?;
    Ok(redirect("/organisation"))
}

/// `POST /api/v1/organisations`
pub(crate) async fn api(cx: Cx, _call: Call, input: OrganisationInput) -> Result<OrganisationHead, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    let id = organisation_create(&cx, &mut tx, &input, Some(scope.id()), scope.person()).await?;
    tx.commit().await?;
    Ok(OrganisationHead { organisation_id: id.to_string(), name: input.name, depth: 1 })
}

/// The organisation's descendants.
///
/// # Errors
/// The store's.
pub(crate) async fn children(cx: &Cx, tx: &mut Tx) -> Result<Vec<OrganisationHead>, Problem> {
    let rows: Vec<(String, String, i64)> = tx.all(cx.scope()?, ORGANISATION_CHILDREN, params![]).await?;
    Ok(rows.into_iter().map(|(organisation_id, name, depth)| OrganisationHead { organisation_id, name, depth }).collect())
}

/// `GET /api/v1/organisations`
pub(crate) async fn api_list(cx: Cx, _call: Call, (): ()) -> Result<Vec<OrganisationHead>, Problem> {
    let mut tx = cx.read().await?;
    children(&cx, &mut tx).await
}

/// A company without people, for benches that need very many.
///
/// # Errors
/// The store's.
pub async fn organisation_for_bench(cx: &Cx, tx: &mut Tx, band: &str, industry: &str) -> Result<Scope, Problem> {
    let id = OrganisationId::new(&*cx.app.clock, &*cx.app.rng);
    let row = params![&id, None::<String>, "bench", None::<String>, band, industry, cx.now()];
    tx.run(&NEW, ORGANISATION_ADD, row).await?;
    tx.run(&NEW, TREE_ADD_SELF, params![&id]).await?;
    Ok(Scope::granted(id, PersonId::new(&*cx.app.clock, &*cx.app.rng), Role::Viewer))
}
