-- What customers bought.
CREATE TABLE sales_order ({record}, number {text} NOT NULL, customer_id {id} NOT NULL REFERENCES customer(id), contact_id {id} REFERENCES contact(id), deal_id {id} REFERENCES deal(id), kind {text} NOT NULL, status {text} NOT NULL, ordered_on {text} NOT NULL,
  amount {int} NOT NULL, amount_currency {text} NOT NULL, rate {real} NOT NULL, home_amount {int} NOT NULL, home_amount_currency {text} NOT NULL, cost {int}, cost_currency {text}, home_cost {int}, home_cost_currency {text},
  promised_on {text}, shipped_on {text}, delivered_on {text}, source {text}, note {text}, external_id {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE UNIQUE INDEX sales_order_number ON sales_order (number) WHERE deleted_at IS NULL;
CREATE INDEX sales_order_external ON sales_order (external_id) WHERE external_id IS NOT NULL;
-- The history of each customer in order of days: all that the value of a customer is reckoned from stands in the index.
CREATE INDEX sales_order_customer ON sales_order (customer_id, ordered_on, kind, home_amount, home_cost) WHERE deleted_at IS NULL AND status NOT IN ('draft', 'cancelled');
CREATE INDEX sales_order_of ON sales_order (customer_id, id);
CREATE INDEX sales_order_day ON sales_order (ordered_on {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX sales_order_access_day ON sales_order (access_owner_id, ordered_on {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX sales_order_elsewhere ON sales_order (owner_id, id) WHERE deleted_at IS NULL AND (access_owner_id IS NULL OR access_owner_id <> owner_id);
CREATE INDEX sales_order_contact ON sales_order (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX sales_order_deal ON sales_order (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX sales_order_deleted ON sales_order (deleted_at) WHERE deleted_at IS NOT NULL;
{search sales_order};
CREATE TABLE order_line ({record}, order_id {id} NOT NULL REFERENCES sales_order(id), customer_id {id} REFERENCES customer(id), product_id {id} REFERENCES product(id), description {text} NOT NULL, position {int}, quantity {real} NOT NULL, unit_price {int} NOT NULL, unit_price_currency {text} NOT NULL,
  list_price {int}, list_price_currency {text}, discount {real}, total {int} NOT NULL, total_currency {text} NOT NULL, unit_cost {int}, unit_cost_currency {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX order_line_order ON order_line (order_id, id);
CREATE INDEX order_line_customer ON order_line (customer_id);
CREATE INDEX order_line_product ON order_line (product_id) WHERE product_id IS NOT NULL;
CREATE TABLE number_counter (name {text} PRIMARY KEY, last {int} NOT NULL);
