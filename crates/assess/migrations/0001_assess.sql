-- One row per assessment: organisation, scheme version, scope. `results` holds one letter per
-- criterion in official order (versions are immutable), so that comparing thousands of
-- assessments reads thousands of rows, not hundreds of thousands. Counts are kept with it.
CREATE TABLE assess_assessment (
    organisation_id TEXT NOT NULL,
    assessment_id TEXT NOT NULL,
    scheme_id TEXT NOT NULL,
    version TEXT NOT NULL,
    site_id TEXT NOT NULL,
    results TEXT NOT NULL,
    met_count INTEGER NOT NULL,
    not_met_count INTEGER NOT NULL,
    unknown_count INTEGER NOT NULL,
    pending_count INTEGER NOT NULL,
    score INTEGER NOT NULL,
    band TEXT,
    started_at TEXT NOT NULL,
    evaluated_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, assessment_id)
);
CREATE UNIQUE INDEX assess_assessment_once ON assess_assessment (organisation_id, scheme_id, version, site_id);

-- Which criteria changed because of which statement.
CREATE TABLE assess_change (
    organisation_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    assessment_id TEXT NOT NULL,
    criterion TEXT NOT NULL,
    before_state TEXT NOT NULL,
    after_state TEXT NOT NULL,
    PRIMARY KEY (organisation_id, version_id, assessment_id, criterion)
);
