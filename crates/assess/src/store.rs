//! `assess::store` — every SQL text of this domain. One text, two engines.

use sqlx::FromRow;

store::sql! {
    ASSESSMENT_ADD = "INSERT INTO assess_assessment (organisation_id, assessment_id, scheme_id, version, site_id, results, met_count, not_met_count,
        unknown_count, pending_count, score, band, started_at, evaluated_at, steps) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14)";
    ASSESSMENT_LIST = "SELECT assessment_id, scheme_id, version, site_id, results, steps, score, band FROM assess_assessment
        WHERE organisation_id = $1 ORDER BY scheme_id, version, site_id, assessment_id";
    ASSESSMENT_OF_SITE = "SELECT assessment_id, scheme_id, version, site_id, results, steps, score, band FROM assess_assessment
        WHERE organisation_id = $1 AND (site_id = '' OR site_id = $2) ORDER BY scheme_id, version, site_id, assessment_id";
    ASSESSMENT_FIND = "SELECT assessment_id, scheme_id, version, site_id, results, steps, score, band FROM assess_assessment
        WHERE organisation_id = $1 AND assessment_id = $2";
    ASSESSMENT_SAVE = "UPDATE assess_assessment SET results = $3, met_count = $4, not_met_count = $5, unknown_count = $6, pending_count = $7, score = $8,
        band = $9, evaluated_at = $10, steps = $11 WHERE organisation_id = $1 AND assessment_id = $2";
    ASSESSMENT_REMOVE = "DELETE FROM assess_assessment WHERE organisation_id = $1 AND assessment_id = $2";
    KEPT_ADD = "INSERT INTO assess_kept (organisation_id, kept_id, scheme_id, version, site_id, day, name, results, steps, score, kept_at, kept_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    KEPT_LIST = "SELECT kept_id, scheme_id, version, site_id, day, name, results, steps FROM assess_kept
        WHERE organisation_id = $1 AND scheme_id = $2 AND site_id = $3 ORDER BY day DESC, kept_id DESC";
    KEPT_FIND = "SELECT kept_id, scheme_id, version, site_id, day, name, results, steps FROM assess_kept WHERE organisation_id = $1 AND kept_id = $2";
    KEPT_REMOVE = "DELETE FROM assess_kept WHERE organisation_id = $1 AND kept_id = $2";
    TARGET_LIST = "SELECT group_id, step FROM assess_target WHERE organisation_id = $1 AND scheme_id = $2 ORDER BY group_id";
    TARGET_SET = "INSERT INTO assess_target (organisation_id, scheme_id, group_id, step) VALUES ($1, $2, $3, $4)";
    TARGET_REMOVE = "DELETE FROM assess_target WHERE organisation_id = $1 AND scheme_id = $2 AND group_id = $3";
    PEER_ROWS = "SELECT o.industry, o.employee_band, a.results, a.steps, a.counted_cell, a.counted_answers, a.counted_all
        FROM assess_assessment a JOIN people_organisation o ON o.organisation_id = a.organisation_id
        WHERE a.scheme_id = $1 AND a.version = $2 AND a.site_id = ''";
    PEER_LIST = "SELECT cell, company_count FROM assess_peer WHERE scheme_id = $1 AND version = $2";
    PEER_FIND = "SELECT company_count, figures, day FROM assess_peer WHERE scheme_id = $1 AND version = $2 AND cell = $3";
    PEER_REMOVE = "DELETE FROM assess_peer WHERE scheme_id = $1 AND version = $2 AND cell = $3";
    PEER_SET = "INSERT INTO assess_peer (scheme_id, version, cell, company_count, figures, day) VALUES ($1, $2, $3, $4, $5, $6)";
    PEER_COUNTED_CELL = "UPDATE assess_assessment SET counted_cell = $3, counted_answers = CASE WHEN steps <> '' THEN steps ELSE results END
        WHERE scheme_id = $1 AND version = $2 AND site_id = ''
        AND organisation_id IN (SELECT organisation_id FROM people_organisation WHERE industry = $4 AND employee_band = $5)";
    PEER_COUNTED_ALL = "UPDATE assess_assessment SET counted_all = CASE WHEN steps <> '' THEN steps ELSE results END
        WHERE scheme_id = $1 AND version = $2 AND site_id = ''";
    PEER_OWN = "SELECT COUNT(*) FROM people_tree t WHERE t.ancestor_id = $1 AND EXISTS (SELECT 1 FROM assess_assessment a
        WHERE a.organisation_id = t.organisation_id AND a.scheme_id = $2 AND a.version = $3 AND a.site_id = ''
        AND (a.counted_cell = $4 OR ($4 = 'all' AND a.counted_all <> '')))";
    REFERENCE_ADD = "INSERT INTO assess_reference (organisation_id, reference_id, scheme_id, title, source, day, company_count, means)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    REFERENCE_LIST = "SELECT reference_id, title, source, day, company_count, means FROM assess_reference
        WHERE organisation_id = $1 AND scheme_id = $2 ORDER BY day DESC, reference_id DESC";
    REFERENCE_REMOVE = "DELETE FROM assess_reference WHERE organisation_id = $1 AND reference_id = $2";
    CHANGE_ADD = "INSERT INTO assess_change (organisation_id, version_id, assessment_id, criterion, before_state, after_state) VALUES ($1, $2, $3, $4, $5, $6)";
    CHANGE_LIST = "SELECT c.assessment_id, a.scheme_id, a.version, c.criterion, c.before_state, c.after_state FROM assess_change c
        JOIN assess_assessment a ON a.organisation_id = c.organisation_id AND a.assessment_id = c.assessment_id
        WHERE c.organisation_id = $1 AND c.version_id = $2 ORDER BY a.scheme_id, a.version, a.site_id, c.criterion";
    COMPARISON = "SELECT a.assessment_id, o.name AS organisation, COALESCE(s.name, '') AS site, a.results, a.steps, a.met_count, a.not_met_count, a.unknown_count, a.score,
        (SELECT k.score FROM assess_kept k WHERE k.organisation_id = a.organisation_id AND k.scheme_id = a.scheme_id AND k.site_id = a.site_id
            ORDER BY k.day DESC, k.kept_id DESC LIMIT 1) AS last_score,
        (SELECT COUNT(*) FROM assess_audit u WHERE u.organisation_id = a.organisation_id AND u.assessment_id = a.assessment_id) AS audited_count,
        (SELECT COUNT(*) FROM assess_audit u WHERE u.organisation_id = a.organisation_id AND u.assessment_id = a.assessment_id
            AND u.finding = 'gap') AS gap_count
        FROM people_tree t
        JOIN assess_assessment a ON a.organisation_id = t.organisation_id
        JOIN people_organisation o ON o.organisation_id = a.organisation_id
        LEFT JOIN people_site s ON s.organisation_id = a.organisation_id AND s.site_id = a.site_id
        WHERE t.ancestor_id = $1 AND a.scheme_id = $2 AND a.version = $3
        ORDER BY t.depth, o.name, o.organisation_id, a.site_id";
    AUDIT_SUBJECT = "SELECT a.organisation_id, o.name AS organisation, COALESCE(s.name, '') AS site, a.assessment_id, a.scheme_id, a.version, a.site_id, a.results,
        a.steps FROM people_tree t
        JOIN assess_assessment a ON a.organisation_id = t.organisation_id
        JOIN people_organisation o ON o.organisation_id = a.organisation_id
        LEFT JOIN people_site s ON s.organisation_id = a.organisation_id AND s.site_id = a.site_id
        WHERE t.ancestor_id = $1 AND a.assessment_id = $2";
    AUDIT_LIST = "SELECT u.criterion, u.finding, u.comment, u.audited_at, o.name AS auditor FROM people_tree t
        JOIN assess_audit u ON u.organisation_id = t.organisation_id JOIN people_organisation o ON o.organisation_id = u.auditor_id
        WHERE t.ancestor_id = $1 AND u.assessment_id = $2 ORDER BY u.criterion";
    AUDIT_SET = "INSERT INTO assess_audit (organisation_id, assessment_id, criterion, finding, comment, auditor_id, audited_by, audited_at)
        SELECT a.organisation_id, a.assessment_id, $3, $4, $5, t.ancestor_id, $6, $7 FROM people_tree t
        JOIN assess_assessment a ON a.organisation_id = t.organisation_id WHERE t.ancestor_id = $1 AND a.assessment_id = $2
        ON CONFLICT (organisation_id, assessment_id, criterion) DO UPDATE SET finding = excluded.finding, comment = excluded.comment,
        auditor_id = excluded.auditor_id, audited_by = excluded.audited_by, audited_at = excluded.audited_at";
    AUDIT_CLEAR = "DELETE FROM assess_audit WHERE organisation_id IN (SELECT organisation_id FROM people_tree WHERE ancestor_id = $1)
        AND assessment_id = $2 AND criterion = $3";
    ORGANISATION_IDS = "SELECT organisation_id FROM people_organisation ORDER BY organisation_id";
}

