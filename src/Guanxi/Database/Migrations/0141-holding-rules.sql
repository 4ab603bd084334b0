-- How many customers a person, or each person of a team, may have.
CREATE TABLE holding_rule ({record}, name {text} NOT NULL, person_id {id} REFERENCES app_user(id), team_id {id} REFERENCES team(id), most {int} NOT NULL, not_counted {text}, active {int});
{search holding_rule};
