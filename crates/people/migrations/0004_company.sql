-- Companies of the national file of corporate numbers, to complete and check names.
CREATE TABLE people_company (
    corporate_number TEXT NOT NULL,
    name TEXT NOT NULL,
    kana TEXT NOT NULL,
    prefecture TEXT NOT NULL,
    closed_on TEXT NOT NULL,
    PRIMARY KEY (corporate_number)
);

-- How far an import came, so that one that was stopped goes on where it was.
CREATE TABLE people_company_file (
    file TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    done_at TEXT NOT NULL,
    PRIMARY KEY (file)
);
