-- Under which state of people, teams and roles an answer was given: what one saw then is not shown again to who may see less now.
ALTER TABLE idempotency ADD COLUMN generation {int} NOT NULL DEFAULT 0;
