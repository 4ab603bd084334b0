-- How likely each open lead is to become a customer, as last reckoned, and why; derived.
CREATE TABLE lead_score (record_id {id} PRIMARY KEY REFERENCES lead(id) ON DELETE CASCADE, as_of {text} NOT NULL, probability {real} NOT NULL, grade {text} NOT NULL, method {text} NOT NULL, reasons {text} NOT NULL) {clustered};
CREATE INDEX lead_score_probability ON lead_score (probability, record_id);
-- What was said of a lead at the first run of each month, to be held against what became of it.
CREATE TABLE lead_score_said (lead_id {id} NOT NULL REFERENCES lead(id) ON DELETE CASCADE, period {text} NOT NULL, probability {real} NOT NULL, PRIMARY KEY (lead_id, period)) {clustered};
