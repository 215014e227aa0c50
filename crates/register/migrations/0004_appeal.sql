-- What a holder says against a suspension or revocation, and what was decided on it.
CREATE TABLE register_appeal (
    organisation_id TEXT NOT NULL,
    appeal_id TEXT NOT NULL,
    number TEXT NOT NULL,
    scheme_id TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    state TEXT NOT NULL,
    answer TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    answered_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, appeal_id)
);
CREATE INDEX register_appeal_scheme ON register_appeal (scheme_id, state, appeal_id);
