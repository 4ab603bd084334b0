-- What other systems said of a record goes with it into the one it is merged with; and, when the merge is undone, back as it stood.
CREATE TABLE source_move (merge_id {id} NOT NULL, field {text} NOT NULL, system {text} NOT NULL, state {text} NOT NULL, PRIMARY KEY (merge_id, field, system));
