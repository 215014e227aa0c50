//! `suppliers::supplier_list` — the list of suppliers: narrowed, sorted, paged, as a file; the three
//! questions answered in the list itself, row by row or for a whole department.

use std::collections::BTreeMap;

use askama::Template;
use kernel::{Event, EventKind, Scope};
use schemars::JsonSchema;
use serde::Serialize;
use store::{Tx, params};
use web::{Call, Cx, Form, Page, Problem, Response, Sampled, redirect};

use crate::classes::{Class, ClassRules, QUESTIONS, Said};
use crate::store::{DEPARTMENT_LIST, PLACE_COUNT, SUPPLIER_ALL, SUPPLIER_COUNT, SUPPLIER_PAGE, SupplierRow};
use crate::supplier::{Concern, SupplierHead, find, rules, save};

/// Suppliers on one page.
const PAGE_ROWS: i64 = 50;

/// What narrows the list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Narrow {
    form: Form,
    state: String,
    text: String,
    class: String,
    level: i64,
    department: String,
    concern: String,
    sort: String,
    page: i64,
}

impl Narrow {
    fn of(form: &Form) -> Self {
        let get = |name: &str| form.get(name).to_owned();
        let number = kernel::CorporateNumber::parse(form.get("q")).map(|n| n.as_str().to_owned());
        Self {
            state: if form.get("state") == "ended" { "ended" } else { "active" }.to_owned(),
            text: number.unwrap_or_else(|_| kernel::fold_name(form.get("q"))),
            class: get("class"),
            level: match form.get("level") {
                "unknown" => 0,
                other => other.parse().unwrap_or(-1),
            },
            department: get("department"),
            concern: get("concern"),
            sort: get("sort"),
            page: form.get("page").parse().unwrap_or(1).max(1),
            form: form.clone(),
        }
    }

    fn values(&self) -> Vec<store::Param> {
        params![&self.state, &self.text, &self.class, self.level, &self.department, &self.concern]
    }
}

/// How many suppliers stand where.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct Places {
    pub(crate) all: i64,
    /// By class A to D, then unknown.
    pub(crate) classes: Vec<(String, i64)>,
    /// By required level, 0 for unknown.
    pub(crate) levels: Vec<(i64, i64)>,
}

/// One page of the list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct SupplierList {
    pub(crate) suppliers: Vec<SupplierHead>,
    /// How many fit, over all pages.
    pub(crate) count: i64,
    pub(crate) page: i64,
    pub(crate) pages: i64,
    pub(crate) places: Places,
}

#[derive(Template)]
#[template(path = "supplier_list.html")]
pub(crate) struct SupplierListPage {
    p: Page,
    narrow: Narrow,
    rows: Vec<SupplierRow>,
    departments: Vec<String>,
    places: Places,
    count: i64,
    pages: i64,
    /// Whether the three questions are answered here.
    fill: bool,
}

impl SupplierListPage {
    fn link(&self, name: &str, value: &str) -> String {
        format!("/suppliers?{}", self.narrow.form.with(name, value).encode())
    }

    fn page_link(&self, by: i64) -> String {
        self.link("page", &(self.narrow.page + by).to_string())
    }

    fn class_link(&self, class: &str) -> String {
        self.link("class", if class.is_empty() { "unknown" } else { class })
    }

    fn level_link(&self, level: impl std::fmt::Display) -> String {
        let level = level.to_string();
        self.link("level", if level == "0" { "unknown" } else { &level })
    }

    fn same(one: &str, other: &str) -> bool {
        one == other
    }

    fn has(&self, name: &str, value: &str) -> bool {
        self.narrow.form.get(name) == value
    }

