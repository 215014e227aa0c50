//! `assess::assessment_refresh` — evaluate again what a statement or a new day may change, in
//! the same transaction, and note exactly which criteria changed.

use std::collections::BTreeSet;

use kernel::{AssessmentId, Clock, Event, EventKind, FactVersionId, OrganisationId, PersonId, Rng, Role, Scope, Unscoped};
use schemes::{Catalog, Scheme, Standing, score};
use store::{Tx, job_schedule, params};
use web::{Cx, Problem};

use crate::model::{DAILY_JOB, counts, letter, standing_of, steps_of, steps_text};
use crate::standing::View;
use crate::store::{ASSESSMENT_LIST, ASSESSMENT_OF_SITE, ASSESSMENT_SAVE, AssessmentRow, CHANGE_ADD, ORGANISATION_IDS};

/// What made an evaluation necessary.
#[derive(Debug, Clone, Copy)]
pub enum Cause<'a> {
    /// One fact: its key, its site (empty: the company), the new version.
    Fact(&'a str, &'a str, &'a FactVersionId),
    /// Many facts of one site (empty: of the company, which touches everything).
    Site(&'a str),
    /// A new day.
    Everything,
}

/// The facts a scope is evaluated on; `keys` limits what is read of sites.
pub(crate) async fn view<'a>(
    tx: &mut Tx,
    scope: &Scope,
    catalog: &Catalog,
    site_id: &str,
    keys: impl Iterator<Item = &'a str> + Send,
) -> Result<View, Problem> {
    let facts = evidence::facts_of(tx, scope, catalog, site_id).await?;
    if !site_id.is_empty() {
        return Ok(View { facts, ..View::default() });
    }
    let open: BTreeSet<String> = people::site_list(tx, scope).await?.into_iter().filter(|s| s.open).map(|s| s.site_id).collect();
    let mut sites = if open.is_empty() { evidence::SiteFacts::new() } else { evidence::site_facts(tx, scope, catalog, keys).await? };
    sites.retain(|site, _| open.contains(site));
    Ok(View { facts, sites, open_sites: open.len() })
}

/// Evaluates the organisation's assessments again where `cause` may change them. Returns how
/// many criteria changed.
///
/// # Errors
/// The store's.
pub async fn assessment_refresh(cx: &Cx, tx: &mut Tx, scope: &Scope, cause: Cause<'_>) -> Result<usize, Problem> {
    let catalog = schemes::catalog(cx, tx, scope).await?;
    let rows: Vec<AssessmentRow> = match cause {
        Cause::Fact(_, site, _) | Cause::Site(site) if !site.is_empty() => tx.all(scope, ASSESSMENT_OF_SITE, params![site]).await?,
        Cause::Fact(..) | Cause::Site(_) | Cause::Everything => tx.all(scope, ASSESSMENT_LIST, params![]).await?,
    };
    // A site that stated this fact itself does not care what the company says about it.
    let own: evidence::SiteFacts = match cause {
        Cause::Fact(key, "", _) => evidence::site_facts(tx, scope, &catalog, std::iter::once(key)).await?,
        Cause::Fact(..) | Cause::Site(_) | Cause::Everything => evidence::SiteFacts::new(),
    };
    let mut changed = 0;
    for row in rows.into_iter().filter(|row| !own.contains_key(&row.site_id)) {
        let Some(scheme) = catalog.scheme(&row.scheme_id, Some(&row.version)) else { continue };
        let places: BTreeSet<usize> = match cause {
            Cause::Fact(key, _, _) => scheme.readers(key).collect(),
            Cause::Site(_) | Cause::Everything => (0..row.results.chars().count()).collect(),
        };
        if places.is_empty() {
            continue;
        }
        let criteria = scheme.criteria().enumerate().filter(|(place, _)| places.contains(place));
        let keys: BTreeSet<&str> = criteria.flat_map(|(_, c)| c.facts()).collect();
        let view = view(tx, scope, &catalog, &row.site_id, keys.into_iter()).await?;
        changed += save(cx, tx, scope, scheme, &row, &view, &places, cause).await?;
    }
    Ok(changed)
}

