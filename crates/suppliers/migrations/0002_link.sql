-- The chain: who supplies what to whom, as one buyer knows it. An empty customer is the buyer itself.
CREATE TABLE suppliers_link (
    organisation_id TEXT NOT NULL,
    link_id TEXT NOT NULL,
    supplier_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    item TEXT NOT NULL,
    substitute TEXT NOT NULL,
    switch_days INTEGER,
    stock_days INTEGER,
    environment TEXT NOT NULL,
    data TEXT NOT NULL,
    access TEXT NOT NULL,
    clause TEXT NOT NULL,
    department TEXT NOT NULL,
    critical INTEGER NOT NULL,
    basis TEXT NOT NULL,
    ended_on TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, link_id)
);
CREATE INDEX suppliers_link_supplier ON suppliers_link (organisation_id, supplier_id);
CREATE INDEX suppliers_link_customer ON suppliers_link (organisation_id, customer_id);
