//! `server::worker` — takes due jobs from the queue, one at a time, and hands each to its
//! domain. Several processes may do this on one database.

use std::sync::Arc;
use std::time::Duration;

use kernel::{OrganisationId, PersonId, Role, Scope};
use store::{Job, job_claim, job_done, job_failed};
use web::{App, Cx, Problem};

/// How often the queue is looked at, in seconds.
const POLL_SECONDS: u64 = 10;

/// How many looks make an hour.
const HOUR_POLLS: u64 = 360;

/// Works until the task is dropped.
pub(crate) async fn run(app: Arc<App>) {
    let worker = kernel::random_token(&*app.rng, 8);
    let cx = Cx::without_request(&app, None);
    if let Err(problem) = publish_later(&app, &cx).await {
        tracing::warn!(cause = problem.cause, "worker.failed");
    }
    let mut polls: u64 = 0;
    loop {
        match work_once(&app, &worker).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(problem) => tracing::warn!(cause = problem.cause, "worker.failed"),
        }
        if let Err(problem) = people::sweep(&cx).await {
            tracing::warn!(cause = problem.cause, "worker.sweep");
        }
        if polls.is_multiple_of(HOUR_POLLS) {
            hourly(&cx).await;
        }
        polls += 1;
        tokio::time::sleep(Duration::from_secs(POLL_SECONDS)).await;
    }
}

/// What this process does for itself: it learns which pairs are common, and has today's files ready.
async fn hourly(cx: &Cx) {
    if let Err(problem) = register::grams_learn(cx).await {
        tracing::warn!(cause = problem.cause, "worker.learn");
    }
    if let Err(problem) = register::reminders_record(cx).await {
        tracing::warn!(cause = problem.cause, "worker.remind");
    }
    if let Err(problem) = register::bulk_daily(cx).await {
        tracing::warn!(cause = problem.cause, "worker.publish");
    }
}

/// Makes sure that figures over companies will be published.
async fn publish_later(app: &App, cx: &Cx) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    assess::schedule_peers(&mut tx, &*app.clock, &*app.rng).await?;
    tx.without_record("putting a job into the queue is no event");
    Ok(tx.commit().await?)
}

/// Does one due job. Returns whether there was one.
///
/// # Errors
/// The store's; a job that fails is put back for later.
pub async fn work_once(app: &Arc<App>, worker: &str) -> Result<bool, Problem> {
    let cx = Cx::without_request(app, None);
    let mut tx = cx.write().await?;
    let job = job_claim(&mut tx, worker, cx.now()).await?;
    tx.without_record("taking a job is no event");
    tx.commit().await?;
    let Some(job) = job else { return Ok(false) };
    let done = handle(&cx, &job).await;
    let mut tx = cx.write().await?;
    match done {
        Ok(true) if job.kind == assess::PEERS_JOB => assess::schedule_peers(&mut tx, &*app.clock, &*app.rng).await?,
        Ok(true) => assess::schedule_daily(&mut tx, &*app.clock, &*app.rng, &job.organisation_id).await?,
        Ok(false) => job_done(&mut tx, &job, worker).await?,
        Err(problem) => {
            tracing::warn!(kind = job.kind, cause = problem.cause, "worker.job_failed");
            job_failed(&mut tx, &job, worker, cx.now(), &problem.to_string()).await?;
        }
    }
    tx.without_record("the work itself is recorded where it is done");
    tx.commit().await?;
    Ok(true)
}

/// Returns whether the job comes back tomorrow.
async fn handle(cx: &Cx, job: &Job) -> Result<bool, Problem> {
    if job.kind == assess::PEERS_JOB {
        assess::peers_publish(cx).await?;
        return Ok(true);
    }
    if job.kind != assess::DAILY_JOB {
        return Ok(false);
    }
    let organisation = OrganisationId::try_from(job.organisation_id.clone()).map_err(|_| Problem::not_found())?;
    assess::refresh_daily(cx, &organisation).await?;
    let nobody = PersonId::new(&*cx.app.clock, &*cx.app.rng);
    evidence::documents_expire(cx, &Scope::granted(organisation, nobody, Role::Viewer)).await?;
    Ok(true)
}
