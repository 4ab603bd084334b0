-- What a product has cost, and will cost, from which day on; the product itself says what it costs today.
CREATE TABLE product_cost ({record}, label {text}, product_id {id} NOT NULL REFERENCES product(id), starts_on {text} NOT NULL, cost {int} NOT NULL, cost_currency {text} NOT NULL, note {text});
CREATE UNIQUE INDEX product_cost_day ON product_cost (product_id, starts_on) WHERE deleted_at IS NULL;
CREATE INDEX product_cost_starts ON product_cost (starts_on) WHERE deleted_at IS NULL;
