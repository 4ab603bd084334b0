-- How many instalments of a contract are settled of how many, and how many are still open.
ALTER TABLE contract ADD COLUMN instalments {text};
ALTER TABLE contract ADD COLUMN instalments_open {int};
UPDATE contract SET
  instalments = (SELECT CASE WHEN COUNT(*) > 0 THEN CAST(SUM(CASE WHEN p.settled >= p.amount THEN 1 ELSE 0 END) AS TEXT) || '/' || CAST(COUNT(*) AS TEXT) END FROM payment_plan p WHERE p.contract_id = contract.id AND p.deleted_at IS NULL),
  instalments_open = (SELECT COUNT(*) FROM payment_plan p WHERE p.contract_id = contract.id AND p.deleted_at IS NULL AND p.settled < p.amount);
