//! `people::store` — every SQL text of this domain. One text, two engines.

use sqlx::FromRow;

store::sql! {
    PERSON_COUNT = "SELECT COUNT(*) FROM people_person";
    PERSON_ADD = "INSERT INTO people_person (person_id, login, name, password_hash, totp_last_step, created_at) VALUES ($1, $2, $3, $4, 0, $5)";
    PERSON_BY_LOGIN = "SELECT person_id, password_hash, totp_secret, totp_last_step FROM people_person WHERE login = $1";
    PERSON_BY_ID = "SELECT person_id, password_hash, totp_secret, totp_last_step FROM people_person WHERE person_id = $1";
    PERSON_PASSWORD = "UPDATE people_person SET password_hash = $2 WHERE person_id = $1";
    PERSON_TOTP = "UPDATE people_person SET totp_secret = $2, totp_last_step = $3 WHERE person_id = $1";
    PERSON_TOTP_STEP = "UPDATE people_person SET totp_last_step = $2 WHERE person_id = $1 AND totp_last_step < $2";
    PERSON_REMOVE = "DELETE FROM people_person WHERE person_id = $1";
    RECOVERY_ADD = "INSERT INTO people_recovery (person_id, code_hash) VALUES ($1, $2)";
    RECOVERY_USE = "DELETE FROM people_recovery WHERE person_id = $1 AND code_hash = $2";
    RECOVERY_CLEAR = "DELETE FROM people_recovery WHERE person_id = $1";
    MEMBERSHIPS_OF = "SELECT m.organisation_id, o.name, m.role FROM people_membership m
        JOIN people_organisation o ON o.organisation_id = m.organisation_id WHERE m.person_id = $1 ORDER BY o.name, m.organisation_id";
    MEMBER_LIST = "SELECT p.person_id, p.login, p.name, m.role, CAST(CASE WHEN p.totp_secret IS NULL THEN 0 ELSE 1 END AS BIGINT) AS second_factor_count
        FROM people_membership m JOIN people_person p ON p.person_id = m.person_id WHERE m.organisation_id = $1 ORDER BY p.name, p.person_id";
    MEMBER_ADD = "INSERT INTO people_membership (organisation_id, person_id, role) VALUES ($1, $2, $3)";
    MEMBER_ROLE = "UPDATE people_membership SET role = $3 WHERE organisation_id = $1 AND person_id = $2";
    MEMBER_REMOVE = "DELETE FROM people_membership WHERE organisation_id = $1 AND person_id = $2";
    MEMBER_ADMINS = "SELECT COUNT(*) FROM people_membership WHERE organisation_id = $1 AND role = 'admin' AND person_id <> $2";
    SESSION_ADD = "INSERT INTO people_session (token_hash, session_id, person_id, organisation_id, proven_at, created_at, seen_at, agent)
        VALUES ($1, $2, $3, $4, $5, $6, $6, $7)";
    SESSION_FIND = "SELECT s.session_id, s.person_id, s.organisation_id, s.proven_at, s.created_at, s.seen_at,
        p.name AS person_name, o.name AS organisation_name, m.role
        FROM people_session s
        JOIN people_person p ON p.person_id = s.person_id
        JOIN people_membership m ON m.organisation_id = s.organisation_id AND m.person_id = s.person_id
        JOIN people_organisation o ON o.organisation_id = s.organisation_id
        WHERE s.token_hash = $1";
    SESSION_SEEN = "UPDATE people_session SET seen_at = $2 WHERE token_hash = $1";
    SESSION_PROVE = "UPDATE people_session SET proven_at = $2, token_hash = $3 WHERE token_hash = $1";
    SESSION_ORGANISATION = "UPDATE people_session SET organisation_id = $2 WHERE token_hash = $1";
    SESSION_END = "DELETE FROM people_session WHERE token_hash = $1";
    SESSION_END_BY_ID = "DELETE FROM people_session WHERE person_id = $1 AND session_id = $2";
    SESSION_END_OTHERS = "DELETE FROM people_session WHERE person_id = $1 AND token_hash <> $2";
    SESSION_LIST = "SELECT session_id, seen_at, agent, token_hash FROM people_session WHERE person_id = $1 AND proven_at <> '' ORDER BY seen_at DESC";
    SESSION_SWEEP = "DELETE FROM people_session WHERE created_at < $1 OR seen_at < $2";
    TOKEN_ADD = "INSERT INTO people_token (organisation_id, token_id, token_hash, person_id, name, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    TOKEN_FIND = "SELECT t.person_id, t.organisation_id, t.created_at AS proven_at, p.name AS person_name, o.name AS organisation_name, m.role
        FROM people_token t
        JOIN people_person p ON p.person_id = t.person_id
        JOIN people_membership m ON m.organisation_id = t.organisation_id AND m.person_id = t.person_id
        JOIN people_organisation o ON o.organisation_id = t.organisation_id
        WHERE t.token_hash = $1 AND t.expires_at > $2";
    TOKEN_LIST = "SELECT token_id, name, created_at, expires_at FROM people_token WHERE organisation_id = $1 AND person_id = $2 ORDER BY created_at DESC";
    TOKEN_REVOKE = "DELETE FROM people_token WHERE organisation_id = $1 AND person_id = $2 AND token_id = $3";
    TOKEN_REVOKE_ALL = "DELETE FROM people_token WHERE person_id = $1";
    COMPANY_ADD = "INSERT INTO people_company (corporate_number, name, kana, prefecture, closed_on) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (corporate_number) DO UPDATE SET name = excluded.name, kana = excluded.kana, prefecture = excluded.prefecture,
        closed_on = excluded.closed_on";
    COMPANY_ADD_20 = "INSERT INTO people_company (corporate_number, name, kana, prefecture, closed_on) VALUES
        ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10), ($11, $12, $13, $14, $15), ($16, $17, $18, $19, $20),
        ($21, $22, $23, $24, $25), ($26, $27, $28, $29, $30), ($31, $32, $33, $34, $35), ($36, $37, $38, $39, $40),
        ($41, $42, $43, $44, $45), ($46, $47, $48, $49, $50), ($51, $52, $53, $54, $55), ($56, $57, $58, $59, $60),
        ($61, $62, $63, $64, $65), ($66, $67, $68, $69, $70), ($71, $72, $73, $74, $75), ($76, $77, $78, $79, $80),
        ($81, $82, $83, $84, $85), ($86, $87, $88, $89, $90), ($91, $92, $93, $94, $95), ($96, $97, $98, $99, $100)
        ON CONFLICT (corporate_number) DO UPDATE SET name = excluded.name, kana = excluded.kana, prefecture = excluded.prefecture,
        closed_on = excluded.closed_on";
    COMPANY_FIND = "SELECT name, kana, prefecture, closed_on FROM people_company WHERE corporate_number = $1";
    COMPANY_FILE_FIND = "SELECT row_count FROM people_company_file WHERE file = $1 AND done_at = ''";
    COMPANY_FILE_SET = "INSERT INTO people_company_file (file, row_count, done_at) VALUES ($1, $2, $3)
        ON CONFLICT (file) DO UPDATE SET row_count = excluded.row_count, done_at = excluded.done_at";
    ORGANISATION_ADD = "INSERT INTO people_organisation (organisation_id, parent_id, name, corporate_number, employee_band, industry, revision, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, 1, $7)";
    ORGANISATION_FIND = "SELECT name, corporate_number, employee_band, industry, revision FROM people_organisation WHERE organisation_id = $1";
    ORGANISATION_CHANGE = "UPDATE people_organisation SET name = $2, corporate_number = $3, employee_band = $4, industry = $5, revision = revision + 1
        WHERE organisation_id = $1 AND revision = $6";
    ORGANISATION_CHILDREN = "SELECT o.organisation_id, o.name, t.depth FROM people_tree t
        JOIN people_organisation o ON o.organisation_id = t.organisation_id WHERE t.ancestor_id = $1 AND t.depth > 0 ORDER BY t.depth, o.name, o.organisation_id";
    ORGANISATION_PARENTS = "SELECT o.organisation_id, o.name, t.depth FROM people_tree t
        JOIN people_organisation o ON o.organisation_id = t.ancestor_id WHERE t.organisation_id = $1 AND t.depth > 0 ORDER BY t.depth, o.name, o.organisation_id";
    TREE_ADD_SELF = "INSERT INTO people_tree (ancestor_id, organisation_id, depth) VALUES ($1, $1, 0)";
    TREE_ADD_ABOVE = "INSERT INTO people_tree (ancestor_id, organisation_id, depth) SELECT ancestor_id, $2, depth + 1 FROM people_tree WHERE organisation_id = $1";
    SITE_LIST = "SELECT site_id, name, state, kind FROM people_site WHERE organisation_id = $1 ORDER BY state, kind DESC, name, site_id";
    SITE_ADD = "INSERT INTO people_site (organisation_id, site_id, name, state, kind) VALUES ($1, $2, $3, 'open', $4)";
    SITE_CLOSE = "UPDATE people_site SET state = 'closed' WHERE organisation_id = $1 AND site_id = $2 AND state = 'open'";
    THROTTLE_FIND = "SELECT failure_count, failed_at FROM people_throttle WHERE bucket = $1";
    THROTTLE_FAIL = "INSERT INTO people_throttle (bucket, failure_count, failed_at) VALUES ($1, 1, $2)
        ON CONFLICT (bucket) DO UPDATE SET failure_count = people_throttle.failure_count + 1, failed_at = excluded.failed_at";
    THROTTLE_CLEAR = "DELETE FROM people_throttle WHERE bucket = $1";
    THROTTLE_SWEEP = "DELETE FROM people_throttle WHERE failed_at < $1";
}

