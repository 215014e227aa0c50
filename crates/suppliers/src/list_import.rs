//! `suppliers::list_import` — a list is first shown as it would be taken in, then taken in, and can be
//! undone as long as nobody worked on what it brought. Wrong cells never block: they are told.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Event, EventKind, ListId, Scope, Unscoped};
use schemars::JsonSchema;
use serde::Serialize;
use store::{StoreError, Tx, params};
use web::{Cx, FieldError, Problem};

use crate::data::Data;
use crate::list_read::{self, CellError, Doubt, Field, ListFound, ListRow};
use crate::store::{
    CONTACT_CLEAR, ContactRow, LIST_ADD, LIST_DONE, LIST_DROP, LIST_FIND, LIST_ROW_ADD, LIST_ROW_ALL, LIST_ROW_CLEAR, LIST_UNDONE,
    ORGANISATION_FIRST, ORGANISATION_NAMED, SUPPLIER_ALL, SUPPLIER_REMOVE, SupplierRow,
};
use crate::supplier::{contact_set, rules, save};

/// What a list comes to: shown before it is taken in, and printed by the command.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ListReport {
    /// Id of the import.
    pub list_id: String,
    /// Whether it is in the list of suppliers now.
    pub kept: bool,
    pub(crate) file: String,
    pub(crate) sheet: String,
    /// Last row of the head, from 1.
    pub(crate) head_row: usize,
    /// Heads understood, with their field.
    pub(crate) columns: BTreeMap<String, String>,
    /// Heads nobody understood.
    pub(crate) ignored: Vec<String>,
    /// Companies in the file.
    pub(crate) companies: usize,
    pub(crate) added: usize,
    pub(crate) changed: usize,
    pub(crate) same: usize,
    /// Rows that are sums.
    pub(crate) skipped: usize,
    /// Rows of the file that named a company again, with the row they were joined to.
    pub(crate) joined: Vec<(usize, usize)>,
    /// Cells that do not fit, row by row.
    pub(crate) errors: Vec<CellError>,
    /// Names that may be one company.
    pub(crate) doubts: Vec<Doubt>,
    /// Suppliers by class; `unknown` where it is not known.
    pub(crate) classes: BTreeMap<String, usize>,
    /// Suppliers by required level; `unknown` where it is not known.
    pub(crate) levels: BTreeMap<String, usize>,
}

impl ListReport {
    /// Whether something has to be looked at.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        !self.errors.is_empty() || !self.doubts.is_empty()
    }

    /// A readable form for the operator.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let kept = if self.kept { "taken in" } else { "not taken in: there is no organisation yet" };
        let mut lines = vec![format!(
            "{} companies ({kept}): {} new, {} changed, {} the same, {} joined",
            self.companies,
            self.added,
            self.changed,
            self.same,
            self.joined.len()
        )];
        lines.extend(self.errors.iter().map(|e| {
            let offer = if e.offered.is_empty() { String::new() } else { format!("; {}?", e.offered) };
            format!("row {} {}: {:?} {}{offer}", e.row, e.column, e.text, e.why)
        }));
        lines.extend(self.doubts.iter().map(|d| format!("row {}: {} may be {} (row {})", d.row, d.name, d.other_name, d.other_row)));
        lines
    }
}

/// What happens to each row.
struct Plan {
    rows: Vec<(SupplierRow, String, ListRow)>,
    report: ListReport,
}

fn unreadable(cx: &Cx, key: &str) -> Problem {
    Problem::invalid(vec![FieldError { field: "file".to_owned(), text: cx.t(key) }])
}

/// Reads a file in the limited child process, and what it holds.
///
/// # Errors
/// [`kernel::Code::Invalid`] with what is wrong with the file.
pub(crate) async fn read(cx: &Cx, bytes: Vec<u8>) -> Result<ListFound, Problem> {
    let sheets = sheets::read_in_child(bytes).await.map_err(|e| unreadable(cx, e.key()))?;
    let data = cx.part::<Data>()?;
    list_read::read(data.list(), &sheets).ok_or_else(|| unreadable(cx, "list.wrong.head"))
}

