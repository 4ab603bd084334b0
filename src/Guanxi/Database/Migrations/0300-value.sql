-- What each customer who has ever ordered is worth, as last reckoned; derived, so neither versioned nor in the ledger.
CREATE TABLE customer_value (record_id {id} PRIMARY KEY REFERENCES customer(id) ON DELETE CASCADE, as_of {text} NOT NULL, currency {text} NOT NULL, purchases {int} NOT NULL, first_on {text} NOT NULL, last_on {text} NOT NULL, rhythm {real}, late {real},
  revenue {int} NOT NULL, historical {int} NOT NULL, current {int} NOT NULL, model {int} NOT NULL, potential {int} NOT NULL, at_risk {int} NOT NULL, alive {real} NOT NULL, expected {real} NOT NULL, contribution {int} NOT NULL,
  tier {text} NOT NULL, tier_before {text}, quadrant {text} NOT NULL, class {text} NOT NULL, rfm {text} NOT NULL, loyalty {int} NOT NULL, profit {int} NOT NULL, promise {int} NOT NULL, influence {int} NOT NULL, cost_known {int} NOT NULL) {clustered};
CREATE INDEX customer_value_model ON customer_value (model, record_id);
CREATE INDEX customer_value_current ON customer_value (current, record_id);
CREATE INDEX customer_value_risk ON customer_value (at_risk, record_id);
-- Where each stood at the end of a month, and stands in this one.
CREATE TABLE customer_value_month (record_id {id} NOT NULL REFERENCES customer(id) ON DELETE CASCADE, period {text} NOT NULL, tier {text} NOT NULL, current {int} NOT NULL, model {int} NOT NULL, alive {real} NOT NULL, loyalty {int} NOT NULL, profit {int} NOT NULL, promise {int} NOT NULL, influence {int} NOT NULL, PRIMARY KEY (record_id, period)) {clustered};
CREATE INDEX customer_value_month_period ON customer_value_month (period, record_id, tier);
CREATE TABLE value_run (id {id} PRIMARY KEY, at {int} NOT NULL, as_of {text} NOT NULL, by_id {id}, seconds {real} NOT NULL, customers {int} NOT NULL, orders {int} NOT NULL, settings {json} NOT NULL, report {json} NOT NULL);
CREATE INDEX value_run_at ON value_run (at);
