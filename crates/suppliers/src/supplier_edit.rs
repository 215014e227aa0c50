//! `suppliers::supplier_edit` — one supplier: what is known of it, whom to write to, what is thought and
//! decided; added, changed, ended, taken up again.

use kernel::{CorporateNumber, Day, Event, EventKind, Scope, fold_name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{StoreError, params};
use web::{Call, Cx, Fields, Form, Problem, Response, StatusCode, redirect};

use crate::classes::Said;
use crate::list_read::mail;
use crate::store::{CONTACT_CLEAR, ContactRow, SUPPLIER_NUMBERED, SupplierRow};
use crate::supplier::{Concern, SupplierHead, contact_set, find, rules, save};
use crate::supplier_show::show;

/// Longest text of a field, in characters.
const TEXT_MAX_CHARS: usize = 400;

/// What a form or program says about a supplier.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SupplierInput {
    /// Name, 1 to 400 characters.
    pub name: String,
    /// 13 digits, any width; empty where there is none.
    pub corporate_number: String,
    /// The buyer's own code.
    pub code: String,
    /// Department in charge.
    pub department: String,
    /// What is bought or done.
    pub work: String,
    /// Own business that is hit when it stops.
    pub hit: String,
    /// `shared`, `dedicated` or `unknown`.
    pub environment: String,
    /// `yes`, `no` or `unknown`.
    pub internet: String,
    /// Handles confidential matters: `yes`, `no` or `unknown`.
    pub confidential: String,
    /// A stop hurts: `yes`, `no` or `unknown`.
    pub stops: String,
    /// Can get into the buyer's network: `yes`, `no` or `unknown`.
    pub access: String,
    /// Has a person for security: `yes`, `no` or `unknown`.
    pub security_person: String,
    /// Regular employees; empty while unknown.
    pub employees: String,
    /// Capital in yen; empty while unknown.
    pub capital_yen: String,
    /// Sales of a year in million yen; empty while unknown.
    pub sales_million_yen: String,
    /// What the buyer pays it in a year, in yen; empty while unknown.
    pub spend_yen: String,
    /// Certificates: `isms`, `pmark`, with commas.
    pub certificates: String,
    /// People to write to, at most two: name, mail address, telephone.
    pub contacts: Vec<(String, String, String)>,
}

impl SupplierInput {
    /// What a form says.
    pub(crate) fn read(form: &Form) -> Self {
        let get = |name: &str| form.get(name).to_owned();
        let contact = |n: usize| {
            let get = |name: &str| form.get(&format!("{name}-{n}")).to_owned();
            (get("person"), get("mail"), get("phone"))
        };
        Self {
            name: get("name"),
            corporate_number: get("corporate_number"),
            code: get("code"),
            department: get("department"),
            work: get("work"),
            hit: get("hit"),
            environment: get("environment"),
            internet: get("internet"),
            confidential: get("confidential"),
            stops: get("stops"),
            access: get("access"),
            security_person: get("security_person"),
            employees: get("employees"),
            capital_yen: get("capital_yen"),
            sales_million_yen: get("sales_million_yen"),
            spend_yen: get("spend_yen"),
            certificates: form.all("certificates").join(","),
            contacts: vec![contact(1), contact(2)],
        }
    }

    /// Puts what fits into a row, and tells what does not.
    fn fill(&self, cx: &Cx, row: &mut SupplierRow, wrong: &mut Fields) {
        let text = |text: &str| text.trim().chars().filter(|c| !c.is_control()).take(TEXT_MAX_CHARS).collect::<String>();
        row.name = text(&self.name);
        row.folded = fold_name(&row.name);
        if row.name.is_empty() {
            wrong.add("name", cx.t("list.why.name_missing"));
        }
        match CorporateNumber::parse(&self.corporate_number) {
            Ok(number) => number.as_str().clone_into(&mut row.corporate_number),
            Err(_) if self.corporate_number.trim().is_empty() => row.corporate_number.clear(),
            Err(_) => wrong.add("corporate_number", cx.t("list.why.number_check")),
        }
        (row.code, row.department, row.work, row.hit) = (text(&self.code), text(&self.department), text(&self.work), text(&self.hit));
        let said = |text: &str| Said::of(text).as_str().to_owned();
        (row.confidential, row.stops, row.access) = (said(&self.confidential), said(&self.stops), said(&self.access));
        (row.security_person, row.internet) = (said(&self.security_person), said(&self.internet));
        row.environment = if ["shared", "dedicated"].contains(&self.environment.as_str()) { self.environment.clone() } else { said("") };
        let mut number = |field: &str, text: &str| match crate::list_read::amount(text) {
            Some(n) => Some(n),
            None if text.trim().is_empty() => None,
            None => {
                wrong.add(field, cx.t("list.why.amount"));
                None
            }
        };
        row.employees = number("employees", &self.employees);
        row.capital_yen = number("capital_yen", &self.capital_yen);
        row.sales_million_yen = number("sales_million_yen", &self.sales_million_yen);
        row.spend_yen = number("spend_yen", &self.spend_yen);
        let known = self.certificates.split(',').filter(|c| ["isms", "pmark"].contains(c));
        row.certificates = known.collect::<Vec<_>>().join(",");
    }