/// Puts what a row says into a supplier; what the row does not say stays.
fn apply(supplier: &mut SupplierRow, row: &ListRow) {
    let own = supplier;
    for (field, value) in &row.values {
        let (text, number) = (value.clone(), value.parse::<i64>().ok());
        if text == "unknown" {
            continue;
        }
        match field {
            Field::Name if own.name.is_empty() => own.name = text,
            Field::Name | Field::ContactName | Field::ContactMail | Field::ContactPhone => {}
            Field::Number => own.corporate_number = text,
            Field::Code => own.code = text,
            Field::Department => own.department = text,
            Field::Work => own.work = text,
            Field::Hit => own.hit = text,
            Field::Confidential => own.confidential = text,
            Field::Stops => own.stops = text,
            Field::Access => own.access = text,
            Field::SecurityPerson => own.security_person = text,
            Field::Internet => own.internet = text,
            Field::Environment => own.environment = text,
            Field::Certificates => own.certificates = text,
            Field::Employees => own.employees = number,
            Field::Capital => own.capital_yen = number,
            Field::Sales => own.sales_million_yen = number,
            Field::Spend => own.spend_yen = number,
        }
    }
}

fn contact(row: &ListRow) -> Option<ContactRow> {
    let get = |field: Field| row.get(field).to_owned();
    let contact = ContactRow { place: 1, name: get(Field::ContactName), mail: get(Field::ContactMail), phone: get(Field::ContactPhone) };
    (contact != ContactRow { place: 1, ..ContactRow::default() }).then_some(contact)
}

/// What a list would do to the suppliers that are there.
async fn plan(cx: &Cx, tx: &mut Tx, scope: &Scope, found: ListFound) -> Result<Plan, Problem> {
    let rules = rules(cx, tx, scope).await?;
    let known: Vec<SupplierRow> = tx.all(scope, SUPPLIER_ALL, params![]).await?;
    let place = |key: fn(&SupplierRow) -> &String| -> BTreeMap<&str, &SupplierRow> {
        known.iter().filter(|s| !key(s).is_empty()).map(|s| (key(s).as_str(), s)).collect()
    };
    let (by_number, by_code, by_name) = (place(|s| &s.corporate_number), place(|s| &s.code), place(|s| &s.folded));
    let mut report = ListReport {
        list_id: String::new(),
        kept: false,
        file: String::new(),
        sheet: found.sheet,
        head_row: found.head_row,
        columns: found.columns.into_iter().map(|(head, field)| (head, field.to_string())).collect(),
        ignored: found.ignored,
        companies: found.rows.len(),
        added: 0,
        changed: 0,
        same: 0,
        skipped: found.skipped,
        joined: found.rows.iter().flat_map(|r| r.again.iter().map(|a| (*a, r.row))).collect(),
        errors: found.errors,
        doubts: found.doubts,
        classes: BTreeMap::new(),
        levels: BTreeMap::new(),
    };
    let (mut rows, mut taken) = (Vec::new(), BTreeSet::new());
    for row in found.rows {
        let number = row.get(Field::Number);
        let free = |s: &&&SupplierRow| number.is_empty() || s.corporate_number.is_empty() || s.corporate_number == number;
        let own = by_number.get(number).or_else(|| by_code.get(row.get(Field::Code)).filter(free));
        let own = own.or_else(|| by_name.get(row.folded.as_str()).filter(free)).filter(|s| taken.insert(s.supplier_id.clone()));
        let before = own.map(|s| (*s).clone());
        let mut now = before.clone().unwrap_or_else(|| SupplierRow::new(cx, row.get(Field::Name), "list"));
        apply(&mut now, &row);
        now.put(&rules);
        *report.classes.entry(if now.class.is_empty() { "unknown".to_owned() } else { now.class.clone() }).or_default() += 1;
        *report.levels.entry(if now.level == 0 { "unknown".to_owned() } else { now.level.to_string() }).or_default() += 1;
        match &before {
            None => report.added += 1,
            Some(before) if *before == now => report.same += 1,
            Some(_) => report.changed += 1,
        }
        let before = before.map_or(Ok(String::new()), |b| serde_json::to_string(&b));
        rows.push((now, before.unwrap_or_default(), row));
    }
    let (fresh, names): (Vec<usize>, Vec<&str>) =
        rows.iter().enumerate().filter(|(_, r)| r.1.is_empty()).map(|(n, r)| (n, r.2.folded.as_str())).unzip();
    let others: Vec<&str> = known.iter().map(|s| s.folded.as_str()).collect();
    for (one, other) in list_read::alike(&names, &others) {
        let (Some(at), Some(old)) = (fresh.get(one), other.checked_sub(names.len()).and_then(|n| known.get(n))) else { continue };
        if let Some((now, _, row)) = rows.get(*at) {
            report.doubts.push(Doubt { row: row.row, name: now.name.clone(), other_row: 0, other_name: old.name.clone() });
        }
    }
    Ok(Plan { rows, report })
}

