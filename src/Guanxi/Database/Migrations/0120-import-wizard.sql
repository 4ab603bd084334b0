-- An import is prepared, looked at, run in the background, paused and gone on with, also by another process: its file is kept, and what is asked of it stands beside it.
ALTER TABLE import_batch ADD COLUMN kept_file {text};
ALTER TABLE import_batch ADD COLUMN wish {text};
ALTER TABLE import_batch ADD COLUMN stage {text};
ALTER TABLE import_batch ADD COLUMN done {int};
ALTER TABLE import_batch ADD COLUMN total {int};
ALTER TABLE import_batch ADD COLUMN columns {text};
-- What is told of single rows: rejects with what stood in them, likenesses, oddities, and links still to be made.
CREATE TABLE import_row (batch_id {id} NOT NULL REFERENCES import_batch(id), kind {text} NOT NULL, number {int} NOT NULL, content {text} NOT NULL, PRIMARY KEY (batch_id, kind, number));
-- How somebody matches the columns of a file that comes again and again.
CREATE TABLE import_mapping (id {id} PRIMARY KEY, record_type {text} NOT NULL, name {text} NOT NULL, user_id {id} NOT NULL REFERENCES app_user(id), shared {int} NOT NULL, columns {text} NOT NULL, options {text} NOT NULL, saved_at {int} NOT NULL);
CREATE INDEX import_mapping_type ON import_mapping (record_type, user_id);