    /// The three questions with a supplier's answers.
    fn said(row: &SupplierRow) -> [(&'static str, &str); 3] {
        let [a, b, c] = QUESTIONS;
        [(a, &row.confidential), (b, &row.stops), (c, &row.access)]
    }
}

impl Sampled for SupplierListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |rows: Vec<SupplierRow>, fill: bool| Self {
            p: p.clone(),
            narrow: Narrow { page: 1, ..Narrow::default() },
            places: Places {
                all: i64::try_from(rows.len()).unwrap_or(0),
                classes: vec![("C".into(), 1), (String::new(), 0)],
                levels: vec![(4, 1), (0, 0)],
            },
            count: i64::try_from(rows.len()).unwrap_or(0),
            rows,
            departments: vec!["購買部".into()],
            pages: 1,
            fill,
        };
        let unknown = SupplierRow { class: String::new(), level: 0, name: "不明商会".into(), ..SupplierRow::sample() };
        let rows = vec![SupplierRow::sample(), unknown];
        vec![("empty", page(vec![], false)), ("filled", page(rows.clone(), false)), ("questions", page(rows, true))]
    }
}

/// How many suppliers stand where.
///
/// # Errors
/// The store's.
pub(crate) async fn places(tx: &mut Tx, scope: &Scope) -> Result<Places, Problem> {
    let rows: Vec<(String, i64, i64)> = tx.all(scope, PLACE_COUNT, params![]).await?;
    let mut classes: BTreeMap<String, i64> = Class::ALL.iter().map(|c| (c.as_str().to_owned(), 0)).collect();
    let mut levels: BTreeMap<i64, i64> = BTreeMap::new();
    let (mut all, mut unknown) = (0, 0);
    for (class, level, count) in rows {
        all += count;
        *levels.entry(level).or_default() += count;
        match classes.get_mut(&class) {
            Some(n) => *n += count,
            None => unknown += count,
        }
    }
    let mut classes: Vec<(String, i64)> = classes.into_iter().collect();
    classes.push((String::new(), unknown));
    Ok(Places { all, classes, levels: levels.into_iter().rev().collect() })
}

/// Departments in charge, as they are written.
pub(crate) async fn departments(tx: &mut Tx, scope: &Scope) -> Result<Vec<String>, Problem> {
    let rows: Vec<(String, i64, i64)> = tx.all(scope, DEPARTMENT_LIST, params![]).await?;
    Ok(rows.into_iter().map(|(name, ..)| name).filter(|n| !n.is_empty()).collect())
}

async fn rows(tx: &mut Tx, scope: &Scope, narrow: &Narrow) -> Result<(Vec<SupplierRow>, i64, i64), Problem> {
    let count: Option<(i64,)> = tx.one(scope, SUPPLIER_COUNT, narrow.values()).await?;
    let count = count.map_or(0, |(n,)| n);
    let values = [narrow.values(), params![&narrow.sort, PAGE_ROWS, (narrow.page - 1) * PAGE_ROWS]].concat();
    Ok((tx.all(scope, SUPPLIER_PAGE, values).await?, count, (count + PAGE_ROWS - 1) / PAGE_ROWS))
}

/// `GET /suppliers`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, narrow) = (cx.scope()?, Narrow::of(&call.query));
    let mut tx = cx.read().await?;
    let (rows, count, pages) = rows(&mut tx, scope, &narrow).await?;
    let fill = call.query.get("fill") == "yes" && cx.may(kernel::Permission::SupplierEdit);
    let (departments, places) = (departments(&mut tx, scope).await?, places(&mut tx, scope).await?);
    let page = SupplierListPage { p: Page::new(&cx), narrow, rows, departments, places, count, pages, fill };
    Ok(page.p.clone().render(&page))
}

/// `GET /api/v1/suppliers`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<SupplierList, Problem> {
    let (scope, narrow) = (cx.scope()?, Narrow::of(&call.query));
    let mut tx = cx.read().await?;
    let (rows, count, pages) = rows(&mut tx, scope, &narrow).await?;
    let suppliers = rows.iter().map(SupplierRow::head).collect();
    Ok(SupplierList { suppliers, count, page: narrow.page, pages, places: places(&mut tx, scope).await? })
}

