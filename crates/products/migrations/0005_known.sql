-- What was known of the vulnerability when it was decided, as JSON: if that changes, it is looked at again.
ALTER TABLE products_decision ADD COLUMN known TEXT NOT NULL DEFAULT '';
