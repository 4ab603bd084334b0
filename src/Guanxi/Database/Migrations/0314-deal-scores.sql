-- How likely each open deal is to be won, as last reckoned, and why; derived.
CREATE TABLE deal_score (record_id {id} PRIMARY KEY REFERENCES deal(id) ON DELETE CASCADE, as_of {text} NOT NULL, probability {real} NOT NULL, grade {text} NOT NULL, method {text} NOT NULL, reasons {text} NOT NULL) {clustered};
CREATE INDEX deal_score_probability ON deal_score (probability, record_id);
-- What was said of a deal at the first run of each month, to be held against what became of it.
CREATE TABLE deal_score_said (deal_id {id} NOT NULL REFERENCES deal(id) ON DELETE CASCADE, period {text} NOT NULL, probability {real} NOT NULL, PRIMARY KEY (deal_id, period)) {clustered};
CREATE TABLE score_run (id {id} PRIMARY KEY, noun {text} NOT NULL, at {int} NOT NULL, method {text} NOT NULL, report {json} NOT NULL, model {text});
CREATE INDEX score_run_at ON score_run (noun, at);
