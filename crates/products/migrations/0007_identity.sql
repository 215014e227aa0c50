-- What else a component can be looked up by: further package URLs, CPE names, checksums, and its name where that is asked for.
CREATE TABLE products_component_key (
    organisation_id TEXT NOT NULL,
    release_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    package TEXT NOT NULL,
    identifier TEXT NOT NULL,
    PRIMARY KEY (organisation_id, release_id, place, identifier)
);
CREATE INDEX products_component_key_package ON products_component_key (package);
