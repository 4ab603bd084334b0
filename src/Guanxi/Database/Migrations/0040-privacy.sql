-- Consent of a person, for one purpose, with the words agreed to.
CREATE TABLE consent ({record}, customer_id {id} REFERENCES customer(id), contact_id {id} REFERENCES contact(id), purpose {text} NOT NULL, text_version {text}, source {text} NOT NULL, given_at {int} NOT NULL, withdrawn_at {int}, evidence {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX consent_customer ON consent (customer_id, id);
CREATE INDEX consent_contact ON consent (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX consent_access ON consent (access_owner_id, given_at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX consent_given ON consent (given_at {asc}, id) WHERE deleted_at IS NULL;
-- Who was erased: what it takes to do it again after an older backup was put back. No name, no number.
CREATE TABLE erasure (id {id} PRIMARY KEY, record_type {text} NOT NULL, record_id {id} NOT NULL, at {int} NOT NULL, actor_id {id}, reason {text}, counts {json});
CREATE INDEX erasure_at ON erasure (at);
-- Keyed hashes of the phones and addresses of those who were erased, so that no list brings them back unseen.
CREATE TABLE blocked (hash {text} PRIMARY KEY, erasure_id {id} NOT NULL, at {int} NOT NULL);
CREATE TABLE retention_rule (id {id} PRIMARY KEY, name {text} NOT NULL, record_type {text} NOT NULL, filter {text}, field {text} NOT NULL, days {int} NOT NULL, act {text} NOT NULL, active {int} NOT NULL, last_run_at {int}, last_count {int}, created_at {int} NOT NULL, created_by {id});
