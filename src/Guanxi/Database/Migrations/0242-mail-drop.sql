-- Folders whose letters become leads; the secret is sealed and stands in no description.
CREATE TABLE lead_mailbox ({record}, name {text} NOT NULL, active {int} NOT NULL, host {text} NOT NULL, port {int} NOT NULL, security {text} NOT NULL, user_name {text} NOT NULL, folder {text} NOT NULL, campaign {text}, product_line {text}, cost {int}, cost_currency {text},
  given_to_id {id} REFERENCES app_user(id), last_polled_at {int}, last_error {text}, secret {text}, uid_validity {int}, last_uid {int});
