-- Reports over the whole company that take longer than a page waits: the last of each kind counts, earlier ones are history.
CREATE TABLE insight_report (id {id} PRIMARY KEY, kind {text} NOT NULL, at {int} NOT NULL, as_of {text} NOT NULL, report {json} NOT NULL);
CREATE INDEX insight_report_kind ON insight_report (kind, at);