#[expect(clippy::too_many_arguments, reason = "one step of the loop above, split off for length")]
async fn save(
    cx: &Cx,
    tx: &mut Tx,
    scope: &Scope,
    scheme: &Scheme,
    row: &AssessmentRow,
    view: &View,
    places: &BTreeSet<usize>,
    cause: Cause<'_>,
) -> Result<usize, Problem> {
    let today = cx.now().day();
    let before: Vec<Standing> = row.results.chars().map(standing_of).collect();
    let after: Vec<Standing> = scheme
        .criteria()
        .enumerate()
        .map(|(place, c)| match before.get(place) {
            Some(known) if !places.contains(&place) => *known,
            _ => view.standing(c, today),
        })
        .collect();
    let mut changed = 0;
    for ((criterion, old), new) in scheme.criteria().zip(&before).zip(&after) {
        if old != new {
            changed += 1;
            if let Cause::Fact(_, _, version) = cause {
                tx.run(scope, CHANGE_ADD, params![version, &row.assessment_id, &criterion.id, old.as_str(), new.as_str()]).await?;
            }
        }
    }
    let results: String = after.iter().map(|s| letter(*s)).collect();
    let mut steps = steps_of(&row.steps, after.len());
    for (place, criterion) in scheme.criteria().enumerate().filter(|(place, _)| places.contains(place)) {
        if let Some(step) = steps.get_mut(place) {
            *step = view.step(criterion);
        }
    }
    let score = score(scheme, &after, &steps);
    let steps = steps_text(&steps);
    if results != row.results || steps != row.steps || i64::from(score.value) != row.score || score.band != row.band {
        let [met, not_met, unknown, pending] = counts(&results);
        tx.run_one(
            scope,
            ASSESSMENT_SAVE,
            params![&row.assessment_id, results, met, not_met, unknown, pending, score.value, score.band, cx.now(), steps],
        )
        .await?;
    }
    Ok(changed)
}

/// Evaluates an organisation again because a new day began: reviews run out, yearly checks
/// grow old. Schedules itself for the next day.
///
/// # Errors
/// The store's.
pub async fn refresh_daily(cx: &Cx, organisation: &OrganisationId) -> Result<usize, Problem> {
    let nobody = PersonId::new(&*cx.app.clock, &*cx.app.rng);
    let scope = Scope::granted(organisation.clone(), nobody, Role::Viewer);
    let mut tx = cx.write().await?;
    let changed = assessment_refresh(cx, &mut tx, &scope, Cause::Everything).await?;
    if changed > 0 {
        let event = Event::new(EventKind::FactExpired, organisation.as_str()).with("criteria", changed.to_string());
        tx.record_as(Some(organisation.as_str()), "daily", cx.now(), &event).await?;
    }
    tx.without_record("a day on which nothing changed is no event");
    tx.commit().await?;
    Ok(changed)
}

/// Puts tomorrow's evaluation of an organisation into the queue.
///
/// # Errors
/// The store's.
pub async fn schedule_daily(tx: &mut Tx, clock: &dyn Clock, rng: &dyn Rng, organisation: &str) -> Result<(), Problem> {
    let tomorrow = clock.now().day().plus_days(1).starts_in_japan();
    Ok(job_schedule(tx, clock, rng, (organisation, DAILY_JOB, "all"), tomorrow).await?)
}

/// The organisation's assessments are all evaluated again, for every organisation. For the
/// operator, after the evaluation itself changed.
///
/// # Errors
/// The store's.
pub async fn refresh_all(cx: &Cx) -> Result<usize, Problem> {
    let all = Unscoped::because("the operator evaluates every organisation again");
    let mut tx = cx.read().await?;
    let ids: Vec<(String,)> = tx.all(&all, ORGANISATION_IDS, params![]).await?;
    drop(tx);
    let mut changed = 0;
    for (id,) in ids {
        let id = OrganisationId::try_from(id).map_err(|_| Problem::not_found())?;
        changed += refresh_daily(cx, &id).await?;
    }
    Ok(changed)
}

/// Makes a fresh id for an assessment.
pub(crate) fn new_id(cx: &Cx) -> AssessmentId {
    AssessmentId::new(&*cx.app.clock, &*cx.app.rng)
}