    fn contacts(&self, cx: &Cx, wrong: &mut Fields) -> Vec<ContactRow> {
        let text = |text: &str| text.trim().chars().filter(|c| !c.is_control()).take(120).collect::<String>();
        let mut rows = Vec::new();
        for (place, (name, address, phone)) in (1_i64..=2).zip(&self.contacts) {
            let good = mail(address);
            if good.is_none() && !address.trim().is_empty() {
                wrong.add(&format!("mail-{place}"), cx.t("list.why.mail"));
            }
            rows.push(ContactRow { place, name: text(name), mail: good.unwrap_or_default(), phone: text(phone) });
        }
        rows
    }
}

/// Adds a supplier, or changes one that has `revision`. Returns its id.
///
/// # Errors
/// [`kernel::Code::Invalid`] by field; [`kernel::Code::Conflict`] if another supplier has the number;
/// [`kernel::Code::Stale`] if somebody else saved it; the store's.
pub async fn supplier_edit(
    cx: &Cx,
    tx: &mut store::Tx,
    scope: &Scope,
    known: Option<(&str, i64)>,
    input: &SupplierInput,
) -> Result<String, Problem> {
    let rules = rules(cx, tx, scope).await?;
    let mut row = match known {
        None => SupplierRow::new(cx, &input.name, "hand"),
        Some((id, _)) => find(tx, scope, id).await?,
    };
    let mut wrong = Fields::default();
    input.fill(cx, &mut row, &mut wrong);
    let contacts = input.contacts(cx, &mut wrong);
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong.0));
    }
    if known.is_some_and(|(_, revision)| revision != row.revision) {
        return Err(StoreError::Stale.into());
    }
    if !row.corporate_number.is_empty() {
        let other: Option<(String,)> = tx.one(scope, SUPPLIER_NUMBERED, params![&row.corporate_number, &row.supplier_id]).await?;
        if other.is_some() {
            return Err(Problem::new(kernel::Code::Conflict).with_detail(cx.t("supplier.wrong.number")));
        }
    }
    row.put(&rules);
    save(tx, scope, &mut row, cx.now()).await?;
    tx.run(scope, CONTACT_CLEAR, params![&row.supplier_id]).await?;
    for contact in contacts.iter().filter(|c| !(c.name.is_empty() && c.mail.is_empty() && c.phone.is_empty())) {
        contact_set(tx, scope, &row.supplier_id, contact, cx.now()).await?;
    }
    tx.record(scope, cx.now(), &Event::new(EventKind::SupplierChanged, &row.supplier_id)).await?;
    Ok(row.supplier_id)
}

/// `POST /suppliers`
pub(crate) async fn send_add(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    match supplier_edit(&cx, &mut tx, &scope, None, &SupplierInput::read(&call.form)).await {
        Ok(id) => {
            tx.commit().await?;
            Ok(redirect(&format!("/suppliers/{id}")))
        }
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            drop(tx);
            show(&cx, &call, Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// `POST /suppliers/{id}`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let revision = call.form.get("revision").parse().unwrap_or(0);
    let mut tx = cx.write().await?;
    match supplier_edit(&cx, &mut tx, &scope, Some((&id, revision)), &SupplierInput::read(&call.form)).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect(&format!("/suppliers/{id}")))
        }
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            drop(tx);
            show(&cx, &call, Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// `POST /suppliers/{id}/state`: ends the business with it, or takes it up again.
pub(crate) async fn send_state(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.write().await?;
    let mut row = find(&mut tx, &scope, &id).await?;
    if row.state == "merged" {
        return Err(Problem::not_found());
    }
    if row.state == "active" { "ended" } else { "active" }.clone_into(&mut row.state);
    save(&mut tx, &scope, &mut row, cx.now()).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::SupplierChanged, &id).with("state", &row.state)).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/suppliers/{id}")))
}

