//! `register::store` — every SQL text of this domain. One text, two engines.

use sqlx::FromRow;

/// The columns of an entry in lists.
macro_rules! found {
    () => {
        "e.number, e.scheme_id, e.version, e.level, e.name, e.corporate_number, e.prefecture, e.scope, e.from_day, e.to_day, e.state, e.state_day"
    };
}

/// The columns of an entry in full.
macro_rules! entry {
    () => {
        concat!("e.organisation_id, e.entry_id, e.subject, e.site_id, e.industry, e.confirmer, e.fields, e.star, e.leaf, ", found!())
    };
}

macro_rules! application {
    () => {
        "a.application_id, a.site_id, a.scheme_id, a.version, a.state, a.place, a.details, a.revision, a.renews, a.started_at,
        a.declared_at, a.sealed, a.number"
    };
}

/// A step with its application and the names of both sides.
macro_rules! step {
    () => {
        "s.organisation_id, s.step_id, s.application_id, s.place, s.party_id, s.person_id, s.state, s.record, s.revision, s.asked_at, s.done_at,
        a.scheme_id, a.version, o.name AS applicant, q.name AS party, COALESCE(p.name, '') AS person FROM register_step s
        JOIN register_application a ON a.organisation_id = s.organisation_id AND a.application_id = s.application_id
        JOIN people_organisation o ON o.organisation_id = s.organisation_id JOIN people_organisation q ON q.organisation_id = s.party_id
        LEFT JOIN people_person p ON p.person_id = s.person_id"
    };
}

macro_rules! appeal {
    () => {
        "a.organisation_id, a.appeal_id, a.number, a.scheme_id, a.body, a.made_at, a.state, a.answer, a.answered_at, o.name
        FROM register_appeal a JOIN people_organisation o ON o.organisation_id = a.organisation_id"
    };
}

