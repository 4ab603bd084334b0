-- How customers of each value tier are treated; empty parts are as for everybody.
CREATE TABLE tier_policy (tier {text} PRIMARY KEY, response_hours {int}, visit_days {int}, most_discount {real}, pool_days {int});
-- How much more of the ranked figure would lift the customer a tier.
ALTER TABLE customer_value ADD COLUMN to_next {int} NOT NULL DEFAULT 0;
