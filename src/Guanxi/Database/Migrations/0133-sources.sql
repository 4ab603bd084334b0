-- What a customer is called in other systems, and what each of them last said about its fields.
CREATE TABLE external_id ({record}, customer_id {id} REFERENCES customer(id), system {text} NOT NULL, external_id {text} NOT NULL, note {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX external_id_customer ON external_id (customer_id, id);
CREATE UNIQUE INDEX external_id_system ON external_id (system, external_id) WHERE deleted_at IS NULL;
CREATE INDEX external_id_access ON external_id (access_owner_id, id) WHERE deleted_at IS NULL;
CREATE TABLE source_value (customer_id {id} NOT NULL, field {text} NOT NULL, system {text} NOT NULL, value {text} NOT NULL, at {int} NOT NULL, state {text} NOT NULL, PRIMARY KEY (customer_id, field, system));
CREATE INDEX source_value_differs ON source_value (customer_id, field, system) WHERE state = 'differs';
