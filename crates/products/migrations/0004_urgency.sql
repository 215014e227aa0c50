-- The score of an advisory in tenths, 0 to 100; -1 if none is given.
ALTER TABLE products_advisory ADD COLUMN severity INTEGER NOT NULL DEFAULT -1;
-- The place of a decision among those of its tree, the most urgent last; -1 if the tree came to none.
ALTER TABLE products_decision ADD COLUMN urgency INTEGER NOT NULL DEFAULT -1;
-- What a finding is sorted and filtered by, kept with it: a list of thousands is one walk over one table.
ALTER TABLE products_finding ADD COLUMN product_id TEXT NOT NULL DEFAULT '';
ALTER TABLE products_finding ADD COLUMN package TEXT NOT NULL DEFAULT '';
ALTER TABLE products_finding ADD COLUMN vulnerability TEXT NOT NULL DEFAULT '';
ALTER TABLE products_finding ADD COLUMN severity INTEGER NOT NULL DEFAULT -1;
ALTER TABLE products_finding ADD COLUMN epss INTEGER NOT NULL DEFAULT -1;
ALTER TABLE products_finding ADD COLUMN kev TEXT NOT NULL DEFAULT '';
ALTER TABLE products_finding ADD COLUMN status TEXT NOT NULL DEFAULT '';
ALTER TABLE products_finding ADD COLUMN urgency INTEGER NOT NULL DEFAULT 1000;
ALTER TABLE products_finding ADD COLUMN due_on TEXT NOT NULL DEFAULT '';
UPDATE products_finding SET
    product_id = COALESCE((SELECT r.product_id FROM products_release r WHERE r.organisation_id = products_finding.organisation_id
        AND r.release_id = products_finding.release_id), ''),
    package = COALESCE((SELECT c.package FROM products_component c WHERE c.organisation_id = products_finding.organisation_id
        AND c.release_id = products_finding.release_id AND c.place = products_finding.place), ''),
    vulnerability = COALESCE((SELECT a.vulnerability FROM products_advisory a WHERE a.advisory_id = products_finding.advisory_id), '');
CREATE INDEX products_finding_vulnerability ON products_finding (vulnerability);
CREATE INDEX products_release_before ON products_release (organisation_id, before_id);
