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
    // As the page of a release counts: one a component and vulnerability, and one a part and vulnerability.
    RELEASE_FINDINGS = "SELECT x.release_id, x.state, CAST(COUNT(*) AS BIGINT) AS times FROM (
            SELECT DISTINCT f.release_id, f.state, CAST(f.place AS TEXT) AS place, a.vulnerability FROM products_finding f
            JOIN products_release r ON r.organisation_id = f.organisation_id AND r.release_id = f.release_id
            JOIN products_advisory a ON a.advisory_id = f.advisory_id
            WHERE f.organisation_id = $1 AND r.product_id = $2 AND f.closed_at = ''
            UNION SELECT u.in_release_id, CASE WHEN n.status = 'affected' THEN 'affected' ELSE 'part_open' END, g.product_id, n.vulnerability
            FROM products_use u JOIN products_release r ON r.organisation_id = u.organisation_id AND r.release_id = u.in_release_id
            JOIN products_grant g ON g.organisation_id = u.maker_id AND g.grant_id = u.grant_id
            JOIN products_notice n ON n.organisation_id = u.organisation_id AND n.use_id = u.use_id
            WHERE u.organisation_id = $1 AND r.product_id = $2 AND u.ended_at = '' AND n.closed_at = '') x
        GROUP BY x.release_id, x.state ORDER BY x.release_id, x.state";
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
    ADVISORY_FIND = "SELECT digest, vulnerability FROM products_advisory WHERE advisory_id = $1";
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
    // What parts of other makers bring into a release, in the shape of a finding.
    PART_FINDINGS = "SELECT CAST(-1 AS BIGINT) AS place, p.name, r.version, '' AS purl, CAST('product:' AS TEXT) || g.product_id AS package, n.vulnerability AS advisory_id,
        n.vulnerability, COALESCE((SELECT MIN(a.summary) FROM products_advisory a WHERE a.vulnerability = n.vulnerability), '') AS summary,
        CASE WHEN n.status = 'affected' THEN 'affected' ELSE 'part_open' END AS state, 'part' AS detail,
        COALESCE(m.version, '') AS fixed, n.told_at AS found_at, n.closed_at, '' AS withdrawn_at
        FROM products_use u JOIN products_grant g ON g.organisation_id = u.maker_id AND g.grant_id = u.grant_id AND g.taker_id = u.organisation_id
        JOIN products_product p ON p.organisation_id = u.maker_id AND p.product_id = g.product_id
        JOIN products_release r ON r.organisation_id = u.maker_id AND r.release_id = u.release_id
        JOIN products_notice n ON n.organisation_id = u.organisation_id AND n.use_id = u.use_id
        LEFT JOIN products_release m ON m.organisation_id = u.maker_id AND m.release_id = n.mended_id
        WHERE u.organisation_id = $1 AND u.in_release_id = $2 AND u.ended_at = '' ORDER BY p.name, n.vulnerability LIMIT 2000";
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
    GRANT_ADD = "INSERT INTO products_grant (organisation_id, grant_id, product_id, customer_name, share, withheld, code_hash, ends_on, made_at, made_by,
        taker_id, taken_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', '')";
    GRANT_OF_PRODUCT = "SELECT grant_id, product_id, customer_name, share, ends_on, taken_at, ended_at FROM products_grant
        WHERE organisation_id = $1 AND product_id = $2 ORDER BY made_at DESC, grant_id LIMIT 1000";
    GRANT_FIND = "SELECT grant_id, product_id, customer_name, share, ends_on, taken_at, ended_at FROM products_grant
        WHERE organisation_id = $1 AND grant_id = $2";
    GRANT_END = "UPDATE products_grant SET ended_at = $3 WHERE organisation_id = $1 AND grant_id = $2 AND ended_at = ''";
    GRANT_DROP = "DELETE FROM products_grant WHERE organisation_id = $1 AND product_id = $2";
    GRANT_BY_CODE = "SELECT organisation_id AS maker_id, grant_id, taker_id FROM products_grant
        WHERE code_hash = $1 AND ended_at = '' AND ends_on >= $2";
    GRANT_TAKE = "UPDATE products_grant SET taker_id = $3, taken_at = $4 WHERE organisation_id = $1 AND grant_id = $2 AND taker_id = ''";
    // What a use is of, in the words of its maker: only by a grant this organisation took.
    USE_LIST = "SELECT u.use_id, u.maker_id, u.grant_id, u.release_id, u.asset, u.exposure, u.mission, u.in_release_id, u.mail, u.tells_on, o.name AS maker,
            p.product_id, p.name AS product, r.version, g.share, g.withheld, g.ends_on, g.ended_at, COALESCE(i.version, '') AS in_version,
            COALESCE(ip.name, '') AS in_product
        FROM products_use u JOIN products_grant g ON g.organisation_id = u.maker_id AND g.grant_id = u.grant_id AND g.taker_id = u.organisation_id
        JOIN people_organisation o ON o.organisation_id = u.maker_id
        JOIN products_product p ON p.organisation_id = u.maker_id AND p.product_id = g.product_id
        JOIN products_release r ON r.organisation_id = u.maker_id AND r.release_id = u.release_id
        LEFT JOIN products_release i ON i.organisation_id = u.organisation_id AND i.release_id = u.in_release_id
        LEFT JOIN products_product ip ON ip.organisation_id = i.organisation_id AND ip.product_id = i.product_id
        WHERE u.organisation_id = $1 AND u.ended_at = '' AND ($2 = '' OR u.use_id = $2) AND ($3 = '' OR u.in_release_id = $3)
        ORDER BY u.asset, u.use_id LIMIT 1000";
    USE_ADD = "INSERT INTO products_use (organisation_id, use_id, maker_id, grant_id, release_id, asset, exposure, mission, in_release_id, mail, tells_on,
        made_at, made_by, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '')";
    USE_SET = "UPDATE products_use SET release_id = $3, asset = $4, exposure = $5, mission = $6, in_release_id = $7, mail = $8, tells_on = $9
        WHERE organisation_id = $1 AND use_id = $2 AND ended_at = ''";
    USE_END = "UPDATE products_use SET ended_at = $3 WHERE organisation_id = $1 AND use_id = $2 AND ended_at = ''";
    USE_DROP_IN = "DELETE FROM products_use WHERE organisation_id = $1 AND in_release_id = $2";
    USE_OF_RELEASE = "SELECT CAST(COUNT(*) AS BIGINT) AS times FROM products_use WHERE maker_id = $1 AND release_id = $2 AND ended_at = ''";
    // The releases a grant shows.
    SHOWN_RELEASES = "SELECT r.release_id, r.version, r.made_at FROM products_grant g JOIN products_release r ON r.organisation_id = g.organisation_id
        AND r.product_id = g.product_id WHERE g.taker_id = $1 AND g.organisation_id = $2 AND g.grant_id = $3 ORDER BY r.made_at DESC, r.release_id DESC LIMIT 200";
    RELEASE_DIGEST = "SELECT file_sha256 FROM products_release WHERE organisation_id = $1 AND release_id = $2";
    // Own releases, as what a part may go into.
    OWN_RELEASES = "SELECT r.release_id, p.name, r.version FROM products_release r JOIN products_product p ON p.organisation_id = r.organisation_id
        AND p.product_id = r.product_id WHERE r.organisation_id = $1 ORDER BY p.name, r.made_at DESC, r.release_id DESC LIMIT 500";
    // Every use that may hear of a vulnerability or was told of it: of releases it was found in, and of what those went into.
    USE_REACHED = "WITH RECURSIVE reach (release_id) AS (
            SELECT f.release_id FROM products_advisory a JOIN products_finding f ON f.advisory_id = a.advisory_id WHERE a.vulnerability = $1
            UNION SELECT n.release_id FROM products_notice n WHERE n.vulnerability = $1
            UNION SELECT u.in_release_id FROM reach r JOIN products_use u ON u.release_id = r.release_id WHERE u.ended_at = '' AND u.in_release_id <> '')
        SELECT u.organisation_id, u.use_id, u.grant_id, u.release_id, u.in_release_id, u.mail, u.tells_on, g.product_id AS maker_product,
            COALESCE(i.product_id, '') AS in_product, COALESCE(n.release_id, u.release_id) AS told_release,
            COALESCE(n.status, '') AS status, COALESCE(n.action, '') AS action,
            COALESCE(n.impact, '') AS impact, COALESCE(n.told_at, '') AS told_at, COALESCE(n.changed_at, '') AS changed_at,
            COALESCE(n.acknowledged_at, '') AS acknowledged_at, COALESCE(n.closed_at, '') AS closed_at, COALESCE(n.closed_because, '') AS closed_because
        FROM (SELECT w.organisation_id, w.use_id FROM reach r JOIN products_use w ON w.release_id = r.release_id
            UNION SELECT w.organisation_id, w.use_id FROM products_notice w WHERE w.vulnerability = $1) x
        JOIN products_use u ON u.organisation_id = x.organisation_id AND u.use_id = x.use_id
        JOIN products_grant g ON g.organisation_id = u.maker_id AND g.grant_id = u.grant_id
        LEFT JOIN products_release i ON i.organisation_id = u.organisation_id AND i.release_id = u.in_release_id
        LEFT JOIN products_notice n ON n.organisation_id = u.organisation_id AND n.use_id = u.use_id AND n.vulnerability = $1
        WHERE u.ended_at = '' AND g.ended_at = '' AND g.ends_on >= $2 ORDER BY u.organisation_id, u.use_id";
    FOUND_IN = "SELECT DISTINCT f.release_id, r.product_id, c.package FROM products_advisory a
        JOIN products_finding f ON f.advisory_id = a.advisory_id
        JOIN products_component c ON c.organisation_id = f.organisation_id AND c.release_id = f.release_id AND c.place = f.place
        JOIN products_release r ON r.organisation_id = f.organisation_id AND r.release_id = f.release_id
        WHERE a.vulnerability = $1 AND f.closed_at = ''";
    DECISION_OF = "SELECT product_id, package, status, action, impact FROM products_decision WHERE vulnerability = $1 ORDER BY revision";
    // What is open in a release: by its own components, and by the parts it uses.
    OPEN_IN_RELEASE = "SELECT a.vulnerability, c.package, '' AS status, '' AS action, '' AS impact FROM products_finding f
            JOIN products_advisory a ON a.advisory_id = f.advisory_id
            JOIN products_component c ON c.organisation_id = f.organisation_id AND c.release_id = f.release_id AND c.place = f.place
            WHERE f.organisation_id = $1 AND f.release_id = $2 AND f.closed_at = ''
        UNION SELECT n.vulnerability, CAST('product:' AS TEXT) || g.product_id, n.status, n.action, n.impact FROM products_use u
            JOIN products_grant g ON g.organisation_id = u.maker_id AND g.grant_id = u.grant_id
            JOIN products_notice n ON n.organisation_id = u.organisation_id AND n.use_id = u.use_id
            WHERE u.organisation_id = $1 AND u.in_release_id = $2 AND u.ended_at = '' AND n.closed_at = ''";
    NOTICE_SET = "INSERT INTO products_notice (organisation_id, use_id, vulnerability, release_id, status, action, impact, told_at, changed_at, mended_id,
            acknowledged_at, acknowledged_by, answers, outcome, due_on, plan, closed_at, closed_because)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, '', '', '', '', '', '', '', $9, $10)
        ON CONFLICT (organisation_id, use_id, vulnerability) DO UPDATE SET release_id = excluded.release_id, status = excluded.status,
        action = excluded.action, impact = excluded.impact, changed_at = excluded.changed_at, closed_at = excluded.closed_at,
        closed_because = excluded.closed_because";
    NOTICE_CLOSE = "UPDATE products_notice SET closed_at = $4, changed_at = $4, closed_because = $5 WHERE organisation_id = $1 AND use_id = $2
        AND vulnerability = $3 AND closed_at = ''";
    NOTICE_OF_USE = "SELECT n.vulnerability, n.release_id, n.status, n.action, n.impact, n.told_at, n.changed_at, n.acknowledged_at, n.outcome,
        n.answers, n.due_on, n.plan, n.closed_at, n.closed_because, COALESCE(m.version, '') AS mended, COALESCE(w.name, '') AS person FROM products_notice n
        JOIN products_use u ON u.organisation_id = n.organisation_id AND u.use_id = n.use_id
        LEFT JOIN products_release m ON m.organisation_id = u.maker_id AND m.release_id = n.mended_id
        LEFT JOIN people_person w ON w.person_id = n.acknowledged_by
        WHERE n.organisation_id = $1 AND n.use_id = $2 ORDER BY n.closed_at, n.changed_at DESC, n.vulnerability LIMIT 1000";
    NOTICE_COUNT = "SELECT n.use_id, CAST(COUNT(*) AS BIGINT) AS open, CAST(SUM(CASE WHEN n.acknowledged_at < n.changed_at THEN 1 ELSE 0 END) AS BIGINT) AS waiting
        FROM products_notice n JOIN products_use u ON u.organisation_id = n.organisation_id AND u.use_id = n.use_id
        WHERE n.organisation_id = $1 AND n.closed_at = '' AND u.ended_at = '' GROUP BY n.use_id";
    NOTICE_ACKNOWLEDGE = "UPDATE products_notice SET acknowledged_at = $4, acknowledged_by = $5, answers = $6, outcome = $7, due_on = $8, plan = $9
        WHERE organisation_id = $1 AND use_id = $2 AND vulnerability = $3 AND changed_at = $10";
    NOTICE_DROP_USE = "DELETE FROM products_notice WHERE organisation_id = $1 AND use_id = $2";
    NOTICE_MEND = "UPDATE products_notice SET mended_id = $3, changed_at = $4 WHERE closed_at = '' AND release_id IN (SELECT r.release_id
            FROM products_release r WHERE r.organisation_id = $1 AND r.product_id = $2 AND r.release_id <> $3)
        AND vulnerability NOT IN (SELECT a.vulnerability FROM products_finding f JOIN products_advisory a ON a.advisory_id = f.advisory_id
            WHERE f.organisation_id = $1 AND f.release_id = $3 AND f.closed_at = '')
        AND vulnerability NOT IN (SELECT n.vulnerability FROM products_use u JOIN products_notice n ON n.organisation_id = u.organisation_id
            AND n.use_id = u.use_id WHERE u.organisation_id = $1 AND u.in_release_id = $3 AND u.ended_at = '' AND n.closed_at = '')";
    NOTICE_MENDED = "SELECT DISTINCT u.organisation_id, u.mail FROM products_notice n JOIN products_use u ON u.organisation_id = n.organisation_id
        AND u.use_id = n.use_id WHERE n.mended_id = $1 AND n.release_id IN (SELECT r.release_id FROM products_release r
        WHERE r.organisation_id = $2 AND r.product_id = $3) AND u.ended_at = '' AND u.mail <> '' ORDER BY u.organisation_id, u.mail";
    // Own releases a vulnerability concerns, by component or part.
    CONCERNED_OWN = "SELECT DISTINCT r.release_id, p.product_id, p.name, r.version, r.made_at, c.package, '' AS status FROM products_advisory a
            JOIN products_finding f ON f.advisory_id = a.advisory_id AND f.organisation_id = $1
            JOIN products_component c ON c.organisation_id = f.organisation_id AND c.release_id = f.release_id AND c.place = f.place
            JOIN products_release r ON r.organisation_id = f.organisation_id AND r.release_id = f.release_id
            JOIN products_product p ON p.organisation_id = r.organisation_id AND p.product_id = r.product_id
            WHERE a.vulnerability = $2 AND f.closed_at = ''
        UNION SELECT r.release_id, p.product_id, p.name, r.version, r.made_at, CAST('product:' AS TEXT) || g.product_id, n.status FROM products_notice n
            JOIN products_use u ON u.organisation_id = n.organisation_id AND u.use_id = n.use_id AND u.ended_at = ''
            JOIN products_grant g ON g.organisation_id = u.maker_id AND g.grant_id = u.grant_id
            JOIN products_release r ON r.organisation_id = u.organisation_id AND r.release_id = u.in_release_id
            JOIN products_product p ON p.organisation_id = r.organisation_id AND p.product_id = r.product_id
            WHERE n.organisation_id = $1 AND n.vulnerability = $2 AND n.closed_at = ''
        ORDER BY 3, 5 DESC, 1, 6";
    DECISION_OWN = "SELECT product_id, package, status, action, impact FROM products_decision WHERE organisation_id = $1 AND vulnerability = $2
        ORDER BY revision";
    GRANT_NAMES = "SELECT grant_id, customer_name FROM products_grant WHERE organisation_id = $1";
    NOTICE_OWN = "SELECT u.use_id, u.asset, n.status, n.closed_at, n.closed_because FROM products_notice n JOIN products_use u
        ON u.organisation_id = n.organisation_id AND u.use_id = n.use_id WHERE n.organisation_id = $1 AND n.vulnerability = $2 AND u.ended_at = ''
        ORDER BY n.closed_at, u.asset, u.use_id LIMIT 1000";
    VULNERABILITY_FIND = "SELECT vulnerability, MIN(summary) AS summary, COALESCE(MIN(CASE WHEN published_at <> '' THEN published_at END), '') AS published_at,
        MIN(taken_at) AS taken_at FROM products_advisory WHERE vulnerability = $1 GROUP BY vulnerability";
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

