-- Instalments from before those without an invoice were dunned (-1): the dunner takes them up at the step they have come to, and only what comes after it is done.
UPDATE payment_plan SET dunned = -1 WHERE deleted_at IS NULL AND open_home > 0 AND dunned = 0;
CREATE INDEX payment_plan_carried ON payment_plan (id) WHERE dunned < 0;
