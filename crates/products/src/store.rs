//! `products::store` — every SQL text of this domain. One text, two engines.

use schemars::JsonSchema;
use serde::Serialize;
use sqlx::FromRow;

/// What a finding is sorted by is drawn anew from advisories, signals and decisions.
macro_rules! refresh {
    () => {
        "UPDATE products_finding SET
        severity = COALESCE((SELECT MAX(a.severity) FROM products_advisory a WHERE a.vulnerability = products_finding.vulnerability), -1),
        epss = COALESCE((SELECT s.value FROM products_signal s WHERE s.vulnerability = products_finding.vulnerability AND s.kind = 'epss'), -1),
        kev = COALESCE((SELECT s.day FROM products_signal s WHERE s.vulnerability = products_finding.vulnerability AND s.kind = 'kev'), ''),
        (status, urgency, due_on) = (SELECT COALESCE(MAX(d.status), ''), COALESCE(MAX(d.urgency), 1000), COALESCE(MAX(d.due_on), '') FROM products_decision d
            WHERE d.organisation_id = products_finding.organisation_id AND d.product_id = products_finding.product_id
            AND d.vulnerability = products_finding.vulnerability AND d.package = products_finding.package
            AND d.revision = (SELECT MAX(m.revision) FROM products_decision m WHERE m.organisation_id = d.organisation_id
                AND m.product_id = d.product_id AND m.vulnerability = d.vulnerability AND m.package = d.package))"
    };
}

/// Releases that none came after.
macro_rules! newest {
    () => {
        "SELECT q.release_id FROM products_release q WHERE q.organisation_id = $1 AND NOT EXISTS (SELECT 1 FROM products_release later
            WHERE later.organisation_id = $1 AND later.before_id = q.release_id)"
    };
}

/// The order of a list of what is open, by the sixth parameter.
macro_rules! by {
    ($o:literal) => {
        concat!(
            "CASE $6 WHEN 'severity' THEN -",
            $o,
            "severity WHEN 'epss' THEN -",
            $o,
            "epss WHEN 'due' THEN CASE WHEN ",
            $o,
            "due_on = '' THEN 1 ELSE 0 END
                WHEN 'found' THEN 0 ELSE CASE WHEN ",
            $o,
            "kev <> '' AND ",
            $o,
            "status NOT IN ('not_affected', 'fixed') THEN 0 ELSE 1 END END,
            CASE $6 WHEN 'due' THEN ",
            $o,
            "due_on ELSE '' END, CASE $6 WHEN 'found' THEN ",
            $o,
            "found_at ELSE '' END DESC, ",
            $o,
            "urgency DESC, ",
            $o,
            "epss DESC, ",
            $o,
            "severity DESC, ",
            $o,
            "vulnerability, ",
            $o,
            "release_id, ",
            $o,
            "place, ",
            $o,
            "package"
        )
    };
}

