//! `assess::store` — every SQL text of this domain. One text, two engines.

use sqlx::FromRow;

store::sql! {
    ASSESSMENT_ADD = "INSERT INTO assess_assessment (organisation_id, assessment_id, scheme_id, version, site_id, results, met_count, not_met_count,
        unknown_count, pending_count, score, band, started_at, evaluated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)";
    ASSESSMENT_LIST = "SELECT assessment_id, scheme_id, version, site_id, results, score, band FROM assess_assessment
        WHERE organisation_id = $1 ORDER BY scheme_id, version, site_id, assessment_id";
    ASSESSMENT_OF_SITE = "SELECT assessment_id, scheme_id, version, site_id, results, score, band FROM assess_assessment
        WHERE organisation_id = $1 AND (site_id = '' OR site_id = $2) ORDER BY scheme_id, version, site_id, assessment_id";
    ASSESSMENT_FIND = "SELECT assessment_id, scheme_id, version, site_id, results, score, band FROM assess_assessment
        WHERE organisation_id = $1 AND assessment_id = $2";
    ASSESSMENT_SAVE = "UPDATE assess_assessment SET results = $3, met_count = $4, not_met_count = $5, unknown_count = $6, pending_count = $7, score = $8,
        band = $9, evaluated_at = $10 WHERE organisation_id = $1 AND assessment_id = $2";
    ASSESSMENT_REMOVE = "DELETE FROM assess_assessment WHERE organisation_id = $1 AND assessment_id = $2";
    CHANGE_ADD = "INSERT INTO assess_change (organisation_id, version_id, assessment_id, criterion, before_state, after_state) VALUES ($1, $2, $3, $4, $5, $6)";
    CHANGE_LIST = "SELECT c.assessment_id, a.scheme_id, a.version, c.criterion, c.before_state, c.after_state FROM assess_change c
        JOIN assess_assessment a ON a.organisation_id = c.organisation_id AND a.assessment_id = c.assessment_id
        WHERE c.organisation_id = $1 AND c.version_id = $2 ORDER BY a.scheme_id, a.version, a.site_id, c.criterion";
    COMPARISON = "SELECT o.name AS organisation, COALESCE(s.name, '') AS site, a.results, a.met_count, a.not_met_count, a.unknown_count, a.score
        FROM people_tree t
        JOIN assess_assessment a ON a.organisation_id = t.organisation_id
        JOIN people_organisation o ON o.organisation_id = a.organisation_id
        LEFT JOIN people_site s ON s.organisation_id = a.organisation_id AND s.site_id = a.site_id
        WHERE t.ancestor_id = $1 AND a.scheme_id = $2 AND a.version = $3
        ORDER BY t.depth, o.name, o.organisation_id, a.site_id";
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
    pub(crate) score: i64,
    pub(crate) band: Option<String>,
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
    pub(crate) organisation: String,
    pub(crate) site: String,
    pub(crate) results: String,
    pub(crate) met_count: i64,
    pub(crate) not_met_count: i64,
    pub(crate) unknown_count: i64,
    pub(crate) score: i64,
}
