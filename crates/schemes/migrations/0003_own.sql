-- Rules that a company writes for itself and the organisations below it. `draft` is what was
-- written in the form or sent as files; `files` are a released version's, which never change.
CREATE TABLE schemes_own (
    organisation_id TEXT NOT NULL,
    scheme_id TEXT NOT NULL,
    version TEXT NOT NULL,
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    draft TEXT NOT NULL,
    files TEXT NOT NULL,
    hash TEXT NOT NULL,
    revision INTEGER NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, scheme_id, version)
);