/// An assessment as kept.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct AssessmentRow {
    pub(crate) assessment_id: String,
    pub(crate) scheme_id: String,
    pub(crate) version: String,
    pub(crate) site_id: String,
    pub(crate) results: String,
    pub(crate) steps: String,
    pub(crate) score: i64,
    pub(crate) band: Option<String>,
}

/// One company's answers as they stand and as they were counted.
#[derive(FromRow, Debug, Clone, Default)]
pub(crate) struct PeerRow {
    pub(crate) industry: String,
    pub(crate) employee_band: String,
    pub(crate) results: String,
    pub(crate) steps: String,
    pub(crate) counted_cell: String,
    pub(crate) counted_answers: String,
    pub(crate) counted_all: String,
}

/// An imported average.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct ReferenceRow {
    pub(crate) reference_id: String,
    pub(crate) title: String,
    pub(crate) source: String,
    pub(crate) day: String,
    pub(crate) company_count: i64,
    pub(crate) means: String,
}

/// A kept state.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct KeptRow {
    pub(crate) kept_id: String,
    pub(crate) scheme_id: String,
    pub(crate) version: String,
    pub(crate) site_id: String,
    pub(crate) day: String,
    pub(crate) name: String,
    pub(crate) results: String,
    pub(crate) steps: String,
}

