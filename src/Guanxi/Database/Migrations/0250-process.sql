-- Days on which a company works otherwise than the week says: holidays, and weekends that are worked.
CREATE TABLE working_day ({record}, name {text} NOT NULL, day {text} NOT NULL, works {int} NOT NULL);
CREATE UNIQUE INDEX working_day_day ON working_day (day) WHERE deleted_at IS NULL;

-- Who has a say in a deal.
CREATE TABLE deal_person ({record}, deal_id {id} NOT NULL REFERENCES deal(id), customer_id {id} REFERENCES customer(id), contact_id {id} REFERENCES contact(id), role {text} NOT NULL, influence {text}, attitude {text}, note {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX deal_person_deal ON deal_person (deal_id, id);
CREATE INDEX deal_person_customer ON deal_person (customer_id);
CREATE INDEX deal_person_contact ON deal_person (contact_id) WHERE contact_id IS NOT NULL;
ALTER TABLE deal ADD COLUMN campaign {text};

-- Running deals that went to a new edition of their process together, and how each stood before, so that it can be taken back.
CREATE TABLE edition_move (id {id} NOT NULL PRIMARY KEY, process_id {id} NOT NULL REFERENCES sales_process(id), edition {int} NOT NULL, at {int} NOT NULL, actor_id {id}, deals {int} NOT NULL, undone_at {int}, undone_by_id {id});
CREATE INDEX edition_move_process ON edition_move (process_id, at);
CREATE TABLE edition_move_deal (move_id {id} NOT NULL REFERENCES edition_move(id), deal_id {id} NOT NULL REFERENCES deal(id), edition {int} NOT NULL, stage {text} NOT NULL, to_stage {text} NOT NULL, PRIMARY KEY (move_id, deal_id));

-- A step of a process: begun when somebody takes it in hand, and each person's turn at it.
ALTER TABLE activity ADD COLUMN started_at {int};
CREATE INDEX activity_step ON activity (owner_id, due_at) WHERE step IS NOT NULL AND status = 'planned' AND deleted_at IS NULL;
CREATE TABLE step_turn (activity_id {id} NOT NULL REFERENCES activity(id), number {int} NOT NULL, owner_id {id}, team_id {id}, given_at {int} NOT NULL, started_at {int}, ended_at {int}, outcome {text}, PRIMARY KEY (activity_id, number));
-- When the next in the chain hears of a step that is late.
CREATE TABLE step_escalation (activity_id {id} NOT NULL PRIMARY KEY REFERENCES activity(id), level {int} NOT NULL, next_at {int} NOT NULL);
CREATE INDEX step_escalation_next ON step_escalation (next_at);
