-- Pools of customers nobody owns: who may claim, how many, and after how long one's own go back.
CREATE TABLE pool ({record}, name {text} NOT NULL, team_id {id} REFERENCES team(id), manager_id {id} REFERENCES app_user(id), active {int}, claims_a_day {int}, most_held {int}, cool_down_days {int}, former_owner_days {int},
  contact_days {int}, contact_days_vip {int}, contact_days_major {int}, contact_days_small {int}, result_days {int}, keeps_won {int}, warn_days {int}, protect_days {int}, most_protected {int});
{search pool};
ALTER TABLE customer ADD COLUMN pool_id {id} REFERENCES pool(id);
ALTER TABLE customer ADD COLUMN pooled_at {int};
ALTER TABLE customer ADD COLUMN pool_reason {text};
ALTER TABLE customer ADD COLUMN former_owner_id {id};
ALTER TABLE customer ADD COLUMN protected_until {int};
ALTER TABLE customer ADD COLUMN returns_at {int};
CREATE INDEX customer_pool ON customer (pool_id, pooled_at {asc}, id) WHERE pool_id IS NOT NULL;
CREATE INDEX customer_returns ON customer (returns_at) WHERE returns_at IS NOT NULL;
CREATE INDEX customer_owner_returns ON customer (owner_id, returns_at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX customer_protected ON customer (protected_until) WHERE protected_until IS NOT NULL;
-- Every coming and going, never changed: limits are counted from it, so that claiming and releasing does not evade them.
CREATE TABLE pool_event (id {id} PRIMARY KEY, at {int} NOT NULL, kind {text} NOT NULL, customer_id {id} NOT NULL, pool_id {id}, user_id {id}, actor_id {id}, reason {text}, returns_at {int});
CREATE INDEX pool_event_customer ON pool_event (customer_id, at);
CREATE INDEX pool_event_user ON pool_event (user_id, kind, at);
