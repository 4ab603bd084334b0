-- How good each record is, what is wrong with which field, and the sums of both by owner and source. A noun is 1 customers, 2 contacts.
ALTER TABLE customer ADD COLUMN quality {int};
ALTER TABLE contact ADD COLUMN quality {int};
CREATE TABLE quality_record (noun {int} NOT NULL, record {int} NOT NULL, owner_id {id}, source {text}, score {int} NOT NULL, due_at {int}, PRIMARY KEY (noun, record));
CREATE INDEX quality_record_due ON quality_record (noun, due_at) WHERE due_at IS NOT NULL;
CREATE TABLE quality_issue (noun {int} NOT NULL, record {int} NOT NULL, owner_id {id}, field {text} NOT NULL, kind {text} NOT NULL, rule {text} NOT NULL, since {int} NOT NULL, PRIMARY KEY (noun, record, field, kind));
CREATE INDEX quality_issue_kind ON quality_issue (noun, kind, field, record);
CREATE INDEX quality_issue_owner ON quality_issue (noun, owner_id, kind, field, record);
CREATE TABLE quality_sum (noun {int} NOT NULL, owner {text} NOT NULL, source {text} NOT NULL, what {text} NOT NULL, field {text} NOT NULL, number {int} NOT NULL, PRIMARY KEY (noun, owner, source, what, field));
CREATE TABLE quality_day (noun {int} NOT NULL, day {text} NOT NULL, owner {text} NOT NULL, what {text} NOT NULL, number {int} NOT NULL, PRIMARY KEY (noun, day, owner, what));
-- How far the ledger was followed and how the going over of the whole base stands; followed only once it was gone over.
CREATE TABLE quality_state (noun {int} PRIMARY KEY, seq {int} NOT NULL, state {text} NOT NULL, done {int} NOT NULL, total {int} NOT NULL, started_at {int}, finished_at {int}, actor_id {id}, day {text});
INSERT INTO quality_state (noun, seq, state, done, total) VALUES (1, 0, 'never', 0, 0), (2, 0, 'never', 0, 0);