/// A criterion that changed because of a statement.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct ChangeRow {
    pub(crate) assessment_id: String,
    pub(crate) scheme_id: String,
    pub(crate) version: String,
    pub(crate) criterion: String,
    pub(crate) before_state: String,
    pub(crate) after_state: String,
}

/// One row of a comparison.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct ComparisonRow {
    pub(crate) assessment_id: String,
    pub(crate) organisation: String,
    pub(crate) site: String,
    pub(crate) results: String,
    pub(crate) steps: String,
    pub(crate) met_count: i64,
    pub(crate) not_met_count: i64,
    pub(crate) unknown_count: i64,
    pub(crate) score: i64,
    /// The score of the state kept last.
    pub(crate) last_score: Option<i64>,
    /// Criteria that were audited, and those where something was missing.
    pub(crate) audited_count: i64,
    pub(crate) gap_count: i64,
}

/// An assessment of one's own or below, for an audit.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct SubjectRow {
    pub(crate) organisation_id: String,
    pub(crate) organisation: String,
    pub(crate) site: String,
    pub(crate) assessment_id: String,
    pub(crate) scheme_id: String,
    pub(crate) version: String,
    pub(crate) site_id: String,
    pub(crate) results: String,
    pub(crate) steps: String,
}

/// A finding as kept.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct AuditRow {
    pub(crate) criterion: String,
    pub(crate) finding: String,
    pub(crate) comment: String,
    pub(crate) audited_at: String,
    pub(crate) auditor: String,
}
