-- A round of requests: what is asked of whom, why, by when; with the letter and what the guard said of it.
CREATE TABLE suppliers_wave (
    organisation_id TEXT NOT NULL,
    wave_id TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    content TEXT NOT NULL,
    questions TEXT NOT NULL,
    guard TEXT NOT NULL,
    before_id TEXT NOT NULL,
    deadline TEXT NOT NULL,
    request_count INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    sent_at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, wave_id)
);
-- A request to one supplier. `cells` has one character per question: how it was answered in the snapshot
-- the buyer holds, so that a heat map reads one short text per supplier.
CREATE TABLE suppliers_request (
    organisation_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    wave_id TEXT NOT NULL,
    supplier_id TEXT NOT NULL,
    number TEXT NOT NULL,
    check_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    department TEXT NOT NULL,
    class TEXT NOT NULL,
    asked TEXT NOT NULL,
    cells TEXT NOT NULL,
    weak_count INTEGER NOT NULL,
    version INTEGER NOT NULL,
    until_at TEXT NOT NULL,
    holder_id TEXT NOT NULL,
    person TEXT NOT NULL,
    queued_at TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    submitted_at TEXT NOT NULL,
    confirmed_at TEXT NOT NULL,
    deadline TEXT NOT NULL,
    reminded TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    code_until TEXT NOT NULL,
    code_count INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, request_id)
);
CREATE UNIQUE INDEX suppliers_request_number ON suppliers_request (number);
CREATE UNIQUE INDEX suppliers_request_wave ON suppliers_request (organisation_id, wave_id, supplier_id);
CREATE INDEX suppliers_request_state ON suppliers_request (organisation_id, wave_id, state, department);
CREATE INDEX suppliers_request_holder ON suppliers_request (holder_id, request_id);
-- Ways in without an account: the link of a letter, and the browser that gave its code. Tokens are hashed.
CREATE TABLE suppliers_door (
    token_hash TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    made_at TEXT NOT NULL,
    until_at TEXT NOT NULL,
    PRIMARY KEY (token_hash)
);
CREATE INDEX suppliers_door_request ON suppliers_door (organisation_id, request_id);
-- A reply while it is written. The buyer does not read this.
CREATE TABLE suppliers_answer (
    organisation_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    answer TEXT NOT NULL,
    body TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, request_id, item_id)
);
-- A reply as it was sent: a version that ends, and that the supplier may take back.
CREATE TABLE suppliers_snapshot (
    organisation_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    holder_id TEXT NOT NULL,
    content TEXT NOT NULL,
    digest TEXT NOT NULL,
    made_at TEXT NOT NULL,
    until_at TEXT NOT NULL,
    withdrawn_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, request_id, version)
);
-- What both sides write about a request; both hold it.
CREATE TABLE suppliers_message (
    organisation_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    side TEXT NOT NULL,
    body TEXT NOT NULL,
    person TEXT NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, request_id, message_id)
);
-- What the buyer gives back.
CREATE TABLE suppliers_feedback (
    organisation_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    content TEXT NOT NULL,
    state TEXT NOT NULL,
    sent_at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, request_id)
);
-- Whom to tell in a department in charge.
CREATE TABLE suppliers_department (
    organisation_id TEXT NOT NULL,
    department TEXT NOT NULL,
    person TEXT NOT NULL,
    mail TEXT NOT NULL,
    PRIMARY KEY (organisation_id, department)
);