/// Keeps a list as a draft and says what it would do.
///
/// # Errors
/// As [`read`]; the store's.
pub(crate) async fn draft(cx: &Cx, scope: &Scope, name: &str, bytes: Vec<u8>) -> Result<ListReport, Problem> {
    keep(cx, scope, name, read(cx, bytes).await?).await
}

/// Keeps what was read as a draft.
async fn keep(cx: &Cx, scope: &Scope, name: &str, found: ListFound) -> Result<ListReport, Problem> {
    let id = ListId::new(&*cx.app.clock, &*cx.app.rng);
    let text = serde_json::to_string(&found).unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
    let mut tx = cx.write().await?;
    tx.run(scope, LIST_ADD, params![&id, &name, text, cx.now(), scope.person()]).await?;
    let report = ListReport { list_id: id.to_string(), file: name, ..plan(cx, &mut tx, scope, found).await?.report };
    tx.without_record("a draft of a list is no event; taking it in is");
    tx.commit().await?;
    Ok(report)
}

/// What a draft would do now.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub(crate) async fn drafted(cx: &Cx, tx: &mut Tx, scope: &Scope, id: &str) -> Result<(crate::store::ListRow, Option<ListReport>), Problem> {
    let row: Option<crate::store::ListRow> = tx.one(scope, LIST_FIND, params![id]).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let found: Option<ListFound> = serde_json::from_str(&row.content).ok();
    let report = match found {
        Some(found) => Some(ListReport { list_id: id.to_owned(), file: row.file_name.clone(), ..plan(cx, tx, scope, found).await?.report }),
        None => None,
    };
    Ok((row, report))
}

