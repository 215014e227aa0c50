//! `store::jobs` — background work in the database, in the transaction that asks for it. A
//! worker takes a job for a while (a lease); when it dies, another takes over.

use kernel::{Clock, Instant, JobId, Rng, Unscoped};
use sqlx::FromRow;

use crate::error::StoreError;
use crate::params;
use crate::tx::Tx;

crate::sql! {
    JOB_SCHEDULE = "INSERT INTO store_job (organisation_id, kind, object_id, job_id, run_at, attempt_count)
        VALUES ($1, $2, $3, $4, $5, 0)
        ON CONFLICT (organisation_id, kind, object_id) DO UPDATE SET run_at = excluded.run_at, attempt_count = 0, lease_until = NULL";
    JOB_CLAIM_SQLITE = "UPDATE store_job SET lease_until = $2, lease_by = $3, attempt_count = attempt_count + 1
        WHERE job_id = (SELECT job_id FROM store_job WHERE run_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
            ORDER BY run_at LIMIT 1)
        RETURNING organisation_id, kind, object_id, job_id, run_at, attempt_count";
    // Waiting workers step over rows that others hold, so the text differs.
    JOB_CLAIM_POSTGRES = "UPDATE store_job SET lease_until = $2, lease_by = $3, attempt_count = attempt_count + 1
        WHERE job_id = (SELECT job_id FROM store_job WHERE run_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
            ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING organisation_id, kind, object_id, job_id, run_at, attempt_count";
    JOB_HOLD = "UPDATE store_job SET lease_until = $3 WHERE job_id = $1 AND lease_by = $2";
    JOB_DONE = "DELETE FROM store_job WHERE job_id = $1 AND lease_by = $2";
    JOB_FAILED = "UPDATE store_job SET run_at = $3, lease_until = NULL, last_error = $4 WHERE job_id = $1 AND lease_by = $2";
}

/// How long a worker holds a job, in seconds.
const LEASE_SECONDS: i64 = 60;

/// A piece of background work.
#[derive(Debug, Clone, FromRow)]
pub struct Job {
    /// Whose data it works on.
    pub organisation_id: String,
    /// Which handler does it.
    pub kind: String,
    /// What it is about; one job per organisation, kind and object.
    pub object_id: String,
    /// Its id.
    pub job_id: String,
    /// When it was due.
    pub run_at: String,
    /// How often it was taken, this time included.
    pub attempt_count: i64,
}

const QUEUE: Unscoped = Unscoped::because("the queue serves all organisations; each job names its own");

/// Puts a job into the queue, or moves it if it waits already.
///
/// # Errors
/// [`StoreError`].
pub async fn job_schedule(
    tx: &mut Tx,
    clock: &dyn Clock,
    rng: &dyn Rng,
    (organisation, kind, object): (&str, &str, &str),
    run_at: Instant,
) -> Result<(), StoreError> {
    let id = JobId::new(clock, rng);
    tx.run(&QUEUE, JOB_SCHEDULE, params![organisation, kind, object, &id, run_at]).await?;
    Ok(())
}

/// Takes the job that is due longest, if any.
///
/// # Errors
/// [`StoreError`].
pub async fn job_claim(tx: &mut Tx, worker: &str, now: Instant) -> Result<Option<Job>, StoreError> {
    let sql = if tx.is_postgres() { JOB_CLAIM_POSTGRES } else { JOB_CLAIM_SQLITE };
    tx.one(&QUEUE, sql, params![now, now.plus_seconds(LEASE_SECONDS), worker]).await
}

/// Shortens the lease of a taken job, for work in small steps that another worker should take over soon.
///
/// # Errors
/// [`StoreError::Stale`] if somebody else has it.
pub async fn job_hold(tx: &mut Tx, job: &Job, worker: &str, until: Instant) -> Result<(), StoreError> {
    tx.run_one(&QUEUE, JOB_HOLD, params![&job.job_id, worker, until]).await
}

/// Removes a finished job.
///
/// # Errors
/// [`StoreError::Stale`] if the lease ran out and somebody else took it.
pub async fn job_done(tx: &mut Tx, job: &Job, worker: &str) -> Result<(), StoreError> {
    tx.run_one(&QUEUE, JOB_DONE, params![&job.job_id, worker]).await
}

/// Puts a failed job back, later each time (at most an hour).
///
/// # Errors
/// [`StoreError::Stale`] if the lease ran out and somebody else took it.
pub async fn job_failed(tx: &mut Tx, job: &Job, worker: &str, now: Instant, error: &str) -> Result<(), StoreError> {
    let wait_seconds = (15_i64 << job.attempt_count.clamp(0, 8)).min(3600);
    tx.run_one(&QUEUE, JOB_FAILED, params![&job.job_id, worker, now.plus_seconds(wait_seconds), error]).await
}
