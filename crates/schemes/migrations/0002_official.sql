-- The official wording of a scheme's items as an organisation imported it; it never leaves the
-- instance with our data. item_id is the official number, which a scheme here may not have yet.
CREATE TABLE schemes_official (
    organisation_id TEXT NOT NULL,
    scheme_id TEXT NOT NULL,
    version TEXT NOT NULL,
    item_id TEXT NOT NULL,
    text TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, scheme_id, version, item_id)
);

-- Where ids and texts stood in the file imported last.
CREATE TABLE schemes_mapping (
    organisation_id TEXT NOT NULL,
    scheme_id TEXT NOT NULL,
    sheet TEXT NOT NULL,
    id_column INTEGER NOT NULL,
    text_column INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, scheme_id)
);
