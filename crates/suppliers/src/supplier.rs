//! `suppliers::supplier` — one supplier of a buyer: read, changed and saved in one way, so that class
//! and level always follow from what is known.

use kernel::{Instant, Scope, SupplierId, fold_name};
use schemars::JsonSchema;
use serde::Serialize;
use store::{StoreError, Tx, params};
use web::{Cx, Problem};

use crate::classes::{ClassRules, Known, Place, Said};
use crate::data::Data;
use crate::store::{CONTACT_LIST, CONTACT_SET, ContactRow, RULE_FIND, SUPPLIER_FIND, SUPPLIER_SAVE, SupplierRow};

kernel::text_enum! {
    /// What is thought of a supplier after its reply; never an automatic refusal.
    Concern {
        /// Nothing said.
        None = "none",
        /// It worries: with owner and policy.
        Worries = "worries",
        /// Covered by contract: a large trusted partner.
        Covered = "covered",
        /// It has time until a day.
        Grace = "grace",
        /// Looked at, and fine.
        Fine = "fine",
    }
}

/// A supplier in lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SupplierHead {
    /// Its id.
    pub supplier_id: String,
    /// Its name.
    pub name: String,
    /// 13 digits, or empty.
    pub corporate_number: String,
    /// Department in charge.
    pub department: String,
    /// A to D, or empty while unknown.
    pub class: String,
    /// 1 to 5, 0 while unknown.
    pub level: i64,
    /// `none`, `worries`, `covered`, `grace` or `fine`.
    pub concern: String,
}

impl SupplierRow {
    /// A new supplier with this name.
    pub(crate) fn new(cx: &Cx, name: &str, source: &str) -> Self {
        let (unknown, now) = (|| Said::Unknown.as_str().to_owned(), cx.now().text());
        Self {
            supplier_id: SupplierId::new(&*cx.app.clock, &*cx.app.rng).to_string(),
            name: name.to_owned(),
            folded: fold_name(name),
            state: "active".to_owned(),
            source: source.to_owned(),
            environment: unknown(),
            internet: unknown(),
            confidential: unknown(),
            stops: unknown(),
            access: unknown(),
            security_person: unknown(),
            concern: Concern::None.as_str().to_owned(),
            created_at: now.clone(),
            changed_at: now,
            ..Self::default()
        }
    }

    /// What the rules need of it.
    pub(crate) fn known(&self) -> Known {
        Known {
            answers: [&self.confidential, &self.stops, &self.access].map(|said| Said::of(said)),
            security_person: Said::of(&self.security_person),
            employees: self.employees,
            sales_million_yen: self.sales_million_yen,
        }
    }

    /// Class and level by the rules, kept in the row.
    pub(crate) fn put(&mut self, rules: &ClassRules) -> Place {
        let place = rules.place(&self.known());
        self.class = place.class.map_or(String::new(), |c| c.as_str().to_owned());
        self.level = place.level;
        place
    }

    pub(crate) fn head(&self) -> SupplierHead {
        SupplierHead {
            supplier_id: self.supplier_id.clone(),
            name: self.name.clone(),
            corporate_number: self.corporate_number.clone(),
            department: self.department.clone(),
            class: self.class.clone(),
            level: self.level,
            concern: self.concern.clone(),
        }
    }

    /// For pages shown to tests and reviewers.
    pub(crate) fn sample() -> Self {
        Self {
            supplier_id: "1".into(),
            name: "石垣精工".into(),
            corporate_number: "7000012050002".into(),
            state: "active".into(),
            source: "list".into(),
            department: "購買部".into(),
            work: "ねじの製造".into(),
            environment: "shared".into(),
            internet: "yes".into(),
            confidential: "yes".into(),
            stops: "unknown".into(),
            access: "no".into(),
            security_person: "no".into(),
            employees: Some(48),
            spend_yen: Some(12_000_000),
            certificates: "pmark".into(),
            class: "C".into(),
            level: 4,
            concern: "none".into(),
            changed_at: "2026-11-21T00:00:00.000000Z".into(),
            revision: 1,
            ..Self::default()
        }
    }
}

/// The buyer's rules: its own, or the shipped ones.
///
/// # Errors
/// The store's.
pub(crate) async fn rules(cx: &Cx, tx: &mut Tx, scope: &Scope) -> Result<ClassRules, Problem> {
    let shipped = *cx.part::<Data>()?.classes();
    let own: Option<(String, i64)> = tx.one(scope, RULE_FIND, params![]).await?;
    Ok(own.and_then(|(text, _)| serde_json::from_str(&text).ok()).unwrap_or(shipped))
}

/// A supplier of this buyer.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub(crate) async fn find(tx: &mut Tx, scope: &Scope, id: &str) -> Result<SupplierRow, Problem> {
    let row: Option<SupplierRow> = tx.one(scope, SUPPLIER_FIND, params![id]).await?;
    row.ok_or_else(Problem::not_found)
}

/// Saves a new or changed supplier; its revision must be the one that was read.
///
/// # Errors
/// [`StoreError::Stale`] if somebody else saved it since.
pub(crate) async fn save(tx: &mut Tx, scope: &Scope, row: &mut SupplierRow, now: Instant) -> Result<(), StoreError> {
    row.changed_at = now.text();
    row.revision += 1;
    let r = row.clone();
    let values = params![
        r.supplier_id,
        r.code,
        r.name,
        r.folded,
        r.corporate_number,
        r.linked_id,
        r.state,
        r.merged_into,
        r.source,
        r.department,
        r.work,
        r.hit,
        r.environment,
        r.internet,
        r.confidential,
        r.stops,
        r.access,
        r.security_person,
        r.employees,
        r.capital_yen,
        r.sales_million_yen,
        r.spend_yen,
        r.certificates,
        r.class,
        r.level,
        r.concern,
        r.concern_text,
        r.owner,
        r.policy,
        r.until_day,
        r.decision,
        r.decided_at,
        r.decided_by,
        r.survey_at,
        r.created_at,
        r.changed_at,
        r.revision
    ];
    tx.run_one(scope, SUPPLIER_SAVE, values).await
}

/// The people to write to.
///
/// # Errors
/// The store's.
pub(crate) async fn contacts(tx: &mut Tx, scope: &Scope, id: &str) -> Result<Vec<ContactRow>, StoreError> {
    tx.all(scope, CONTACT_LIST, params![id]).await
}

/// The first person that can be written to by mail.
///
/// # Errors
/// The store's.
pub(crate) async fn mail_contact(tx: &mut Tx, scope: &Scope, id: &str) -> Result<Option<ContactRow>, StoreError> {
    Ok(contacts(tx, scope, id).await?.into_iter().find(|c| !c.mail.is_empty()))
}

/// Sets the person to write to at a place, 1 or 2.
///
/// # Errors
/// The store's.
pub(crate) async fn contact_set(tx: &mut Tx, scope: &Scope, id: &str, contact: &ContactRow, now: Instant) -> Result<(), StoreError> {
    let c = contact;
    tx.run(scope, CONTACT_SET, params![id, c.place, &c.name, &c.mail, &c.phone, now]).await?;
    Ok(())
}
