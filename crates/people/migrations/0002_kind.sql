-- Companies by industry and size, for figures over them.
CREATE INDEX people_organisation_kind ON people_organisation (industry, employee_band);
