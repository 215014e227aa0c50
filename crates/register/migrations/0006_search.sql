-- A name is compared with what its pairs found before the whole row is read.
DROP INDEX register_entry_id;
CREATE INDEX register_entry_id ON register_entry (entry_id, folded);
-- A company's stars in order: an index without the order let PostgreSQL walk all entries instead.
DROP INDEX register_entry_company;
CREATE INDEX register_entry_company ON register_entry (corporate_number, entry_id);
