//! `evidence::store` — every SQL text of this domain. One text, two engines.

use sqlx::FromRow;

store::sql! {
    FACT_FIND = "SELECT site_id, fact_key, version_id, answer, value, reason, since, owner_name, review_by, revision FROM evidence_fact
        WHERE organisation_id = $1 AND site_id = $2 AND fact_key = $3";
    FACT_LIST = "SELECT site_id, fact_key, version_id, answer, value, reason, since, owner_name, review_by, revision FROM evidence_fact
        WHERE organisation_id = $1 AND site_id = $2 ORDER BY fact_key";
    FACT_LIST_ALL = "SELECT site_id, fact_key, version_id, answer, value, reason, since, owner_name, review_by, revision FROM evidence_fact
        WHERE organisation_id = $1 ORDER BY site_id, fact_key";
    FACT_BARE = "SELECT site_id, fact_key, answer, value, review_by FROM evidence_fact WHERE organisation_id = $1 AND site_id = $2";
    FACT_BARE_BY_KEY = "SELECT f.site_id, f.fact_key, f.answer, f.value, f.review_by FROM evidence_fact f
        WHERE f.organisation_id = $1 AND f.fact_key = $2 AND f.site_id <> ''";
    FACT_STATED_BY = "SELECT DISTINCT f.fact_key FROM evidence_fact f
        JOIN evidence_fact_version v ON v.organisation_id = f.organisation_id AND v.version_id = f.version_id
        WHERE f.organisation_id = $1 AND (f.site_id = '' OR f.site_id = $2) AND v.stated_by = $3";
    FACT_ADD = "INSERT INTO evidence_fact (organisation_id, site_id, fact_key, version_id, answer, value, reason, since, owner_name, review_by, revision)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)";
    FACT_CHANGE = "UPDATE evidence_fact SET version_id = $4, answer = $5, value = $6, reason = $7, since = $8, owner_name = $9, review_by = $10,
        revision = revision + 1 WHERE organisation_id = $1 AND site_id = $2 AND fact_key = $3 AND revision = $11";
    FACT_REMOVE = "DELETE FROM evidence_fact WHERE organisation_id = $1 AND site_id = $2 AND fact_key = $3";
    VERSION_ADD = "INSERT INTO evidence_fact_version (organisation_id, version_id, site_id, fact_key, answer, value, reason, since, owner_name, review_by,
        revision, stated_at, stated_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    VERSION_LAST = "SELECT MAX(revision) FROM evidence_fact_version WHERE organisation_id = $1 AND fact_key = $2 AND site_id = $3";
    VERSION_LIST = "SELECT v.version_id, v.answer, v.value, v.reason, v.since, v.owner_name, v.review_by, v.revision, v.stated_at,
        COALESCE(p.name, '') AS stated_by_name
        FROM evidence_fact_version v LEFT JOIN people_person p ON p.person_id = v.stated_by
        WHERE v.organisation_id = $1 AND v.fact_key = $2 AND v.site_id = $3 ORDER BY v.revision DESC LIMIT 200";
    DOCUMENT_ADD = "INSERT INTO evidence_document (organisation_id, document_id, fact_key, site_id, sha256, file_name, media_type, size_bytes, added_at, added_by, keep_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    DOCUMENT_LIST = "SELECT document_id, sha256, file_name, media_type, size_bytes, added_at, keep_until FROM evidence_document
        WHERE organisation_id = $1 AND fact_key = $2 AND site_id = $3 ORDER BY added_at DESC, document_id";
    DOCUMENT_FIND = "SELECT document_id, sha256, file_name, media_type, size_bytes, added_at, keep_until FROM evidence_document
        WHERE organisation_id = $1 AND document_id = $2";
    DOCUMENT_HASHES = "SELECT fact_key, sha256 FROM evidence_document WHERE organisation_id = $1 AND (site_id = '' OR site_id = $2)
        ORDER BY fact_key, sha256, document_id";
    DOCUMENT_FACT = "SELECT fact_key, site_id FROM evidence_document WHERE organisation_id = $1 AND document_id = $2";
    DOCUMENT_REMOVE = "DELETE FROM evidence_document WHERE organisation_id = $1 AND document_id = $2";
    DOCUMENT_USES = "SELECT COUNT(*) FROM evidence_document WHERE sha256 = $1";
    DOCUMENT_SUM = "SELECT CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) FROM evidence_document WHERE organisation_id = $1";
    DOCUMENT_EXPIRED = "SELECT document_id, sha256 FROM evidence_document WHERE organisation_id = $1 AND keep_until < $2 LIMIT 100";
}

/// A fact as stated now.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct FactRow {
    pub(crate) site_id: String,
    pub(crate) fact_key: String,
    pub(crate) version_id: String,
    pub(crate) answer: String,
    pub(crate) value: String,
    pub(crate) reason: String,
    pub(crate) since: Option<String>,
    pub(crate) owner_name: String,
    pub(crate) review_by: Option<String>,
    pub(crate) revision: i64,
}

/// A fact without who and why, for evaluating.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct BareRow {
    pub(crate) site_id: String,
    pub(crate) fact_key: String,
    pub(crate) answer: String,
    pub(crate) value: String,
    pub(crate) review_by: Option<String>,
}

/// A version with who stated it.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct VersionRow {
    pub(crate) version_id: String,
    pub(crate) answer: String,
    pub(crate) value: String,
    pub(crate) reason: String,
    pub(crate) since: Option<String>,
    pub(crate) owner_name: String,
    pub(crate) review_by: Option<String>,
    pub(crate) revision: i64,
    pub(crate) stated_at: String,
    pub(crate) stated_by_name: String,
}

/// An evidence file.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct DocumentRow {
    pub(crate) document_id: String,
    pub(crate) sha256: String,
    pub(crate) file_name: String,
    pub(crate) media_type: String,
    pub(crate) size_bytes: i64,
    pub(crate) added_at: String,
    pub(crate) keep_until: String,
}
