-- A way to a star: what is applied for, which step of the path it is at, what was shown when the
-- last examination ended (`sealed`), and what was shown when it was awarded.
CREATE TABLE register_application (
    organisation_id TEXT NOT NULL,
    application_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    scheme_id TEXT NOT NULL,
    version TEXT NOT NULL,
    state TEXT NOT NULL,
    place INTEGER NOT NULL,
    details TEXT NOT NULL,
    revision INTEGER NOT NULL,
    renews TEXT NOT NULL,
    started_at TEXT NOT NULL,
    declared_at TEXT NOT NULL,
    declared_by TEXT NOT NULL,
    sealed TEXT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (organisation_id, application_id)
);
-- One open application of an organisation for a scheme and a subject, also when two people begin at once.
CREATE UNIQUE INDEX register_application_open ON register_application (organisation_id, scheme_id, site_id) WHERE state = 'open';
CREATE INDEX register_application_number ON register_application (organisation_id, number);
