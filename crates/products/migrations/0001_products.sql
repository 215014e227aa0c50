-- A product of an organisation.
CREATE TABLE products_product (
    organisation_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    name TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, product_id)
);
-- A release of a product with the component list it came with. The list's file is kept beside evidence files.
CREATE TABLE products_release (
    organisation_id TEXT NOT NULL,
    release_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    version TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    format TEXT NOT NULL,
    component_count INTEGER NOT NULL,
    before_id TEXT NOT NULL,
    report TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, release_id)
);
CREATE INDEX products_release_product ON products_release (organisation_id, product_id);
-- What a release holds; package is how advisories name it.
CREATE TABLE products_component (
    organisation_id TEXT NOT NULL,
    release_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    package TEXT NOT NULL,
    purl TEXT NOT NULL,
    licence TEXT NOT NULL,
    producer TEXT NOT NULL,
    PRIMARY KEY (organisation_id, release_id, place)
);
CREATE INDEX products_component_package ON products_component (package);
-- Advisories as their source wrote them, for every organisation of this instance.
CREATE TABLE products_advisory (
    advisory_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    vulnerability TEXT NOT NULL,
    summary TEXT NOT NULL,
    body TEXT NOT NULL,
    published_at TEXT NOT NULL,
    withdrawn_at TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    PRIMARY KEY (advisory_id)
);
CREATE TABLE products_advisory_package (
    package TEXT NOT NULL,
    advisory_id TEXT NOT NULL,
    PRIMARY KEY (package, advisory_id)
);
CREATE INDEX products_advisory_package_advisory ON products_advisory_package (advisory_id);
-- What concerns a component of a release.
CREATE TABLE products_finding (
    organisation_id TEXT NOT NULL,
    release_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    advisory_id TEXT NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL,
    fixed TEXT NOT NULL,
    found_at TEXT NOT NULL,
    closed_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, release_id, place, advisory_id)
);
CREATE INDEX products_finding_advisory ON products_finding (advisory_id);