/// What is thought of a supplier, and what is done.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ConcernInput {
    /// `none`, `worries`, `covered`, `grace` or `fine`.
    concern: String,
    /// What worries.
    text: String,
    /// Who looks after it.
    owner: String,
    /// What is done.
    policy: String,
    /// Until when; a day, or empty.
    until: String,
}

async fn concern(cx: &Cx, id: &str, input: &ConcernInput) -> Result<(), Problem> {
    let scope = cx.scope()?.clone();
    let text = |text: &str| text.trim().chars().take(TEXT_MAX_CHARS).collect::<String>();
    let mut tx = cx.write().await?;
    let mut row = find(&mut tx, &scope, id).await?;
    let mut wrong = Fields::default();
    let concern = Concern::parse(&input.concern).unwrap_or(Concern::None);
    row.concern = concern.to_string();
    (row.concern_text, row.owner, row.policy) = (text(&input.text), text(&input.owner), text(&input.policy));
    row.until_day = Day::parse_loose(&input.until).map(|d| d.to_string()).unwrap_or_default();
    if row.until_day.is_empty() && !input.until.trim().is_empty() {
        wrong.add("until", cx.t("supplier.wrong.day"));
    } else if row.until_day.is_empty() && concern == Concern::Grace {
        wrong.add("until", cx.t("supplier.wrong.grace"));
    }
    if concern == Concern::Worries && (row.owner.is_empty() || row.policy.is_empty()) {
        wrong.add("owner", cx.t("supplier.wrong.owner"));
    }
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong.0));
    }
    save(&mut tx, &scope, &mut row, cx.now()).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::SupplierChanged, id).with("concern", &row.concern)).await?;
    Ok(tx.commit().await?)
}

async fn decide(cx: &Cx, id: &str, decision: &str) -> Result<(), Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    let mut row = find(&mut tx, &scope, id).await?;
    row.decision = decision.trim().chars().take(TEXT_MAX_CHARS).collect();
    (row.decided_at, row.decided_by) = (cx.now().text(), scope.person().to_string());
    save(&mut tx, &scope, &mut row, cx.now()).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::SupplierChanged, id).with("decided", "yes")).await?;
    Ok(tx.commit().await?)
}

/// Back to where the form was.
fn back(call: &Call) -> Response {
    let own = format!("/suppliers/{}", call.part("id"));
    redirect(&if call.form.get("back").is_empty() { own } else { web::local_path(call.form.get("back")) })
}

/// What is decided about a supplier.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionInput {
    /// At most 400 characters; empty takes the decision back.
    decision: String,
}

/// `POST /suppliers/{id}/decision`
pub(crate) async fn send_decision(cx: Cx, call: Call) -> Result<Response, Problem> {
    decide(&cx, call.part("id"), call.form.get("decision")).await?;
    Ok(back(&call))
}

/// `PUT /api/v1/suppliers/{id}/decision`
pub(crate) async fn api_decision(cx: Cx, call: Call, input: DecisionInput) -> Result<SupplierHead, Problem> {
    decide(&cx, call.part("id"), &input.decision).await?;
    let mut tx = cx.read().await?;
    Ok(find(&mut tx, cx.scope()?, call.part("id")).await?.head())
}

/// `POST /suppliers/{id}/concern`
pub(crate) async fn send_concern(cx: Cx, call: Call) -> Result<Response, Problem> {
    let get = |name: &str| call.form.get(name).to_owned();
    let input =
        ConcernInput { concern: get("concern"), text: get("text"), owner: get("owner"), policy: get("policy"), until: get("until") };
    match concern(&cx, call.part("id"), &input).await {
        Ok(()) => Ok(back(&call)),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => show(&cx, &call, Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

/// `POST /api/v1/suppliers`
pub(crate) async fn api_add(cx: Cx, _call: Call, input: SupplierInput) -> Result<SupplierHead, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    let id = supplier_edit(&cx, &mut tx, &scope, None, &input).await?;
    let head = find(&mut tx, &scope, &id).await?.head();
    tx.commit().await?;
    Ok(head)
}

/// `PUT /api/v1/suppliers/{id}/concern`
pub(crate) async fn api_concern(cx: Cx, call: Call, input: ConcernInput) -> Result<SupplierHead, Problem> {
    concern(&cx, call.part("id"), &input).await?;
    let mut tx = cx.read().await?;
    Ok(find(&mut tx, cx.scope()?, call.part("id")).await?.head())
}
