-- Sign-in: sessions with a stage and a proof, second factors, one-time links, throttling, other sign-in providers, security events.
-- Whoever is signed in signs in once more after the upgrade.
DROP TABLE user_session;
CREATE TABLE user_session (id {id} PRIMARY KEY, token_hash {text} NOT NULL UNIQUE, user_id {id} NOT NULL REFERENCES app_user(id), stage {text} NOT NULL, method {text} NOT NULL, second_factor {text},
  created_at {int} NOT NULL, last_used_at {int} NOT NULL, expires_at {int} NOT NULL, proved_at {int} NOT NULL, address {text}, device {text}, device_hash {text});
CREATE INDEX user_session_user ON user_session (user_id, last_used_at {asc});
CREATE INDEX user_session_expires ON user_session (expires_at);

ALTER TABLE credential ADD COLUMN must_change {int};
ALTER TABLE api_token ADD COLUMN scope {text};
ALTER TABLE api_token ADD COLUMN created_by {id};
ALTER TABLE api_token ADD COLUMN last_address {text};

-- The secret of an authenticator app, sealed; last_step is the newest time step that was used, so that no code works twice.
CREATE TABLE authenticator (user_id {id} PRIMARY KEY REFERENCES app_user(id), secret {text} NOT NULL, created_at {int} NOT NULL, confirmed_at {int}, last_step {int} NOT NULL);
CREATE TABLE recovery_code (user_id {id} NOT NULL REFERENCES app_user(id), code_hash {text} NOT NULL, created_at {int} NOT NULL, PRIMARY KEY (user_id, code_hash));
CREATE TABLE passkey (id {id} PRIMARY KEY, credential_id {text} NOT NULL UNIQUE, user_id {id} NOT NULL REFERENCES app_user(id), name {text} NOT NULL, public_key {bytes} NOT NULL, sign_count {int} NOT NULL,
  transports {text}, user_verified {int} NOT NULL, backup_eligible {int} NOT NULL, backed_up {int} NOT NULL, created_at {int} NOT NULL, last_used_at {int});
CREATE INDEX passkey_user ON passkey (user_id);

-- What was asked of a browser and must come back once: a passkey's challenge, the state of a sign-in elsewhere.
CREATE TABLE ceremony (key_hash {text} PRIMARY KEY, kind {text} NOT NULL, user_id {id}, session_id {id}, state {text} NOT NULL, expires_at {int} NOT NULL);
CREATE INDEX ceremony_expires ON ceremony (expires_at);
CREATE TABLE password_link (key_hash {text} PRIMARY KEY, user_id {id} NOT NULL REFERENCES app_user(id), created_at {int} NOT NULL, created_by {id}, expires_at {int} NOT NULL);
CREATE INDEX password_link_user ON password_link (user_id);

-- Browsers and networks somebody has signed in from: they keep a budget of attempts of their own.
CREATE TABLE known_device (user_id {id} NOT NULL REFERENCES app_user(id), device_hash {text} NOT NULL, address {text}, last_used_at {int} NOT NULL, PRIMARY KEY (user_id, device_hash));
CREATE INDEX known_device_address ON known_device (user_id, address);
CREATE TABLE attempt (key {text} PRIMARY KEY, used {real} NOT NULL, at {int} NOT NULL);
CREATE INDEX attempt_at ON attempt (at);

CREATE TABLE sign_in_provider (id {id} PRIMARY KEY, key {text} NOT NULL UNIQUE, name {text} NOT NULL, issuer {text} NOT NULL, client_id {text} NOT NULL, client_secret {text}, scopes {text} NOT NULL,
  link_by_email {int} NOT NULL, creates_people {int} NOT NULL, role_id {id} REFERENCES role(id), domains {text}, second_factor {int} NOT NULL, active {int} NOT NULL, created_at {int} NOT NULL, updated_at {int} NOT NULL);
CREATE TABLE external_login (provider_id {id} NOT NULL REFERENCES sign_in_provider(id), subject {text} NOT NULL, user_id {id} NOT NULL REFERENCES app_user(id), email {text}, created_at {int} NOT NULL, last_used_at {int}, PRIMARY KEY (provider_id, subject));
CREATE INDEX external_login_user ON external_login (user_id);

-- What the page of security events reads; the ledger holds the same facts beyond change.
CREATE TABLE security_event (id {id} PRIMARY KEY, at {int} NOT NULL, kind {text} NOT NULL, user_id {id}, actor_id {id}, address {text}, device {text}, detail {text});
CREATE INDEX security_event_at ON security_event (at, id);
CREATE INDEX security_event_user ON security_event (user_id, at, id);
CREATE INDEX security_event_kind ON security_event (kind, at, id);

-- Counts up whenever a session or token ends or a policy changes, so that every process asks again.
INSERT INTO generation (name, number) VALUES ('sessions', 1);
