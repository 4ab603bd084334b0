-- What is sold, and at which price.
CREATE TABLE product ({record}, code {text} NOT NULL, name {text} NOT NULL, name_key {text}, name_en {text}, kind {text} NOT NULL, product_line {text}, model {text}, unit {text},
  list_price {int}, list_price_currency {text}, floor_price {int}, floor_price_currency {text}, cost {int}, cost_currency {text}, tax_rate {real}, lead_days {int},
  stock {real}, stock_source {text}, stock_at {int}, variant_of_id {id} REFERENCES product(id), variant {text}, active {int} NOT NULL, external_id {text}, note {text});
CREATE UNIQUE INDEX product_code ON product (code) WHERE deleted_at IS NULL;
CREATE INDEX product_name_key ON product (name_key {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX product_line ON product (product_line, code) WHERE deleted_at IS NULL;
CREATE INDEX product_variant ON product (variant_of_id) WHERE variant_of_id IS NOT NULL;
{search product};
CREATE TABLE exchange_rate ({record}, currency {text} NOT NULL, day {text} NOT NULL, rate {real} NOT NULL, source {text});
CREATE UNIQUE INDEX exchange_rate_day ON exchange_rate (currency, day) WHERE deleted_at IS NULL;
CREATE TABLE price_list ({record}, name {text} NOT NULL, name_key {text}, currency {text} NOT NULL, customer_level {text}, province {text}, starts_on {text}, ends_on {text}, parent_id {id} REFERENCES price_list(id), active {int} NOT NULL, note {text});
CREATE INDEX price_list_parent ON price_list (parent_id) WHERE parent_id IS NOT NULL;
CREATE TABLE price ({record}, label {text}, price_list_id {id} NOT NULL REFERENCES price_list(id), product_id {id} NOT NULL REFERENCES product(id), min_quantity {real} NOT NULL, price {int} NOT NULL, price_currency {text} NOT NULL, starts_on {text}, ends_on {text});
CREATE INDEX price_product ON price (product_id, price_list_id, min_quantity) WHERE deleted_at IS NULL;
CREATE INDEX price_of_list ON price (price_list_id, product_id);

-- How a sale goes: stages with what must be there before and after them. A version that a deal has begun under stays readable.
CREATE TABLE sales_process ({record}, name {text} NOT NULL, product_line {text}, customer_level {text}, is_default {int} NOT NULL, active {int} NOT NULL, definition {json} NOT NULL, edition {int} NOT NULL, note {text});
CREATE TABLE sales_process_edition (process_id {id} NOT NULL REFERENCES sales_process(id), edition {int} NOT NULL, definition {json} NOT NULL, at {int} NOT NULL, PRIMARY KEY (process_id, edition));

CREATE TABLE deal ({record}, name {text} NOT NULL, name_key {text}, customer_id {id} NOT NULL REFERENCES customer(id), contact_id {id} REFERENCES contact(id), process_id {id} NOT NULL REFERENCES sales_process(id), edition {int} NOT NULL,
  stage {text} NOT NULL, stage_name {text} NOT NULL, stage_order {int} NOT NULL, stage_since {int} NOT NULL, status {text} NOT NULL, probability {int} NOT NULL, own_probability {int} NOT NULL,
  amount {int}, amount_currency {text}, rate {real}, home_amount {int}, home_amount_currency {text}, internal_cost {int}, internal_cost_currency {text},
  expected_close {text}, forecast {text}, source {text}, product_line {text}, competitors {json}, partner_id {id} REFERENCES customer(id), next_step {text}, note {text}, tags {json}, external_id {text},
  closed_at {int}, close_reason {text}, lost_to {text}, close_note {text}, next_activity_at {int}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX deal_customer ON deal (customer_id, id);
CREATE INDEX deal_board ON deal (access_owner_id, process_id, stage, next_activity_at {asc}, id, probability, home_amount) WHERE deleted_at IS NULL AND status = 'open';
CREATE INDEX deal_board_all ON deal (process_id, stage, next_activity_at {asc}, id, access_owner_id, probability, home_amount) WHERE deleted_at IS NULL AND status = 'open';
CREATE INDEX deal_access_close ON deal (access_owner_id, expected_close {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX deal_close ON deal (expected_close {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX deal_elsewhere ON deal (owner_id, id) WHERE deleted_at IS NULL AND (access_owner_id IS NULL OR access_owner_id <> owner_id);
CREATE INDEX deal_contact ON deal (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX deal_partner ON deal (partner_id) WHERE partner_id IS NOT NULL;
CREATE INDEX deal_process ON deal (process_id, edition);
CREATE INDEX deal_deleted ON deal (deleted_at) WHERE deleted_at IS NOT NULL;
{search deal};
CREATE TABLE deal_line ({record}, deal_id {id} NOT NULL REFERENCES deal(id), customer_id {id} REFERENCES customer(id), product_id {id} REFERENCES product(id), description {text} NOT NULL, position {int}, quantity {real} NOT NULL, unit_price {int} NOT NULL, unit_price_currency {text} NOT NULL,
  list_price {int}, list_price_currency {text}, discount {real}, total {int} NOT NULL, total_currency {text} NOT NULL, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX deal_line_deal ON deal_line (deal_id, id);
CREATE INDEX deal_line_customer ON deal_line (customer_id);
CREATE INDEX deal_line_product ON deal_line (product_id) WHERE product_id IS NOT NULL;
-- Each stay in a stage; the open one has no end.
CREATE TABLE deal_stay (deal_id {id} NOT NULL REFERENCES deal(id), number {int} NOT NULL, process_id {id} NOT NULL, edition {int} NOT NULL, stage {text} NOT NULL, entered_at {int} NOT NULL, entered_by {id}, left_at {int}, PRIMARY KEY (deal_id, number));
CREATE INDEX deal_stay_stage ON deal_stay (process_id, stage, entered_at);
CREATE TABLE gate_exception ({record}, deal_id {id} NOT NULL REFERENCES deal(id), customer_id {id} REFERENCES customer(id), condition {text} NOT NULL, label {text} NOT NULL, reason {text} NOT NULL, status {text} NOT NULL, decided_by_id {id} REFERENCES app_user(id), decided_at {int}, answer {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX gate_exception_deal ON gate_exception (deal_id, condition);
CREATE INDEX gate_exception_customer ON gate_exception (customer_id);
CREATE INDEX gate_exception_open ON gate_exception (status, id) WHERE status = 'asked';

ALTER TABLE activity ADD COLUMN deal_id {id} REFERENCES deal(id);
ALTER TABLE activity ADD COLUMN step {text};
CREATE INDEX activity_deal ON activity (deal_id, due_at, status) WHERE deal_id IS NOT NULL;
