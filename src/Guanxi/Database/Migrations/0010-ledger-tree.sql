-- The Merkle tree over the ledger (RFC 9162): the head keeps the roots of the perfect subtrees at the right edge, a row here the root of each full block of 256, 65,536, … entries.
ALTER TABLE ledger_head ADD COLUMN frontier {bytes};
CREATE TABLE ledger_node (level {int} NOT NULL, position {int} NOT NULL, hash {bytes} NOT NULL, PRIMARY KEY (level, position));
-- Signed statements of the whole ledger at a size, and where each was sent.
CREATE TABLE ledger_checkpoint (size {int} PRIMARY KEY, at {int} NOT NULL, root {bytes} NOT NULL, note {text} NOT NULL);
CREATE INDEX ledger_checkpoint_at ON ledger_checkpoint (at);
CREATE TABLE ledger_delivery (channel {text} PRIMARY KEY, size {int} NOT NULL, at {int} NOT NULL, failures {int} NOT NULL, problem {text});
