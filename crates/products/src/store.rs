//! `products::store` — every SQL text of this domain. One text, two engines.

use sqlx::FromRow;

store::sql! {
    PRODUCT_ADD = "INSERT INTO products_product (organisation_id, product_id, name, made_at, made_by) VALUES ($1, $2, $3, $4, $5)";
    PRODUCT_FIND = "SELECT product_id, name, made_at FROM products_product WHERE organisation_id = $1 AND product_id = $2";
    PRODUCT_LIST = "SELECT p.product_id, p.name, p.made_at, CAST(COUNT(r.release_id) AS BIGINT) AS releases
        FROM products_product p LEFT JOIN products_release r ON r.organisation_id = p.organisation_id AND r.product_id = p.product_id
        WHERE p.organisation_id = $1 GROUP BY p.product_id, p.name, p.made_at ORDER BY p.name, p.product_id LIMIT 1000";
    PRODUCT_DROP = "DELETE FROM products_product WHERE organisation_id = $1 AND product_id = $2";
    RELEASE_ADD = "INSERT INTO products_release (organisation_id, release_id, product_id, version, file_name, file_sha256, format, component_count,
        before_id, report, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    RELEASE_FIND = "SELECT release_id, product_id, version, file_name, file_sha256, format, component_count, before_id, report, made_at
        FROM products_release WHERE organisation_id = $1 AND release_id = $2";
    RELEASE_OF_PRODUCT = "SELECT release_id, product_id, version, file_name, file_sha256, format, component_count, before_id, '' AS report, made_at
        FROM products_release WHERE organisation_id = $1 AND product_id = $2 ORDER BY made_at DESC, release_id DESC LIMIT 200";
    RELEASE_FINDINGS = "SELECT f.release_id, f.state, CAST(COUNT(*) AS BIGINT) AS times FROM products_finding f
        JOIN products_release r ON r.organisation_id = f.organisation_id AND r.release_id = f.release_id
        WHERE f.organisation_id = $1 AND r.product_id = $2 AND f.closed_at = '' GROUP BY f.release_id, f.state ORDER BY f.release_id, f.state";
    RELEASE_DROP = "DELETE FROM products_release WHERE organisation_id = $1 AND release_id = $2";
    COMPONENT_ADD = "INSERT INTO products_component (organisation_id, release_id, place, name, version, package, purl, licence, producer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    // The same for sixteen at once.
    COMPONENT_ADD_MANY = "INSERT INTO products_component (organisation_id, release_id, place, name, version, package, purl, licence, producer) VALUES
        ($1, $2, $3, $4, $5, $6, $7, $8, $9), ($1, $2, $10, $11, $12, $13, $14, $15, $16),
        ($1, $2, $17, $18, $19, $20, $21, $22, $23), ($1, $2, $24, $25, $26, $27, $28, $29, $30),
        ($1, $2, $31, $32, $33, $34, $35, $36, $37), ($1, $2, $38, $39, $40, $41, $42, $43, $44),
        ($1, $2, $45, $46, $47, $48, $49, $50, $51), ($1, $2, $52, $53, $54, $55, $56, $57, $58),
        ($1, $2, $59, $60, $61, $62, $63, $64, $65), ($1, $2, $66, $67, $68, $69, $70, $71, $72),
        ($1, $2, $73, $74, $75, $76, $77, $78, $79), ($1, $2, $80, $81, $82, $83, $84, $85, $86),
        ($1, $2, $87, $88, $89, $90, $91, $92, $93), ($1, $2, $94, $95, $96, $97, $98, $99, $100),
        ($1, $2, $101, $102, $103, $104, $105, $106, $107), ($1, $2, $108, $109, $110, $111, $112, $113, $114)";
    COMPONENT_PAGE = "SELECT name, version, purl, licence, producer FROM products_component
        WHERE organisation_id = $1 AND release_id = $2 AND place >= $3 AND place < $4 ORDER BY place";
    COMPONENT_DROP = "DELETE FROM products_component WHERE organisation_id = $1 AND release_id = $2";
    COMPONENT_OF_ADVISORY = "SELECT c.organisation_id, c.release_id, c.place, c.purl FROM products_advisory_package a
        JOIN products_component c ON c.package = a.package WHERE a.advisory_id = $1 ORDER BY c.organisation_id, c.release_id, c.place";
    ADVISORY_STATE = "SELECT CAST(COUNT(*) AS BIGINT) AS advisories, COALESCE(MAX(taken_at), '') AS taken_at FROM products_advisory";
    ADVISORY_FIND = "SELECT digest FROM products_advisory WHERE advisory_id = $1";
    ADVISORY_SET = "INSERT INTO products_advisory (advisory_id, digest, vulnerability, summary, body, published_at, withdrawn_at, taken_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (advisory_id) DO UPDATE SET digest = excluded.digest, vulnerability = excluded.vulnerability,
        summary = excluded.summary, body = excluded.body, published_at = excluded.published_at, withdrawn_at = excluded.withdrawn_at,
        taken_at = excluded.taken_at";
    ADVISORY_PACKAGE_CLEAR = "DELETE FROM products_advisory_package WHERE advisory_id = $1";
    ADVISORY_PACKAGE_ADD = "INSERT INTO products_advisory_package (package, advisory_id) VALUES ($1, $2)";
    ADVISORY_FOR_RELEASE = "SELECT advisory_id, body FROM products_advisory WHERE advisory_id IN (
        SELECT a.advisory_id FROM products_component c JOIN products_advisory_package a ON a.package = c.package
        WHERE c.organisation_id = $1 AND c.release_id = $2) ORDER BY advisory_id";
    FINDING_SET = "INSERT INTO products_finding (organisation_id, release_id, place, advisory_id, state, detail, fixed, found_at, closed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '') ON CONFLICT (organisation_id, release_id, place, advisory_id) DO UPDATE SET
            state = excluded.state, detail = excluded.detail, fixed = excluded.fixed, closed_at = ''";
    FINDING_CLOSE_ADVISORY = "UPDATE products_finding SET closed_at = $2 WHERE advisory_id = $1 AND closed_at = ''";
    FINDING_OF_RELEASE = "SELECT f.place, c.name, c.version, c.purl, c.package, f.advisory_id, a.vulnerability, a.summary, f.state, f.detail, f.fixed, f.found_at,
        f.closed_at, a.withdrawn_at FROM products_finding f JOIN products_component c ON c.organisation_id = f.organisation_id AND c.release_id = f.release_id
        AND c.place = f.place JOIN products_advisory a ON a.advisory_id = f.advisory_id WHERE f.organisation_id = $1 AND f.release_id = $2
        ORDER BY f.closed_at, f.state, c.name, f.place, a.vulnerability, f.advisory_id LIMIT 2000";
    DECISION_ADD = "INSERT INTO products_decision (organisation_id, product_id, vulnerability, package, revision, status, justification, impact, action,
        tree, answers, outcome, due_on, decided_at, decided_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    DECISION_ALL = "SELECT d.vulnerability, d.package, d.revision, d.status, d.justification, d.impact, d.action, d.answers, d.outcome, d.due_on,
        d.decided_at, COALESCE(p.name, '') AS person FROM products_decision d LEFT JOIN people_person p ON p.person_id = d.decided_by
        WHERE d.organisation_id = $1 AND d.product_id = $2 ORDER BY d.vulnerability, d.package, d.revision";
    DECISION_DROP = "DELETE FROM products_decision WHERE organisation_id = $1 AND product_id = $2";
    PUBLISHER = "SELECT name FROM people_organisation WHERE organisation_id = $1";
    SIGNAL_SET = "INSERT INTO products_signal (vulnerability, kind, value, day, taken_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (vulnerability, kind) DO UPDATE SET value = excluded.value, day = excluded.day, taken_at = excluded.taken_at";
    SIGNAL_OF = "SELECT vulnerability, kind, value, day FROM products_signal WHERE vulnerability = $1 ORDER BY kind";
    SIGNAL_OF_RELEASE = "SELECT DISTINCT s.vulnerability, s.kind, s.value, s.day FROM products_finding f
        JOIN products_advisory a ON a.advisory_id = f.advisory_id JOIN products_signal s ON s.vulnerability = a.vulnerability
        WHERE f.organisation_id = $1 AND f.release_id = $2 AND f.closed_at = '' ORDER BY s.vulnerability, s.kind";
    FINDING_DROP = "DELETE FROM products_finding WHERE organisation_id = $1 AND release_id = $2";
}

