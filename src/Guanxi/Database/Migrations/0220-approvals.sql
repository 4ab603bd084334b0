-- Who has to say yes to what: chains as data, requests with the chain they began under, and each signer's turn.
CREATE TABLE approval_definition ({record}, name {text} NOT NULL, kind {text} NOT NULL, condition {text}, priority {int} NOT NULL, active {int} NOT NULL, definition {json} NOT NULL, note {text});
CREATE INDEX approval_definition_kind ON approval_definition (kind, priority);
-- item tells two requests of one kind about one record apart; the empty text where there is only one.
CREATE TABLE approval (id {id} PRIMARY KEY, kind {text} NOT NULL, record_type {text} NOT NULL, record_id {id} NOT NULL, item {text} NOT NULL, title {text} NOT NULL, reason {text} NOT NULL, causes {json}, snapshot {json} NOT NULL, chain {json} NOT NULL, chosen {json}, definition_id {id},
  state {text} NOT NULL, step {int} NOT NULL, round {int} NOT NULL, version {int} NOT NULL, submitted_by {id} NOT NULL, submitted_at {int} NOT NULL, decided_by {id}, decided_at {int});
CREATE UNIQUE INDEX approval_open ON approval (kind, record_id, item) WHERE state IN ('waiting', 'returned');
CREATE INDEX approval_record ON approval (record_id, record_type, submitted_at);
CREATE INDEX approval_mine ON approval (submitted_by, submitted_at, id);
-- Of a step the turns with the lowest place come first; those of one place at once.
CREATE TABLE approval_turn (id {id} PRIMARY KEY, approval_id {id} NOT NULL REFERENCES approval(id), round {int} NOT NULL, step {int} NOT NULL, place {int} NOT NULL, signer_id {id} NOT NULL, state {text} NOT NULL, added_by {id}, created_at {int} NOT NULL, due_at {int}, reminded_at {int}, decided_at {int}, decided_by {id});
CREATE INDEX approval_turn_of ON approval_turn (approval_id, round, step, place);
CREATE INDEX approval_turn_waiting ON approval_turn (signer_id, created_at, id) WHERE state = 'waiting';
CREATE INDEX approval_turn_due ON approval_turn (due_at) WHERE state = 'waiting' AND due_at IS NOT NULL;
CREATE INDEX approval_turn_done ON approval_turn (decided_by, decided_at, id) WHERE decided_by IS NOT NULL;
-- What was done and said, in its order.
CREATE TABLE approval_event (id {id} PRIMARY KEY, approval_id {id} NOT NULL REFERENCES approval(id), number {int} NOT NULL, at {int} NOT NULL, actor_id {id}, for_id {id}, action {text} NOT NULL, step {text}, comment {text});
CREATE UNIQUE INDEX approval_event_of ON approval_event (approval_id, number);
-- Who decides for whom while he is away.
CREATE TABLE approval_delegation (id {id} PRIMARY KEY, user_id {id} NOT NULL, delegate_id {id} NOT NULL, starts_at {int} NOT NULL, ends_at {int} NOT NULL, created_at {int} NOT NULL, created_by {id});
CREATE INDEX approval_delegation_user ON approval_delegation (user_id, ends_at);
CREATE INDEX approval_delegation_delegate ON approval_delegation (delegate_id, ends_at);
