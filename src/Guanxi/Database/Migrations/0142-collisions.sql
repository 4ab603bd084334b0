-- Somebody met a customer that is a colleague's: what he asked for, and what was decided.
CREATE TABLE collision_request ({record}, label {text} NOT NULL, kind {text} NOT NULL, status {text} NOT NULL, customer_id {id} NOT NULL REFERENCES customer(id), own_id {id} REFERENCES customer(id), reason {text} NOT NULL,
  requester_id {id} REFERENCES app_user(id), holder_id {id} REFERENCES app_user(id), outcome {text}, decided_by_id {id} REFERENCES app_user(id), decided_at {int}, answer {text});
CREATE INDEX collision_request_open ON collision_request (status, id) WHERE status = 'open';
CREATE INDEX collision_request_customer ON collision_request (customer_id);
CREATE INDEX collision_request_own ON collision_request (own_id) WHERE own_id IS NOT NULL;
CREATE INDEX collision_request_requester ON collision_request (requester_id, id);
CREATE INDEX collision_request_holder ON collision_request (holder_id, id);
