-- How the engine ran a statement that asked for it, operator by operator.
ALTER TABLE sql_statement ADD COLUMN profile jsonb;
