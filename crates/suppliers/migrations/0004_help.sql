-- Questions to the help desk of a buyer: answered once, and shown without names to the whole chain if published.
CREATE TABLE suppliers_help (
    organisation_id TEXT NOT NULL,
    help_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    question TEXT NOT NULL,
    shown TEXT NOT NULL,
    answer TEXT NOT NULL,
    folded TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, help_id)
);
-- Seminars and videos for everybody in the chain.
CREATE TABLE suppliers_seminar (
    organisation_id TEXT NOT NULL,
    seminar_id TEXT NOT NULL,
    title TEXT NOT NULL,
    day TEXT NOT NULL,
    place TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (organisation_id, seminar_id)
);
-- What a supplier tells of its own suppliers: counts by level, names only where it agrees. It ends, and may be
-- taken back.
CREATE TABLE suppliers_tier (
    organisation_id TEXT NOT NULL,
    supplier_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    content TEXT NOT NULL,
    made_at TEXT NOT NULL,
    until_at TEXT NOT NULL,
    withdrawn_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, supplier_id, version)
);
