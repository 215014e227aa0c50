-- Keys that sign stars, checkpoints and lists. One signs at a time; one that was shut off counts
-- from that day on only for what it had signed before.
CREATE TABLE register_key (
    key_id TEXT NOT NULL PRIMARY KEY,
    public_key TEXT NOT NULL,
    secret_key TEXT NOT NULL,
    made_at TEXT NOT NULL,
    closed_on TEXT
);

-- The append-only log: how many leaves, the leaves, and the hash of every complete node.
CREATE TABLE register_log (
    log_id TEXT NOT NULL PRIMARY KEY,
    size INTEGER NOT NULL
);

CREATE TABLE register_leaf (
    place INTEGER NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    added_at TEXT NOT NULL
);

CREATE TABLE register_node (
    level INTEGER NOT NULL,
    place INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (level, place)
);

-- What the register shows. `star` is the signed statement; `folded` and `kana` are for searching.
CREATE TABLE register_entry (
    organisation_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    number TEXT NOT NULL,
    scheme_id TEXT NOT NULL,
    version TEXT NOT NULL,
    level TEXT NOT NULL,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    corporate_number TEXT NOT NULL,
    prefecture TEXT NOT NULL,
    industry TEXT NOT NULL,
    employee_band TEXT NOT NULL,
    scope TEXT NOT NULL,
    confirmer TEXT NOT NULL,
    fields TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    state TEXT NOT NULL,
    state_day TEXT NOT NULL,
    reason TEXT NOT NULL,
    star TEXT NOT NULL,
    star_hash TEXT NOT NULL,
    key_id TEXT NOT NULL,
    leaf INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, entry_id)
);
CREATE UNIQUE INDEX register_entry_number ON register_entry (number);
CREATE INDEX register_entry_id ON register_entry (entry_id);
CREATE INDEX register_entry_scheme ON register_entry (scheme_id, prefecture, entry_id);
CREATE INDEX register_entry_prefecture ON register_entry (prefecture, entry_id);
CREATE INDEX register_entry_company ON register_entry (corporate_number);
CREATE INDEX register_entry_state ON register_entry (state, number);

-- Pairs of neighbouring characters of folded names; start is 0 where the name begins with the pair.
CREATE TABLE register_gram (
    gram TEXT NOT NULL,
    start INTEGER NOT NULL,
    entry_id TEXT NOT NULL,
    PRIMARY KEY (gram, start, entry_id)
);

-- What a service directory is searched by, such as `area:23`.
CREATE TABLE register_tag (
    tag TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    PRIMARY KEY (tag, entry_id)
);

-- How many entries were added, kept in the same transaction.
CREATE TABLE register_count (
    scheme_id TEXT NOT NULL,
    level TEXT NOT NULL,
    quarter TEXT NOT NULL,
    prefecture TEXT NOT NULL,
    industry TEXT NOT NULL,
    employee_band TEXT NOT NULL,
    entry_count INTEGER NOT NULL,
    PRIMARY KEY (scheme_id, level, quarter, prefecture, industry, employee_band)
);

-- What happened to an entry after it was awarded.
CREATE TABLE register_change (
    organisation_id TEXT NOT NULL,
    change_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    state TEXT NOT NULL,
    day TEXT NOT NULL,
    reason TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, change_id)
);
CREATE INDEX register_change_entry ON register_change (entry_id, changed_at);