/// What a maker lets a customer see.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct GrantRow {
    pub(crate) grant_id: String,
    pub(crate) product_id: String,
    /// In the maker's words.
    pub(crate) customer_name: String,
    /// `whole`, `redacted` or `answers`.
    pub(crate) share: String,
    pub(crate) ends_on: String,
    pub(crate) taken_at: String,
    pub(crate) ended_at: String,
}

/// A use with what it is of.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct UseRow {
    pub(crate) use_id: String,
    pub(crate) maker_id: String,
    pub(crate) grant_id: String,
    pub(crate) release_id: String,
    pub(crate) asset: String,
    pub(crate) exposure: String,
    pub(crate) mission: String,
    pub(crate) in_release_id: String,
    pub(crate) mail: String,
    pub(crate) tells_on: i64,
    pub(crate) maker: String,
    pub(crate) product_id: String,
    pub(crate) product: String,
    pub(crate) version: String,
    pub(crate) share: String,
    pub(crate) withheld: String,
    pub(crate) ends_on: String,
    pub(crate) ended_at: String,
    pub(crate) in_version: String,
    pub(crate) in_product: String,
}

/// A release of somebody else's product.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct ShownRow {
    pub(crate) release_id: String,
    pub(crate) version: String,
    pub(crate) made_at: String,
}