/// Sets answers of one supplier; what is not named stays.
async fn answer(cx: &Cx, tx: &mut Tx, scope: &Scope, rules: &ClassRules, (id, said): (&str, &BTreeMap<&str, Said>)) -> Result<(), Problem> {
    let mut row = find(tx, scope, id).await?;
    let before = row.clone();
    for (question, said) in said {
        match *question {
            "confidential" => said.as_str().clone_into(&mut row.confidential),
            "stops" => said.as_str().clone_into(&mut row.stops),
            "access" => said.as_str().clone_into(&mut row.access),
            _ => {}
        }
    }
    if row == before {
        return Ok(());
    }
    row.put(rules);
    save(tx, scope, &mut row, cx.now()).await?;
    Ok(tx.record(scope, cx.now(), &Event::new(EventKind::SupplierChanged, id)).await?)
}

/// `POST /suppliers/answers`: rows as `confidential.<id>`, or one answer for all that fit the filters.
pub(crate) async fn send_answers(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    let mut all: BTreeMap<String, BTreeMap<&str, Said>> = BTreeMap::new();
    for (name, value) in call.form.pairs() {
        let Some((question, id)) = name.split_once('.') else { continue };
        if let (Some(question), Ok(said)) = (QUESTIONS.iter().find(|q| **q == question), Said::parse(value)) {
            all.entry(id.to_owned()).or_default().insert(question, said);
        }
    }
    let department = call.form.get("department");
    if let (Some(question), Ok(said)) = (QUESTIONS.iter().find(|q| **q == call.form.get("question")), Said::parse(call.form.get("said"))) {
        let rows: Vec<SupplierRow> = tx.all(&scope, SUPPLIER_ALL, params![]).await?;
        for row in rows.into_iter().filter(|r| r.state == "active" && r.department == department && !department.is_empty()) {
            all.entry(row.supplier_id).or_default().insert(question, said);
        }
    }
    let rules = rules(&cx, &mut tx, &scope).await?;
    for (id, said) in &all {
        answer(&cx, &mut tx, &scope, &rules, (id, said)).await?;
    }
    tx.without_record("where no answer changed, nothing happened");
    tx.commit().await?;
    let back = call.form.get("back");
    Ok(redirect(&if back.is_empty() { "/suppliers?fill=yes".to_owned() } else { format!("/suppliers?{back}") }))
}

/// Everything known of all suppliers, as rows with a head.
async fn table(cx: &Cx) -> Result<Vec<Vec<String>>, Problem> {
    let mut tx = cx.read().await?;
    let all: Vec<SupplierRow> = tx.all(cx.scope()?, SUPPLIER_ALL, params![]).await?;
    let head = [
        "name",
        "number",
        "code",
        "department",
        "work",
        "confidential",
        "stops",
        "access",
        "security_person",
        "employees",
        "spend_yen",
        "class",
        "level",
        "concern",
    ];
    let mut rows = vec![head.iter().map(|k| cx.t(&format!("supplier.{k}"))).collect::<Vec<_>>()];
    let said = |text: &str| cx.t(&format!("supplier.said.{text}"));
    let number = |n: Option<i64>| n.map_or(String::new(), |n| n.to_string());
    for s in all {
        let level = if s.level == 0 { String::new() } else { s.level.to_string() };
        let concern = Concern::parse(&s.concern).unwrap_or(Concern::None);
        rows.push(vec![
            s.name,
            s.corporate_number,
            s.code,
            s.department,
            s.work,
            said(&s.confidential),
            said(&s.stops),
            said(&s.access),
            said(&s.security_person),
            number(s.employees),
            number(s.spend_yen),
            s.class,
            level,
            cx.t(&format!("supplier.concern.{concern}")),
        ]);
    }
    Ok(rows)
}

/// `GET /suppliers.csv`
pub(crate) async fn csv(cx: Cx, _call: Call) -> Result<Response, Problem> {
    Ok(web::csv_response("suppliers.csv", &table(&cx).await?))
}

/// `GET /suppliers.xlsx`
pub(crate) async fn workbook(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let bytes = sheets::workbook(&cx.t("nav.suppliers"), &table(&cx).await?);
    let bytes = bytes.map_err(|e| Problem::new(kernel::Code::Internal).because(e.to_string()))?;
    Ok(web::workbook_response("suppliers.xlsx", bytes))
}
