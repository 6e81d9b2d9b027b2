-- Whether a statement was answered by the kept result of an equal one.
ALTER TABLE sql_statement ADD COLUMN from_cache boolean NOT NULL DEFAULT FALSE;
