//! `suppliers::rule_edit` — the buyer's rules for class and level: seen, changed, put back. Every supplier
//! is placed anew at once.

use std::collections::BTreeMap;

use askama::Template;
use kernel::{Event, EventKind, Scope};
use store::{Param, Tx, params};
use web::{Call, Cx, FieldError, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::classes::ClassRules;
use crate::data::Data;
use crate::store::{RULE_SET, SUPPLIER_ALL, SUPPLIER_PLACE_200, SupplierRow};
use crate::supplier::rules;

#[derive(Template)]
#[template(path = "rule_edit.html")]
pub(crate) struct RuleEditPage {
    p: Page,
    r: ClassRules,
    /// What the product starts from.
    shipped: ClassRules,
    errors: Fields,
}

impl RuleEditPage {
    fn levels(&self) -> [(&'static str, i64); 4] {
        let l = self.r.level;
        [("confidential", l.confidential), ("stops", l.stops), ("access", l.access), ("base", l.base)]
    }

    fn sizes(&self) -> [(&'static str, i64); 4] {
        let c = self.r.class;
        [
            ("b_employees", c.b_employees),
            ("b_sales_million_yen", c.b_sales_million_yen),
            ("c_employees", c.c_employees),
            ("c_sales_million_yen", c.c_sales_million_yen),
        ]
    }
}

impl Sampled for RuleEditPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let Ok(data) = Data::shipped() else { return vec![] };
        let r = *data.classes();
        let mut errors = Fields::default();
        errors.add("rules", "数を確かめてください");
        vec![
            ("shipped", Self { p: p.clone(), r, shipped: r, errors: Fields::default() }),
            (
                "wrong",
                Self { p: p.clone(), r: ClassRules { level: crate::classes::LevelRules { base: 2, ..r.level }, ..r }, shipped: r, errors },
            ),
        ]
    }
}

async fn show(cx: &Cx, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let r = rules(cx, &mut tx, cx.scope()?).await?;
    let page = RuleEditPage { p: Page::new(cx), r, shipped: *cx.part::<Data>()?.classes(), errors };
    Ok(page.p.clone().render_as(status, &page))
}

/// Suppliers a statement places. Right after a list came in PostgreSQL has no statistics and may read every row of the
/// buyer for each statement, so there are few.
const STATEMENT_ROWS: usize = 200;

/// Places every supplier anew, those that get the same class and level together. Returns how many moved.
async fn place_all(cx: &Cx, tx: &mut Tx, scope: &Scope) -> Result<usize, Problem> {
    let rules = rules(cx, tx, scope).await?;
    let all: Vec<SupplierRow> = tx.all(scope, SUPPLIER_ALL, params![]).await?;
    let mut moved: BTreeMap<(String, i64), Vec<String>> = BTreeMap::new();
    for before in all {
        let mut row = before.clone();
        row.put(&rules);
        if row != before {
            moved.entry((row.class, row.level)).or_default().push(row.supplier_id);
        }
    }
    for ((class, level), ids) in &moved {
        for part in ids.chunks(STATEMENT_ROWS) {
            let mut values = params![class, *level];
            // What is left of the statement names the last one again.
            let last = part.last().into_iter().cycle();
            values.extend(part.iter().chain(last).take(STATEMENT_ROWS).map(Param::from));
            tx.run(scope, SUPPLIER_PLACE_200, values).await?;
        }
    }
    Ok(moved.values().map(Vec::len).sum())
}

/// Sets the rules and places every supplier.
async fn rule_edit(cx: &Cx, rules: &ClassRules) -> Result<usize, Problem> {
    let scope = cx.scope()?.clone();
    rules.check().map_err(|_| Problem::invalid(vec![FieldError { field: "rules".into(), text: cx.t("class.wrong") }]))?;
    let mut tx = cx.write().await?;
    let text = serde_json::to_string(rules).unwrap_or_default();
    tx.run(&scope, RULE_SET, params![text, cx.now(), scope.person()]).await?;
    let moved = place_all(cx, &mut tx, &scope).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::SupplierRulesChanged, scope.id().as_str()).with("moved", moved.to_string())).await?;
    tx.commit().await?;
    Ok(moved)
}

/// `GET /suppliers/rules`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    show(&cx, Fields::default(), StatusCode::OK).await
}

/// `POST /suppliers/rules`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut rules = *cx.part::<Data>()?.classes();
    if call.form.get("shipped") != "yes" {
        let number = |name: &str| call.form.get(name).parse::<i64>().unwrap_or(0);
        let (l, c) = (&mut rules.level, &mut rules.class);
        (l.base, l.confidential, l.stops, l.access) = (number("base"), number("confidential"), number("stops"), number("access"));
        (c.b_employees, c.c_employees) = (number("b_employees"), number("c_employees"));
        (c.b_sales_million_yen, c.c_sales_million_yen) = (number("b_sales_million_yen"), number("c_sales_million_yen"));
    }
    match rule_edit(&cx, &rules).await {
        Ok(_) => Ok(redirect("/suppliers")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => show(&cx, Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

/// `PUT /api/v1/supplier-rules`: the rules; the answer is how many suppliers moved.
pub(crate) async fn api(cx: Cx, _call: Call, rules: ClassRules) -> Result<usize, Problem> {
    rule_edit(&cx, &rules).await
}
