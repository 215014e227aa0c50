-- The sheet of the same shape before, and what was written when the file was taken out last.
ALTER TABLE checksheets_sheet ADD COLUMN before_id TEXT NOT NULL DEFAULT '';
ALTER TABLE checksheets_sheet ADD COLUMN sent TEXT NOT NULL DEFAULT '';
ALTER TABLE checksheets_sheet ADD COLUMN sent_at TEXT NOT NULL DEFAULT '';
-- Which facts people said answer a question, by the digest of its text; empty where no fact does.
CREATE TABLE checksheets_match (
    organisation_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    facts TEXT NOT NULL,
    said_at TEXT NOT NULL,
    said_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, digest)
);