/// A release of one's own, by name.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct OwnRow {
    pub(crate) release_id: String,
    pub(crate) name: String,
    pub(crate) version: String,
}

/// A use that may hear of a vulnerability, with what it was told last.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct ReachedRow {
    pub(crate) organisation_id: String,
    pub(crate) use_id: String,
    pub(crate) grant_id: String,
    pub(crate) release_id: String,
    pub(crate) in_release_id: String,
    pub(crate) mail: String,
    pub(crate) tells_on: i64,
    pub(crate) maker_product: String,
    pub(crate) in_product: String,
    /// The release it was told about; the one it is of if it was told nothing.
    pub(crate) told_release: String,
    /// Empty if it was told nothing.
    pub(crate) status: String,
    pub(crate) action: String,
    pub(crate) impact: String,
    pub(crate) told_at: String,
    pub(crate) changed_at: String,
    pub(crate) acknowledged_at: String,
    pub(crate) closed_at: String,
    pub(crate) closed_because: String,
}

/// A release with a component that is concerned.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct FoundRow {
    pub(crate) release_id: String,
    pub(crate) product_id: String,
    pub(crate) package: String,
}

/// What was decided of a component of a product, without who did.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct DecidedRow {
    pub(crate) product_id: String,
    pub(crate) package: String,
    pub(crate) status: String,
    pub(crate) action: String,
    pub(crate) impact: String,
}

