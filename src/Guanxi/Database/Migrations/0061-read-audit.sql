-- Who read what: the ledger says it; these indexes find it for the auditor, and a table tells which lines name a record.
CREATE INDEX ledger_reads ON ledger (seq) WHERE action IN ('read', 'export', 'export-person');
CREATE INDEX ledger_reader ON ledger (actor_id, seq) WHERE action IN ('read', 'export', 'export-person');
CREATE TABLE read_record (record_id {id} NOT NULL, batch_id {id} NOT NULL, PRIMARY KEY (record_id, batch_id));
-- A sign-in from a new device is told by mail too, where mail is set up.
ALTER TABLE notification ADD COLUMN mailed_at {int};
CREATE INDEX notification_mail ON notification (at) WHERE kind = 'new-device' AND mailed_at IS NULL;
