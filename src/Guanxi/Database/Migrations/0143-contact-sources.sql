-- Other systems know contacts too, by ids of their own.
ALTER TABLE external_id ADD COLUMN contact_id {id} REFERENCES contact(id);
CREATE INDEX external_id_contact ON external_id (contact_id) WHERE contact_id IS NOT NULL;
DROP INDEX external_id_system;
CREATE UNIQUE INDEX external_id_of_customer ON external_id (system, external_id) WHERE deleted_at IS NULL AND contact_id IS NULL;
CREATE UNIQUE INDEX external_id_of_contact ON external_id (system, external_id) WHERE deleted_at IS NULL AND contact_id IS NOT NULL;
ALTER TABLE source_value RENAME COLUMN customer_id TO record_id;
