-- What a maker lets a customer see of a product, from the day it is taken until its end.
CREATE TABLE products_grant (
    organisation_id TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    customer_name TEXT NOT NULL,
    share TEXT NOT NULL,
    withheld TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    taker_id TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, grant_id)
);
CREATE UNIQUE INDEX products_grant_code ON products_grant (code_hash);
CREATE INDEX products_grant_product ON products_grant (organisation_id, product_id);
-- Where an organisation uses somebody's release: in something it runs, or inside a release of its own.
CREATE TABLE products_use (
    organisation_id TEXT NOT NULL,
    use_id TEXT NOT NULL,
    maker_id TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    release_id TEXT NOT NULL,
    asset TEXT NOT NULL,
    exposure TEXT NOT NULL,
    mission TEXT NOT NULL,
    in_release_id TEXT NOT NULL,
    mail TEXT NOT NULL,
    tells_on INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, use_id)
);
CREATE INDEX products_use_release ON products_use (release_id);
CREATE INDEX products_use_in ON products_use (in_release_id);
CREATE INDEX products_use_grant ON products_use (maker_id, grant_id);
-- What an organisation was told about a vulnerability in something it uses, and what it said to it.
CREATE TABLE products_notice (
    organisation_id TEXT NOT NULL,
    use_id TEXT NOT NULL,
    vulnerability TEXT NOT NULL,
    release_id TEXT NOT NULL,
    status TEXT NOT NULL,
    action TEXT NOT NULL,
    impact TEXT NOT NULL,
    told_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    mended_id TEXT NOT NULL,
    acknowledged_at TEXT NOT NULL,
    acknowledged_by TEXT NOT NULL,
    answers TEXT NOT NULL,
    outcome TEXT NOT NULL,
    due_on TEXT NOT NULL,
    plan TEXT NOT NULL,
    closed_at TEXT NOT NULL,
    closed_because TEXT NOT NULL,
    PRIMARY KEY (organisation_id, use_id, vulnerability)
);
CREATE INDEX products_notice_vulnerability ON products_notice (vulnerability);
CREATE INDEX products_notice_release ON products_notice (release_id);
CREATE INDEX products_advisory_vulnerability ON products_advisory (vulnerability);
CREATE INDEX products_decision_vulnerability ON products_decision (vulnerability);
