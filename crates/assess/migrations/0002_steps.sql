-- The step of each criterion (a digit, or - where none is known), for schemes with a scale.
ALTER TABLE assess_assessment ADD COLUMN steps TEXT NOT NULL DEFAULT '';

-- States of an assessment that somebody keeps, to compare with later.
CREATE TABLE assess_kept (
    organisation_id TEXT NOT NULL,
    kept_id TEXT NOT NULL,
    scheme_id TEXT NOT NULL,
    version TEXT NOT NULL,
    site_id TEXT NOT NULL,
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    results TEXT NOT NULL,
    steps TEXT NOT NULL,
    score INTEGER NOT NULL,
    kept_at TEXT NOT NULL,
    kept_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, kept_id)
);
CREATE INDEX assess_kept_by_scheme ON assess_kept (organisation_id, scheme_id, site_id, day);

-- The step a company aims at, by group of a scheme.
CREATE TABLE assess_target (
    organisation_id TEXT NOT NULL,
    scheme_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    step INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, scheme_id, group_id)
);
