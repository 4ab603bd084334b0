-- Groups of customers by name. Members stand under the number of a set, so that a new set takes the place of the old one at once when it is whole.
CREATE TABLE segment ({record}, name {text} NOT NULL, kind {text} NOT NULL, filter {text}, note {text}, state {text}, problem {text}, members {int}, size {int}, built_at {int}, built_schema {int}, moved_at {int}, due_at {int}, day {text});
{search segment};
CREATE TABLE segment_member (members {int} NOT NULL, member {int} NOT NULL, since {int} NOT NULL, PRIMARY KEY (members, member));
CREATE INDEX segment_member_of ON segment_member (member, members);
CREATE INDEX segment_member_since ON segment_member (members, since);
-- How many of each owner's customers were in it at the end of a day: each reader's growth is the sum over those he reaches.
CREATE TABLE segment_day (segment {int} NOT NULL, day {text} NOT NULL, owner_id {id}, size {int} NOT NULL);
CREATE INDEX segment_day_of ON segment_day (segment, day);
-- How far the ledger was followed, and the customers that are being looked at in the transaction under way.
CREATE TABLE segment_cursor (one {int} PRIMARY KEY, seq {int} NOT NULL);
INSERT INTO segment_cursor (one, seq) SELECT 1, COALESCE(MAX(seq), 0) FROM ledger;
CREATE TABLE segment_work (member {int} PRIMARY KEY);
CREATE INDEX customer_next_contact ON customer (next_contact_at) WHERE next_contact_at IS NOT NULL;
