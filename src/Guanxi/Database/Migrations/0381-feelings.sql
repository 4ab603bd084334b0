-- How satisfied a customer is and how far it can be trusted, 0 to 100, from what the company names as their sources; null where it is not known.
ALTER TABLE customer_value ADD COLUMN satisfaction {int};
ALTER TABLE customer_value ADD COLUMN trust {int};
-- Complaints are few among a million activities.
CREATE INDEX activity_complaint ON activity (at, customer_id) WHERE kind = 'complaint' AND deleted_at IS NULL;
