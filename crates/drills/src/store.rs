//! `drills::store` — every SQL text of this domain. One text, two engines.

use sqlx::FromRow;

store::sql! {
    PROGRESS_LIST = "SELECT lesson_id, right_count, passed_at FROM drills_progress WHERE organisation_id = $1 AND person_id = $2 ORDER BY lesson_id";
    PROGRESS_SET = "INSERT INTO drills_progress (organisation_id, person_id, lesson_id, right_count, attempt_count, passed_at, tried_at)
        VALUES ($1, $2, $3, $4, 1, $5, $6)
        ON CONFLICT (organisation_id, person_id, lesson_id) DO UPDATE SET right_count = excluded.right_count,
        attempt_count = drills_progress.attempt_count + 1, passed_at = COALESCE(drills_progress.passed_at, excluded.passed_at),
        tried_at = excluded.tried_at";
    LEARNER_FIND = "SELECT department FROM drills_learner WHERE organisation_id = $1 AND person_id = $2";
    LEARNER_SET = "INSERT INTO drills_learner (organisation_id, person_id, department) VALUES ($1, $2, $3)
        ON CONFLICT (organisation_id, person_id) DO UPDATE SET department = excluded.department";
    DEPARTMENT_ROWS = "SELECT COALESCE(MAX(l.department), '') AS department, COUNT(p.passed_at) AS passed
        FROM drills_progress p LEFT JOIN drills_learner l ON l.organisation_id = p.organisation_id AND l.person_id = p.person_id
        WHERE p.organisation_id = $1 GROUP BY p.person_id";
    DEPARTMENT_NAMES = "SELECT DISTINCT department FROM drills_learner WHERE organisation_id = $1 AND department <> '' ORDER BY department";
}

/// A lesson's result of one person.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct ProgressRow {
    pub(crate) lesson_id: String,
    pub(crate) right_count: i64,
    pub(crate) passed_at: Option<String>,
}
