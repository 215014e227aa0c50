//! `suppliers::link_edit` — links of the chain: added, changed, ended; one company joined to another.

use kernel::{Day, Event, EventKind, LinkId, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, Fields, Problem, Response, redirect};

use crate::classes::Said;
use crate::list_read::amount;
use crate::store::{LINK_ADD, LINK_END, LINK_FIND, LINK_MOVE_CUSTOMER, LINK_MOVE_SUPPLIER, LINK_OF, LINK_OWN_DROP, LINK_SET, LinkRow};
use crate::supplier::{find, save};
use crate::walk::Substitute;

/// A link as a form or program says it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LinkInput {
    /// Who supplies: id of a supplier.
    pub supplier_id: String,
    /// To whom: id of a supplier; empty for the buyer itself.
    pub customer_id: String,
    /// `part` or `service`.
    pub kind: String,
    /// What it is, 1 to 200 characters.
    pub item: String,
    /// `none`, `some`, `full` or `unknown`.
    pub substitute: String,
    /// Days until the substitute delivers, 0 to 3,650; empty while unknown.
    pub switch_days: String,
    /// Days the customer's stock lasts, 0 to 3,650; empty while unknown.
    pub stock_days: String,
    /// `shared`, `dedicated` or `unknown`.
    pub environment: String,
    /// Holds data of the customer: `yes`, `no` or `unknown`.
    pub data: String,
    /// Has access to the customer's systems: `yes`, `no` or `unknown`.
    pub access: String,
    /// The clause of the contract about security.
    pub clause: String,
    /// Department in charge.
    pub department: String,
    /// Whether deeper tiers are asked about it.
    pub critical: bool,
    /// `own` or `hearsay`.
    pub basis: String,
}

impl LinkInput {
    fn row(&self, cx: &Cx, wrong: &mut Fields) -> LinkRow {
        let text = |text: &str, most: usize| text.trim().chars().filter(|c| !c.is_control()).take(most).collect::<String>();
        let said = |text: &str| Said::of(text).as_str().to_owned();
        let one =
            |text: &str, known: &[&str]| known.iter().find(|k| **k == text).or(known.first()).map_or(String::new(), |k| (*k).to_owned());
        let mut days = |field: &str, text: &str| match amount(text) {
            Some(n) if n <= 3650 => Some(n),
            None if text.trim().is_empty() => None,
            _ => {
                wrong.add(field, cx.t("link.wrong.days"));
                None
            }
        };
        let (switch_days, stock_days) = (days("switch_days", &self.switch_days), days("stock_days", &self.stock_days));
        let item = text(&self.item, 200);
        if item.is_empty() {
            wrong.add("item", cx.t("link.wrong.item"));
        }
        if self.supplier_id == self.customer_id {
            wrong.add("customer_id", cx.t("link.wrong.same"));
        }
        LinkRow {
            link_id: LinkId::new(&*cx.app.clock, &*cx.app.rng).to_string(),
            supplier_id: self.supplier_id.clone(),
            customer_id: self.customer_id.clone(),
            kind: one(&self.kind, &["part", "service"]),
            item,
            substitute: Substitute::parse(&self.substitute).unwrap_or(Substitute::Unknown).to_string(),
            switch_days,
            stock_days,
            environment: one(&self.environment, &["unknown", "shared", "dedicated"]),
            data: said(&self.data),
            access: said(&self.access),
            clause: text(&self.clause, 200),
            department: text(&self.department, 120),
            critical: i64::from(self.critical),
            basis: one(&self.basis, &["own", "hearsay"]),
            ended_on: String::new(),
        }
    }
}

/// Adds links.
///
/// # Errors
/// [`kernel::Code::Invalid`] by field; [`kernel::Code::NotFound`] for a company that is not in the list; the store's.
pub async fn links_add(cx: &Cx, tx: &mut Tx, scope: &Scope, inputs: &[LinkInput]) -> Result<Vec<String>, Problem> {
    let mut ids = Vec::new();
    for input in inputs {
        let mut wrong = Fields::default();
        let row = input.row(cx, &mut wrong);
        if !wrong.is_empty() {
            return Err(Problem::invalid(wrong.0));
        }
        find(tx, scope, &row.supplier_id).await?;
        if !row.customer_id.is_empty() {
            find(tx, scope, &row.customer_id).await?;
        }
        add(cx, tx, scope, &row).await?;
        ids.push(row.link_id);
    }
    let event = Event::new(EventKind::SupplierLinksChanged, scope.id().as_str()).with("added", ids.len().to_string());
    tx.record(scope, cx.now(), &event).await?;
    Ok(ids)
}

