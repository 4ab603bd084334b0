-- What a contract is about, line by line; taken over from the quote it was made of. The column contract.quote_id is as old as contracts and was empty until now.
CREATE TABLE contract_line ({record}, contract_id {id} NOT NULL REFERENCES contract(id), customer_id {id} REFERENCES customer(id), product_id {id} REFERENCES product(id), description {text} NOT NULL, position {int}, quantity {real} NOT NULL, unit {text},
  unit_price {int} NOT NULL, unit_price_currency {text} NOT NULL, list_price {int}, list_price_currency {text}, discount {real}, total {int} NOT NULL, total_currency {text} NOT NULL, tax_rate {real}, tax {int}, tax_currency {text}, remark {text},
  owner_id {id} REFERENCES app_user(id), access_owner_id {id});
CREATE INDEX contract_line_contract ON contract_line (contract_id, id);
CREATE INDEX contract_line_customer ON contract_line (customer_id);
CREATE INDEX contract_line_product ON contract_line (product_id) WHERE product_id IS NOT NULL;
