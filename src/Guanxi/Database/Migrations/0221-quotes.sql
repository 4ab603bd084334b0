-- Who may give which discount, and what a bundle is made of.
CREATE TABLE discount_rule ({record}, label {text}, role_id {id} REFERENCES role(id), customer_level {text}, product_line {text}, max_discount {real} NOT NULL, min_margin {real}, active {int} NOT NULL, note {text});
CREATE TABLE bundle_item ({record}, label {text}, bundle_id {id} NOT NULL REFERENCES product(id), product_id {id} NOT NULL REFERENCES product(id), quantity {real} NOT NULL);
CREATE INDEX bundle_item_bundle ON bundle_item (bundle_id) WHERE deleted_at IS NULL;
CREATE INDEX bundle_item_product ON bundle_item (product_id);
-- What is offered to customers.
CREATE TABLE quote ({record}, number {text} NOT NULL, name {text} NOT NULL, name_key {text}, customer_id {id} NOT NULL REFERENCES customer(id), contact_id {id} REFERENCES contact(id), deal_id {id} REFERENCES deal(id), order_id {id} REFERENCES sales_order(id), status {text} NOT NULL, edition {int} NOT NULL,
  currency {text} NOT NULL, quoted_on {text} NOT NULL, valid_until {text} NOT NULL, tax_included {int} NOT NULL, discount {real}, amount {int} NOT NULL, amount_currency {text} NOT NULL, tax {int} NOT NULL, tax_currency {text} NOT NULL, rate {real} NOT NULL, home_amount {int} NOT NULL, home_amount_currency {text} NOT NULL,
  cost {int}, cost_currency {text}, margin {real}, payment_terms {text}, delivery_terms {text}, note {text}, internal_note {text}, sent_at {int}, decided_at {int}, accepted_by {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE UNIQUE INDEX quote_number ON quote (number) WHERE deleted_at IS NULL;
CREATE INDEX quote_customer ON quote (customer_id, id);
CREATE INDEX quote_day ON quote (quoted_on {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX quote_access_day ON quote (access_owner_id, quoted_on {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX quote_elsewhere ON quote (owner_id, id) WHERE deleted_at IS NULL AND (access_owner_id IS NULL OR access_owner_id <> owner_id);
CREATE INDEX quote_contact ON quote (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX quote_deal ON quote (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX quote_order ON quote (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX quote_open ON quote (valid_until, id) WHERE status IN ('approved', 'sent') AND deleted_at IS NULL;
CREATE INDEX quote_deleted ON quote (deleted_at) WHERE deleted_at IS NOT NULL;
{search quote};
CREATE TABLE quote_line ({record}, quote_id {id} NOT NULL REFERENCES quote(id), customer_id {id} REFERENCES customer(id), product_id {id} REFERENCES product(id), description {text} NOT NULL, position {int}, quantity {real} NOT NULL, unit {text}, unit_price {int} NOT NULL, unit_price_currency {text} NOT NULL,
  list_price {int}, list_price_currency {text}, discount {real}, total {int} NOT NULL, total_currency {text} NOT NULL, tax_rate {real}, net {int} NOT NULL, net_currency {text} NOT NULL, tax {int} NOT NULL, tax_currency {text} NOT NULL,
  unit_cost {int}, unit_cost_currency {text}, lead_days {int}, remark {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX quote_line_quote ON quote_line (quote_id, id);
CREATE INDEX quote_line_customer ON quote_line (customer_id, product_id);
CREATE INDEX quote_line_product ON quote_line (product_id) WHERE product_id IS NOT NULL;
-- Each edition as it was when it left the house or went to be approved; never changed.
CREATE TABLE quote_edition (quote_id {id} NOT NULL, edition {int} NOT NULL, content {json} NOT NULL, at {int} NOT NULL, by_id {id}, PRIMARY KEY (quote_id, edition));
-- The link by which a customer reads an edition; its secret is kept as a hash.
CREATE TABLE quote_link (id {id} PRIMARY KEY, quote_id {id} NOT NULL, edition {int} NOT NULL, secret_hash {bytes} NOT NULL, receiver {text}, language {text} NOT NULL, created_at {int} NOT NULL, created_by {id}, expires_at {int} NOT NULL, revoked_at {int}, views {int} NOT NULL, viewed_at {int});
CREATE UNIQUE INDEX quote_link_secret ON quote_link (secret_hash);
CREATE INDEX quote_link_quote ON quote_link (quote_id, created_at);
-- What customers said by a link.
CREATE TABLE quote_answer (id {id} PRIMARY KEY, quote_id {id} NOT NULL, link_id {id} NOT NULL, edition {int} NOT NULL, kind {text} NOT NULL, name {text} NOT NULL, words {text}, address {text}, at {int} NOT NULL);
CREATE INDEX quote_answer_quote ON quote_answer (quote_id, at);
CREATE UNIQUE INDEX quote_answer_once ON quote_answer (quote_id, edition) WHERE kind = 'accept';
