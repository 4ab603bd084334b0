-- Platform: people, rights, sign-in.
CREATE TABLE team ({record}, name {text} NOT NULL, name_key {text}, parent_id {id} REFERENCES team(id), manager_id {id});
CREATE TABLE role ({record}, name {text} NOT NULL, key {text} NOT NULL, functions {json}, scopes {json}, field_rights {json});
CREATE UNIQUE INDEX role_key ON role (key) WHERE deleted_at IS NULL;
CREATE TABLE app_user ({record}, name {text} NOT NULL, name_key {text}, user_name {text} NOT NULL, email {text}, phone {text}, title {text},
  role_id {id} REFERENCES role(id), team_id {id} REFERENCES team(id), active {int} NOT NULL, language {text}, time_zone {text}, preferences {json});
CREATE UNIQUE INDEX app_user_name ON app_user (user_name) WHERE deleted_at IS NULL;
{search app_user};
{search team};
CREATE TABLE credential (user_id {id} PRIMARY KEY REFERENCES app_user(id), password_hash {text} NOT NULL, changed_at {int} NOT NULL);
CREATE TABLE user_session (token_hash {text} PRIMARY KEY, user_id {id} NOT NULL REFERENCES app_user(id), created_at {int} NOT NULL, last_used_at {int} NOT NULL, expires_at {int} NOT NULL, address {text}, device {text});
CREATE INDEX user_session_user ON user_session (user_id);
CREATE TABLE api_token (id {id} PRIMARY KEY, token_hash {text} NOT NULL UNIQUE, user_id {id} NOT NULL REFERENCES app_user(id), name {text} NOT NULL, created_at {int} NOT NULL, expires_at {int}, last_used_at {int}, revoked_at {int});
CREATE INDEX api_token_user ON api_token (user_id);
CREATE TABLE setting (name {text} PRIMARY KEY, value {text});
-- Counts up whenever people, rights or descriptions change, so that every process reloads what it keeps in memory.
CREATE TABLE generation (name {text} PRIMARY KEY, number {int} NOT NULL);
INSERT INTO generation (name, number) VALUES ('directory', 1), ('schema', 1);

CREATE TABLE access_grant (id {id} PRIMARY KEY, record_type {text} NOT NULL, record_id {id} NOT NULL, user_id {id} REFERENCES app_user(id), team_id {id} REFERENCES team(id),
  level {text} NOT NULL, member_role {text}, until {int}, created_at {int} NOT NULL, created_by {id});
CREATE INDEX access_grant_record ON access_grant (record_type, record_id);
CREATE INDEX access_grant_user ON access_grant (user_id, record_type, record_id);
CREATE INDEX access_grant_team ON access_grant (team_id, record_type, record_id);

CREATE TABLE custom_field (id {id} PRIMARY KEY, record_type {text} NOT NULL, name {text} NOT NULL, definition {json} NOT NULL, position {int} NOT NULL, retired_at {int}, created_at {int} NOT NULL, UNIQUE (record_type, name));

-- The ledger: each entry's hash covers the one before it.
CREATE TABLE ledger (seq {int} PRIMARY KEY, at {int} NOT NULL, actor_id {id}, surface {text} NOT NULL, action {text} NOT NULL, record_type {text}, record_id {id}, batch_id {id}, changes {text}, salt {bytes}, content_hash {bytes} NOT NULL, hash {bytes} NOT NULL);
CREATE INDEX ledger_record ON ledger (record_id, seq);
CREATE INDEX ledger_batch ON ledger (batch_id, seq) WHERE batch_id IS NOT NULL;
CREATE TABLE ledger_head (one {int} PRIMARY KEY, seq {int} NOT NULL, hash {bytes} NOT NULL);

CREATE TABLE idempotency (user_id {id} NOT NULL, key {text} NOT NULL, request_hash {text} NOT NULL, status {int} NOT NULL, headers {text}, body {text}, at {int} NOT NULL, PRIMARY KEY (user_id, key));
CREATE INDEX idempotency_at ON idempotency (at);
CREATE TABLE saved_view (id {id} PRIMARY KEY, record_type {text} NOT NULL, name {text} NOT NULL, scope {text} NOT NULL, owner_id {id} NOT NULL REFERENCES app_user(id), team_id {id}, definition {json} NOT NULL, created_at {int} NOT NULL, updated_at {int} NOT NULL);
CREATE INDEX saved_view_type ON saved_view (record_type, scope);
CREATE TABLE follow (record_type {text} NOT NULL, record_id {id} NOT NULL, user_id {id} NOT NULL REFERENCES app_user(id), at {int} NOT NULL, PRIMARY KEY (record_id, user_id));
CREATE INDEX follow_user ON follow (user_id);
CREATE TABLE notification (id {id} PRIMARY KEY, user_id {id} NOT NULL REFERENCES app_user(id), at {int} NOT NULL, kind {text} NOT NULL, actor_id {id}, record_type {text}, record_id {id}, title {text}, body {text}, read_at {int});
CREATE INDEX notification_user ON notification (user_id, at {asc});
CREATE INDEX notification_unread ON notification (user_id) WHERE read_at IS NULL;
CREATE TABLE attachment (id {id} PRIMARY KEY, record_type {text} NOT NULL, record_id {id} NOT NULL, name {text} NOT NULL, media_type {text} NOT NULL, size {int} NOT NULL, content_hash {text} NOT NULL, created_at {int} NOT NULL, created_by {id}, deleted_at {int});
CREATE INDEX attachment_record ON attachment (record_id);
CREATE TABLE import_batch (id {id} PRIMARY KEY, record_type {text} NOT NULL, file_name {text}, state {text} NOT NULL, options {json}, result {json}, rejects {text}, started_at {int} NOT NULL, finished_at {int}, user_id {id} REFERENCES app_user(id), name {text}, holder {text}, beat_at {int});
CREATE INDEX import_batch_started ON import_batch (started_at);

