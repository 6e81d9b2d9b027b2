-- What statements ran. The text is shortened; results are never kept here. A principal that is
-- deleted leaves its history, so there is no foreign key.
CREATE TABLE sql_statement (
  id uuid PRIMARY KEY,
  principal_id uuid NOT NULL,
  principal text NOT NULL,
  warehouse_id text NOT NULL,
  text text NOT NULL,
  kind text NOT NULL,
  state text NOT NULL,
  error text,
  row_count bigint NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX sql_statement_by_time ON sql_statement (started_at DESC, id DESC);
CREATE INDEX sql_statement_by_principal ON sql_statement (principal_id, started_at DESC, id DESC);
CREATE INDEX sql_statement_running ON sql_statement (id) WHERE ended_at IS NULL;