/// A person's secrets, for comparing only.
#[derive(FromRow)]
pub(crate) struct PersonRow {
    pub(crate) person_id: String,
    pub(crate) password_hash: String,
    pub(crate) totp_secret: Option<String>,
    pub(crate) totp_last_step: i64,
}

/// A session with whom and what it stands for.
#[derive(FromRow)]
pub(crate) struct SessionRow {
    pub(crate) person_id: String,
    pub(crate) organisation_id: String,
    pub(crate) proven_at: String,
    pub(crate) created_at: String,
    pub(crate) seen_at: String,
    pub(crate) person_name: String,
    pub(crate) organisation_name: String,
    pub(crate) role: String,
}

/// A token with whom and what it stands for.
#[derive(FromRow)]
pub(crate) struct TokenRow {
    pub(crate) person_id: String,
    pub(crate) organisation_id: String,
    pub(crate) proven_at: String,
    pub(crate) person_name: String,
    pub(crate) organisation_name: String,
    pub(crate) role: String,
}

/// An organisation's details.
#[derive(FromRow, Clone, Debug)]
pub(crate) struct OrganisationRow {
    pub(crate) name: String,
    pub(crate) corporate_number: Option<String>,
    pub(crate) employee_band: String,
    pub(crate) industry: String,
    pub(crate) revision: i64,
}

/// A member as listed.
#[derive(FromRow, Clone, Debug)]
pub(crate) struct MemberRow {
    pub(crate) person_id: String,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) second_factor_count: i64,
}

/// A signed-in browser as listed.
#[derive(FromRow, Clone, Debug)]
pub(crate) struct SessionListRow {
    pub(crate) session_id: String,
    pub(crate) seen_at: String,
    pub(crate) agent: String,
    pub(crate) token_hash: String,
}
