//! `suppliers::survey_edit` — the buying departments are asked first (IPA practice 9-1): six columns for each of
//! their suppliers, before any supplier is written to. On the page, or as a sheet that comes back as a list.

use std::collections::BTreeMap;

use askama::Template;
use kernel::{Event, EventKind, Scope};
use store::{Tx, params};
use web::{Call, Cx, Page, Problem, Response, Sampled, redirect};

use crate::classes::Said;
use crate::list_read::mail;
use crate::reply::cut;
use crate::store::{DEPARTMENT_ALL, DEPARTMENT_LIST, DEPARTMENT_SET, SUPPLIER_ALL, SupplierRow};
use crate::supplier::{find, save};

/// Suppliers on one page.
const PAGE_ROWS: usize = 50;

/// A department with how far it is.
struct Line {
    name: String,
    all: i64,
    done: i64,
    person: String,
    mail: String,
}

#[derive(Template)]
#[template(path = "survey_edit.html")]
pub(crate) struct SurveyPage {
    p: Page,
    departments: Vec<Line>,
    /// The department whose suppliers are shown; empty for none.
    department: String,
    rows: Vec<SupplierRow>,
    /// Own business named so far, to choose from.
    hits: Vec<String>,
    page: usize,
    more: bool,
}

impl SurveyPage {
    fn page_link(&self, by: usize) -> String {
        format!("/suppliers/survey?department={}&page={}", web::percent(&self.department), self.page + by)
    }
}

impl Sampled for SurveyPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let line = Line { name: "購買部".into(), all: 12, done: 4, person: "購買 太郎".into(), mail: "buy@example.jp".into() };
        let page = |rows: Vec<SupplierRow>, departments: Vec<Line>| Self {
            p: p.clone(),
            department: if rows.is_empty() { String::new() } else { "購買部".into() },
            rows,
            departments,
            hits: vec!["商品Aの配送".into()],
            page: 1,
            more: false,
        };
        vec![("empty", page(vec![], vec![])), ("filled", page(vec![SupplierRow::sample()], vec![line]))]
    }
}

async fn lines(tx: &mut Tx, scope: &Scope) -> Result<Vec<Line>, Problem> {
    let counts: Vec<(String, i64, i64)> = tx.all(scope, DEPARTMENT_LIST, params![]).await?;
    let known: Vec<(String, String, String)> = tx.all(scope, DEPARTMENT_ALL, params![]).await?;
    let known: BTreeMap<String, (String, String)> = known.into_iter().map(|(name, person, mail)| (name, (person, mail))).collect();
    let line = |(name, all, done): (String, i64, i64)| {
        let (person, mail) = known.get(&name).cloned().unwrap_or_default();
        Line { name, all, done, person, mail }
    };
    Ok(counts.into_iter().map(line).collect())
}

/// `GET /suppliers/survey`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?;
    let mut tx = cx.read().await?;
    let (departments, department) = (lines(&mut tx, scope).await?, call.query.get("department").to_owned());
    let page: usize = call.query.get("page").parse().unwrap_or(1).max(1);
    let all: Vec<SupplierRow> = if call.query.pairs().is_empty() { Vec::new() } else { tx.all(scope, SUPPLIER_ALL, params![]).await? };
    let mut hits: Vec<String> = all.iter().map(|s| s.hit.clone()).filter(|h| !h.is_empty()).collect();
    hits.sort();
    hits.dedup();
    let own: Vec<SupplierRow> = all.into_iter().filter(|s| s.state == "active" && s.department == department).collect();
    let more = own.len() > page * PAGE_ROWS;
    let rows = own.into_iter().skip((page - 1) * PAGE_ROWS).take(PAGE_ROWS).collect();
    let page = SurveyPage { p: Page::new(&cx), departments, department, rows, hits, page, more };
    Ok(page.p.clone().render(&page))
}

/// `POST /suppliers/survey`: rows as `work.<id>`, `hit.<id>`, `environment.<id>`, `internet.<id>`.
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    let mut rows: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for (name, value) in call.form.pairs() {
        if let Some((field, id)) = name.split_once('.') {
            rows.entry(id).or_default().insert(field, value);
        }
    }
    for (id, fields) in &rows {
        let mut row = find(&mut tx, &scope, id).await?;
        let before = row.clone();
        let get = |name: &str| fields.get(name).map_or(String::new(), |v| cut(v).chars().take(400).collect());
        (row.work, row.hit) = (get("work"), get("hit"));
        Said::of(&get("internet")).as_str().clone_into(&mut row.internet);
        let environment = get("environment");
        row.environment = if ["shared", "dedicated"].contains(&environment.as_str()) { environment } else { "unknown".to_owned() };
        // A row counts as answered once environment and internet are known.
        if row.environment != "unknown" && row.internet != "unknown" && row.survey_at.is_empty() {
            row.survey_at = cx.now().text();
        }
        if row != before {
            save(&mut tx, &scope, &mut row, cx.now()).await?;
            tx.record(&scope, cx.now(), &Event::new(EventKind::SupplierChanged, *id)).await?;
        }
    }
    tx.without_record("where nothing changed, nothing happened");
    tx.commit().await?;
    Ok(redirect(&format!("/suppliers/survey?department={}", web::percent(call.form.get("department")))))
}

/// `POST /suppliers/departments`: whom to tell in a department.
pub(crate) async fn send_department(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let get = |name: &str| cut(call.form.get(name)).chars().take(120).collect::<String>();
    let mut tx = cx.write().await?;
    tx.run(&scope, DEPARTMENT_SET, params![get("department"), get("person"), mail(call.form.get("mail")).unwrap_or_default()]).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::ContactChanged, scope.id().as_str())).await?;
    tx.commit().await?;
    Ok(redirect("/suppliers/survey"))
}

/// `GET /suppliers/survey.xlsx`: the sheet for a department; filled in, it is taken in as a list.
pub(crate) async fn workbook(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let department = call.query.get("department");
    let all: Vec<SupplierRow> = tx.all(cx.scope()?, SUPPLIER_ALL, params![]).await?;
    let head = ["name", "number", "department", "work", "hit", "environment", "internet"];
    let mut table = vec![head.iter().map(|f| cx.t(&format!("list.field.{f}"))).collect::<Vec<_>>()];
    let known = |text: &str, key: String| if text == "unknown" { String::new() } else { cx.t(&key) };
    table.extend(all.into_iter().filter(|s| s.state == "active" && (department.is_empty() || s.department == department)).map(|s| {
        let (environment, internet) = (
            known(&s.environment, format!("survey.environment.{}", s.environment)),
            known(&s.internet, format!("supplier.said.{}", s.internet)),
        );
        vec![s.name, s.corporate_number, s.department, s.work, s.hit, environment, internet]
    }));
    let bytes = sheets::workbook(&cx.t("survey.title"), &table);
    let bytes = bytes.map_err(|e| Problem::new(kernel::Code::Internal).because(e.to_string()))?;
    Ok(web::workbook_response("survey.xlsx", bytes))
}
