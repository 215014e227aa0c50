-- Letters that wait for their time or were sent. Address and text go when a letter is sent.
CREATE TABLE mail_letter (
    organisation_id TEXT NOT NULL,
    letter_key TEXT NOT NULL,
    letter_id TEXT NOT NULL,
    to_address TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    run_at TEXT NOT NULL,
    lease_until TEXT NOT NULL,
    lease_by TEXT NOT NULL,
    attempt_count INTEGER NOT NULL,
    sent_at TEXT NOT NULL,
    last_error TEXT NOT NULL,
    PRIMARY KEY (organisation_id, letter_key)
);
CREATE UNIQUE INDEX mail_letter_id ON mail_letter (letter_id);
CREATE INDEX mail_letter_due ON mail_letter (state, run_at, letter_id);
