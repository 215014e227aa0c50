//! `mail::store` — every SQL text of this room. One text, two engines.

use sqlx::FromRow;

store::sql! {
    LETTER_ADD = "INSERT INTO mail_letter (organisation_id, letter_key, letter_id, to_address, subject, body, state, run_at, lease_until, lease_by,
        attempt_count, sent_at, last_error) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, '', '', 0, '', '')
        ON CONFLICT (organisation_id, letter_key) DO NOTHING";
    LETTER_DUE = "SELECT organisation_id, letter_id, to_address, subject, body, attempt_count FROM mail_letter WHERE state = 'waiting' AND run_at <= $1
        AND lease_until <= $1 ORDER BY run_at, letter_id LIMIT $2";
    LETTER_TAKE = "UPDATE mail_letter SET lease_until = $3, lease_by = $4, attempt_count = attempt_count + 1
        WHERE letter_id = $1 AND state = 'waiting' AND lease_until <= $2";
    LETTER_SENT = "UPDATE mail_letter SET state = 'sent', sent_at = $3, to_address = '', body = '', last_error = '', lease_until = ''
        WHERE letter_id = $1 AND lease_by = $2";
    LETTER_LATER = "UPDATE mail_letter SET run_at = $3, lease_until = '', last_error = $4 WHERE letter_id = $1 AND lease_by = $2";
    LETTER_FAILED = "UPDATE mail_letter SET state = 'failed', last_error = $3, body = '', lease_until = '' WHERE letter_id = $1 AND lease_by = $2";
    LETTER_STATE = "SELECT state, sent_at, last_error FROM mail_letter WHERE organisation_id = $1 AND letter_key = $2";
    LETTER_DROP = "DELETE FROM mail_letter WHERE organisation_id = $1 AND letter_key = $2 AND state = 'waiting' AND lease_until <= $3";
    LETTER_SWEEP = "DELETE FROM mail_letter WHERE state <> 'waiting' AND run_at < $1";
}

/// A letter that is due.
#[derive(Debug, FromRow)]
pub(crate) struct LetterRow {
    pub(crate) organisation_id: String,
    pub(crate) letter_id: String,
    pub(crate) to_address: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) attempt_count: i64,
}
