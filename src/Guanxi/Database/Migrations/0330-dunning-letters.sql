-- How far an instalment without an invoice has been dunned, as invoices know it; and whether the words of a dunning step are somebody's own: those that stand there now may be.
ALTER TABLE payment_plan ADD COLUMN dunned {int} NOT NULL DEFAULT 0;
ALTER TABLE dunning ADD COLUMN own_words {int};
UPDATE dunning SET own_words = 1;
