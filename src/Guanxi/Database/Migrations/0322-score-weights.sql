-- The weights of the four scores as they were: each change is a version, and each month's scores say under which they were reckoned.
CREATE TABLE score_weights (version {int} PRIMARY KEY, at {int} NOT NULL, by_id {id}, weights {json} NOT NULL);
ALTER TABLE customer_value_month ADD COLUMN weights {int} NOT NULL DEFAULT 0;
