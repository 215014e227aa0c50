-- Every scheme version this database has ever seen, with the hash of its files.
CREATE TABLE schemes_version (
    scheme_id TEXT NOT NULL,
    version TEXT NOT NULL,
    hash TEXT NOT NULL,
    added_at TEXT NOT NULL,
    PRIMARY KEY (scheme_id, version)
);
