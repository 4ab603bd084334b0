-- Those who may become customers, where they came from, and how soon they were answered.
CREATE TABLE lead_rule ({record}, name {text} NOT NULL, position {int} NOT NULL, active {int} NOT NULL, sources {json}, provinces {json}, product_lines {json}, least_amount {int}, least_amount_currency {text}, most_amount {int}, most_amount_currency {text},
  method {text} NOT NULL, team_id {id} REFERENCES team(id), people {json}, per_day {int}, working_hours {int}, respond_within {int}, note {text});
CREATE TABLE lead_form ({record}, name {text} NOT NULL, key {text} NOT NULL, active {int} NOT NULL, language {text} NOT NULL, heading {text}, intro {text}, fields {json} NOT NULL, required_fields {json}, custom_fields {json}, thanks {text}, button {text},
  consent_text {text}, consent_purpose {text}, consent_required {int}, consent_edition {int} NOT NULL, source {text} NOT NULL, campaign {text}, product_line {text}, cost {int}, cost_currency {text}, tags {json}, given_to_id {id} REFERENCES app_user(id), origins {json});
CREATE UNIQUE INDEX lead_form_key ON lead_form (key);
-- Each wording that somebody has agreed to stays readable.
CREATE TABLE lead_form_consent (form_id {id} NOT NULL REFERENCES lead_form(id), edition {int} NOT NULL, text {text} NOT NULL, at {int} NOT NULL, PRIMARY KEY (form_id, edition));
-- A page's token is good for one lead; and what was turned away, by day and reason.
CREATE TABLE lead_form_used (nonce {text} PRIMARY KEY, at {int} NOT NULL);
CREATE INDEX lead_form_used_at ON lead_form_used (at);
CREATE TABLE lead_form_turned_away (form_id {id} NOT NULL REFERENCES lead_form(id), day {text} NOT NULL, reason {text} NOT NULL, count {int} NOT NULL, PRIMARY KEY (form_id, day, reason));
CREATE TABLE lead ({record}, name {text} NOT NULL, name_key {text}, company {text}, contact_name {text}, title {text}, phone {text}, email {text}, wechat {text}, website {text}, industry {text}, province {text}, city {text}, street {text}, need {text},
  product_line {text}, product_id {id} REFERENCES product(id), amount {int}, amount_currency {text}, state {text} NOT NULL, state_since {int}, disqualify_reason {text}, source {text}, campaign {text}, medium {text}, landing_page {text}, cost {int}, cost_currency {text},
  referred_by_id {id} REFERENCES customer(id), form_id {id} REFERENCES lead_form(id), message_id {text}, consent_purpose {text}, consent_version {text}, consent_at {int}, rule_id {id} REFERENCES lead_rule(id), assigned_at {int}, respond_by {int}, responded_at {int}, response_minutes {int}, overdue_told_at {int},
  converted_at {int}, customer_id {id} REFERENCES customer(id), contact_id {id} REFERENCES contact(id), deal_id {id} REFERENCES deal(id), tags {json}, note {text}, external_id {text}, owner_id {id} REFERENCES app_user(id));
CREATE INDEX lead_created ON lead (created_at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX lead_owner_created ON lead (owner_id, created_at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX lead_owner_state ON lead (owner_id, state, created_at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX lead_state ON lead (state, created_at {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX lead_name_key ON lead (name_key {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX lead_phone ON lead (phone) WHERE phone IS NOT NULL;
CREATE INDEX lead_email ON lead (email) WHERE email IS NOT NULL;
CREATE INDEX lead_external ON lead (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX lead_referred ON lead (referred_by_id) WHERE referred_by_id IS NOT NULL;
CREATE INDEX lead_customer ON lead (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX lead_contact ON lead (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX lead_deal ON lead (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX lead_rule_turn ON lead (rule_id, owner_id, assigned_at) WHERE rule_id IS NOT NULL;
CREATE INDEX lead_assigned ON lead (owner_id, assigned_at) WHERE rule_id IS NOT NULL;
CREATE INDEX lead_waiting ON lead (respond_by) WHERE responded_at IS NULL AND overdue_told_at IS NULL AND deleted_at IS NULL AND respond_by IS NOT NULL;
CREATE INDEX lead_unassigned ON lead (seq) WHERE owner_id IS NULL AND state = 'new' AND deleted_at IS NULL;
CREATE UNIQUE INDEX lead_message ON lead (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX lead_deleted ON lead (deleted_at) WHERE deleted_at IS NOT NULL;
{search lead};
CREATE TABLE lead_conversion (lead_id {id} NOT NULL REFERENCES lead(id), number {int} NOT NULL, at {int} NOT NULL, by_id {id}, parts {json} NOT NULL, undone_at {int}, PRIMARY KEY (lead_id, number));

ALTER TABLE activity ADD COLUMN lead_id {id} REFERENCES lead(id);
CREATE INDEX activity_lead ON activity (lead_id, at {asc}, id) WHERE lead_id IS NOT NULL;
ALTER TABLE app_user ADD COLUMN away_from {text};
ALTER TABLE app_user ADD COLUMN away_until {text};
