-- When a contract's money is due, in parts.
CREATE TABLE payment_plan ({record}, name {text} NOT NULL, contract_id {id} NOT NULL REFERENCES contract(id), customer_id {id} REFERENCES customer(id), number {int} NOT NULL, due_on {text} NOT NULL, amount {int} NOT NULL, amount_currency {text} NOT NULL, method {text}, remind_days {int},
  status {text}, settled {int}, settled_currency {text}, open_amount {int}, open_amount_currency {text}, open_home {int}, open_home_currency {text}, overdue_since {text}, reminded_on {text}, note {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX payment_plan_contract ON payment_plan (contract_id, id);
CREATE INDEX payment_plan_customer ON payment_plan (customer_id, id);
CREATE INDEX payment_plan_due ON payment_plan (due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX payment_plan_access_due ON payment_plan (access_owner_id, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX payment_plan_open ON payment_plan (access_owner_id, customer_id, due_on, owner_id, open_home) WHERE deleted_at IS NULL AND open_home > 0;
CREATE INDEX payment_plan_open_due ON payment_plan (due_on) WHERE deleted_at IS NULL AND open_home > 0;
CREATE INDEX payment_plan_elsewhere ON payment_plan (owner_id, id) WHERE deleted_at IS NULL AND (access_owner_id IS NULL OR access_owner_id <> owner_id);

-- Whom invoices are made out to.
CREATE TABLE invoice_title ({record}, title {text} NOT NULL, customer_id {id} NOT NULL REFERENCES customer(id), title_type {text} NOT NULL, tax_number {text}, bank {text}, bank_account {text}, address {text}, phone {text}, is_default {int} NOT NULL, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX invoice_title_customer ON invoice_title (customer_id, id);
CREATE TABLE invoice ({record}, number {text} NOT NULL, tax_invoice_number {text}, customer_id {id} NOT NULL REFERENCES customer(id), contract_id {id} REFERENCES contract(id), plan_id {id} REFERENCES payment_plan(id), kind {text} NOT NULL, status {text} NOT NULL,
  title_type {text}, title {text}, tax_number {text}, bank {text}, bank_account {text}, address {text}, phone {text}, amount {int} NOT NULL, amount_currency {text} NOT NULL, tax_rate {real}, tax {int}, tax_currency {text}, rate {real} NOT NULL, home_amount {int} NOT NULL, home_amount_currency {text} NOT NULL,
  issued_on {text}, due_on {text}, receiver {text}, express_number {text}, void_reason {text}, paid {int}, paid_currency {text}, written_off {int}, written_off_currency {text}, open_amount {int}, open_amount_currency {text}, open_home {int}, open_home_currency {text}, payment {text}, overdue_since {text}, dunned {int} NOT NULL DEFAULT 0, voided_on {text},
  note {text}, external_id {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE UNIQUE INDEX invoice_number ON invoice (number) WHERE deleted_at IS NULL;
CREATE INDEX invoice_tax_number ON invoice (tax_invoice_number) WHERE tax_invoice_number IS NOT NULL;
CREATE INDEX invoice_external ON invoice (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX invoice_customer ON invoice (customer_id, id);
CREATE INDEX invoice_contract ON invoice (contract_id) WHERE contract_id IS NOT NULL;
CREATE INDEX invoice_plan ON invoice (plan_id) WHERE plan_id IS NOT NULL;
CREATE INDEX invoice_due ON invoice (due_on {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX invoice_access_due ON invoice (access_owner_id, due_on {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX invoice_elsewhere ON invoice (owner_id, id) WHERE deleted_at IS NULL AND (access_owner_id IS NULL OR access_owner_id <> owner_id);
-- All that aging adds up stands in the index, and only what is still owed.
CREATE INDEX invoice_open ON invoice (access_owner_id, customer_id, due_on, owner_id, open_home) WHERE deleted_at IS NULL AND open_home > 0;
CREATE INDEX invoice_open_due ON invoice (due_on) WHERE deleted_at IS NULL AND open_home > 0;
CREATE INDEX invoice_deleted ON invoice (deleted_at) WHERE deleted_at IS NOT NULL;
{search invoice};
CREATE TABLE invoice_line ({record}, description {text} NOT NULL, invoice_id {id} NOT NULL REFERENCES invoice(id), customer_id {id} REFERENCES customer(id), product_id {id} REFERENCES product(id), position {int}, quantity {real}, amount {int} NOT NULL, amount_currency {text} NOT NULL, tax_rate {real} NOT NULL, tax {int} NOT NULL, tax_currency {text} NOT NULL, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX invoice_line_invoice ON invoice_line (invoice_id, id);
CREATE INDEX invoice_line_customer ON invoice_line (customer_id);
CREATE INDEX invoice_line_product ON invoice_line (product_id) WHERE product_id IS NOT NULL;

-- Money that came in; never changed, only reversed.
CREATE TABLE receipt ({record}, number {text} NOT NULL, customer_id {id} NOT NULL REFERENCES customer(id), contract_id {id} REFERENCES contract(id), status {text} NOT NULL, received_on {text} NOT NULL, amount {int} NOT NULL, amount_currency {text} NOT NULL, rate {real} NOT NULL, home_amount {int} NOT NULL, home_amount_currency {text} NOT NULL,
  method {text} NOT NULL, payer {text}, bank_reference {text}, unallocated {int}, unallocated_currency {text}, unallocated_home {int}, unallocated_home_currency {text}, reversed_on {text}, reverse_reason {text}, note {text}, external_id {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE UNIQUE INDEX receipt_number ON receipt (number) WHERE deleted_at IS NULL;
CREATE INDEX receipt_external ON receipt (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX receipt_customer ON receipt (customer_id, id);
CREATE INDEX receipt_contract ON receipt (contract_id) WHERE contract_id IS NOT NULL;
CREATE INDEX receipt_day ON receipt (received_on {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX receipt_access_day ON receipt (access_owner_id, received_on {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX receipt_elsewhere ON receipt (owner_id, id) WHERE deleted_at IS NULL AND (access_owner_id IS NULL OR access_owner_id <> owner_id);
CREATE INDEX receipt_deleted ON receipt (deleted_at) WHERE deleted_at IS NOT NULL;
{search receipt};
-- What a receipt, or a write-off, was for.
CREATE TABLE receipt_allocation ({record}, label {text} NOT NULL, receipt_id {id} REFERENCES receipt(id), customer_id {id} REFERENCES customer(id), contract_id {id} REFERENCES contract(id), plan_id {id} REFERENCES payment_plan(id), invoice_id {id} REFERENCES invoice(id), kind {text} NOT NULL, status {text} NOT NULL, allocated_on {text} NOT NULL, cancelled_on {text},
  amount {int} NOT NULL, amount_currency {text} NOT NULL, settled {int} NOT NULL, settled_currency {text} NOT NULL, reason {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX receipt_allocation_receipt ON receipt_allocation (receipt_id, id) WHERE receipt_id IS NOT NULL;
CREATE INDEX receipt_allocation_contract ON receipt_allocation (contract_id, status, kind, settled) WHERE contract_id IS NOT NULL;
CREATE INDEX receipt_allocation_plan ON receipt_allocation (plan_id, status, kind, settled) WHERE plan_id IS NOT NULL;
CREATE INDEX receipt_allocation_invoice ON receipt_allocation (invoice_id, status, kind, settled) WHERE invoice_id IS NOT NULL;
CREATE INDEX receipt_allocation_customer ON receipt_allocation (customer_id, id);

-- What was done to be paid, and what was promised.
CREATE TABLE dunning ({record}, label {text} NOT NULL, customer_id {id} NOT NULL REFERENCES customer(id), contact_id {id} REFERENCES contact(id), invoice_id {id} REFERENCES invoice(id), plan_id {id} REFERENCES payment_plan(id), step {int} NOT NULL, status {text} NOT NULL, due_on {text} NOT NULL, done_on {text}, channel {text}, body {text}, result {text},
  promised_on {text}, promised {int}, promised_currency {text}, promise {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX dunning_customer ON dunning (customer_id, id);
CREATE INDEX dunning_contact ON dunning (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX dunning_invoice ON dunning (invoice_id, step) WHERE invoice_id IS NOT NULL;
CREATE INDEX dunning_plan ON dunning (plan_id, step) WHERE plan_id IS NOT NULL;
CREATE INDEX dunning_promise ON dunning (promised_on) WHERE promise = 'open';
CREATE INDEX dunning_due ON dunning (due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX dunning_access_due ON dunning (access_owner_id, due_on, id) WHERE deleted_at IS NULL;
