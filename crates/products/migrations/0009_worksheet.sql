-- What a product team notes down about a product beside its releases; every revision is kept.
CREATE TABLE products_worksheet (
    organisation_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    sheet TEXT NOT NULL,
    revision INTEGER NOT NULL,
    answers TEXT NOT NULL,
    said_at TEXT NOT NULL,
    said_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, product_id, sheet, revision)
);
