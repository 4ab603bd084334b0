-- An invoice that corrects another: its amount is below zero, and it refers to the one it takes back, whole or in part.
ALTER TABLE invoice ADD COLUMN red_of_id {id} REFERENCES invoice(id);
CREATE INDEX invoice_red ON invoice (red_of_id) WHERE red_of_id IS NOT NULL;
