-- A kept score may tell a group of its own name instead of a number: the names of the groups, and beside the numbers which group each customer is nearest to.
ALTER TABLE lab_score ADD COLUMN groups {text};
ALTER TABLE customer_score ADD COLUMN g1 {text};
ALTER TABLE customer_score ADD COLUMN g2 {text};
ALTER TABLE customer_score ADD COLUMN g3 {text};
ALTER TABLE customer_score ADD COLUMN g4 {text};
ALTER TABLE customer_score ADD COLUMN g5 {text};
ALTER TABLE customer_score ADD COLUMN g6 {text};
ALTER TABLE customer_score ADD COLUMN g7 {text};
ALTER TABLE customer_score ADD COLUMN g8 {text};
-- How far what came may lie from what was expected by chance alone: one standard error; null where it follows from the share.
ALTER TABLE lab_score_night ADD COLUMN noise {real};