/// A product.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct ProductRow {
    pub(crate) product_id: String,
    pub(crate) name: String,
    pub(crate) made_at: String,
}

/// A product in the list.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct ProductListRow {
    pub(crate) product_id: String,
    pub(crate) name: String,
    pub(crate) made_at: String,
    pub(crate) releases: i64,
}

/// A release.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct ReleaseRow {
    pub(crate) release_id: String,
    pub(crate) product_id: String,
    pub(crate) version: String,
    pub(crate) file_name: String,
    pub(crate) file_sha256: String,
    pub(crate) format: String,
    pub(crate) component_count: i64,
    /// The release before it; empty if there is none.
    pub(crate) before_id: String,
    /// What reading found, as JSON.
    pub(crate) report: String,
    pub(crate) made_at: String,
}

/// Open findings of a release by state.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct FindingCount {
    pub(crate) release_id: String,
    pub(crate) state: String,
    pub(crate) times: i64,
}

/// A component on a page.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct ComponentRow {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) purl: String,
    pub(crate) licence: String,
    pub(crate) producer: String,
}

/// A component an advisory may concern, of whichever organisation.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct ConcernedRow {
    pub(crate) organisation_id: String,
    pub(crate) release_id: String,
    pub(crate) place: i64,
    pub(crate) purl: String,
}

/// A finding with its component and advisory.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct FindingRow {
    pub(crate) place: i64,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) purl: String,
    pub(crate) package: String,
    pub(crate) advisory_id: String,
    pub(crate) vulnerability: String,
    pub(crate) summary: String,
    pub(crate) state: String,
    pub(crate) detail: String,
    pub(crate) fixed: String,
    pub(crate) found_at: String,
    pub(crate) closed_at: String,
    pub(crate) withdrawn_at: String,
}

/// A decision with who took it.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct DecisionRow {
    pub(crate) vulnerability: String,
    pub(crate) package: String,
    pub(crate) revision: i64,
    pub(crate) status: String,
    pub(crate) justification: String,
    pub(crate) impact: String,
    pub(crate) action: String,
    /// Answers by key of the question, as JSON.
    pub(crate) answers: String,
    pub(crate) outcome: String,
    pub(crate) due_on: String,
    pub(crate) decided_at: String,
    pub(crate) person: String,
}

/// What is known of a vulnerability beside advisories.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromRow)]
pub(crate) struct SignalRow {
    pub(crate) vulnerability: String,
    /// `kev` or `epss`.
    pub(crate) kind: String,
    /// 1 for KEV; millionths for EPSS.
    pub(crate) value: i64,
    /// The day it is of, YYYY-MM-DD.
    pub(crate) day: String,
}
