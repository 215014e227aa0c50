//! `evidence::fact_read` — what is stated, as the evaluation needs it. Other rooms read facts
//! through these functions only.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Day, PersonId, Scope};
use schemes::{Answer, AnswerKind, Catalog, Facts, Statement};
use store::{StoreError, Tx, params};

use crate::store::{BareRow, FACT_BARE, FACT_BARE_BY_KEY, FACT_STATED_BY};

/// Facts stated by sites, by site id.
pub type SiteFacts = BTreeMap<String, Facts>;

/// A stored answer as the evaluation's value. A key or value that the catalog no longer
/// knows counts as not stated.
fn statement(catalog: &Catalog, row: &BareRow) -> Option<Statement> {
    let fact = catalog.fact(&row.fact_key)?;
    let answer = match AnswerKind::parse(&row.answer).ok()? {
        AnswerKind::Given => fact.read(&row.value).ok()?,
        AnswerKind::None => Answer::None,
        AnswerKind::Unknown => Answer::Unknown,
        AnswerKind::NotApplicable => Answer::NotApplicable,
    };
    Some(Statement { answer, review_by: row.review_by.as_deref().and_then(|d| Day::parse(d).ok()) })
}

fn fill(facts: &mut Facts, catalog: &Catalog, rows: &[BareRow]) {
    for row in rows {
        if let Some(statement) = statement(catalog, row) {
            facts.insert(row.fact_key.clone(), statement);
        }
    }
}

/// What the company stated as a whole.
///
/// # Errors
/// The store's.
pub async fn company_facts(tx: &mut Tx, scope: &Scope, catalog: &Catalog) -> Result<Facts, StoreError> {
    facts_of(tx, scope, catalog, "").await
}

/// What counts for a site: the company's facts, replaced by the site's own. An empty
/// `site_id` means the whole company.
///
/// # Errors
/// The store's.
pub async fn facts_of(tx: &mut Tx, scope: &Scope, catalog: &Catalog, site_id: &str) -> Result<Facts, StoreError> {
    let mut facts = Facts::new();
    let rows: Vec<BareRow> = tx.all(scope, FACT_BARE, params![""]).await?;
    fill(&mut facts, catalog, &rows);
    if !site_id.is_empty() {
        let rows: Vec<BareRow> = tx.all(scope, FACT_BARE, params![site_id]).await?;
        fill(&mut facts, catalog, &rows);
    }
    Ok(facts)
}

/// Keys of the facts that count for a site and that this person stated last.
///
/// # Errors
/// The store's.
pub async fn stated_by(tx: &mut Tx, scope: &Scope, person: &PersonId, site_id: &str) -> Result<BTreeSet<String>, StoreError> {
    let rows: Vec<(String,)> = tx.all(scope, FACT_STATED_BY, params![site_id, person]).await?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// What sites stated about the given keys, by site.
///
/// # Errors
/// The store's.
pub async fn site_facts<'a>(
    tx: &mut Tx,
    scope: &Scope,
    catalog: &Catalog,
    keys: impl Iterator<Item = &'a str> + Send,
) -> Result<SiteFacts, StoreError> {
    let mut sites = SiteFacts::new();
    for key in keys.collect::<Vec<_>>() {
        let rows: Vec<BareRow> = tx.all(scope, FACT_BARE_BY_KEY, params![key]).await?;
        for row in rows {
            fill(sites.entry(row.site_id.clone()).or_default(), catalog, std::slice::from_ref(&row));
        }
    }
    Ok(sites)
}
