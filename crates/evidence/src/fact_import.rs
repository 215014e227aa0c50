//! `evidence::fact_import` — many facts at once, all or none: for moving in, and for machines.
//! One ledger entry with a digest over everything taken in.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{Code, Digest, Event, EventKind, FactVersionId, Scope};
use schemars::JsonSchema;
use schemes::Answer;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, FieldError, Problem};

use crate::store::{FACT_ADD, FACT_CHANGE, FACT_LIST, FactRow, VERSION_ADD};

/// Facts of one scope.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactImportInput {
    /// The site's id; empty or absent for the whole company.
    #[serde(default)]
    site_id: String,
    /// Answers by key, written as in `answer` of a single fact. Not for `not_applicable`,
    /// which needs a reason.
    facts: BTreeMap<String, String>,
}

/// What was taken in.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FactImported {
    fact_count: usize,
}

/// Takes in facts for one site (empty: the whole company). The caller has the assessments
/// evaluated again.
///
/// # Errors
/// [`Code::Invalid`] naming every fact that does not fit; nothing is taken in then.
pub async fn facts_import(cx: &Cx, tx: &mut Tx, scope: &Scope, site: &str, facts: &BTreeMap<String, String>) -> Result<usize, Problem> {
    let catalog = schemes::catalog(cx, tx, scope).await?;
    let mut wrong = Vec::new();
    let mut good: Vec<(&str, Answer, i64)> = Vec::new();
    for (key, text) in facts {
        match catalog.read_answer(key, text) {
            Ok(Answer::NotApplicable) => wrong.push(FieldError { field: key.clone(), text: cx.t("fact.wrong.reason") }),
            Ok(answer) => {
                let months = catalog.fact(key).map_or(12, |f| i64::from(f.file.review_months));
                good.push((key, answer, months));
            }
            Err(text) => wrong.push(FieldError { field: key.clone(), text }),
        }
    }
    if !wrong.is_empty() {
        return Err(Problem { fields: wrong, ..Problem::new(Code::Invalid) });
    }
    if !site.is_empty() && !people::site_list(tx, scope).await?.iter().any(|s| s.site_id == site && s.open) {
        return Err(Problem::not_found());
    }
    let stated: Vec<FactRow> = tx.all(scope, FACT_LIST, params![site]).await?;
    let mut digest = Digest::default();
    for (key, answer, months) in &good {
        let version = FactVersionId::new(&*cx.app.clock, &*cx.app.rng);
        let (kind, value) = (answer.kind().as_str(), answer.value_text());
        let review = cx.now().day().plus_months(*months).to_string();
        let now = stated.iter().find(|f| f.fact_key == *key).map_or(0, |f| f.revision);
        let mut row = params![site, *key, &version, kind, &value, "", None::<String>, "", review.clone()];
        if now > 0 {
            row.extend(params![now]);
            tx.run_one(scope, FACT_CHANGE, row).await?;
        } else {
            tx.run(scope, FACT_ADD, row).await?;
        }
        tx.run(
            scope,
            VERSION_ADD,
            params![&version, site, *key, kind, &value, "", None::<String>, "", review, now + 1, cx.now(), scope.person(),],
        )
        .await?;
        digest = digest.field(key).field(kind).field(&value);
    }
    let event = Event::new(EventKind::FactsImported, site).with("count", good.len().to_string()).with("digest", digest.finish());
    tx.record(scope, cx.now(), &event).await?;
    Ok(good.len())
}

/// `POST /api/v1/facts`
pub(crate) async fn api(cx: Cx, _call: Call, input: FactImportInput) -> Result<FactImported, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    let fact_count = facts_import(&cx, &mut tx, &scope, &input.site_id, &input.facts).await?;
    cx.part::<Arc<dyn crate::FactWatcher>>()?.imported(&cx, &mut tx, &scope, &input.site_id).await?;
    tx.commit().await?;
    Ok(FactImported { fact_count })
}
