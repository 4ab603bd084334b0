-- An amendment may put off what is still to be paid.
ALTER TABLE contract_amendment ADD COLUMN plan_days {int};
