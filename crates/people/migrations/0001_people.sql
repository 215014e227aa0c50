CREATE TABLE people_organisation (
    organisation_id TEXT NOT NULL PRIMARY KEY,
    parent_id TEXT,
    name TEXT NOT NULL,
    corporate_number TEXT,
    employee_band TEXT NOT NULL,
    industry TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at TEXT NOT NULL
);
CREATE UNIQUE INDEX people_organisation_number ON people_organisation (corporate_number);

-- Every organisation with each of its ancestors and itself; what a parent may see is a join on this.
CREATE TABLE people_tree (
    ancestor_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    depth INTEGER NOT NULL,
    PRIMARY KEY (ancestor_id, organisation_id)
);

CREATE TABLE people_site (
    organisation_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (organisation_id, site_id)
);

CREATE TABLE people_person (
    person_id TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    totp_secret TEXT,
    totp_last_step INTEGER NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE people_membership (
    organisation_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (organisation_id, person_id)
);
CREATE INDEX people_membership_person ON people_membership (person_id);

CREATE TABLE people_session (
    token_hash TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL UNIQUE,
    person_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    proven_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    agent TEXT NOT NULL
);
CREATE INDEX people_session_person ON people_session (person_id);

CREATE TABLE people_token (
    organisation_id TEXT NOT NULL,
    token_id TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    person_id TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, token_id)
);

CREATE TABLE people_recovery (
    person_id TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    PRIMARY KEY (person_id, code_hash)
);

CREATE TABLE people_throttle (
    bucket TEXT NOT NULL PRIMARY KEY,
    failure_count INTEGER NOT NULL,
    failed_at TEXT NOT NULL
);
