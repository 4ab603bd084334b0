-- Which mentions elsewhere were blotted out with a person, so that it is done again after an older backup was put back.
ALTER TABLE erasure ADD COLUMN mentions {text};
-- Copies of a person's data, for the page that lists what was asked for and done.
CREATE INDEX ledger_copies ON ledger (seq) WHERE action = 'export-person';
