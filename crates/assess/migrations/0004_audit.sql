-- What somebody from headquarters found when they looked at an assessment below, by criterion.
-- `auditor_id` is their organisation.
CREATE TABLE assess_audit (
    organisation_id TEXT NOT NULL,
    assessment_id TEXT NOT NULL,
    criterion TEXT NOT NULL,
    finding TEXT NOT NULL,
    comment TEXT NOT NULL,
    auditor_id TEXT NOT NULL,
    audited_by TEXT NOT NULL,
    audited_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, assessment_id, criterion)
);