/// What is open in a release by a component or part; status is empty for a component.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct OpenRow {
    pub(crate) vulnerability: String,
    pub(crate) package: String,
    pub(crate) status: String,
    pub(crate) action: String,
    pub(crate) impact: String,
}

/// What a use was told.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct NoticeRow {
    pub(crate) vulnerability: String,
    pub(crate) release_id: String,
    pub(crate) status: String,
    pub(crate) action: String,
    pub(crate) impact: String,
    pub(crate) told_at: String,
    pub(crate) changed_at: String,
    pub(crate) acknowledged_at: String,
    pub(crate) outcome: String,
    /// Answers by key of the question, as JSON.
    pub(crate) answers: String,
    pub(crate) due_on: String,
    pub(crate) plan: String,
    pub(crate) closed_at: String,
    pub(crate) closed_because: String,
    /// The release that mends it; empty while there is none.
    pub(crate) mended: String,
    pub(crate) person: String,
}

/// Open notices of a use, and those nobody has acknowledged as they stand.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct NoticeCount {
    pub(crate) use_id: String,
    pub(crate) open: i64,
    pub(crate) waiting: i64,
}

/// What is public of a vulnerability.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct VulnerabilityRow {
    pub(crate) vulnerability: String,
    pub(crate) summary: String,
    /// Empty where no source says it.
    pub(crate) published_at: String,
    pub(crate) taken_at: String,
}

/// An own release a vulnerability concerns; the status is that of a part, empty for a component.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct ConcernedOwnRow {
    pub(crate) release_id: String,
    pub(crate) product_id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) package: String,
    pub(crate) status: String,
}

/// What an own use was told of a vulnerability.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct OwnNoticeRow {
    pub(crate) use_id: String,
    pub(crate) asset: String,
    pub(crate) status: String,
    pub(crate) closed_at: String,
    pub(crate) closed_because: String,
}
