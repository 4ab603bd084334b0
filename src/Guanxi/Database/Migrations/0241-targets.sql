-- What is to be reached, what is expected, and what was expected before.
CREATE TABLE target ({record}, name {text} NOT NULL, period {text} NOT NULL, scope {text} NOT NULL, team_id {id} REFERENCES team(id), person_id {id} REFERENCES app_user(id), product_line {text}, measure {text} NOT NULL, base {real} NOT NULL, stretch {real}, note {text}, owner_id {id} REFERENCES app_user(id));
CREATE INDEX target_period ON target (period {asc}, id) WHERE deleted_at IS NULL;
CREATE INDEX target_owner ON target (owner_id, period {asc}, id) WHERE deleted_at IS NULL;
-- A manager's own number beside that of the deals; the last one counts, those before stay readable.
CREATE TABLE forecast_adjustment (seq {seq}, period {text} NOT NULL, person_id {id} REFERENCES app_user(id), amount {int}, note {text} NOT NULL, at {int} NOT NULL, by_id {id} NOT NULL);
CREATE INDEX forecast_adjustment_period ON forecast_adjustment (period, person_id, seq);
CREATE TABLE forecast_snapshot (seq {seq}, at {int} NOT NULL, weekly {int} NOT NULL, by_id {id});
CREATE INDEX forecast_snapshot_at ON forecast_snapshot (at);
CREATE TABLE forecast_snapshot_deal (snapshot {int} NOT NULL REFERENCES forecast_snapshot(seq), deal {int} NOT NULL, status {text} NOT NULL, amount {int}, expected_close {text}, category {text} NOT NULL, probability {int} NOT NULL, PRIMARY KEY (snapshot, deal)) {clustered};
CREATE INDEX forecast_snapshot_close ON forecast_snapshot_deal (snapshot, expected_close, deal);
-- All that a forecast or a report by person adds up stands in these, so that a quarter is read without touching a row.
CREATE INDEX deal_forecast ON deal (owner_id, expected_close, forecast, probability, home_amount, access_owner_id, customer_id) WHERE deleted_at IS NULL AND status = 'open';
CREATE INDEX deal_closed ON deal (owner_id, closed_at, status, home_amount, created_at, access_owner_id, customer_id, product_line) WHERE deleted_at IS NULL AND status <> 'open';
CREATE INDEX activity_done ON activity (owner_id, at, kind, access_owner_id, customer_id) WHERE deleted_at IS NULL AND status = 'done';
