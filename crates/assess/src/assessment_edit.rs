//! `assess::assessment_edit` — start and remove assessments. A new organisation gets one of
//! the newest version of every scheme on the ladder.

use kernel::{AssessmentId, Code, Event, EventKind, Scope};
use schemars::JsonSchema;
use schemes::{Scheme, score};
use serde::Deserialize;
use store::{Tx, params};
use web::{Call, Cx, Problem, Response, redirect};

use crate::assessment_list::AssessmentHead;
use crate::assessment_refresh::{new_id, schedule_daily, view};
use crate::model::{counts, letter, steps_text};
use crate::peer_publish::schedule_peers;
use crate::store::{ASSESSMENT_ADD, ASSESSMENT_FIND, ASSESSMENT_REMOVE, AssessmentRow};

/// Which assessment to start.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssessmentInput {
    /// The scheme's id.
    scheme: String,
    /// Its version; absent for the newest.
    #[serde(default)]
    version: String,
    /// The site's id; empty for the whole company.
    #[serde(default)]
    site_id: String,
}

/// Starts an assessment and evaluates it.
///
/// # Errors
/// [`Code::Conflict`] if there is one of this version and scope.
pub async fn assessment_start(cx: &Cx, tx: &mut Tx, scope: &Scope, scheme: &Scheme, site_id: &str) -> Result<AssessmentId, Problem> {
    let catalog = schemes::catalog(cx, tx, scope).await?;
    let view = view(tx, scope, &catalog, site_id, scheme.facts().collect::<Vec<_>>().into_iter()).await?;
    let standings = view.standings(scheme, cx.now().day());
    let results: String = standings.iter().map(|s| letter(*s)).collect();
    let steps = view.steps(scheme);
    let score = score(scheme, &standings, &steps);
    let [met, not_met, unknown, pending] = counts(&results);
    let id = new_id(cx);
    tx.run(
        scope,
        ASSESSMENT_ADD,
        params![
            &id,
            &scheme.id,
            &scheme.version,
            site_id,
            results,
            met,
            not_met,
            unknown,
            pending,
            score.value,
            score.band,
            cx.now(),
            steps_text(&steps),
        ],
    )
    .await?;
    let event = Event::new(EventKind::AssessmentStarted, id.as_str()).with("scheme", scheme.name()).with("hash", &scheme.hash);
    tx.record(scope, cx.now(), &event).await?;
    Ok(id)
}

/// Starts one assessment of the newest version of every scheme on the ladder, and the daily evaluation.
///
/// # Errors
/// The store's.
pub async fn assessments_default(cx: &Cx, tx: &mut Tx, scope: &Scope) -> Result<(), Problem> {
    let catalog = schemes::catalog(cx, tx, scope).await?;
    for scheme in catalog.newest().filter(|s| s.file.rung.is_some()) {
        assessment_start(cx, tx, scope, scheme, "").await?;
    }
    schedule_peers(tx, &*cx.app.clock, &*cx.app.rng).await?;
    schedule_daily(tx, &*cx.app.clock, &*cx.app.rng, scope.id().as_str()).await
}

async fn start(cx: &Cx, input: &AssessmentInput) -> Result<AssessmentHead, Problem> {
    let mut tx = cx.write().await?;
    let catalog = schemes::catalog(cx, &mut tx, cx.scope()?).await?;
    let version = Some(input.version.as_str()).filter(|v| !v.is_empty());
    let scheme = catalog.scheme(&input.scheme, version).ok_or_else(Problem::not_found)?;
    let scope = cx.scope()?.clone();
    let site = input.site_id.trim();
    if !site.is_empty() && !people::site_list(&mut tx, &scope).await?.iter().any(|s| s.site_id == site && s.open) {
        return Err(Problem::not_found());
    }
    let started = assessment_start(cx, &mut tx, &scope, scheme, site).await;
    let id = started.map_err(|p| if p.code == Code::Conflict { p.with_detail(cx.t("assessment.there_already")) } else { p })?;
    let row: Option<AssessmentRow> = tx.one(&scope, ASSESSMENT_FIND, params![&id]).await?;
    tx.commit().await?;
    row.and_then(|row| AssessmentHead::of(cx, &catalog, row)).ok_or_else(Problem::not_found)
}

/// `POST /assessments`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scheme, version) = call.form.get("scheme").split_once('@').unwrap_or((call.form.get("scheme"), ""));
    let input = AssessmentInput { scheme: scheme.to_owned(), version: version.to_owned(), site_id: call.form.get("site_id").to_owned() };
    let head = start(&cx, &input).await?;
    Ok(redirect(&format!("/assessments/{}", head.assessment_id)))
}

/// `POST /api/v1/assessments`
pub(crate) async fn api(cx: Cx, _call: Call, input: AssessmentInput) -> Result<AssessmentHead, Problem> {
    start(&cx, &input).await
}

async fn take_away(cx: &Cx, call: &Call) -> Result<(), Problem> {
    let id: AssessmentId = call.id("id")?;
    let mut tx = cx.write().await?;
    if tx.run(cx.scope()?, ASSESSMENT_REMOVE, params![&id]).await? == 0 {
        return Err(Problem::not_found());
    }
    cx.record(&mut tx, Event::new(EventKind::AssessmentRemoved, id.as_str())).await?;
    Ok(tx.commit().await?)
}

/// `POST /assessments/{id}/remove`
pub(crate) async fn remove(cx: Cx, call: Call) -> Result<Response, Problem> {
    take_away(&cx, &call).await?;
    Ok(redirect("/assessments"))
}

/// `DELETE /api/v1/assessments/{id}`
pub(crate) async fn api_remove(cx: Cx, call: Call, (): ()) -> Result<(), Problem> {
    take_away(&cx, &call).await
}

/// An assessment with given steps and no facts behind it, for benches that need very many.
///
/// # Errors
/// The store's.
pub async fn assessment_for_bench(cx: &Cx, tx: &mut Tx, scope: &Scope, scheme: &Scheme, steps: &[Option<i32>]) -> Result<(), Problem> {
    let results = "m".repeat(steps.len());
    let [met, not_met, unknown, pending] = counts(&results);
    let value = score(scheme, &[], steps).value;
    let row = params![
        &new_id(cx),
        &scheme.id,
        &scheme.version,
        "",
        results,
        met,
        not_met,
        unknown,
        pending,
        value,
        None::<String>,
        cx.now(),
        steps_text(steps),
    ];
    Ok(tx.run(scope, ASSESSMENT_ADD, row).await.map(|_| ())?)
}
