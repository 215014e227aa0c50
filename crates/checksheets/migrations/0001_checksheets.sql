-- A customer's check sheet: what it asks as it was understood. Its file is kept beside evidence files.
CREATE TABLE checksheets_sheet (
    organisation_id TEXT NOT NULL,
    sheet_id TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    question_count INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, sheet_id)
);
-- Answers people gave themselves, where they differ from what the facts say.
CREATE TABLE checksheets_answer (
    organisation_id TEXT NOT NULL,
    sheet_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    body TEXT NOT NULL,
    said_at TEXT NOT NULL,
    said_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, sheet_id, place)
);
-- Where people said questions and answers stand, for the next file of the same shape.
CREATE TABLE checksheets_shape (
    organisation_id TEXT NOT NULL,
    shape_id TEXT NOT NULL,
    content TEXT NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, shape_id)
);
