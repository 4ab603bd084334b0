-- What was learnt about how records of a noun agree; a scan of the base; groups of records that may be the same and what was decided about each pair.
CREATE TABLE match_model (record_type {text} NOT NULL, profile {text} NOT NULL, parameters {json} NOT NULL, records {int} NOT NULL, learned_at {int} NOT NULL, PRIMARY KEY (record_type, profile));
CREATE TABLE match_scan (record_type {text} PRIMARY KEY, state {text} NOT NULL, stage {text}, done {int} NOT NULL, total {int} NOT NULL, found {int} NOT NULL, started_at {int} NOT NULL, finished_at {int}, beat_at {int} NOT NULL, actor_id {id}, problem {text}, ledger_seq {int} NOT NULL, full_at {int});
CREATE TABLE match_case (id {id} PRIMARY KEY, record_type {text} NOT NULL, probability {real} NOT NULL, band {text} NOT NULL, state {text} NOT NULL, assigned_to {id} REFERENCES app_user(id), found_at {int} NOT NULL, closed_at {int});
CREATE INDEX match_case_open ON match_case (record_type, state, probability, id);
CREATE TABLE match_pair (left_id {id} NOT NULL, right_id {id} NOT NULL, record_type {text} NOT NULL, case_id {id}, probability {real} NOT NULL, band {text} NOT NULL, reasons {json}, state {text} NOT NULL, found_at {int} NOT NULL, decided_at {int}, decided_by {id}, PRIMARY KEY (left_id, right_id));
CREATE INDEX match_pair_right ON match_pair (right_id);
CREATE INDEX match_pair_case ON match_pair (case_id) WHERE case_id IS NOT NULL;

-- Merges: the ledger lines of one carry its id as their batch; what is no record and moved along is listed beside.
CREATE TABLE record_merge (id {id} PRIMARY KEY, record_type {text} NOT NULL, survivor_id {id} NOT NULL, loser_id {id} NOT NULL, at {int} NOT NULL, actor_id {id}, undone_at {int}, undone_by {id});
CREATE INDEX record_merge_survivor ON record_merge (survivor_id);
CREATE INDEX record_merge_loser ON record_merge (loser_id);
CREATE INDEX record_merge_at ON record_merge (at);
CREATE TABLE record_merge_row (merge_id {id} NOT NULL REFERENCES record_merge(id), place {text} NOT NULL, row_id {id} NOT NULL, PRIMARY KEY (merge_id, place, row_id));
