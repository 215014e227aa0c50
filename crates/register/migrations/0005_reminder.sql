-- Which reminder of the end of a star was given, so that none is given twice: 90, 30 and 7 days before, 7 after.
CREATE TABLE register_reminder (
    organisation_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    days INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, entry_id, days)
);
CREATE INDEX register_entry_end ON register_entry (to_day, entry_id);
