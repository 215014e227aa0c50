-- Which lesson a person has passed, and how often they tried; the newest result only.
CREATE TABLE drills_progress (
    organisation_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    lesson_id TEXT NOT NULL,
    right_count INTEGER NOT NULL,
    attempt_count INTEGER NOT NULL,
    passed_at TEXT,
    tried_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, person_id, lesson_id)
);

-- The department a person says they work in, for results by department.
CREATE TABLE drills_learner (
    organisation_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    department TEXT NOT NULL,
    PRIMARY KEY (organisation_id, person_id)
);
