-- Applied migrations. One text for both engines; `migrate.rs` says what differs when it is run.
CREATE TABLE store_migration (
    domain TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    PRIMARY KEY (domain, number)
);

-- The hash-chained ledger: one chain per organisation, and one called "system".
CREATE TABLE store_ledger (
    organisation_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    detail TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (organisation_id, seq)
);

CREATE TABLE store_ledger_head (
    organisation_id TEXT NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
);

-- Background work. One row per piece; a lease says who works on it until when.
CREATE TABLE store_job (
    organisation_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    job_id TEXT NOT NULL UNIQUE,
    run_at TEXT NOT NULL,
    attempt_count INTEGER NOT NULL,
    lease_until TEXT,
    lease_by TEXT,
    last_error TEXT,
    PRIMARY KEY (organisation_id, kind, object_id)
);
CREATE INDEX store_job_due ON store_job (run_at);
