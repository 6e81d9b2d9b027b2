-- What the lineage tables of the system catalog are to get: a row until it is there. The feed TABLE
-- has things, COLUMN pairs of columns; a batch is a number under which rows are written once.
CREATE TABLE catalog_lineage_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  feed text NOT NULL CHECK (feed IN ('TABLE', 'COLUMN')),
  batch bigint,
  at timestamptz NOT NULL,
  principal text NOT NULL,
  how text NOT NULL,
  entity_type text,
  entity_id text,
  entity_run_id text,
  statement_id text,
  source_kind text,
  source_name text,
  source_id uuid,
  source_version bigint,
  source_column text,
  target_kind text,
  target_name text,
  target_id uuid,
  target_version bigint,
  target_column text
);
CREATE INDEX catalog_lineage_event_unbatched ON catalog_lineage_event (feed, id)
  WHERE batch IS NULL;
CREATE INDEX catalog_lineage_event_batch ON catalog_lineage_event (feed, batch)
  WHERE batch IS NOT NULL;

-- Which columns of tables came from which, as of the last time; it goes with the tables.
CREATE TABLE catalog_lineage_column (
  source_id uuid NOT NULL REFERENCES catalog_securable ON DELETE CASCADE,
  source_column text NOT NULL,
  target_id uuid NOT NULL REFERENCES catalog_securable ON DELETE CASCADE,
  target_column text NOT NULL,
  how text NOT NULL,
  at timestamptz NOT NULL,
  principal text NOT NULL,
  PRIMARY KEY (target_id, target_column, source_id, source_column)
);
CREATE INDEX catalog_lineage_column_source ON catalog_lineage_column (source_id, source_column);
