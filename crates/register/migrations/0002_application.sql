-- A way to a star: what is applied for, how far it is, and what was shown when it was declared.
CREATE TABLE register_application (
    organisation_id TEXT NOT NULL,
    application_id TEXT NOT NULL,
    scheme_id TEXT NOT NULL,
    version TEXT NOT NULL,
    state TEXT NOT NULL,
    details TEXT NOT NULL,
    revision INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    declared_at TEXT NOT NULL,
    declared_by TEXT NOT NULL,
    shown_hash TEXT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (organisation_id, application_id)
);
-- One open application of an organisation for a scheme, also when two people begin at once.
CREATE UNIQUE INDEX register_application_open ON register_application (organisation_id, scheme_id) WHERE state = 'open';
