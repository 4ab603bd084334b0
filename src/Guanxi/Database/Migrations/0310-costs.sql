-- What was spent on customers beside the goods.
CREATE TABLE cost ({record}, subject {text} NOT NULL, kind {text} NOT NULL, customer_id {id} NOT NULL REFERENCES customer(id), deal_id {id} REFERENCES deal(id), spent_on {text} NOT NULL, amount {int} NOT NULL, amount_currency {text} NOT NULL, rate {real} NOT NULL, home_amount {int} NOT NULL, home_amount_currency {text} NOT NULL,
  document {text}, note {text}, external_id {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX cost_external ON cost (external_id) WHERE external_id IS NOT NULL;
-- All that a value run adds up stands in the index.
CREATE INDEX cost_customer ON cost (customer_id, kind, spent_on, home_amount) WHERE deleted_at IS NULL;
CREATE INDEX cost_of ON cost (customer_id, id);
CREATE INDEX cost_day ON cost (spent_on {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX cost_access_day ON cost (access_owner_id, spent_on {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX cost_elsewhere ON cost (owner_id, id) WHERE deleted_at IS NULL AND (access_owner_id IS NULL OR access_owner_id <> owner_id);
CREATE INDEX cost_deal ON cost (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX cost_deleted ON cost (deleted_at) WHERE deleted_at IS NOT NULL;
{search cost};
-- What a customer's orders brought and what was spent on it: of all time by kind, and of the last 365 days as investment; where it stands between the two.
ALTER TABLE customer_value ADD COLUMN goods {int} NOT NULL DEFAULT 0;
ALTER TABLE customer_value ADD COLUMN cost_service {int} NOT NULL DEFAULT 0;
ALTER TABLE customer_value ADD COLUMN cost_marketing {int} NOT NULL DEFAULT 0;
ALTER TABLE customer_value ADD COLUMN cost_sales {int} NOT NULL DEFAULT 0;
ALTER TABLE customer_value ADD COLUMN cost_finance {int} NOT NULL DEFAULT 0;
ALTER TABLE customer_value ADD COLUMN cost_other {int} NOT NULL DEFAULT 0;
ALTER TABLE customer_value ADD COLUMN costs {int} NOT NULL DEFAULT 0;
ALTER TABLE customer_value ADD COLUMN investment {int} NOT NULL DEFAULT 0;
ALTER TABLE customer_value ADD COLUMN plane {text};
-- Which run reckoned a row; runs are numbered.
ALTER TABLE customer_value ADD COLUMN run {int} NOT NULL DEFAULT 0;
ALTER TABLE value_run ADD COLUMN number {int} NOT NULL DEFAULT 0;
