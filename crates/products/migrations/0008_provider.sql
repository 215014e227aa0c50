-- What a maker says of a release as it was published, with its signature.
CREATE TABLE products_publication (
    organisation_id TEXT NOT NULL,
    release_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    file_name TEXT NOT NULL,
    year TEXT NOT NULL,
    tlp TEXT NOT NULL,
    title TEXT NOT NULL,
    revisions TEXT NOT NULL,
    said TEXT NOT NULL,
    body TEXT NOT NULL,
    signature TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    published_by TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, release_id)
);
CREATE INDEX products_publication_tlp ON products_publication (organisation_id, tlp, ended_at);
-- The OpenPGP key a maker's documents are signed with.
CREATE TABLE products_openpgp (
    organisation_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    public_key TEXT NOT NULL,
    secret_key TEXT NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, fingerprint)
);
