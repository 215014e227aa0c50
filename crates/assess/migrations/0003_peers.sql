-- Figures over companies of one instance, as published: for a cell (industry and size, or all) the
-- mean and the middle half per group. Only these rows are ever shown.
CREATE TABLE assess_peer (
    scheme_id TEXT NOT NULL,
    version TEXT NOT NULL,
    cell TEXT NOT NULL,
    company_count INTEGER NOT NULL,
    figures TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (scheme_id, version, cell)
);

-- The answers with which a company stands in the published figures of its cell and of all.
ALTER TABLE assess_assessment ADD COLUMN counted_cell TEXT NOT NULL DEFAULT '';
ALTER TABLE assess_assessment ADD COLUMN counted_answers TEXT NOT NULL DEFAULT '';
ALTER TABLE assess_assessment ADD COLUMN counted_all TEXT NOT NULL DEFAULT '';
CREATE INDEX assess_assessment_counted ON assess_assessment (scheme_id, version, counted_cell);

-- Averages from elsewhere that a company imports, with their source.
CREATE TABLE assess_reference (
    organisation_id TEXT NOT NULL,
    reference_id TEXT NOT NULL,
    scheme_id TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    day TEXT NOT NULL,
    company_count INTEGER NOT NULL,
    means TEXT NOT NULL,
    PRIMARY KEY (organisation_id, reference_id)
);
