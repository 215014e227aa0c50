//! `suppliers::supplier_show` — the page of one supplier, or an empty one for a new supplier.

use std::fmt::Display;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode};

use crate::classes::{Place, QUESTIONS, Said};
use crate::store::{ContactRow, SupplierRow};
use crate::supplier::{Concern, SupplierHead, contacts, find, rules};

/// Why a supplier has its class and level.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct PlaceHead {
    /// A to D, empty while unknown.
    pub(crate) class: String,
    pub(crate) class_reason: String,
    /// 1 to 5, 0 while unknown.
    pub(crate) level: i64,
    /// The level required in any case.
    pub(crate) at_least: i64,
    /// Questions answered yes, with the level each asks for.
    pub(crate) because: Vec<(String, i64)>,
    /// Questions nobody answered that could raise the level.
    pub(crate) open: Vec<String>,
}

impl From<Place> for PlaceHead {
    fn from(place: Place) -> Self {
        Self {
            class: place.class.map_or(String::new(), |c| c.as_str().to_owned()),
            class_reason: place.class_reason.to_owned(),
            level: place.level,
            at_least: place.at_least,
            because: place.because.into_iter().map(|(q, n)| (q.to_owned(), n)).collect(),
            open: place.open.into_iter().map(str::to_owned).collect(),
        }
    }
}

/// A supplier with its reasons.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct SupplierDetails {
    #[serde(flatten)]
    pub(crate) head: SupplierHead,
    pub(crate) place: PlaceHead,
    /// `active`, `ended` or `merged`.
    pub(crate) state: String,
    /// What is decided about it.
    pub(crate) decision: String,
}

#[derive(Template)]
#[template(path = "supplier_show.html")]
pub(crate) struct SupplierShowPage {
    p: Page,
    /// Empty id for a new one.
    s: SupplierRow,
    place: PlaceHead,
    contacts: Vec<ContactRow>,
    concerns: &'static [Concern],
    errors: Fields,
}

impl SupplierShowPage {
    fn said(&self) -> [(&'static str, &str); 5] {
        let [a, b, c] = QUESTIONS;
        let s = &self.s;
        [(a, &s.confidential), (b, &s.stops), (c, &s.access), ("security_person", &s.security_person), ("internet", &s.internet)]
    }

    fn options() -> [&'static str; 3] {
        [Said::Yes, Said::No, Said::Unknown].map(Said::as_str)
    }

    fn number(&self, field: &str) -> String {
        let s = &self.s;
        let n = match field {
            "employees" => s.employees,
            "capital_yen" => s.capital_yen,
            "sales_million_yen" => s.sales_million_yen,
            _ => s.spend_yen,
        };
        n.map_or(String::new(), |n| n.to_string())
    }

    fn chosen(said: &str, option: &str) -> bool {
        said == option || (said.is_empty() && option == Said::Unknown.as_str())
    }

    fn because(p: &Page, question: &str, level: impl Display) -> String {
        p.t1(&format!("supplier.because.{question}"), "n", level)
    }

    fn wrong_mail(&self, place: impl Display) -> &str {
        self.errors.of(&format!("mail-{place}"))
    }

    fn contact(&self, place: impl Display) -> ContactRow {
        let place = place.to_string().parse().unwrap_or(1);
        self.contacts.iter().find(|c| c.place == place).cloned().unwrap_or(ContactRow { place, ..ContactRow::default() })
    }
}

impl Sampled for SupplierShowPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let place = |open: &[&str]| PlaceHead {
            class: "C".into(),
            class_reason: "middle".into(),
            level: if open.is_empty() { 4 } else { 0 },
            at_least: 4,
            because: vec![("confidential".into(), 4)],
            open: open.iter().map(|q| (*q).to_owned()).collect(),
        };
        let page = |s: SupplierRow, place: PlaceHead, errors: Fields| Self {
            p: p.clone(),
            s,
            place,
            contacts: vec![ContactRow { place: 1, name: "石垣 花子".into(), mail: "hanako@example.jp".into(), phone: String::new() }],
            concerns: Concern::ALL,
            errors,
        };
        let mut errors = Fields::default();
        errors.add("name", "会社名を入れてください");
        let worries = SupplierRow {
            concern: "worries".into(),
            concern_text: "控えがない".into(),
            owner: "情報システム部".into(),
            policy: "一緒に控えを始める".into(),
            decision: "承認".into(),
            state: "ended".into(),
            ..SupplierRow::sample()
        };
        vec![
            ("known", page(SupplierRow::sample(), place(&[]), Fields::default())),
            ("open", page(worries, place(&["access"]), Fields::default())),
            ("new", page(SupplierRow::default(), place(&["access"]), errors)),
        ]
    }
}

/// Shows a supplier, with what does not fit.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub(crate) async fn show(cx: &Cx, call: &Call, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?, call.part("id"));
    let mut tx = cx.read().await?;
    let s = if id.is_empty() { SupplierRow::default() } else { find(&mut tx, scope, id).await? };
    let place = rules(cx, &mut tx, scope).await?.place(&s.known()).into();
    let contacts = contacts(&mut tx, scope, id).await?;
    let page = SupplierShowPage { p: Page::new(cx), s, place, contacts, concerns: Concern::ALL, errors };
    Ok(page.p.clone().render_as(status, &page))
}

/// `GET /suppliers/{id}` and `GET /suppliers/new`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, &call, Fields::default(), StatusCode::OK).await
}

/// `GET /api/v1/suppliers/{id}`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<SupplierDetails, Problem> {
    let scope = cx.scope()?;
    let mut tx = cx.read().await?;
    let row = find(&mut tx, scope, call.part("id")).await?;
    let place = rules(&cx, &mut tx, scope).await?.place(&row.known()).into();
    Ok(SupplierDetails { head: row.head(), place, state: row.state, decision: row.decision })
}
