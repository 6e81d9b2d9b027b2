-- What a statement cost besides, and what others may be told of its failure: values of rows that
-- only who ran it may see are not in it. A batch is a number under which ended statements are
-- written to system.query.history, once.
ALTER TABLE sql_statement
  ADD COLUMN rows_read bigint NOT NULL DEFAULT 0,
  ADD COLUMN result_bytes bigint NOT NULL DEFAULT 0,
  ADD COLUMN execution_ms bigint NOT NULL DEFAULT 0,
  ADD COLUMN client text NOT NULL DEFAULT '',
  ADD COLUMN error_for_others text,
  ADD COLUMN batch bigint;
UPDATE sql_statement SET error_for_others = '[WITHHELD] Kept before messages were looked at.'
  WHERE error IS NOT NULL;
CREATE INDEX sql_statement_unbatched ON sql_statement (ended_at)
  WHERE batch IS NULL AND ended_at IS NOT NULL;
CREATE INDEX sql_statement_batch ON sql_statement (batch) WHERE batch IS NOT NULL;
CREATE INDEX sql_statement_by_end ON sql_statement (ended_at) WHERE ended_at IS NOT NULL;