store::sql! {
    PRODUCT_ADD = "INSERT INTO products_product (organisation_id, product_id, name, made_at, made_by) VALUES ($1, $2, $3, $4, $5)";
    PRODUCT_FIND = "SELECT product_id, name, made_at FROM products_product WHERE organisation_id = $1 AND product_id = $2";
    // With its newest release; empty if it has none.
    PRODUCT_NAMED = "SELECT p.product_id, COALESCE(r.release_id, '') AS release_id, COALESCE(r.file_sha256, '') AS file_sha256
        FROM products_product p LEFT JOIN products_release r ON r.organisation_id = p.organisation_id AND r.product_id = p.product_id
        WHERE p.organisation_id = $1 AND p.name = $2 ORDER BY p.product_id, COALESCE(r.made_at, '') DESC, COALESCE(r.release_id, '') DESC LIMIT 1";
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
    RELEASE_DROP = "DELETE FROM products_release WHERE organisation_id = $1 AND release_id = $2";
    COMPONENT_ADD = "INSERT INTO products_component (organisation_id, release_id, place, name, version, package, purl, licence, producer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    COMPONENT_PAGE = "SELECT name, version, purl, licence, producer FROM products_component
        WHERE organisation_id = $1 AND release_id = $2 AND place >= $3 AND place < $4 ORDER BY place";
    COMPONENT_KEY_ADD = "INSERT INTO products_component_key (organisation_id, release_id, place, package, identifier) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (organisation_id, release_id, place, identifier) DO NOTHING";
    COMPONENT_KEY_DROP = "DELETE FROM products_component_key WHERE organisation_id = $1 AND release_id = $2";
    COMPONENT_DROP = "DELETE FROM products_component WHERE organisation_id = $1 AND release_id = $2";
    ADVISORY_STATE = "SELECT CAST(COUNT(*) AS BIGINT) AS advisories, COALESCE(MAX(taken_at), '') AS taken_at FROM products_advisory";
    ADVISORY_FIND = "SELECT advisory_id, digest, vulnerability FROM products_advisory
        WHERE advisory_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    ADVISORY_SET = "INSERT INTO products_advisory (advisory_id, digest, vulnerability, summary, body, published_at, withdrawn_at, taken_at, severity)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (advisory_id) DO UPDATE SET digest = excluded.digest, vulnerability = excluded.vulnerability,
        summary = excluded.summary, body = excluded.body, published_at = excluded.published_at, withdrawn_at = excluded.withdrawn_at,
        taken_at = excluded.taken_at, severity = excluded.severity";
    // Digests of all, so that what is unchanged is not even read.
    ADVISORY_DIGESTS = "SELECT digest FROM products_advisory";
    ADVISORY_PACKAGE_CLEAR = "DELETE FROM products_advisory_package WHERE advisory_id = $1";
    ADVISORY_PACKAGE_ADD = "INSERT INTO products_advisory_package (package, advisory_id) VALUES ($1, $2)";
    ADVISORY_FOR_RELEASE = "SELECT advisory_id, body, vulnerability FROM products_advisory WHERE advisory_id IN (
        SELECT a.advisory_id FROM products_component c JOIN products_advisory_package a ON a.package = c.package
        WHERE c.organisation_id = $1 AND c.release_id = $2
        UNION SELECT a.advisory_id FROM products_component_key k JOIN products_advisory_package a ON a.package = k.package
        WHERE k.organisation_id = $1 AND k.release_id = $2) ORDER BY advisory_id";
    FINDING_CLOSE_ADVISORY = "UPDATE products_finding SET closed_at = $2 WHERE advisory_id = $1 AND closed_at = ''";
    FINDING_OF_RELEASE = "SELECT f.place, c.name, c.version, c.purl, COALESCE(NULLIF(f.package, ''), c.package) AS package, f.advisory_id, a.vulnerability, a.summary, f.state, f.detail, f.fixed, f.found_at,
        f.closed_at, a.withdrawn_at FROM products_finding f JOIN products_component c ON c.organisation_id = f.organisation_id AND c.release_id = f.release_id
        AND c.place = f.place JOIN products_advisory a ON a.advisory_id = f.advisory_id WHERE f.organisation_id = $1 AND f.release_id = $2
        ORDER BY f.closed_at, f.state, c.name, f.place, a.vulnerability, f.advisory_id LIMIT 2000";
    DECISION_ADD = "INSERT INTO products_decision (organisation_id, product_id, vulnerability, package, revision, status, justification, impact, action,
        tree, answers, outcome, due_on, decided_at, decided_by, urgency, known, until_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
    DECISION_ALL = "SELECT d.vulnerability, d.package, d.revision, d.status, d.justification, d.impact, d.action, d.answers, d.outcome, d.due_on,
        d.decided_at, d.known, d.until_on, COALESCE(p.name, '') AS person FROM products_decision d LEFT JOIN people_person p ON p.person_id = d.decided_by
        WHERE d.organisation_id = $1 AND d.product_id = $2 ORDER BY d.vulnerability, d.package, d.revision";
    DECISION_DROP = "DELETE FROM products_decision WHERE organisation_id = $1 AND product_id = $2";
    WORKSHEET_ADD = "INSERT INTO products_worksheet (organisation_id, product_id, sheet, revision, answers, said_at, said_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    WORKSHEET_LIST = "SELECT w.revision, w.answers, w.said_at, COALESCE(p.name, '') AS person FROM products_worksheet w
        LEFT JOIN people_person p ON p.person_id = w.said_by WHERE w.organisation_id = $1 AND w.product_id = $2 AND w.sheet = $3
        ORDER BY w.revision DESC LIMIT 200";
    WORKSHEET_DROP = "DELETE FROM products_worksheet WHERE organisation_id = $1 AND product_id = $2";
    LIFECYCLE_SET = "INSERT INTO products_lifecycle (package, cycle, ends_on, taken_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (package, cycle) DO UPDATE SET ends_on = excluded.ends_on, taken_at = excluded.taken_at";
    LIFECYCLE_OF_RELEASE = "SELECT c.name, c.version, l.package, l.cycle, l.ends_on FROM products_component c
            JOIN products_lifecycle l ON l.package = c.package WHERE c.organisation_id = $1 AND c.release_id = $2 AND c.version <> ''
        UNION SELECT c.name, c.version, l.package, l.cycle, l.ends_on FROM products_component_key k
            JOIN products_component c ON c.organisation_id = k.organisation_id AND c.release_id = k.release_id AND c.place = k.place
            JOIN products_lifecycle l ON l.package = k.package WHERE k.organisation_id = $1 AND k.release_id = $2 AND c.version <> ''";
    PUBLISHER = "SELECT name FROM people_organisation WHERE organisation_id = $1";
    SIGNAL_SET = "INSERT INTO products_signal (vulnerability, kind, value, day, taken_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (vulnerability, kind) DO UPDATE SET value = excluded.value, day = excluded.day, taken_at = excluded.taken_at";
    SIGNAL_OF = "SELECT vulnerability, kind, value, day FROM products_signal WHERE vulnerability = $1 ORDER BY kind";
    COMPONENT_FILL_FOR_BENCH = "INSERT INTO products_component (organisation_id, release_id, place, name, version, package, purl, licence, producer)
        WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1),
        m AS (SELECT organisation_id, release_id, version, ROW_NUMBER() OVER (ORDER BY organisation_id, release_id) AS rn FROM products_release)
        SELECT m.organisation_id, m.release_id, n.i, 'p' || CAST((m.rn * 31 + n.i * 7) % 40000 AS TEXT), '1.0.1',
            CASE WHEN n.i = 0 AND m.version = '1.0' THEN 'cargo/atty' ELSE 'cargo/p' || CAST((m.rn * 31 + n.i * 7) % 40000 AS TEXT) END,
            CASE WHEN n.i = 0 AND m.version = '1.0' THEN 'pkg:cargo/atty@0.2.14'
                ELSE 'pkg:cargo/p' || CAST((m.rn * 31 + n.i * 7) % 40000 AS TEXT) || '@1.0.1' END, 'MIT', '' FROM m CROSS JOIN n";
    ADVISORY_FILL_FOR_BENCH = "INSERT INTO products_advisory (advisory_id, digest, vulnerability, summary, body, published_at, withdrawn_at, taken_at, severity)
        WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1)
        SELECT 'BENCH-' || CAST(n.i AS TEXT), '', 'CVE-2098-' || CAST(n.i AS TEXT), 'x', '{}', '', '', '', n.i % 101 FROM n";
    SIGNAL_FILL_FOR_BENCH = "INSERT INTO products_signal (vulnerability, kind, value, day, taken_at)
        SELECT vulnerability, 'epss', severity * 9000 + 7, '2026-11-21', '' FROM products_advisory WHERE digest = ''
        UNION ALL SELECT vulnerability, 'kev', 1, '2026-11-20', '' FROM products_advisory WHERE severity = 98 AND digest = ''";
    // As the page of a release counts: one a component and vulnerability, and one a part and vulnerability.
    RELEASE_FINDINGS = "SELECT x.release_id, x.state, CAST(COUNT(*) AS BIGINT) AS times FROM (
            SELECT DISTINCT f.release_id, f.state, CAST(f.place AS TEXT) AS place, f.vulnerability FROM products_finding f
            WHERE f.organisation_id = $1 AND f.product_id = $2 AND f.closed_at = ''
            UNION SELECT u.in_release_id, CASE WHEN n.status = 'affected' THEN 'affected' ELSE 'part_open' END, g.product_id, n.vulnerability
            FROM products_use u JOIN products_release r ON r.organisation_id = u.organisation_id AND r.release_id = u.in_release_id
            JOIN products_grant g ON g.organisation_id = u.maker_id AND g.grant_id = u.grant_id
            JOIN products_notice n ON n.organisation_id = u.organisation_id AND n.use_id = u.use_id
            WHERE u.organisation_id = $1 AND r.product_id = $2 AND u.ended_at = '' AND n.closed_at = '') x
        GROUP BY x.release_id, x.state ORDER BY x.release_id, x.state";
    // Of sixteen advisories at once.
    COMPONENT_OF_ADVISORIES = "SELECT a.advisory_id, c.organisation_id, c.release_id, c.place, c.purl AS identifier, c.package, r.product_id
        FROM products_advisory_package a JOIN products_component c ON c.package = a.package
        JOIN products_release r ON r.organisation_id = c.organisation_id AND r.release_id = c.release_id
        WHERE a.advisory_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) AND c.purl <> ''
        UNION ALL SELECT a.advisory_id, k.organisation_id, k.release_id, k.place, k.identifier,
            COALESCE(NULLIF(c.package, ''), k.package) AS package, r.product_id
        FROM products_advisory_package a JOIN products_component_key k ON k.package = a.package
        JOIN products_component c ON c.organisation_id = k.organisation_id AND c.release_id = k.release_id AND c.place = k.place
        JOIN products_release r ON r.organisation_id = k.organisation_id AND r.release_id = k.release_id
        WHERE a.advisory_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        ORDER BY 1, 2, 3, 4, 5";
    FINDING_SET = "INSERT INTO products_finding (organisation_id, release_id, place, advisory_id, state, detail, fixed, found_at, closed_at,
            vulnerability, product_id, package) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10, $11)
        ON CONFLICT (organisation_id, release_id, place, advisory_id) DO UPDATE SET state = excluded.state, detail = excluded.detail,
        fixed = excluded.fixed, closed_at = '', vulnerability = excluded.vulnerability, product_id = excluded.product_id, package = excluded.package";
    // What a finding is sorted by, after something changed it is drawn from.
    FINDING_REFRESH = concat!(refresh!(), " WHERE vulnerability = $1 AND closed_at = ''");
    FINDING_REFRESH_PRODUCT = concat!(refresh!(), " WHERE organisation_id = $1 AND product_id = $2 AND vulnerability = $3 AND closed_at = ''");
    FINDING_REFRESH_RELEASE = concat!(refresh!(), " WHERE organisation_id = $1 AND release_id = $2 AND closed_at = ''");
    FINDING_REFRESH_SIGNALS = concat!(refresh!(), " WHERE closed_at = '' AND vulnerability >= $1 AND vulnerability <= $2");
    SIGNAL_OF_RELEASE = "SELECT s.vulnerability, s.kind, s.value, s.day FROM products_signal s WHERE s.vulnerability IN (
            SELECT f.vulnerability FROM products_finding f WHERE f.organisation_id = $1 AND f.release_id = $2 AND f.closed_at = ''
            UNION SELECT n.vulnerability FROM products_use u JOIN products_notice n ON n.organisation_id = u.organisation_id AND n.use_id = u.use_id
            WHERE u.organisation_id = $1 AND u.in_release_id = $2 AND u.ended_at = '' AND n.closed_at = '') ORDER BY s.vulnerability, s.kind";
    // Everything open, one a component and vulnerability; undecided counts as the most urgent, exploited before all.
    OPEN_LIST = concat!("WITH one AS (
            SELECT f.release_id, f.place, f.product_id, f.package, f.vulnerability, f.severity, f.epss, f.kev, f.status, f.urgency, f.due_on,
                MIN(f.state) AS state, MIN(f.found_at) AS found_at, '' AS name, '' AS version FROM products_finding f
            WHERE f.organisation_id = $1 AND f.closed_at = '' AND ($2 = '' OR f.product_id = $2)
                AND ($3 = '' OR f.vulnerability = $3 OR f.package = $3 OR EXISTS (SELECT 1 FROM products_component c WHERE c.organisation_id = $1
                    AND c.release_id = f.release_id AND c.place = f.place AND c.name = $3))
                AND ($5 = 1 OR f.release_id IN (", newest!(), "))
            GROUP BY f.release_id, f.place, f.product_id, f.package, f.vulnerability, f.severity, f.epss, f.kev, f.status, f.urgency, f.due_on
            UNION ALL SELECT u.in_release_id, -1, i.product_id, CAST('product:' AS TEXT) || g.product_id, n.vulnerability,
                COALESCE((SELECT MAX(a.severity) FROM products_advisory a WHERE a.vulnerability = n.vulnerability), -1),
                COALESCE((SELECT s.value FROM products_signal s WHERE s.vulnerability = n.vulnerability AND s.kind = 'epss'), -1),
                COALESCE((SELECT s.day FROM products_signal s WHERE s.vulnerability = n.vulnerability AND s.kind = 'kev'), ''),
                COALESCE(d.status, ''), COALESCE(d.urgency, 1000), COALESCE(d.due_on, ''),
                CASE WHEN n.status = 'affected' THEN 'affected' ELSE 'part_open' END, n.told_at, p.name, r.version FROM products_notice n
            JOIN products_use u ON u.organisation_id = n.organisation_id AND u.use_id = n.use_id AND u.ended_at = '' AND u.in_release_id <> ''
            JOIN products_grant g ON g.organisation_id = u.maker_id AND g.grant_id = u.grant_id
            JOIN products_product p ON p.organisation_id = u.maker_id AND p.product_id = g.product_id
            JOIN products_release r ON r.organisation_id = u.maker_id AND r.release_id = u.release_id
            JOIN products_release i ON i.organisation_id = u.organisation_id AND i.release_id = u.in_release_id
            LEFT JOIN products_decision d ON d.organisation_id = n.organisation_id AND d.product_id = i.product_id AND d.vulnerability = n.vulnerability
                AND d.package = CAST('product:' AS TEXT) || g.product_id AND d.revision = (SELECT MAX(m.revision) FROM products_decision m
                    WHERE m.organisation_id = d.organisation_id AND m.product_id = d.product_id AND m.vulnerability = d.vulnerability AND m.package = d.package)
            WHERE n.organisation_id = $1 AND n.closed_at = '' AND ($2 = '' OR i.product_id = $2)
                AND ($3 = '' OR n.vulnerability = $3 OR p.name = $3) AND ($5 = 1 OR u.in_release_id IN (", newest!(), "))),
        page AS (SELECT release_id, place, product_id, package, vulnerability, severity, epss, kev, status, urgency, due_on, state, found_at, name, version,
            CAST(COUNT(*) OVER () AS BIGINT) AS total FROM one
            WHERE ($4 = '' OR ($4 = 'undecided' AND status = '') OR ($4 = 'decided' AND status <> ''))
            ORDER BY ", by!(""), " LIMIT $8 OFFSET $7)
        SELECT o.release_id, p.name AS product, r.version, COALESCE(c.name, o.name) AS component, COALESCE(c.version, o.version) AS component_version,
            o.package, o.vulnerability, o.severity, o.state, o.found_at, o.kev AS exploited_since, o.epss, o.status, o.due_on, o.total,
            COALESCE((SELECT d.outcome FROM products_decision d WHERE d.organisation_id = $1 AND d.product_id = o.product_id
                AND d.vulnerability = o.vulnerability AND d.package = o.package ORDER BY d.revision DESC LIMIT 1), '') AS outcome
        FROM page o JOIN products_release r ON r.organisation_id = $1 AND r.release_id = o.release_id
        JOIN products_product p ON p.organisation_id = $1 AND p.product_id = o.product_id
        LEFT JOIN products_component c ON c.organisation_id = $1 AND c.release_id = o.release_id AND c.place = o.place
        ORDER BY ", by!("o."));
    FINDING_FILL_FOR_BENCH = "INSERT INTO products_finding (organisation_id, release_id, place, advisory_id, state, detail, fixed, found_at, closed_at,
            vulnerability, product_id, package)
        SELECT c.organisation_id, c.release_id, c.place, 'BENCH-' || CAST(c.number AS TEXT), 'affected', 'purl_range', '', '2026-11-21', '',
            'CVE-2098-' || CAST(c.number AS TEXT), c.release_id, c.package
        FROM (SELECT k.organisation_id, k.release_id, k.place, k.package, (k.place * 37 + DENSE_RANK() OVER (ORDER BY k.organisation_id)) % $2 AS number
            FROM products_component k WHERE k.place < 99) c WHERE c.organisation_id <> $1";
    FINDING_MORE_FOR_BENCH = "INSERT INTO products_finding (organisation_id, release_id, place, advisory_id, state, detail, fixed, found_at, closed_at,
            vulnerability, product_id, package)
        SELECT c.organisation_id, c.release_id, c.place, 'BENCH-' || CAST((c.place * 37 + n.i * 1009) % $2 AS TEXT), 'affected', 'purl_range', '', '2026-11-21', '',
            'CVE-2098-' || CAST((c.place * 37 + n.i * 1009) % $2 AS TEXT), c.release_id, c.package
        FROM products_component c CROSS JOIN (SELECT CAST(0 AS BIGINT) AS i UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) n
        WHERE c.organisation_id = $1 AND c.place < 250";
    DECISION_FILL_FOR_BENCH = "INSERT INTO products_decision (organisation_id, product_id, vulnerability, package, revision, status, justification, impact,
            action, tree, answers, outcome, due_on, decided_at, decided_by, urgency)
        SELECT DISTINCT f.organisation_id, f.product_id, f.vulnerability, f.package, 1, 'affected', '', '', 'x', 'supplier', '{}', 'scheduled',
            '2026-12-' || CAST(10 + f.place % 20 AS TEXT), '2026-11-21', $2, f.place % 4 FROM products_finding f WHERE f.organisation_id = $1 AND f.place % 4 > 0";
    FINDING_DROP = "DELETE FROM products_finding WHERE organisation_id = $1 AND release_id = $2";
}

