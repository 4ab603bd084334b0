-- How far customers of a class are trusted, and what happens when it is not far enough.
CREATE TABLE credit_rule ({record}, name {text} NOT NULL, customer_level {text}, credit_limit {int}, credit_limit_currency {text}, formula {text}, score_formula {text}, most_overdue_days {int}, payment_days {int}, on_quote {text} NOT NULL, on_contract {text} NOT NULL, on_order {text} NOT NULL, on_ship {text} NOT NULL, active {int} NOT NULL, note {text});
-- What differs for one customer.
CREATE TABLE customer_credit ({record}, label {text} NOT NULL, customer_id {id} NOT NULL REFERENCES customer(id), credit_limit {int}, credit_limit_currency {text}, until {text}, stopped {int} NOT NULL, reason {text} NOT NULL, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX customer_credit_customer ON customer_credit (customer_id, id);
-- Somebody asks to pass what credit forbids, and somebody with the right decides.
CREATE TABLE credit_override ({record}, label {text} NOT NULL, customer_id {id} NOT NULL REFERENCES customer(id), amount {int} NOT NULL, amount_currency {text} NOT NULL, until {text} NOT NULL, reason {text} NOT NULL, status {text} NOT NULL, decided_by_id {id} REFERENCES app_user(id), decided_at {int}, answer {text}, owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX credit_override_customer ON credit_override (customer_id, status, until);
-- What credit is reckoned from and to, for formulas, columns and filters; derived each night and on demand.
CREATE TABLE credit_figure (record_id {id} PRIMARY KEY REFERENCES customer(id) ON DELETE CASCADE, at {int} NOT NULL, currency {text} NOT NULL, credit_limit {int}, used {int} NOT NULL, open_invoices {int} NOT NULL, undelivered {int} NOT NULL, advance {int} NOT NULL, overdue {int} NOT NULL, overdue_days {int} NOT NULL, paid_year {int} NOT NULL, late_days {real}, score {int}) {clustered};
CREATE INDEX credit_figure_used ON credit_figure (used, record_id);
CREATE INDEX credit_figure_overdue ON credit_figure (overdue_days, record_id);
