//! `people::organisation_edit` — the organisation's page: details, sites, group companies.

use askama::Template;
use kernel::{Code, Event, EventKind, Scope};
use store::{Tx, params};
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::company::{Company, company_find};
use crate::model::{BANDS, INDUSTRIES};
use crate::organisation_create::{OrganisationHead, OrganisationInput, children};
use crate::site_edit::{SiteHead, site_list};
use crate::store::{ORGANISATION_CHANGE, ORGANISATION_FIND, ORGANISATION_PARENTS, OrganisationRow};

#[derive(Template)]
#[template(path = "organisation_edit.html")]
pub(crate) struct OrganisationPage {
    p: Page,
    errors: Fields,
    input: OrganisationInput,
    revision: i64,
    sites: Vec<SiteHead>,
    below: Vec<OrganisationHead>,
    above: Vec<String>,
    bands: &'static [&'static str],
    industries: &'static [&'static str],
    /// What the state publishes under the number.
    company: Option<Company>,
}

impl OrganisationPage {
    fn differs(&self, company: &Company) -> bool {
        !company.is_named(&self.input.name)
    }

    fn chosen_band(&self) -> &str {
        &self.input.employee_band
    }

    fn chosen_industry(&self) -> &str {
        &self.input.industry
    }
}

impl Sampled for OrganisationPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |name: &str, sites, above, errors| Self {
            p: p.clone(),
            errors,
            input: OrganisationInput {
                name: name.into(),
                employee_band: "21-50".into(),
                industry: "E".into(),
                ..OrganisationInput::default()
            },
            revision: 1,
            sites,
            below: vec![],
            above,
            bands: BANDS,
            industries: INDUSTRIES,
            company: Some(Company {
                name: "株式会社石垣精工".into(),
                kana: "イシガキセイコウ".into(),
                prefecture: "23".into(),
                closed_on: String::new(),
            }),
        };
        let sites = vec![SiteHead { site_id: "1".into(), kind: "site".into(), name: "第二工場".into(), open: true }];
        let mut errors = Fields::default();
        errors.add("corporate_number", p.t("organisation.number.check"));
        vec![
            ("plain", page("石垣精工", vec![], vec![], Fields::default())),
            ("filled", page("石垣精工", sites, vec!["石垣ホールディングス".into()], errors)),
        ]
    }
}

async fn show(cx: &Cx, status: StatusCode, errors: Fields, typed: Option<(OrganisationInput, i64)>) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let row: Option<OrganisationRow> = tx.one(cx.scope()?, ORGANISATION_FIND, params![]).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let above: Vec<(String, String, i64)> = tx.all(cx.scope()?, ORGANISATION_PARENTS, params![]).await?;
    let (input, revision) = typed.unwrap_or((
        OrganisationInput {
            name: row.name,
            corporate_number: row.corporate_number.unwrap_or_default(),
            employee_band: row.employee_band,
            industry: row.industry,
        },
        row.revision,
    ));
    let p = Page::new(cx);
    let company = company_find(&mut tx, &input.corporate_number).await?;
    let page = OrganisationPage {
        company,
        p: p.clone(),
        errors,
        input,
        revision,
        sites: site_list(&mut tx, cx.scope()?).await?,
        below: children(cx, &mut tx).await?,
        above: above.into_iter().map(|(_, name, _)| name).collect(),
        bands: BANDS,
        industries: INDUSTRIES,
    };
    Ok(p.render_as(status, &page))
}

/// `GET /organisation`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    show(&cx, StatusCode::OK, Fields::default(), None).await
}

/// `POST /organisation`
pub(crate) async fn change(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    let input = OrganisationInput::read(&call).completed(&mut tx).await?;
    let revision: i64 = call.form.get("revision").parse().unwrap_or(0);
    let mut errors = Fields::default();
    let checked = input.check(&cx, &mut errors);
    if !errors.is_empty() {
        drop(tx);
        return show(&cx, StatusCode::UNPROCESSABLE_ENTITY, errors, Some((input, revision))).await;
    }
    let saved =
        tx.run_one(&scope, ORGANISATION_CHANGE, params![&checked.name, checked.number, &checked.band, &checked.industry, revision]).await;
    saved
        .map_err(Problem::from)
        .map_err(|p| if p.code == Code::Conflict { p.with_detail(cx.t("organisation.number.taken")) } else { p })?;
    cx.record(&mut tx, Event::new(EventKind::OrganisationChanged, scope.id().as_str())).await?;
    tx.commit().await?;
    Ok(redirect("/organisation"))
}

/// What others need to know of an organisation's kind: industry letter and employee band.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Corporate number; empty if there is none.
    pub corporate_number: String,
    /// Letter of its industry's major division.
    pub industry: String,
    /// One of [`crate::BANDS`].
    pub employee_band: String,
}

impl Profile {
    /// The middle of the band, in employees.
    #[must_use]
    pub fn employees(&self) -> u32 {
        let (from, to) = self.employee_band.split_once('-').unwrap_or((&self.employee_band, ""));
        let from: u32 = from.parse().unwrap_or(1);
        to.parse::<u32>().map_or(from, |to| u32::midpoint(from, to))
    }
}

/// The organisation's profile.
///
/// # Errors
/// [`kernel::Code::NotFound`] where it does not exist.
pub async fn profile(tx: &mut Tx, scope: &Scope) -> Result<Profile, Problem> {
    let row: Option<OrganisationRow> = tx.one(scope, ORGANISATION_FIND, params![]).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let corporate_number = row.corporate_number.unwrap_or_default();
    Ok(Profile { name: row.name, corporate_number, industry: row.industry, employee_band: row.employee_band })
}
