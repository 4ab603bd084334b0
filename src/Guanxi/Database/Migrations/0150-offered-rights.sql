-- Which nouns, functions and masks the roles shipped with the program have had their say about: an upgrade gives them what is new, once.
CREATE TABLE offered_right (name {text} PRIMARY KEY);
