//! `evidence::fact_export` — all facts as CSV for spreadsheet programs; no cell is a formula.

use store::params;
use web::{Call, Cx, Page, Problem, Response, csv_response};

use crate::store::{FACT_LIST_ALL, FactRow};
use crate::view::words;

/// `GET /facts.csv`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let catalog = schemes::catalog(&cx, &mut tx, cx.scope()?).await?;
    let p = Page::new(&cx);
    let rows: Vec<FactRow> = tx.all(cx.scope()?, FACT_LIST_ALL, params![]).await?;
    let names = people::site_list(&mut tx, cx.scope()?).await?;
    let mut table =
        vec![["key", "site", "question", "answer", "reason", "since", "owner", "review_by"].map(|c| p.key("fact.csv", c)).to_vec()];
    for row in rows {
        let Some(fact) = catalog.fact(&row.fact_key) else { continue };
        let site = names.iter().find(|s| s.site_id == row.site_id).map_or(p.t("fact.whole"), |s| s.name.clone());
        table.push(vec![
            row.fact_key.clone(),
            site,
            fact.texts(p.lang()).question.clone(),
            words(&p, fact, &row.answer, &row.value),
            row.reason,
            row.since.unwrap_or_default(),
            row.owner_name,
            row.review_by.unwrap_or_default(),
        ]);
    }
    Ok(csv_response("facts.csv", &table))
}