macro_rules! designation {
    () => {
        "d.organisation_id, d.designation_id, d.scheme_id, d.part, d.credential, d.from_day, d.to_day, d.ended_on, d.reason, o.name
        FROM register_designation d JOIN people_organisation o ON o.organisation_id = d.organisation_id"
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
    ENTRY_ADD = "INSERT INTO register_entry (organisation_id, entry_id, site_id, number, scheme_id, version, level, subject, name, folded, corporate_number,
        prefecture, industry, employee_band, scope, confirmer, fields, from_day, to_day, state, state_day, reason, star, star_hash, key_id, leaf)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 'valid', '', '', $20, $21, $22, $23)";
    ENTRY_FIND = concat!("SELECT ", entry!(), " FROM register_entry e WHERE e.number = $1");
    ENTRY_STATE = "UPDATE register_entry SET state = $2, state_day = $3, reason = $4 WHERE number = $1 AND state = $5";
    ENTRY_NUMBERED = "SELECT scheme_id, version FROM register_entry WHERE corporate_number = $1 AND state = 'valid' AND from_day <= $2
        AND (to_day = '' OR to_day >= $2)";
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
    ENDING = "SELECT e.organisation_id, e.entry_id, e.number, e.to_day FROM register_entry e
        WHERE (e.to_day > $1 OR (e.to_day = $1 AND e.entry_id > $2)) AND e.to_day <= $3 AND e.state <> 'revoked'
        AND NOT EXISTS (SELECT 1 FROM register_entry n WHERE n.organisation_id = e.organisation_id AND n.scheme_id = e.scheme_id
        AND n.site_id = e.site_id AND n.entry_id <> e.entry_id AND n.state = 'valid' AND (n.to_day = '' OR n.to_day > e.to_day))
        ORDER BY e.to_day, e.entry_id LIMIT $4";
    REMINDER_ADD = "INSERT INTO register_reminder (organisation_id, entry_id, days, made_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (organisation_id, entry_id, days) DO NOTHING";
    CHANGE_LAST = "SELECT changed_by FROM register_change WHERE entry_id = $1 ORDER BY changed_at DESC, change_id DESC LIMIT 1";
    APPEAL_ADD = "INSERT INTO register_appeal (organisation_id, appeal_id, number, scheme_id, body, made_at, made_by, state, answer, answered_at, answered_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', '', '', '')";
    APPEAL_OPEN = "SELECT COUNT(*) FROM register_appeal WHERE organisation_id = $1 AND number = $2 AND state = 'open'";
    APPEAL_OWN = concat!("SELECT ", appeal!(), " WHERE a.organisation_id = $1 ORDER BY a.appeal_id DESC LIMIT 200");
    APPEAL_SCHEME = concat!("SELECT ", appeal!(), " WHERE a.scheme_id = $1 ORDER BY CASE a.state WHEN 'open' THEN 0 ELSE 1 END, a.appeal_id DESC LIMIT 200");
    APPEAL_FIND = concat!("SELECT ", appeal!(), " WHERE a.appeal_id = $1");
    APPEAL_ANSWER = "UPDATE register_appeal SET state = $3, answer = $4, answered_at = $5, answered_by = $6
        WHERE organisation_id = $1 AND appeal_id = $2 AND state = 'open'";
    CHANGE_LIST = "SELECT state, day, reason FROM register_change WHERE entry_id = $1 ORDER BY changed_at DESC, change_id DESC LIMIT 50";
    APPLICATION_ADD = "INSERT INTO register_application (organisation_id, application_id, site_id, scheme_id, version, state, place, details, revision, renews,
        started_at, declared_at, declared_by, sealed, number) VALUES ($1, $2, $3, $4, $5, 'open', 0, $6, 1, $7, $8, '', '', '', '')";
    APPLICATION_LIST = concat!("SELECT ", application!(), " FROM register_application a WHERE a.organisation_id = $1 ORDER BY a.application_id DESC LIMIT 200");
    APPLICATION_FIND = concat!("SELECT ", application!(), " FROM register_application a WHERE a.organisation_id = $1 AND a.application_id = $2");
    APPLICATION_AWARDED = concat!("SELECT ", application!(), " FROM register_application a WHERE a.organisation_id = $1 AND a.number = $2 AND a.state = 'awarded'");
    APPLICATION_OPEN = "SELECT COUNT(*) FROM register_application WHERE organisation_id = $1 AND scheme_id = $2 AND site_id = $3 AND state = 'open'";
    APPLICATION_SAVE = "UPDATE register_application SET details = $3, revision = revision + 1
        WHERE organisation_id = $1 AND application_id = $2 AND revision = $4 AND state = 'open'";
    APPLICATION_END = "UPDATE register_application SET state = $3, revision = revision + 1
        WHERE organisation_id = $1 AND application_id = $2 AND state = 'open'";
    APPLICATION_MOVE = "UPDATE register_application SET place = $3, sealed = $4, revision = revision + 1
        WHERE organisation_id = $1 AND application_id = $2 AND state = 'open' AND revision = $5";
    APPLICATION_DECLARED = "UPDATE register_application SET declared_at = $3, declared_by = $4
        WHERE organisation_id = $1 AND application_id = $2 AND state = 'open'";
    APPLICATION_DONE = "UPDATE register_application SET state = 'awarded', revision = revision + 1, sealed = $3, number = $4
        WHERE organisation_id = $1 AND application_id = $2 AND state = 'open' AND revision = $5";
    STEP_ADD = "INSERT INTO register_step (organisation_id, step_id, application_id, place, party_id, person_id, state, record, revision, asked_at, done_at)
        VALUES ($1, $2, $3, $4, $5, '', 'asked', '{}', 1, $6, '')";
    STEP_LIST = concat!("SELECT ", step!(), " WHERE s.organisation_id = $1 AND s.application_id = $2 ORDER BY s.place, s.asked_at, s.step_id");
    STEP_PARTY_LIST = concat!("SELECT ", step!(), " WHERE s.party_id = $1
        ORDER BY CASE s.state WHEN 'asked' THEN 0 WHEN 'working' THEN 1 ELSE 2 END, s.step_id DESC LIMIT 500");
    STEP_PARTY_FIND = concat!("SELECT ", step!(), " WHERE s.party_id = $1 AND s.step_id = $2");
    STEP_TAKE = "UPDATE register_step SET state = 'working', person_id = $3, revision = revision + 1
        WHERE organisation_id = $1 AND step_id = $2 AND state = 'asked'";
    STEP_WRITE = "UPDATE register_step SET record = $3, revision = revision + 1
        WHERE organisation_id = $1 AND step_id = $2 AND state = 'working' AND revision = $4";
    STEP_END = "UPDATE register_step SET state = $3, done_at = $4, revision = revision + 1
        WHERE organisation_id = $1 AND step_id = $2 AND state IN ('asked', 'working')";
    STEP_AGAIN = "UPDATE register_step SET state = 'working', done_at = '', revision = revision + 1
        WHERE organisation_id = $1 AND step_id = $2 AND state = 'done'";
    LOOK_SET = "INSERT INTO register_look (organisation_id, step_id, criterion, mark, note, answer, looked_at, looked_by, answered_at)
        VALUES ($1, $2, $3, $4, $5, '', $6, $7, '')
        ON CONFLICT (organisation_id, step_id, criterion) DO UPDATE SET mark = excluded.mark,
        note = CASE WHEN excluded.note = '' THEN register_look.note ELSE excluded.note END, looked_at = excluded.looked_at, looked_by = excluded.looked_by";
    LOOK_ANSWER = "UPDATE register_look SET answer = $4, answered_at = $5 WHERE organisation_id = $1 AND step_id = $2 AND criterion = $3 AND mark = 'gap'";
    LOOK_LIST = "SELECT criterion, mark, note, answer FROM register_look
        WHERE organisation_id = $1 AND step_id = $2 ORDER BY criterion";
    VIEW_ADD = "INSERT INTO register_view (organisation_id, view_id, application_id, document_id, viewer_id, viewed_at, viewed_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    VIEW_LIST = "SELECT v.viewed_at, v.document_id, o.name, COALESCE(p.name, '') AS person FROM register_view v
        JOIN people_organisation o ON o.organisation_id = v.viewer_id LEFT JOIN people_person p ON p.person_id = v.viewed_by
        WHERE v.organisation_id = $1 AND v.application_id = $2 ORDER BY v.view_id DESC LIMIT 200";
    DESIGNATION_ADD = "INSERT INTO register_designation (organisation_id, designation_id, scheme_id, part, credential, from_day, to_day, ended_on, reason, made_at,
        made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', $8, $9)";
    DESIGNATION_LIST = concat!("SELECT ", designation!(), " WHERE d.scheme_id = $1 ORDER BY d.part, o.name, d.designation_id");
    DESIGNATION_OWN = concat!("SELECT ", designation!(), " WHERE d.organisation_id = $1 ORDER BY d.scheme_id, d.part, d.designation_id");
    DESIGNATION_FIND = concat!("SELECT ", designation!(), " WHERE d.designation_id = $1");
    DESIGNATION_VALID = concat!("SELECT ", designation!(), " WHERE d.scheme_id = $1 AND d.part = $2 AND d.from_day <= $3 AND (d.to_day = '' OR d.to_day >= $3)
        AND (d.ended_on = '' OR d.ended_on > $3) ORDER BY o.name, d.designation_id");
    DESIGNATION_END = "UPDATE register_designation SET ended_on = $2, reason = $3 WHERE designation_id = $1 AND ended_on = ''";
    ORGANISATION_NAMED = "SELECT organisation_id, name FROM people_organisation WHERE name = $1 OR corporate_number = $1 ORDER BY organisation_id LIMIT 2";
    ORGANISATION_NAME = "SELECT name FROM people_organisation WHERE organisation_id = $1";
    ORGANISATIONS_TIED = "SELECT COUNT(*) FROM people_tree
        WHERE (ancestor_id = $1 AND organisation_id = $2) OR (ancestor_id = $2 AND organisation_id = $1)";
    PERSON_BELONGS = "SELECT COUNT(*) FROM people_membership WHERE organisation_id = $1 AND person_id = $2";
    ENTRY_SAME_COMPANY = "SELECT COUNT(*) FROM register_entry WHERE corporate_number = $1 AND scheme_id = $2 AND organisation_id <> $3 AND subject = 'organisation'
        AND state <> 'revoked' AND (to_day = '' OR to_day >= $4)";
    ENTRY_OWN = concat!("SELECT ", entry!(), " FROM register_entry e WHERE e.organisation_id = $1 ORDER BY e.entry_id DESC LIMIT 200");
    ENTRY_HELD = "SELECT COUNT(*) FROM register_entry WHERE organisation_id = $1 AND scheme_id = $2 AND site_id = $4 AND state <> 'revoked' AND (to_day = '' OR to_day >= $3)";
    SEARCH_GRAM = concat!("SELECT ", found!(), " FROM register_gram g JOIN register_entry e ON e.entry_id = g.entry_id
        WHERE g.gram = $1 AND REPLACE(e.folded, $2, '') <> e.folded AND ($3 = '' OR e.scheme_id = $3) AND ($4 = '' OR e.prefecture = $4)
        AND ($5 = '' OR e.industry = $5) AND ($6 = '' OR (e.from_day <= $6 AND (e.to_day = '' OR e.to_day >= $6) AND (e.state = 'valid' OR e.state_day > $6)))
        ORDER BY g.start, g.entry_id LIMIT $7 OFFSET $8");
    SEARCH_ONE = concat!("SELECT ", found!(), " FROM register_gram g JOIN register_entry e ON e.entry_id = g.entry_id
        WHERE g.gram >= $1 AND g.gram < $2 AND ($3 = '' OR e.scheme_id = $3) AND ($4 = '' OR e.prefecture = $4)
        AND ($5 = '' OR e.industry = $5) AND ($6 = '' OR (e.from_day <= $6 AND (e.to_day = '' OR e.to_day >= $6) AND (e.state = 'valid' OR e.state_day > $6)))
        ORDER BY g.gram, g.start, g.entry_id LIMIT $7 OFFSET $8");
    SEARCH_NUMBER = concat!("SELECT ", found!(), " FROM register_entry e WHERE e.number = $1");
    SEARCH_COMPANY = concat!("SELECT ", found!(), " FROM register_entry e WHERE e.corporate_number = $1 ORDER BY e.entry_id LIMIT 100");
    SEARCH_SCHEME = concat!("SELECT ", found!(), " FROM register_entry e
        WHERE scheme_id = $1 AND ($2 = '' OR prefecture = $2) AND ($3 = '' OR industry = $3)
        AND ($4 = '' OR (from_day <= $4 AND (to_day = '' OR to_day >= $4) AND (state = 'valid' OR state_day > $4)))
        ORDER BY prefecture, entry_id LIMIT $5 OFFSET $6");
    SEARCH_ALL = concat!("SELECT ", found!(), " FROM register_entry e
        WHERE ($1 = '' OR prefecture = $1) AND ($2 = '' OR industry = $2)
        AND ($3 = '' OR (from_day <= $3 AND (to_day = '' OR to_day >= $3) AND (state = 'valid' OR state_day > $3)))
        ORDER BY entry_id LIMIT $4 OFFSET $5");
    SEARCH_TAGS = concat!("SELECT ", found!(), " FROM register_entry e
        WHERE e.entry_id IN (SELECT t.entry_id FROM register_tag t WHERE t.tag IN ($1, $2, $3, $4, $5, $6))
        AND ($7 = '' OR e.entry_id IN (SELECT u.entry_id FROM register_tag u WHERE u.tag IN ($7, $8, $9, $10, $11, $12)))
        AND ($13 = '' OR e.entry_id IN (SELECT v.entry_id FROM register_tag v WHERE v.tag IN ($13, $14, $15, $16, $17, $18)))
        AND ($19 = '' OR e.entry_id IN (SELECT w.entry_id FROM register_tag w WHERE w.tag IN ($19, $20, $21, $22, $23, $24)))
        AND ($25 = '' OR e.scheme_id = $25) AND ($26 = '' OR REPLACE(e.folded, $26, '') <> e.folded)
        AND ($27 = '' OR e.prefecture = $27) AND ($28 = '' OR e.industry = $28)
        AND ($29 = '' OR (e.from_day <= $29 AND (e.to_day = '' OR e.to_day >= $29) AND (e.state = 'valid' OR e.state_day > $29)))
        ORDER BY e.entry_id LIMIT $30 OFFSET $31");
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

/// A star near its end.
#[derive(FromRow)]
pub(crate) struct EndingRow {
    pub(crate) organisation_id: String,
    pub(crate) entry_id: String,
    pub(crate) number: String,
    pub(crate) to_day: String,
}

/// An appeal as kept.
#[derive(FromRow)]
pub(crate) struct AppealRow {
    pub(crate) organisation_id: String,
    pub(crate) appeal_id: String,
    pub(crate) number: String,
    pub(crate) scheme_id: String,
    pub(crate) body: String,
    pub(crate) made_at: String,
    pub(crate) state: String,
    pub(crate) answer: String,
    pub(crate) answered_at: String,
    pub(crate) name: String,
}

/// An entry in full.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct EntryRow {
    pub(crate) organisation_id: String,
    pub(crate) entry_id: String,
    pub(crate) subject: String,
    pub(crate) site_id: String,
    pub(crate) industry: String,
    pub(crate) confirmer: String,
    pub(crate) fields: String,
    pub(crate) star: String,
    pub(crate) leaf: i64,
    #[sqlx(flatten)]
    pub(crate) found: FoundRow,
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
    pub(crate) site_id: String,
    pub(crate) scheme_id: String,
    pub(crate) version: String,
    pub(crate) state: String,
    pub(crate) place: i64,
    pub(crate) details: String,
    pub(crate) revision: i64,
    pub(crate) renews: String,
    pub(crate) started_at: String,
    pub(crate) declared_at: String,
    pub(crate) sealed: String,
    pub(crate) number: String,
}

/// A step that another organisation takes.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct StepRow {
    pub(crate) organisation_id: String,
    pub(crate) step_id: String,
    pub(crate) application_id: String,
    pub(crate) place: i64,
    pub(crate) party_id: String,
    pub(crate) person_id: String,
    pub(crate) state: String,
    pub(crate) record: String,
    pub(crate) revision: i64,
    pub(crate) asked_at: String,
    pub(crate) done_at: String,
    pub(crate) scheme_id: String,
    pub(crate) version: String,
    pub(crate) applicant: String,
    pub(crate) party: String,
    pub(crate) person: String,
}

impl StepRow {
    /// Whether it is asked for or worked on.
    pub(crate) fn is_open(&self) -> bool {
        ["asked", "working"].contains(&self.state.as_str())
    }
}

/// What was found of a criterion.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct LookRow {
    pub(crate) criterion: String,
    pub(crate) mark: String,
    pub(crate) note: String,
    pub(crate) answer: String,
}

/// The right to play a part.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct DesignationRow {
    pub(crate) organisation_id: String,
    pub(crate) designation_id: String,
    pub(crate) scheme_id: String,
    pub(crate) part: String,
    pub(crate) credential: String,
    pub(crate) from_day: String,
    pub(crate) to_day: String,
    pub(crate) ended_on: String,
    pub(crate) reason: String,
    pub(crate) name: String,
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
