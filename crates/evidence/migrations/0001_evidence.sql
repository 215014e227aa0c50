-- What is stated now. site_id is empty for the whole company.
CREATE TABLE evidence_fact (
    organisation_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    fact_key TEXT NOT NULL,
    version_id TEXT NOT NULL,
    answer TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    since TEXT,
    owner_name TEXT NOT NULL,
    review_by TEXT,
    revision INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, site_id, fact_key)
);
CREATE INDEX evidence_fact_by_key ON evidence_fact (organisation_id, fact_key);

-- Everything that was ever stated; rows are only added.
CREATE TABLE evidence_fact_version (
    organisation_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    fact_key TEXT NOT NULL,
    answer TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    since TEXT,
    owner_name TEXT NOT NULL,
    review_by TEXT,
    revision INTEGER NOT NULL,
    stated_at TEXT NOT NULL,
    stated_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, version_id)
);
CREATE INDEX evidence_fact_version_by_key ON evidence_fact_version (organisation_id, fact_key, site_id, revision);

CREATE TABLE evidence_document (
    organisation_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    fact_key TEXT NOT NULL,
    site_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    added_at TEXT NOT NULL,
    added_by TEXT NOT NULL,
    keep_until TEXT NOT NULL,
    PRIMARY KEY (organisation_id, document_id)
);
CREATE INDEX evidence_document_sha256 ON evidence_document (sha256);