-- Customers.
CREATE TABLE customer ({record}, name {text} NOT NULL, name_key {text}, short_name {text}, former_name {text}, kind {text} NOT NULL, relationship {text}, level {text}, stage {text},
  credit_code {text}, credit_code_reason {text}, other_id {text}, external_id {text}, industry {text}, size {text}, employees {int}, annual_revenue {int}, annual_revenue_currency {text}, website {text}, source {text},
  phone {text}, other_phones {json}, email {text}, other_emails {json}, wechat {text}, qq {text}, social {json},
  country {text}, division_code {text}, province {text}, city {text}, district {text}, street {text}, postcode {text},
  parent_id {id} REFERENCES customer(id), gender {text}, birthday {text}, next_birthday {text}, marital_status {text}, occupation {text}, interests {json}, risk_attitude {text},
  note {text}, tags {json}, owner_id {id} REFERENCES app_user(id), owned_since {int}, last_activity_at {int}, next_contact_at {int});
CREATE INDEX customer_owner_activity ON customer (owner_id, last_activity_at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX customer_owner_next ON customer (owner_id, next_contact_at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX customer_owner_created ON customer (owner_id, created_at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX customer_owner_name ON customer (owner_id, name_key {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX customer_activity ON customer (last_activity_at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX customer_created ON customer (created_at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX customer_updated ON customer (updated_at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX customer_name_key ON customer (name_key {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX customer_name ON customer (name);
CREATE INDEX customer_phone ON customer (phone) WHERE phone IS NOT NULL;
CREATE INDEX customer_email ON customer (email) WHERE email IS NOT NULL;
CREATE INDEX customer_credit_code ON customer (credit_code) WHERE credit_code IS NOT NULL;
CREATE INDEX customer_external ON customer (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX customer_parent ON customer (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX customer_deleted ON customer (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX customer_birthday ON customer (next_birthday) WHERE next_birthday IS NOT NULL;
{search customer};

CREATE TABLE contact ({record}, name {text} NOT NULL, name_key {text}, customer_id {id} REFERENCES customer(id), title {text}, department {text}, decision_role {text}, is_primary {int},
  phone {text}, other_phones {json}, email {text}, other_emails {json}, wechat {text}, qq {text}, social {json}, gender {text}, birthday {text}, next_birthday {text}, marital_status {text}, interests {json},
  reports_to_id {id} REFERENCES contact(id), external_id {text}, note {text}, tags {json}, owner_id {id} REFERENCES app_user(id), access_owner_id {id}, last_activity_at {int});
CREATE INDEX contact_customer ON contact (customer_id, id) WHERE deleted_at IS NULL;
CREATE INDEX contact_access_name ON contact (access_owner_id, name_key {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX contact_access_activity ON contact (access_owner_id, last_activity_at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX contact_owner ON contact (owner_id, id) WHERE deleted_at IS NULL;
CREATE INDEX contact_name_key ON contact (name_key {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX contact_activity ON contact (last_activity_at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX contact_phone ON contact (phone) WHERE phone IS NOT NULL;
CREATE INDEX contact_email ON contact (email) WHERE email IS NOT NULL;
CREATE INDEX contact_external ON contact (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX contact_reports_to ON contact (reports_to_id) WHERE reports_to_id IS NOT NULL;
CREATE INDEX contact_birthday ON contact (next_birthday) WHERE next_birthday IS NOT NULL;
CREATE INDEX contact_deleted ON contact (deleted_at) WHERE deleted_at IS NOT NULL;
{search contact};

CREATE TABLE activity ({record}, kind {text} NOT NULL, subject {text} NOT NULL, content {text}, customer_id {id} REFERENCES customer(id), contact_id {id} REFERENCES contact(id), status {text} NOT NULL, priority {text},
  at {int} NOT NULL, due_at {int}, end_at {int}, done_at {int}, remind_at {int}, reminded_at {int}, result {text}, place {text}, latitude {real}, longitude {real}, tags {json}, external_id {text},
  owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX activity_customer ON activity (customer_id, at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX activity_contact ON activity (contact_id, at {asc}, id) WHERE deleted_at IS NULL AND contact_id IS NOT NULL;
CREATE INDEX activity_access_at ON activity (access_owner_id, at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX activity_owner_at ON activity (owner_id, at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX activity_open ON activity (owner_id, due_at {asc}, id) WHERE deleted_at IS NULL AND status = 'planned';
CREATE INDEX activity_remind ON activity (remind_at) WHERE remind_at IS NOT NULL AND reminded_at IS NULL;
CREATE INDEX activity_at ON activity (at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX activity_deleted ON activity (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE relation ({record}, customer_id {id} REFERENCES customer(id), contact_id {id} NOT NULL REFERENCES contact(id), other_contact_id {id} NOT NULL REFERENCES contact(id), kind {text} NOT NULL, strength {int}, note {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX relation_contact ON relation (contact_id);
CREATE INDEX relation_other ON relation (other_contact_id);
CREATE INDEX relation_customer ON relation (customer_id);