/// A product.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct ProductRow {
    pub(crate) product_id: String,
    pub(crate) name: String,
    pub(crate) made_at: String,
}

/// A product found by its name, with its newest release.
#[derive(Debug, Clone, FromRow)]
pub struct ProductNamed {
    /// Its id.
    pub product_id: String,
    /// Id of its newest release; empty if it has none.
    pub release_id: String,
    /// Digest of that one's id and list together; empty if it has none.
    pub file_sha256: String,
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
    pub(crate) advisory_id: String,
    pub(crate) organisation_id: String,
    pub(crate) release_id: String,
    pub(crate) place: i64,
    /// What it is looked up by.
    pub(crate) identifier: String,
    /// How advisories name the component.
    pub(crate) package: String,
    pub(crate) product_id: String,
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
    /// What was known then, as JSON; empty for decisions of before it was kept.
    pub(crate) known: String,
    /// The last day of an exception; empty if it is none.
    pub(crate) until_on: String,
    pub(crate) person: String,
}

/// A line of versions of what a component is.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct LifecycleRow {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) package: String,
    pub(crate) cycle: String,
    pub(crate) ends_on: String,
}

/// A revision of a sheet about a product.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct WorksheetRow {
    pub(crate) revision: i64,
    /// Answers by key of the item, as JSON.
    pub(crate) answers: String,
    pub(crate) said_at: String,
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

/// A line of what is open.
#[derive(Debug, Clone, Serialize, JsonSchema, FromRow)]
pub(crate) struct OpenLine {
    pub(crate) release_id: String,
    pub(crate) product: String,
    pub(crate) version: String,
    pub(crate) component: String,
    pub(crate) component_version: String,
    pub(crate) package: String,
    pub(crate) vulnerability: String,
    pub(crate) state: String,
    /// CVSS in tenths; -1 if no advisory gives a vector.
    pub(crate) severity: i64,
    /// Likelihood of exploitation in 30 days, in millionths; -1 if it is not known here.
    pub(crate) epss: i64,
    /// Since when it is known to be exploited; empty if it is not.
    pub(crate) exploited_since: String,
    /// What was decided, in the word of VEX; empty if nothing was.
    pub(crate) status: String,
    pub(crate) outcome: String,
    pub(crate) due_on: String,
    pub(crate) found_at: String,
    /// Lines on all pages.
    #[serde(skip)]
    pub(crate) total: i64,
}
