-- How the company numbers its papers; the counters are those of orders.
CREATE TABLE number_rule ({record}, subject {text} NOT NULL, pattern {text} NOT NULL, restart {text} NOT NULL, active {int} NOT NULL, note {text});
CREATE UNIQUE INDEX number_rule_subject ON number_rule (subject) WHERE deleted_at IS NULL;
-- One turn a customer: whoever changes what a customer owes waits for the one before, so that sums are checked against what is there.
CREATE TABLE customer_turn (customer_id {id} PRIMARY KEY, number {int} NOT NULL) {clustered};

-- What was agreed.
CREATE TABLE contract ({record}, number {text} NOT NULL, name {text} NOT NULL, name_key {text}, customer_id {id} NOT NULL REFERENCES customer(id), contact_id {id} REFERENCES contact(id), deal_id {id} REFERENCES deal(id), quote_id {id}, kind {text} NOT NULL, status {text} NOT NULL, edition {int} NOT NULL,
  signed_on {text}, starts_on {text}, ends_on {text}, amount {int} NOT NULL, amount_currency {text} NOT NULL, rate {real} NOT NULL, home_amount {int} NOT NULL, home_amount_currency {text} NOT NULL, payment_days {int}, terms {text},
  renewal {text} NOT NULL, remind_days {int}, renews_id {id} REFERENCES contract(id), submitted_by_id {id} REFERENCES app_user(id), decided_by_id {id} REFERENCES app_user(id), decided_at {int}, decision {text},
  planned {int}, planned_currency {text}, invoiced {int}, invoiced_currency {text}, received {int}, received_currency {text}, paid_percent {real}, end_told {text},
  source {text}, note {text}, external_id {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE UNIQUE INDEX contract_number ON contract (number) WHERE deleted_at IS NULL;
CREATE INDEX contract_customer ON contract (customer_id, id);
CREATE INDEX contract_deal ON contract (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX contract_quote ON contract (quote_id) WHERE quote_id IS NOT NULL;
CREATE INDEX contract_renews ON contract (renews_id) WHERE renews_id IS NOT NULL;
CREATE INDEX contract_contact ON contract (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX contract_external ON contract (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX contract_signed ON contract (signed_on {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX contract_access_signed ON contract (access_owner_id, signed_on {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX contract_elsewhere ON contract (owner_id, id) WHERE deleted_at IS NULL AND (access_owner_id IS NULL OR access_owner_id <> owner_id);
CREATE INDEX contract_ends ON contract (ends_on) WHERE deleted_at IS NULL AND status = 'active' AND ends_on IS NOT NULL;
CREATE INDEX contract_deleted ON contract (deleted_at) WHERE deleted_at IS NOT NULL;
{search contract};
-- A change of what was agreed, beside the contract until it is approved.
CREATE TABLE contract_amendment ({record}, label {text} NOT NULL, contract_id {id} NOT NULL REFERENCES contract(id), customer_id {id} REFERENCES customer(id), edition {int}, reason {text} NOT NULL, status {text} NOT NULL,
  new_amount {int}, new_amount_currency {text}, new_starts_on {text}, new_ends_on {text}, new_payment_days {int}, new_terms {text}, changes {text}, submitted_by_id {id} REFERENCES app_user(id), decided_by_id {id} REFERENCES app_user(id), decided_at {int}, decision {text},
  owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX contract_amendment_contract ON contract_amendment (contract_id, id);
CREATE INDEX contract_amendment_customer ON contract_amendment (customer_id);

ALTER TABLE sales_order ADD COLUMN contract_id {id} REFERENCES contract(id);
CREATE INDEX sales_order_contract ON sales_order (contract_id) WHERE contract_id IS NOT NULL;