/// Takes a draft in.
///
/// # Errors
/// [`kernel::Code::NotFound`]; [`kernel::Code::Stale`] if it was taken in already; the store's.
pub(crate) async fn take(cx: &Cx, scope: &Scope, id: &str) -> Result<ListReport, Problem> {
    let mut tx = cx.write().await?;
    let row: Option<crate::store::ListRow> = tx.one(scope, LIST_FIND, params![id]).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let found: ListFound = serde_json::from_str(&row.content).map_err(|_| Problem::from(StoreError::Stale))?;
    let plan = plan(cx, &mut tx, scope, found).await?;
    for (mut now, before, line) in plan.rows {
        let unchanged = serde_json::from_str::<SupplierRow>(&before).is_ok_and(|b| b == now);
        if !unchanged {
            save(&mut tx, scope, &mut now, cx.now()).await?;
            tx.run(scope, LIST_ROW_ADD, params![id, &now.supplier_id, &before, now.revision]).await?;
        }
        if let Some(contact) = contact(&line) {
            contact_set(&mut tx, scope, &now.supplier_id, &contact, cx.now()).await?;
        }
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    tx.run_one(scope, LIST_DONE, params![id, count(plan.report.added), count(plan.report.changed)]).await?;
    let event = Event::new(EventKind::SupplierListImported, id).with("added", plan.report.added.to_string());
    tx.record(scope, cx.now(), &event.with("changed", plan.report.changed.to_string())).await?;
    tx.commit().await?;
    Ok(ListReport { list_id: id.to_owned(), kept: true, file: row.file_name, ..plan.report })
}

/// Undoes an import. What somebody changed since stays. Returns how many were undone and how many stay.
///
/// # Errors
/// [`kernel::Code::NotFound`]; [`kernel::Code::Stale`] if it is undone already; the store's.
pub(crate) async fn undo(cx: &Cx, scope: &Scope, id: &str) -> Result<(usize, usize), Problem> {
    let mut tx = cx.write().await?;
    if tx.one::<crate::store::ListRow>(scope, LIST_FIND, params![id]).await?.is_none() {
        return Err(Problem::not_found());
    }
    tx.run_one(scope, LIST_UNDONE, params![id]).await?;
    let rows: Vec<(String, String, i64)> = tx.all(scope, LIST_ROW_ALL, params![id]).await?;
    let (mut undone, mut kept) = (0, 0);
    for (supplier, before, revision) in rows {
        let done = if before.is_empty() {
            let gone = tx.run(scope, SUPPLIER_REMOVE, params![&supplier, revision]).await? > 0;
            if gone {
                tx.run(scope, CONTACT_CLEAR, params![&supplier]).await?;
            }
            gone
        } else {
            let mut old: SupplierRow = serde_json::from_str(&before).map_err(|_| Problem::not_found())?;
            old.revision = revision;
            save(&mut tx, scope, &mut old, cx.now()).await.is_ok()
        };
        if done { undone += 1 } else { kept += 1 }
    }
    tx.run(scope, LIST_ROW_CLEAR, params![id]).await?;
    let event = Event::new(EventKind::SupplierListUndone, id).with("undone", undone.to_string());
    tx.record(scope, cx.now(), &event).await?;
    tx.commit().await?;
    Ok((undone, kept))
}

/// Throws a draft away.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub(crate) async fn drop_draft(cx: &Cx, scope: &Scope, id: &str) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    if tx.run(scope, LIST_DROP, params![id]).await? == 0 {
        return Err(Problem::not_found());
    }
    tx.without_record("a draft of a list is no event");
    Ok(tx.commit().await?)
}

/// For the operator's command: reads a list and takes it in for the organisation named, else the first of
/// the instance; where there is none it only says what the list holds.
///
/// # Errors
/// What is wrong with the file; [`kernel::Code::NotFound`] for an unknown organisation; the store's.
pub async fn list_import(cx: &Cx, organisation: &str, name: &str, bytes: Vec<u8>) -> Result<ListReport, Problem> {
    let found = read(cx, bytes).await?;
    let Some(scope) = operator_scope(cx, organisation).await? else {
        let mut tx = cx.read().await?;
        let nobody = crate::acting::nobody(cx);
        return Ok(ListReport { file: name.to_owned(), ..plan(cx, &mut tx, &nobody, found).await?.report });
    };
    let draft = keep(cx, &scope, name, found).await?;
    take(cx, &scope, &draft.list_id).await
}

/// The organisation an operator's command speaks for.
///
/// # Errors
/// [`kernel::Code::NotFound`] for an unknown or ambiguous one; the store's.
pub async fn operator_scope(cx: &Cx, organisation: &str) -> Result<Option<Scope>, Problem> {
    const OPERATOR: Unscoped = Unscoped::because("the operator names the organisation");
    let mut tx = cx.read().await?;
    let found: Vec<(String,)> = if organisation.is_empty() {
        tx.all(&OPERATOR, ORGANISATION_FIRST, params![]).await?
    } else {
        tx.all(&OPERATOR, ORGANISATION_NAMED, params![organisation]).await?
    };
    match (found.as_slice(), organisation.is_empty()) {
        ([(id,)], _) => Ok(Some(crate::acting::scope_of(cx, id)?)),
        ([], true) => Ok(None),
        _ => Err(Problem::not_found().because("no organisation, or more than one, has this name")),
    }
}
