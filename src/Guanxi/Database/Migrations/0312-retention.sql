-- Customers at risk who were called, and those left alone by chance, so that one can see what the calls did.
CREATE TABLE retention_action (id {id} PRIMARY KEY, at {int} NOT NULL, by_id {id}, name {text} NOT NULL, kind {text} NOT NULL, due_on {text} NOT NULL, starts_on {text} NOT NULL, ends_on {text} NOT NULL, held_out {int} NOT NULL, currency {text} NOT NULL);
CREATE INDEX retention_action_at ON retention_action (at);
CREATE TABLE retention_member (action_id {id} NOT NULL REFERENCES retention_action(id) ON DELETE CASCADE, customer_id {id} NOT NULL REFERENCES customer(id) ON DELETE CASCADE, treated {int} NOT NULL, activity_id {id}, at_risk {int} NOT NULL, alive {real} NOT NULL, PRIMARY KEY (action_id, customer_id)) {clustered};
CREATE INDEX retention_member_customer ON retention_member (customer_id);
