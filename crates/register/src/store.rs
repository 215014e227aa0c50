//! `register::store` — every SQL text of this domain. One text, two engines.

use sqlx::FromRow;

/// The columns of an entry in lists.
macro_rules! found {
    () => {
        "e.number, e.scheme_id, e.version, e.level, e.name, e.corporate_number, e.prefecture, e.scope, e.from_day, e.to_day, e.state, e.state_day"
    };
}

store::sql! {
    KEY_LIST = "SELECT key_id, public_key, secret_key, closed_on FROM register_key ORDER BY made_at, key_id";
    KEY_ADD = "INSERT INTO register_key (key_id, public_key, secret_key, made_at) VALUES ($1, $2, $3, $4)";
    KEY_CLOSE = "UPDATE register_key SET closed_on = $2 WHERE key_id = $1 AND closed_on IS NULL";
    LOG_BEGIN = "INSERT INTO register_log (log_id, size) VALUES ('stars', 0) ON CONFLICT (log_id) DO NOTHING";
    LOG_GROW = "UPDATE register_log SET size = size + $1 WHERE log_id = 'stars' RETURNING size";
    LOG_SIZE = "SELECT size FROM register_log WHERE log_id = 'stars'";
    LEAF_ADD = "INSERT INTO register_leaf (place, body, added_at) VALUES
        ($1, $2, $3), ($4, $5, $6), ($7, $8, $9), ($10, $11, $12), ($13, $14, $15), ($16, $17, $18), ($19, $20, $21), ($22, $23, $24),
        ($25, $26, $27), ($28, $29, $30), ($31, $32, $33), ($34, $35, $36), ($37, $38, $39), ($40, $41, $42), ($43, $44, $45),
        ($46, $47, $48)
        ON CONFLICT (place) DO NOTHING";
    LEAF_LIST = "SELECT body FROM register_leaf WHERE place >= $1 AND place < $2 ORDER BY place";
    NODE_ADD = "INSERT INTO register_node (level, place, hash) VALUES
        ($1, $2, $3), ($4, $5, $6), ($7, $8, $9), ($10, $11, $12), ($13, $14, $15), ($16, $17, $18), ($19, $20, $21), ($22, $23, $24),
        ($25, $26, $27), ($28, $29, $30), ($31, $32, $33), ($34, $35, $36), ($37, $38, $39), ($40, $41, $42), ($43, $44, $45),
        ($46, $47, $48)
        ON CONFLICT (level, place) DO NOTHING";
    NODE_FIND = "SELECT hash FROM register_node WHERE level = $1 AND place = $2";
    NODE_LIST = "SELECT hash FROM register_node WHERE level = $1 AND place >= $2 AND place < $3 ORDER BY place";
    ENTRY_ADD = "INSERT INTO register_entry (organisation_id, entry_id, number, scheme_id, version, level, subject, name, folded, corporate_number, prefecture,
        industry, employee_band, scope, confirmer, fields, from_day, to_day, state, state_day, reason, star, star_hash, key_id, leaf)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 'valid', '', '', $19, $20, $21, $22)";
    ENTRY_FIND = "SELECT organisation_id, entry_id, number, scheme_id, version, level, subject, name, corporate_number, prefecture, industry, scope,
        confirmer, fields, from_day, to_day, state, state_day, star, leaf FROM register_entry WHERE number = $1";
    ENTRY_STATE = "UPDATE register_entry SET state = $2, state_day = $3, reason = $4 WHERE number = $1 AND state = $5";
    ENTRY_ENDED = "SELECT number, state, state_day FROM register_entry WHERE state <> 'valid' ORDER BY state, number";
    ENTRY_KEPT = "SELECT star_hash FROM register_entry WHERE key_id = $1 AND from_day < $2 ORDER BY star_hash";
    GRAM_ADD = "INSERT INTO register_gram (gram, start, entry_id) VALUES
        ($1, $2, $3), ($4, $5, $6), ($7, $8, $9), ($10, $11, $12), ($13, $14, $15), ($16, $17, $18), ($19, $20, $21), ($22, $23, $24),
        ($25, $26, $27), ($28, $29, $30), ($31, $32, $33), ($34, $35, $36), ($37, $38, $39), ($40, $41, $42), ($43, $44, $45),
        ($46, $47, $48)
        ON CONFLICT (gram, start, entry_id) DO NOTHING";
    TAG_ADD = "INSERT INTO register_tag (tag, entry_id) VALUES ($1, $2) ON CONFLICT (tag, entry_id) DO NOTHING";
    COUNT_ADD = "INSERT INTO register_count (scheme_id, level, quarter, prefecture, industry, employee_band, entry_count) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (scheme_id, level, quarter, prefecture, industry, employee_band)
        DO UPDATE SET entry_count = register_count.entry_count + excluded.entry_count";
    CHANGE_ADD = "INSERT INTO register_change (organisation_id, change_id, entry_id, state, day, reason, changed_at, changed_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    CHANGE_LIST = "SELECT state, day, reason FROM register_change WHERE entry_id = $1 ORDER BY changed_at DESC, change_id DESC LIMIT 50";
    APPLICATION_ADD = "INSERT INTO register_application (organisation_id, application_id, scheme_id, version, state, details, revision, started_at, declared_at,
        declared_by, shown_hash, number) VALUES ($1, $2, $3, $4, 'open', $5, 1, $6, '', '', '', '')";
    APPLICATION_LIST = "SELECT application_id, scheme_id, version, state, details, revision, started_at, declared_at, number FROM register_application
        WHERE organisation_id = $1 ORDER BY application_id DESC LIMIT 200";
    APPLICATION_FIND = "SELECT application_id, scheme_id, version, state, details, revision, started_at, declared_at, number FROM register_application
        WHERE organisation_id = $1 AND application_id = $2";
    APPLICATION_OPEN = "SELECT COUNT(*) FROM register_application WHERE organisation_id = $1 AND scheme_id = $2 AND state = 'open'";
    APPLICATION_SAVE = "UPDATE register_application SET details = $3, revision = revision + 1
        WHERE organisation_id = $1 AND application_id = $2 AND revision = $4 AND state = 'open'";
    APPLICATION_WITHDRAW = "UPDATE register_application SET state = 'withdrawn', revision = revision + 1
        WHERE organisation_id = $1 AND application_id = $2 AND state = 'open'";
    APPLICATION_DONE = "UPDATE register_application SET state = 'awarded', revision = revision + 1, declared_at = $3, declared_by = $4, shown_hash = $5, number = $6
        WHERE organisation_id = $1 AND application_id = $2 AND state = 'open' AND revision = $7";
    ENTRY_OWN = "SELECT organisation_id, entry_id, number, scheme_id, version, level, subject, name, corporate_number, prefecture, industry, scope,
        confirmer, fields, from_day, to_day, state, state_day, star, leaf FROM register_entry WHERE organisation_id = $1 ORDER BY entry_id DESC LIMIT 200";
    ENTRY_HELD = "SELECT COUNT(*) FROM register_entry WHERE organisation_id = $1 AND scheme_id = $2 AND state <> 'revoked' AND (to_day = '' OR to_day >= $3)";
    SEARCH_GRAM = concat!("SELECT ", found!(), " FROM register_gram g JOIN register_entry e ON e.entry_id = g.entry_id
        WHERE g.gram = $1 AND REPLACE(e.folded, $2, '') <> e.folded AND ($3 = '' OR e.scheme_id = $3) AND ($4 = '' OR e.prefecture = $4)
        AND ($5 = '' OR e.industry = $5) AND ($6 = '' OR (e.from_day <= $6 AND (e.to_day = '' OR e.to_day >= $6) AND (e.state = 'valid' OR e.state_day > $6)))
        ORDER BY g.start, g.entry_id LIMIT $7 OFFSET $8");
    SEARCH_ONE = concat!("SELECT ", found!(), " FROM register_gram g JOIN register_entry e ON e.entry_id = g.entry_id
        WHERE g.gram >= $1 AND g.gram < $2 AND ($3 = '' OR e.scheme_id = $3) AND ($4 = '' OR e.prefecture = $4)
        AND ($5 = '' OR e.industry = $5) AND ($6 = '' OR (e.from_day <= $6 AND (e.to_day = '' OR e.to_day >= $6) AND (e.state = 'valid' OR e.state_day > $6)))
        ORDER BY g.gram, g.start, g.entry_id LIMIT $7 OFFSET $8");
    SEARCH_NUMBER = concat!("SELECT ", found!(), " FROM register_entry e WHERE corporate_number = $1 OR number = $2 ORDER BY entry_id LIMIT 100");
    SEARCH_SCHEME = concat!("SELECT ", found!(), " FROM register_entry e
        WHERE scheme_id = $1 AND ($2 = '' OR prefecture = $2) AND ($3 = '' OR industry = $3)
        AND ($4 = '' OR (from_day <= $4 AND (to_day = '' OR to_day >= $4) AND (state = 'valid' OR state_day > $4)))
        ORDER BY prefecture, entry_id LIMIT $5 OFFSET $6");
    SEARCH_ALL = concat!("SELECT ", found!(), " FROM register_entry e
        WHERE ($1 = '' OR prefecture = $1) AND ($2 = '' OR industry = $2)
        AND ($3 = '' OR (from_day <= $3 AND (to_day = '' OR to_day >= $3) AND (state = 'valid' OR state_day > $3)))
        ORDER BY entry_id LIMIT $4 OFFSET $5");
    LIKE_FOR_BENCH = concat!("SELECT ", found!(), " FROM register_entry e WHERE e.folded LIKE $1 ESCAPE '!' ORDER BY e.entry_id LIMIT 21");
    STATISTICS = "SELECT scheme_id, level, quarter, prefecture, industry, employee_band, entry_count FROM register_count
        ORDER BY scheme_id, level, quarter, prefecture, industry, employee_band";
    BULK = "SELECT entry_id, number, scheme_id, version, level, subject, name, corporate_number, prefecture, industry, scope, confirmer, from_day, to_day,
        state, state_day FROM register_entry WHERE entry_id > $1 ORDER BY entry_id LIMIT 5000";
    GRAM_COMMON = "SELECT gram, COUNT(*) FROM register_gram GROUP BY gram HAVING COUNT(*) > 500 ORDER BY gram";
}

/// A key as kept.
#[derive(FromRow, Clone)]
pub(crate) struct KeyRow {
    pub(crate) key_id: String,
    pub(crate) public_key: String,
    pub(crate) secret_key: String,
    pub(crate) closed_on: Option<String>,
}

/// An entry in full.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct EntryRow {
    pub(crate) organisation_id: String,
    pub(crate) entry_id: String,
    pub(crate) number: String,
    pub(crate) scheme_id: String,
    pub(crate) version: String,
    pub(crate) level: String,
    pub(crate) subject: String,
    pub(crate) name: String,
    pub(crate) corporate_number: String,
    pub(crate) prefecture: String,
    pub(crate) industry: String,
    pub(crate) scope: String,
    pub(crate) confirmer: String,
    pub(crate) fields: String,
    pub(crate) from_day: String,
    pub(crate) to_day: String,
    pub(crate) state: String,
    pub(crate) state_day: String,
    pub(crate) star: String,
    pub(crate) leaf: i64,
}

/// An entry in lists.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct FoundRow {
    pub(crate) number: String,
    pub(crate) scheme_id: String,
    pub(crate) version: String,
    pub(crate) level: String,
    pub(crate) name: String,
    pub(crate) corporate_number: String,
    pub(crate) prefecture: String,
    pub(crate) scope: String,
    pub(crate) from_day: String,
    pub(crate) to_day: String,
    pub(crate) state: String,
    pub(crate) state_day: String,
}

/// A way to a star.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct ApplicationRow {
    pub(crate) application_id: String,
    pub(crate) scheme_id: String,
    pub(crate) version: String,
    pub(crate) state: String,
    pub(crate) details: String,
    pub(crate) revision: i64,
    pub(crate) started_at: String,
    pub(crate) declared_at: String,
    pub(crate) number: String,
}

/// An entry of the bulk file.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct BulkRow {
    pub(crate) entry_id: String,
    pub(crate) number: String,
    pub(crate) scheme_id: String,
    pub(crate) version: String,
    pub(crate) level: String,
    pub(crate) subject: String,
    pub(crate) name: String,
    pub(crate) corporate_number: String,
    pub(crate) prefecture: String,
    pub(crate) industry: String,
    pub(crate) scope: String,
    pub(crate) confirmer: String,
    pub(crate) from_day: String,
    pub(crate) to_day: String,
    pub(crate) state: String,
    pub(crate) state_day: String,
}
