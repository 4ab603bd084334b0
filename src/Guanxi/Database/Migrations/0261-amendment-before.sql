-- What a contract said before an amendment, as values: everybody reads them in his own language. The text kept until now stays for amendments of that time.
ALTER TABLE contract_amendment ADD COLUMN old_amount {int};
ALTER TABLE contract_amendment ADD COLUMN old_amount_currency {text};
ALTER TABLE contract_amendment ADD COLUMN old_starts_on {text};
ALTER TABLE contract_amendment ADD COLUMN old_ends_on {text};
ALTER TABLE contract_amendment ADD COLUMN old_payment_days {int};
ALTER TABLE contract_amendment ADD COLUMN old_terms {text};
