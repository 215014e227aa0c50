-- A step that another organisation takes for an applicant. `record` holds plan, visit and report.
CREATE TABLE register_step (
    organisation_id TEXT NOT NULL,
    step_id TEXT NOT NULL,
    application_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    party_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    state TEXT NOT NULL,
    record TEXT NOT NULL,
    revision INTEGER NOT NULL,
    asked_at TEXT NOT NULL,
    done_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, step_id)
);
CREATE INDEX register_step_party ON register_step (party_id, state, step_id);
CREATE INDEX register_step_application ON register_step (organisation_id, application_id, place);

-- What was found of a criterion in a step, what the applicant answered, and how it stands.
CREATE TABLE register_look (
    organisation_id TEXT NOT NULL,
    step_id TEXT NOT NULL,
    criterion TEXT NOT NULL,
    mark TEXT NOT NULL,
    note TEXT NOT NULL,
    answer TEXT NOT NULL,
    looked_at TEXT NOT NULL,
    looked_by TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, step_id, criterion)
);

-- Who opened which file of an applicant, for its eyes; the ledger has the same.
CREATE TABLE register_view (
    organisation_id TEXT NOT NULL,
    view_id TEXT NOT NULL,
    application_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    viewer_id TEXT NOT NULL,
    viewed_at TEXT NOT NULL,
    viewed_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, view_id)
);
CREATE INDEX register_view_application ON register_view (organisation_id, application_id, view_id);

-- Which organisation may play a part of a scheme, from when to when, and what it holds.
CREATE TABLE register_designation (
    organisation_id TEXT NOT NULL,
    designation_id TEXT NOT NULL,
    scheme_id TEXT NOT NULL,
    part TEXT NOT NULL,
    credential TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    ended_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, designation_id)
);
CREATE INDEX register_designation_part ON register_designation (scheme_id, part, organisation_id);
