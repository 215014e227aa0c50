-- What was decided about a vulnerability in a component of a product, every time it was. The last one holds.
CREATE TABLE products_decision (
    organisation_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    vulnerability TEXT NOT NULL,
    package TEXT NOT NULL,
    revision INTEGER NOT NULL,
    status TEXT NOT NULL,
    justification TEXT NOT NULL,
    impact TEXT NOT NULL,
    action TEXT NOT NULL,
    tree TEXT NOT NULL,
    answers TEXT NOT NULL,
    outcome TEXT NOT NULL,
    due_on TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, product_id, vulnerability, package, revision)
);
-- What is known of a vulnerability beside advisories: that it is exploited (KEV), how likely that is (EPSS, in millionths).
CREATE TABLE products_signal (
    vulnerability TEXT NOT NULL,
    kind TEXT NOT NULL,
    value INTEGER NOT NULL,
    day TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    PRIMARY KEY (vulnerability, kind)
);
