-- A buyer's suppliers: what it knows of each, and what it decided. Rows belong to the buyer; a supplier
-- sees only what is sent to it.
CREATE TABLE suppliers_supplier (
    organisation_id TEXT NOT NULL,
    supplier_id TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    corporate_number TEXT NOT NULL,
    linked_id TEXT NOT NULL,
    state TEXT NOT NULL,
    merged_into TEXT NOT NULL,
    source TEXT NOT NULL,
    department TEXT NOT NULL,
    work TEXT NOT NULL,
    hit TEXT NOT NULL,
    environment TEXT NOT NULL,
    internet TEXT NOT NULL,
    confidential TEXT NOT NULL,
    stops TEXT NOT NULL,
    access TEXT NOT NULL,
    security_person TEXT NOT NULL,
    employees INTEGER,
    capital_yen INTEGER,
    sales_million_yen INTEGER,
    spend_yen INTEGER,
    certificates TEXT NOT NULL,
    class TEXT NOT NULL,
    level INTEGER NOT NULL,
    concern TEXT NOT NULL,
    concern_text TEXT NOT NULL,
    owner TEXT NOT NULL,
    policy TEXT NOT NULL,
    until_day TEXT NOT NULL,
    decision TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    survey_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, supplier_id)
);
CREATE INDEX suppliers_supplier_number ON suppliers_supplier (organisation_id, corporate_number);
CREATE INDEX suppliers_supplier_name ON suppliers_supplier (organisation_id, folded);
-- People to write to, the first and the second of each supplier.
CREATE TABLE suppliers_contact (
    organisation_id TEXT NOT NULL,
    supplier_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    mail TEXT NOT NULL,
    phone TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, supplier_id, place)
);
-- A list that was taken in, or waits to be.
CREATE TABLE suppliers_list (
    organisation_id TEXT NOT NULL,
    list_id TEXT NOT NULL,
    file_name TEXT NOT NULL,
    state TEXT NOT NULL,
    content TEXT NOT NULL,
    added_count INTEGER NOT NULL,
    changed_count INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, list_id)
);
-- What each supplier was before a list changed it, so that the import can be undone; empty if it was new.
CREATE TABLE suppliers_list_row (
    organisation_id TEXT NOT NULL,
    list_id TEXT NOT NULL,
    supplier_id TEXT NOT NULL,
    before TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, list_id, supplier_id)
);
-- A buyer's own rules for class and level, where it changed them.
CREATE TABLE suppliers_rule (
    organisation_id TEXT NOT NULL,
    rules TEXT NOT NULL,
    revision INTEGER NOT NULL,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id)
);
