//! `checksheets::store` — every SQL text of this domain. One text, two engines.

use sqlx::FromRow;

store::sql! {
    SHEET_ADD = "INSERT INTO checksheets_sheet (organisation_id, sheet_id, file_name, file_sha256, kind, content, question_count, revision,
        made_at, made_by, before_id) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10)";
    SHEET_FIND = "SELECT sheet_id, file_name, file_sha256, kind, content, question_count, revision, made_at, before_id, sent, sent_at
        FROM checksheets_sheet WHERE organisation_id = $1 AND sheet_id = $2";
    SHEET_LIST = "SELECT sheet_id, file_name, file_sha256, kind, '' AS content, question_count, revision, made_at, before_id, '' AS sent, sent_at
        FROM checksheets_sheet WHERE organisation_id = $1 ORDER BY made_at DESC, sheet_id LIMIT 200";
    SHEET_NEAR = "SELECT sheet_id, content FROM checksheets_sheet WHERE organisation_id = $1 AND question_count BETWEEN $2 AND $3 AND made_at <= $4
        AND sheet_id <> $5 ORDER BY made_at DESC, sheet_id DESC LIMIT 20";
    SHEET_TAKEN = "UPDATE checksheets_sheet SET sent = $3, sent_at = $4 WHERE organisation_id = $1 AND sheet_id = $2";
    SHEET_CORRECT = "UPDATE checksheets_sheet SET content = $3, question_count = $4, before_id = $6, sent = '', revision = revision + 1
        WHERE organisation_id = $1 AND sheet_id = $2 AND revision = $5";
    SHEET_TOUCH = "UPDATE checksheets_sheet SET revision = revision + 1 WHERE organisation_id = $1 AND sheet_id = $2 AND revision = $3";
    SHEET_DROP = "DELETE FROM checksheets_sheet WHERE organisation_id = $1 AND sheet_id = $2";
    ANSWER_SET = "INSERT INTO checksheets_answer (organisation_id, sheet_id, place, body, said_at, said_by) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (organisation_id, sheet_id, place) DO UPDATE SET body = excluded.body, said_at = excluded.said_at, said_by = excluded.said_by";
    ANSWER_DROP = "DELETE FROM checksheets_answer WHERE organisation_id = $1 AND sheet_id = $2 AND place = $3";
    ANSWER_CLEAR = "DELETE FROM checksheets_answer WHERE organisation_id = $1 AND sheet_id = $2";
    ANSWER_ALL = "SELECT place, body FROM checksheets_answer WHERE organisation_id = $1 AND sheet_id = $2 ORDER BY place";
    MATCH_SET = "INSERT INTO checksheets_match (organisation_id, digest, facts, said_at, said_by) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (organisation_id, digest) DO UPDATE SET facts = excluded.facts, said_at = excluded.said_at, said_by = excluded.said_by";
    MATCH_DROP = "DELETE FROM checksheets_match WHERE organisation_id = $1 AND digest = $2";
    MATCH_ALL = "SELECT digest, facts FROM checksheets_match WHERE organisation_id = $1 ORDER BY digest";
    SHAPE_SET = "INSERT INTO checksheets_shape (organisation_id, shape_id, content, made_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (organisation_id, shape_id) DO UPDATE SET content = excluded.content, made_at = excluded.made_at";
    SHAPE_ALL = "SELECT content FROM checksheets_shape WHERE organisation_id = $1 ORDER BY made_at DESC, shape_id LIMIT 200";
}

/// A sheet as it is kept.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct SheetRow {
    pub(crate) sheet_id: String,
    pub(crate) file_name: String,
    pub(crate) file_sha256: String,
    pub(crate) kind: String,
    pub(crate) content: String,
    pub(crate) question_count: i64,
    pub(crate) revision: i64,
    pub(crate) made_at: String,
    /// The sheet of the same shape before it; empty if there is none.
    pub(crate) before_id: String,
    /// Answers by place as they were when the file was taken out last; empty if it never was.
    pub(crate) sent: String,
    pub(crate) sent_at: String,
}
