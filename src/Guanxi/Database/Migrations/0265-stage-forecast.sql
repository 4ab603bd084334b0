-- A deal's forecast category follows its stage until somebody sets it by hand; what stands there now was set by hand.
ALTER TABLE deal ADD COLUMN own_forecast {int};
UPDATE deal SET own_forecast = CASE WHEN forecast IS NULL THEN 0 ELSE 1 END;
