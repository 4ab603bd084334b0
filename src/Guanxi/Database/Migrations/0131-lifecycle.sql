-- When a customer came into its stage, and each move from one to another with how long it had been in the first.
ALTER TABLE customer ADD COLUMN stage_since {int};
CREATE INDEX customer_stage ON customer (stage, stage_since {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX customer_owner_stage ON customer (owner_id, stage, stage_since {asc}, id) WHERE deleted_at IS NULL;
CREATE TABLE stage_move (customer {int} NOT NULL, at {int} NOT NULL, from_stage {text}, to_stage {text}, since {int} NOT NULL, actor_id {id}, by_rule {int} NOT NULL);
CREATE INDEX stage_move_customer ON stage_move (customer, at);
CREATE INDEX stage_move_at ON stage_move (at);
-- How far the ledger was followed, when time alone may next move somebody, and the going over of the whole base.
CREATE TABLE lifecycle_state (one {int} PRIMARY KEY, seq {int} NOT NULL, moved_at {int}, due_at {int}, state {text} NOT NULL, done {int} NOT NULL, total {int} NOT NULL, moved {int} NOT NULL, started_at {int}, finished_at {int}, actor_id {id});
INSERT INTO lifecycle_state (one, seq, state, done, total, moved) SELECT 1, COALESCE(MAX(seq), 0), 'idle', 0, 0, 0 FROM ledger;
