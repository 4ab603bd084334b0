-- What the orders of each customer come to, kept so that a night reads only the customers whose orders changed. Derived: it can be emptied at any time.
CREATE TABLE order_history (customer_id {id} PRIMARY KEY, orders {int} NOT NULL, without_cost {int} NOT NULL, first_day {int} NOT NULL, last_day {int} NOT NULL, purchases {int} NOT NULL, revenue {real} NOT NULL, margin {real} NOT NULL, current {real} NOT NULL, repeat_spend {real} NOT NULL, days {bytes}) {clustered};
-- How far it goes: the day, the line of the ledger, and by what rules a margin was reckoned.
CREATE TABLE order_history_state (one {int} PRIMARY KEY, as_of {text} NOT NULL, seq {int} NOT NULL, rules {text} NOT NULL);
