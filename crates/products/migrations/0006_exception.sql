-- The last day on which nothing is done about it; empty if it is no exception.
ALTER TABLE products_decision ADD COLUMN until_on TEXT NOT NULL DEFAULT '';
