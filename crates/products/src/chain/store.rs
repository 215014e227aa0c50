//! `products::chain::store` — the SQL texts of grants, uses and notices. One text, two engines.

use sqlx::FromRow;

store::sql! {
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
    // The releases a grant shows: those that came before its end.
    SHOWN_RELEASES = "SELECT r.release_id, r.version, r.made_at FROM products_grant g JOIN products_release r ON r.organisation_id = g.organisation_id
        AND r.product_id = g.product_id WHERE g.taker_id = $1 AND g.organisation_id = $2 AND g.grant_id = $3
        AND (g.ended_at = '' OR r.made_at < g.ended_at) AND r.made_at < g.ends_on || 'T24' ORDER BY r.made_at DESC, r.release_id DESC LIMIT 200";
    RELEASE_DIGEST = "SELECT file_sha256 FROM products_release WHERE organisation_id = $1 AND release_id = $2";
    // Own releases, as what a part may go into.
    OWN_RELEASES = "SELECT r.release_id, p.name, r.version FROM products_release r JOIN products_product p ON p.organisation_id = r.organisation_id
        AND p.product_id = r.product_id WHERE r.organisation_id = $1 ORDER BY p.name, r.made_at DESC, r.release_id DESC LIMIT 500";
    DECISION_OF = "SELECT product_id, package, status, action, impact FROM products_decision WHERE vulnerability = $1 ORDER BY revision";
    NOTICE_SET = "INSERT INTO products_notice (organisation_id, use_id, vulnerability, release_id, status, action, impact, told_at, changed_at, mended_id,
            acknowledged_at, acknowledged_by, answers, outcome, due_on, plan, closed_at, closed_because)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, '', '', '', '', '', '', '', $9, $10)
        ON CONFLICT (organisation_id, use_id, vulnerability) DO UPDATE SET release_id = excluded.release_id, status = excluded.status,
        action = excluded.action, impact = excluded.impact, changed_at = excluded.changed_at, closed_at = excluded.closed_at,
        closed_because = excluded.closed_because";
    NOTICE_CLOSE = "UPDATE products_notice SET closed_at = $4, changed_at = $4, closed_because = $5 WHERE organisation_id = $1 AND use_id = $2
        AND vulnerability = $3 AND closed_at = ''";
    NOTICE_OF_USE = "SELECT n.vulnerability, n.status, n.action, n.impact, n.told_at, n.changed_at, n.acknowledged_at, n.outcome,
        n.answers, n.due_on, n.plan, n.closed_at, n.closed_because, COALESCE(m.version, '') AS mended, COALESCE(w.name, '') AS person FROM products_notice n
        JOIN products_use u ON u.organisation_id = n.organisation_id AND u.use_id = n.use_id
        LEFT JOIN products_release m ON m.organisation_id = u.maker_id AND m.release_id = n.mended_id
        LEFT JOIN people_person w ON w.person_id = n.acknowledged_by
        WHERE n.organisation_id = $1 AND n.use_id = $2 AND ($3 = '' OR n.vulnerability = $3)
        ORDER BY n.closed_at, n.changed_at DESC, n.vulnerability LIMIT 1000";
    NOTICE_STATE = "SELECT vulnerability, release_id, status, action, impact, closed_at FROM products_notice WHERE organisation_id = $1 AND use_id = $2";
    NOTICE_COUNT = "SELECT n.use_id, CAST(COUNT(*) AS BIGINT) AS open, CAST(SUM(CASE WHEN n.acknowledged_at < n.changed_at THEN 1 ELSE 0 END) AS BIGINT) AS waiting
        FROM products_notice n JOIN products_use u ON u.organisation_id = n.organisation_id AND u.use_id = n.use_id
        WHERE n.organisation_id = $1 AND n.closed_at = '' AND u.ended_at = '' GROUP BY n.use_id";
    NOTICE_ACKNOWLEDGE = "UPDATE products_notice SET acknowledged_at = $4, acknowledged_by = $5, answers = $6, outcome = $7, due_on = $8, plan = $9
        WHERE organisation_id = $1 AND use_id = $2 AND vulnerability = $3 AND changed_at = $10";
    NOTICE_DROP_USE = "DELETE FROM products_notice WHERE organisation_id = $1 AND use_id = $2";
    NOTICE_MENDED = "SELECT DISTINCT u.organisation_id, u.mail FROM products_notice n JOIN products_use u ON u.organisation_id = n.organisation_id
        AND u.use_id = n.use_id WHERE n.mended_id = $1 AND n.release_id IN (SELECT r.release_id FROM products_release r
        WHERE r.organisation_id = $2 AND r.product_id = $3) AND u.ended_at = '' AND u.mail <> '' ORDER BY u.organisation_id, u.mail";
    DECISION_OWN = "SELECT product_id, package, status, action, impact FROM products_decision WHERE organisation_id = $1 AND vulnerability = $2
        ORDER BY revision";
    GRANT_NAMES = "SELECT grant_id, customer_name FROM products_grant WHERE organisation_id = $1";
    NOTICE_OWN = "SELECT u.use_id, u.asset, CASE WHEN n.closed_at = '' THEN n.status ELSE n.closed_because END AS shown FROM products_notice n JOIN products_use u
        ON u.organisation_id = n.organisation_id AND u.use_id = n.use_id WHERE n.organisation_id = $1 AND n.vulnerability = $2 AND u.ended_at = ''
        ORDER BY n.closed_at, u.asset, u.use_id LIMIT 1000";
    VULNERABILITY_FIND = "SELECT vulnerability, MIN(summary) AS summary, COALESCE(MIN(CASE WHEN published_at <> '' THEN published_at END), '') AS published_at,
        MIN(taken_at) AS taken_at FROM products_advisory WHERE vulnerability = $1 GROUP BY vulnerability";
    GRANT_TAKE_FOR_BENCH = "UPDATE products_grant SET taker_id = (SELECT u.organisation_id FROM products_use u
        WHERE u.maker_id = products_grant.organisation_id AND u.grant_id = products_grant.grant_id) WHERE taker_id = ''";
    // Every use that may hear of a vulnerability or was told of it: of releases it was found in, and of what those went into.
    USE_REACHED = "WITH RECURSIVE reach (release_id) AS (
            SELECT f.release_id FROM products_finding f WHERE f.vulnerability = $1
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
    FOUND_IN = "SELECT DISTINCT release_id, product_id, package FROM products_finding WHERE vulnerability = $1 AND closed_at = ''";
    // What is open in a release: by its own components, and by the parts it uses.
    OPEN_IN_RELEASE = "SELECT f.vulnerability, f.package, '' AS status, '' AS action, '' AS impact FROM products_finding f
            WHERE f.organisation_id = $1 AND f.release_id = $2 AND f.closed_at = ''
        UNION SELECT n.vulnerability, CAST('product:' AS TEXT) || g.product_id, n.status, n.action, n.impact FROM products_use u
            JOIN products_grant g ON g.organisation_id = u.maker_id AND g.grant_id = u.grant_id
            JOIN products_notice n ON n.organisation_id = u.organisation_id AND n.use_id = u.use_id
            WHERE u.organisation_id = $1 AND u.in_release_id = $2 AND u.ended_at = '' AND n.closed_at = ''";
    NOTICE_MEND = "UPDATE products_notice SET mended_id = $3, changed_at = $4 WHERE closed_at = ''
        AND EXISTS (SELECT 1 FROM products_use e JOIN products_grant g ON g.organisation_id = e.maker_id AND g.grant_id = e.grant_id
            WHERE e.organisation_id = products_notice.organisation_id AND e.use_id = products_notice.use_id AND e.ended_at = '' AND g.ended_at = ''
            AND g.ends_on >= $5)
        AND release_id IN (SELECT r.release_id
            FROM products_release r WHERE r.organisation_id = $1 AND r.product_id = $2 AND r.release_id <> $3)
        AND vulnerability NOT IN (SELECT f.vulnerability FROM products_finding f WHERE f.organisation_id = $1 AND f.release_id = $3 AND f.closed_at = '')
        AND vulnerability NOT IN (SELECT n.vulnerability FROM products_use u JOIN products_notice n ON n.organisation_id = u.organisation_id
            AND n.use_id = u.use_id WHERE u.organisation_id = $1 AND u.in_release_id = $3 AND u.ended_at = '' AND n.closed_at = '')";
    CONCERNED_OWN = "SELECT DISTINCT r.release_id, p.product_id, p.name, r.version, r.made_at, f.package, '' AS status FROM products_finding f
            JOIN products_release r ON r.organisation_id = f.organisation_id AND r.release_id = f.release_id
            JOIN products_product p ON p.organisation_id = r.organisation_id AND p.product_id = r.product_id
            WHERE f.organisation_id = $1 AND f.vulnerability = $2 AND f.closed_at = ''
        UNION SELECT r.release_id, p.product_id, p.name, r.version, r.made_at, CAST('product:' AS TEXT) || g.product_id, n.status FROM products_notice n
            JOIN products_use u ON u.organisation_id = n.organisation_id AND u.use_id = n.use_id AND u.ended_at = ''
            JOIN products_grant g ON g.organisation_id = u.maker_id AND g.grant_id = u.grant_id
            JOIN products_release r ON r.organisation_id = u.organisation_id AND r.release_id = u.in_release_id
            JOIN products_product p ON p.organisation_id = r.organisation_id AND p.product_id = r.product_id
            WHERE n.organisation_id = $1 AND n.vulnerability = $2 AND n.closed_at = ''
        ORDER BY 3, 5 DESC, 1, 6";
    COMPANY_AFFECTED = "SELECT o.organisation_id, o.name, CAST(SUM(x.found) AS BIGINT) AS releases, CAST(SUM(x.told) AS BIGINT) AS told,
            CAST(SUM(x.acknowledged) AS BIGINT) AS acknowledged FROM (
            SELECT f.organisation_id, COUNT(DISTINCT f.release_id) AS found, 0 AS told, 0 AS acknowledged FROM products_finding f
            WHERE f.vulnerability = $1 AND f.closed_at = '' GROUP BY f.organisation_id
            UNION ALL SELECT n.organisation_id, 0, COUNT(n.use_id), SUM(CASE WHEN n.acknowledged_at >= n.changed_at THEN 1 ELSE 0 END)
            FROM products_notice n WHERE n.vulnerability = $1 AND n.closed_at = '' GROUP BY n.organisation_id) x
        JOIN people_organisation o ON o.organisation_id = x.organisation_id GROUP BY o.organisation_id, o.name ORDER BY o.name, o.organisation_id";
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

/// What a use was told, as far as it is compared with what holds now.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct NoticeState {
    pub(crate) vulnerability: String,
    pub(crate) release_id: String,
    pub(crate) status: String,
    pub(crate) action: String,
    pub(crate) impact: String,
    pub(crate) closed_at: String,
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
    pub(crate) made_at: String,
    pub(crate) package: String,
    pub(crate) status: String,
}

/// What an own use was told of a vulnerability.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct OwnNoticeRow {
    pub(crate) use_id: String,
    pub(crate) asset: String,
    /// How it stands, or why it is closed.
    pub(crate) shown: String,
}

/// A company a vulnerability concerns, as the operator of the instance sees it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, FromRow)]
pub struct Affected {
    /// Id of the company.
    pub organisation_id: String,
    /// Its name.
    pub name: String,
    /// Releases of its own with a component that is concerned.
    pub releases: i64,
    /// Uses of its own that were told.
    pub told: i64,
    /// Of these, those it acknowledged as they stand.
    pub acknowledged: i64,
}
