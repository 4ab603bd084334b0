-- Scores that an analyst made in the laboratory and keeps: the question, the model that answers it, and where among the columns of customer_score it stands.
CREATE TABLE lab_score (id {id} PRIMARY KEY, name {text} NOT NULL, number {int} NOT NULL, slot {int} NOT NULL, question {text} NOT NULL, made_by_id {id} NOT NULL REFERENCES app_user(id), made_at {int} NOT NULL, removed_at {int}, version {int} NOT NULL, scored_at {int}, scored {int}, failure {text});
CREATE UNIQUE INDEX lab_score_slot ON lab_score (slot) WHERE removed_at IS NULL;
-- Each training: the model, what it showed on customers it had not seen, and how its scores lay, by which drift is seen.
CREATE TABLE lab_score_version (score_id {id} NOT NULL REFERENCES lab_score(id) ON DELETE CASCADE, version {int} NOT NULL, at {int} NOT NULL, model {text} NOT NULL, report {json} NOT NULL, PRIMARY KEY (score_id, version));
-- Each night's look at a score: how many, and whether the customers still are those it was trained on.
CREATE TABLE lab_score_night (score_id {id} NOT NULL REFERENCES lab_score(id) ON DELETE CASCADE, on_day {text} NOT NULL, version {int} NOT NULL, scored {int} NOT NULL, expected {real} NOT NULL, actual {real}, stability {real} NOT NULL, PRIMARY KEY (score_id, on_day));
-- What the scores say of each customer; derived.
CREATE TABLE customer_score (record_id {id} PRIMARY KEY REFERENCES customer(id) ON DELETE CASCADE, s1 {real}, s2 {real}, s3 {real}, s4 {real}, s5 {real}, s6 {real}, s7 {real}, s8 {real}) {clustered};
CREATE INDEX customer_score_1 ON customer_score (s1, record_id) WHERE s1 IS NOT NULL;
CREATE INDEX customer_score_2 ON customer_score (s2, record_id) WHERE s2 IS NOT NULL;
CREATE INDEX customer_score_3 ON customer_score (s3, record_id) WHERE s3 IS NOT NULL;
CREATE INDEX customer_score_4 ON customer_score (s4, record_id) WHERE s4 IS NOT NULL;
CREATE INDEX customer_score_5 ON customer_score (s5, record_id) WHERE s5 IS NOT NULL;
CREATE INDEX customer_score_6 ON customer_score (s6, record_id) WHERE s6 IS NOT NULL;
CREATE INDEX customer_score_7 ON customer_score (s7, record_id) WHERE s7 IS NOT NULL;
CREATE INDEX customer_score_8 ON customer_score (s8, record_id) WHERE s8 IS NOT NULL;
