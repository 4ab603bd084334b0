-- The filters people use most stand in the index itself, so that a page is chosen without reading the rows that fail them.
DROP INDEX customer_owner_activity;
CREATE INDEX customer_owner_activity ON customer (owner_id, last_activity_at {asc}, id, stage, level, city) WHERE deleted_at IS NULL;
DROP INDEX customer_activity;
CREATE INDEX customer_activity ON customer (last_activity_at {asc}, id, owner_id, stage, level, city) WHERE deleted_at IS NULL;
CREATE INDEX customer_city ON customer (city, last_activity_at {asc}, id, owner_id, stage, level) WHERE deleted_at IS NULL;
-- A share names ids: what the list sorts and filters by stands beside them.
CREATE INDEX customer_shared ON customer (id, owner_id, last_activity_at, stage, level, city) WHERE deleted_at IS NULL;
-- A deleted row's references are looked for whatever deleted_at says: an index with that condition does not serve the foreign key.
DROP INDEX contact_customer;
CREATE INDEX contact_customer ON contact (customer_id, id);
DROP INDEX activity_customer;
CREATE INDEX activity_customer ON activity (customer_id, at {asc}, id);
DROP INDEX activity_contact;
CREATE INDEX activity_contact ON activity (contact_id, at {asc}, id) WHERE contact_id IS NOT NULL;
-- One's own on another's customer: few, and looked for in every list.
DROP INDEX contact_owner;
CREATE INDEX contact_elsewhere ON contact (owner_id, id) WHERE deleted_at IS NULL AND (access_owner_id IS NULL OR access_owner_id <> owner_id);
CREATE INDEX activity_elsewhere ON activity (owner_id, at {asc}, id) WHERE deleted_at IS NULL AND (access_owner_id IS NULL OR access_owner_id <> owner_id);
