//! `server::worker` — takes due jobs from the queue, one at a time, and hands each to its
//! domain. Several processes may do this on one database.

use std::sync::Arc;
use std::time::Duration;

use kernel::{OrganisationId, PersonId, Role, Scope};
use store::{Job, job_claim, job_done, job_failed, job_hold};
use web::{App, Cx, Problem};

/// How often the queue is looked at, in seconds.
const POLL_SECONDS: u64 = 10;

/// How long a step of a wave is held, in seconds.
const WAVE_HOLD_SECONDS: i64 = 10;

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
        match send_once(&app, &worker).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(problem) => tracing::warn!(cause = problem.cause, "worker.mail"),
        }
        if let Err(problem) = people::sweep(&cx).await {
            tracing::warn!(cause = problem.cause, "worker.sweep");
        }
        if polls.is_multiple_of(HOUR_POLLS) {
            hourly(&cx).await;
        }
        polls += 1;
        let look = tokio::time::sleep(Duration::from_secs(POLL_SECONDS));
        match cx.part::<mail::Bell>() {
            Ok(bell) => tokio::select! { () = look => {}, () = bell.heard() => {} },
            Err(_) => look.await,
        }
    }
}

/// Sends letters that are due, if there is a mail server. Returns how many went out.
///
/// # Errors
/// The store's.
pub async fn send_once(app: &Arc<App>, worker: &str) -> Result<usize, Problem> {
    let room = Cx::without_request(app, None).part::<mail::MailRoom>()?;
    let Some(post) = room.post() else { return Ok(0) };
    Ok(mail::letters_send(&app.store, post, &*app.clock, worker).await?)
}

/// What this process does for itself: it learns which pairs are common, and has today's files ready.
async fn hourly(cx: &Cx) {
    if let Err(problem) = register::grams_learn(cx).await {
        tracing::warn!(cause = problem.cause, "worker.learn");
    }
    if let Err(problem) = register::reminders_record(cx).await {
        tracing::warn!(cause = problem.cause, "worker.remind");
    }
    if let Err(problem) = suppliers::reminders_queue(cx).await {
        tracing::warn!(cause = problem.cause, "worker.reminders");
    }
    if let Err(error) = mail::letters_sweep(&cx.app.store, &*cx.app.clock).await {
        tracing::warn!(%error, "worker.letters");
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
    if let Some(job) = job.as_ref().filter(|j| in_steps(j)) {
        // Its steps are short, and people wait for it: if this worker dies, another goes on soon.
        job_hold(&mut tx, job, worker, cx.now().plus_seconds(WAVE_HOLD_SECONDS)).await?;
    }
    tx.without_record("taking a job is no event");
    tx.commit().await?;
    let Some(job) = job else { return Ok(false) };
    let done = handle(&cx, &job).await;
    let mut tx = cx.write().await?;
    match done {
        Ok(true) if in_steps(&job) => again(&mut tx, app, &job).await?,
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

/// Whether a job is made in short steps.
fn in_steps(job: &Job) -> bool {
    [suppliers::WAVE_JOB, suppliers::INTAKE_JOB].contains(&job.kind.as_str())
}

/// The next step of a job, at once.
async fn again(tx: &mut store::Tx, app: &App, job: &Job) -> Result<(), Problem> {
    let what = (job.organisation_id.as_str(), job.kind.as_str(), job.object_id.as_str());
    Ok(store::job_schedule(tx, &*app.clock, &*app.rng, what, app.clock.now()).await?)
}

/// Returns whether the job comes back: tomorrow, or at once if it goes on in steps.
async fn handle(cx: &Cx, job: &Job) -> Result<bool, Problem> {
    if job.kind == suppliers::WAVE_JOB {
        return suppliers::wave_step(cx, &job.organisation_id, &job.object_id).await;
    }
    if job.kind == suppliers::INTAKE_JOB {
        return suppliers::intake_step(cx, &job.organisation_id, &job.object_id).await;
    }
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