/// Puts a checked row in.
pub(crate) async fn add(cx: &Cx, tx: &mut Tx, scope: &Scope, row: &LinkRow) -> Result<(), Problem> {
    let r = row.clone();
    let values = params![
        r.link_id,
        r.supplier_id,
        r.customer_id,
        r.kind,
        r.item,
        r.substitute,
        r.switch_days,
        r.stock_days,
        r.environment,
        r.data,
        r.access,
        r.clause,
        r.department,
        r.critical,
        r.basis,
        cx.now()
    ];
    tx.run(scope, LINK_ADD, values).await?;
    Ok(())
}

/// What a form says.
fn read(call: &Call) -> LinkInput {
    let get = |name: &str| call.form.get(name).to_owned();
    let here = call.part("id").to_owned();
    // On a supplier's page the other end is chosen; `up` says that this one is supplied.
    let up = call.form.get("way") == "up";
    let other = get("other");
    let (supplier_id, customer_id) = if up { (other, here) } else { (here, other) };
    LinkInput {
        supplier_id,
        customer_id,
        kind: get("kind"),
        item: get("item"),
        substitute: get("substitute"),
        switch_days: get("switch_days"),
        stock_days: get("stock_days"),
        environment: get("environment"),
        data: get("data"),
        access: get("access"),
        clause: get("clause"),
        department: get("department"),
        critical: call.form.get("critical") == "yes",
        basis: get("basis"),
    }
}

/// `POST /suppliers/{id}/links`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    match links_add(&cx, &mut tx, &scope, &[read(&call)]).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect(&format!("/suppliers/{}/links", call.part("id"))))
        }
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            drop(tx);
            crate::link_show::show(&cx, call.part("id"), Fields(problem.fields), web::StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// `POST /suppliers/links/{id}/end`: from today on, or from a day that is given.
pub(crate) async fn send_end(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let day = Day::parse_loose(call.form.get("day")).unwrap_or_else(|_| cx.now().day());
    let mut tx = cx.write().await?;
    let row: Option<LinkRow> = tx.one(&scope, LINK_FIND, params![&id]).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let ends = if row.ended_on.is_empty() { day.to_string() } else { String::new() };
    tx.run_one(&scope, LINK_END, params![&id, ends, cx.now()]).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::SupplierLinksChanged, &id)).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/suppliers/{}/links", row.supplier_id)))
}

/// `POST /suppliers/links/{id}`: what is known of a link.
pub(crate) async fn send_change(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.write().await?;
    let old: Option<LinkRow> = tx.one(&scope, LINK_FIND, params![&id]).await?;
    let old = old.ok_or_else(Problem::not_found)?;
    let mut wrong = Fields::default();
    let input =
        LinkInput { supplier_id: old.supplier_id.clone(), customer_id: old.customer_id.clone(), item: old.item.clone(), ..read(&call) };
    let r = input.row(&cx, &mut wrong);
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong.0));
    }
    let values = params![&id, r.substitute, r.switch_days, r.stock_days, r.critical, cx.now()];
    tx.run_one(&scope, LINK_SET, values).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::SupplierLinksChanged, &id)).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/suppliers/{}/links", old.supplier_id)))
}

/// `POST /suppliers/{id}/merge`: this one is the same company as another; its links and record go there.
pub(crate) async fn send_merge(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id, into) = (cx.scope()?.clone(), call.part("id").to_owned(), call.form.get("into").to_owned());
    let mut tx = cx.write().await?;
    let (mut row, other) = (find(&mut tx, &scope, &id).await?, find(&mut tx, &scope, &into).await?);
    if id == into || other.state == "merged" || row.state == "merged" {
        return Err(Problem::new(kernel::Code::Conflict).with_detail(cx.t("supplier.wrong.merge")));
    }
    for sql in [LINK_MOVE_SUPPLIER, LINK_MOVE_CUSTOMER] {
        tx.run(&scope, sql, params![&id, &into]).await?;
    }
    tx.run(&scope, LINK_OWN_DROP, params![&into]).await?;
    "merged".clone_into(&mut row.state);
    row.merged_into.clone_from(&into);
    save(&mut tx, &scope, &mut row, cx.now()).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::SupplierMerged, &id).with("into", &into)).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/suppliers/{into}")))
}

/// `POST /api/v1/supplier-links`
pub(crate) async fn api_add(cx: Cx, _call: Call, inputs: Vec<LinkInput>) -> Result<Vec<String>, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    let ids = links_add(&cx, &mut tx, &scope, &inputs).await?;
    tx.commit().await?;
    Ok(ids)
}

/// Links of a company, as supplier or as customer.
pub(crate) async fn of(tx: &mut Tx, scope: &Scope, id: &str) -> Result<Vec<LinkRow>, Problem> {
    Ok(tx.all(scope, LINK_OF, params![id]).await?)
}
