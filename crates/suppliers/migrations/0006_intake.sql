-- A file that came back to a wave, or a zip file of such files: what became of it. Its bytes are kept until it is done.
CREATE TABLE suppliers_intake (
    organisation_id TEXT NOT NULL,
    wave_id TEXT NOT NULL,
    intake_id TEXT NOT NULL,
    name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    state TEXT NOT NULL,
    request_id TEXT NOT NULL,
    report TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, wave_id, intake_id)
);
CREATE INDEX suppliers_intake_state ON suppliers_intake (organisation_id, wave_id, state);
