-- Until when makers mend lines of versions, as published.
CREATE TABLE products_lifecycle (
    package TEXT NOT NULL,
    cycle TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    PRIMARY KEY (package, cycle)
);
